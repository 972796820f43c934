"""Load a model file and put its muscles under constants that a controller may change; what OpenSim says if it fails."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from osimviz.envs.engine import opensim
from osimviz.envs.errors import ModelFileError
from osimviz.envs.model_file import read_model


def first_line(error: Exception) -> str:
    """Return what OpenSim says went wrong, without the C++ signature before and the source lines after it."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = next((line for line in lines if line.startswith("Error detected")), lines[0] if lines else "no message")
    return said.partition("': ")[2] or said


def load_model(path: Path, extend: Callable[[Any], None] | None = None) -> tuple[Any, list[Any]]:
    """Load a model and give each muscle an excitation that can be set.

    Parameters
    ----------
    path : Path
        The model file.
    extend : callable, optional
        Takes the model as loaded and adds to it what the file does not hold.

    Returns
    -------
    model : opensim.Model
        The model, its system initialised.
    excitations : list of opensim.Constant
        The excitation of every muscle in model order, 1.0 each. They live as long as the model.

    Raises
    ------
    ModelFileError
        If the file is missing or OpenSim cannot read it.
    """
    try:
        model = read_model(path)
        if extend is not None:
            extend(model)
        model.initSystem()
    except RuntimeError as error:
        raise ModelFileError(f"OpenSim cannot read the model file {path}: {first_line(error)}") from error
    controller = opensim.PrescribedController()
    for muscle in model.getMuscles():
        controller.addActuator(muscle)
        # By path: the overload that takes an index always throws in OpenSim 4.6.
        controller.prescribeControlForActuator(muscle.getAbsolutePathString(), opensim.Constant(1.0))
    model.addController(controller)
    model.initSystem()
    # The controller holds copies of the constants; these are the ones it evaluates.
    functions = controller.get_ControlFunctions()
    return model, [opensim.Constant.safeDownCast(functions.get(i)) for i in range(functions.getSize())]
