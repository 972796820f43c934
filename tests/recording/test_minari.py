"""Recordings as datasets of Minari: read by its own reader, episode by episode."""

import json
import shutil
from pathlib import Path

import gymnasium
import numpy as np
import pytest
from minari import MinariDataset
from minari.serialization import serialize_space

from tests.recording.files import write_run
from tests.sample_runs import N_MUSCLES, sample_frame


@pytest.fixture
def dataset(tmp_path: Path) -> MinariDataset:
    """Two episodes of 200 steps, in the folder that Minari expects."""
    folder = tmp_path / "osim" / "walk-v0" / "data"
    folder.mkdir(parents=True)
    path = write_run(tmp_path / "run.h5", 201, n_episodes=2)
    shutil.copy(path, folder / "main_data.hdf5")
    metadata = {
        "dataset_id": "osim/walk-v0",
        "data_format": "hdf5",
        "total_episodes": 2,
        "total_steps": 400,
        "minari_version": "0.5.4",
        "observation_space": serialize_space(gymnasium.spaces.Box(-np.inf, np.inf, (2,), np.float64)),
        "action_space": serialize_space(gymnasium.spaces.Box(0.0, 1.0, (N_MUSCLES,), np.float64)),
    }
    (folder / "metadata.json").write_text(json.dumps(metadata))
    return MinariDataset(folder)


def test_that_minari_reads_every_episode_as_it_was_recorded(dataset: MinariDataset) -> None:
    episodes = list(dataset.iterate_episodes())
    assert [(episode.id, len(episode.rewards)) for episode in episodes] == [(0, 200), (1, 200)]
    for episode in episodes:
        np.testing.assert_array_equal(episode.observations, [sample_frame(k).observation for k in range(201)])
        np.testing.assert_array_equal(episode.actions, [sample_frame(k).action for k in range(1, 201)])
        np.testing.assert_array_equal(episode.rewards, [sample_frame(k).reward for k in range(1, 201)])
        assert episode.terminations.nonzero()[0].tolist() == [199]
        assert not episode.truncations.any()
        np.testing.assert_array_equal(episode.infos["terms"]["effort"][1:], -0.5 * np.arange(1, 201))
    assert [described["total_steps"] for described in dataset.storage.get_episode_metadata([0, 1])] == [200, 200]


def test_that_minari_filters_by_what_an_episode_holds(dataset: MinariDataset) -> None:
    kept = dataset.filter_episodes(lambda episode: bool(episode.terminations[-1]) and episode.id == 1)
    assert kept.total_episodes == 1
    assert next(iter(kept)).rewards.sum() == sum(1.0 + 0.5 * k for k in range(1, 201))
