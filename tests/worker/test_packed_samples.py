"""Samples that went through another process make the frames that they make where they were taken."""

import pickle

import numpy as np
import pytest

from osimviz.envs import engine_bodies
from osimviz.envs.registry import make_environment
from osimviz.frames import Frame
from osimviz.worker.observer import Observer
from osimviz.worker.packed_samples import packed, unpacked


@pytest.mark.parametrize("name", ["l2m2019", "arm2d", "prosthetics"])
@pytest.mark.parametrize("is_memory_known", [True, False])
def test_that_packed_samples_make_the_same_frames(
    name: str, is_memory_known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_memory_known:
        monkeypatch.setattr(engine_bodies, "_velocity_of", None)
    env = make_environment(name, {})
    env.reset(seed=3)
    observer = Observer(env)
    draw = np.random.RandomState(0)
    samples = [observer.sample(step=0, observation=env.get_observation())]
    for step in range(1, 6):
        action = draw.uniform(0.0, 1.0, env.get_action_space_size())
        env.step(action)
        samples.append(observer.sample(step=step, observation=env.get_observation(), action=action, reward=0.1 * step))
    infos = [{"terms/effort": 0.5 * step} for step in range(6)]
    maker = pickle.loads(pickle.dumps(observer.maker))
    received = [unpacked(packed(sample, info)) for sample, info in zip(samples, infos, strict=True)]
    assert [info for _, info in received] == infos
    frames = maker.frames([sample for sample, _ in received])
    for frame, expected in zip(frames, observer.frames(samples), strict=True):
        for field in Frame.__slots__:
            np.testing.assert_array_equal(getattr(frame, field), getattr(expected, field), err_msg=field)
    assert (samples[1].bodies.slots is not None) is is_memory_known
