"""Functions of OpenSim's libraries called by their names there."""

import pytest

from osimviz.envs import engine_library, engine_memory
from osimviz.envs.engine import opensim
from osimviz.envs.model_file import read_model
from osimviz.envs.models import model_path


def test_that_a_function_that_no_library_has_is_none() -> None:
    assert engine_library.reference_function("_ZNK5SimTK5State12getSomethingEv", 1) is None
    assert engine_library.counting_function("_ZNK5SimTK5State12getSomethingEv") is None


def test_that_the_stage_of_a_state_is_the_same_with_and_without_its_function(monkeypatch: pytest.MonkeyPatch) -> None:
    assert engine_memory._stage_in is not None
    model = read_model(model_path("arm2dof6musc.osim"))
    state = model.initSystem()
    found = []
    for stage_in in (engine_memory._stage_in, None):
        monkeypatch.setattr(engine_memory, "_stage_in", stage_in)
        model.realizeAcceleration(state)
        found.append([engine_memory.is_realised(state)])
        state.setTime(0.5)
        found[-1].append(engine_memory.is_realised(state))
        model.realizeVelocity(state)
        found[-1] += [engine_memory.is_realised(state), engine_memory.is_realised(opensim.State())]
    assert found == [[True, False, False, False]] * 2
