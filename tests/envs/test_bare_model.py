"""A model file with nothing around it."""

from pathlib import Path

import numpy as np
import pytest

from osimviz.envs import EnvironmentArgumentError, ModelFileError
from osimviz.envs.bare_model import BareModelEnv
from osimviz.envs.foreign_loading import make_foreign_environment
from osimviz.envs.models import model_path


def test_that_any_model_is_observed_by_coordinate_and_muscle() -> None:
    env = make_foreign_environment(str(model_path("arm26.osim")), {"time_limit": "3", "stepping": "branchable"})
    first = env.reset()
    names = [channel.name for channel in env.observation_channels()]
    assert names[:4] == [
        "observation/r_shoulder_elev/value",
        "observation/r_shoulder_elev/speed",
        "observation/r_elbow_flex/value",
        "observation/r_elbow_flex/speed",
    ]
    assert names[4] == "observation/muscles/TRIlong/activation"
    assert len(first) == len(names) == 4 + 6
    steps = [env.step(np.full(6, 0.5)) for _ in range(3)]
    assert [reward for _, reward, _, _ in steps] == [0.0] * 3
    assert [info["ended_by"] for *_, info in steps] == [None, None, "time_limit"]
    values = dict(zip(names, steps[-1][0], strict=True))
    elbow = env.osim_model.model.getCoordinateSet().get("r_elbow_flex")
    assert values["observation/r_elbow_flex/value"] == elbow.getValue(env.osim_model.state)
    assert values["observation/muscles/BRA/activation"] > 0.05
    assert env.summary() == "arm26 · bare model"


def test_that_a_bare_model_goes_on_exactly_from_a_snapshot() -> None:
    env = BareModelEnv(model_path("arm26.osim"), visualize=False, stepping="branchable")
    env.reset()
    env.step([0.3] * 6)
    snapshot = env.snapshot()
    expected = env.step([0.6] * 6)[0]
    env.restore(snapshot)
    assert env.step([0.6] * 6)[0] == expected


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"time_limit": 0}, "time_limit of BareModelEnv is a number of steps, not 0"),
        (
            {"integrator_accuracy": "fine"},
            "integrator_accuracy of BareModelEnv is a number between 0 and 1, not 'fine'",
        ),
        ({"stepping": "quick"}, "'faithful' or 'branchable', not 'quick'"),
    ],
)
def test_that_arguments_it_cannot_have_are_named(arguments: dict[str, object], sentence: str) -> None:
    with pytest.raises(EnvironmentArgumentError, match=sentence):
        BareModelEnv(model_path("arm26.osim"), visualize=False, **arguments)


def test_that_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.osim"
    path.write_text("<OpenSimDocument><Model", encoding="utf-8")
    with pytest.raises(ModelFileError, match="OpenSim cannot read the model file"):
        BareModelEnv(path, visualize=False)
