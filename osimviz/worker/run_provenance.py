"""Where a run's numbers come from, as far as the process that steps it can tell."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from osimviz.controller_names import parse_builtin
from osimviz.recording.provenance import file_digest, provenance_of

#: What changes the numbers of a simulation, by the name osimviz's environments give it.
_SETTINGS = ("integrator_accuracy", "stepping", "integrator")


def run_provenance(holders: Iterable[Any], model: Any, controller: str = "") -> tuple[tuple[str, str], ...]:
    """Return versions, the files' names and hashes, and the settings of the integration.

    Parameters
    ----------
    holders : iterable of object
        The environment and what is below it: the first that has a setting is believed.
    model : object
        OpenSim's model.
    controller : str
        File or built-in name of the controller; empty where it is the user's own program.
    """
    layers = list(holders)
    kind = type(layers[0])
    told = {"environment": f"{kind.__module__}.{kind.__qualname__}"}
    told |= _file("model", Path(str(model.getInputFileName())))
    if controller and parse_builtin(controller) is None:
        told |= _file("controller", Path(controller).expanduser())
    elif controller:
        told["controller"] = controller
    for name in _SETTINGS:
        values = (getattr(layer, name, None) for layer in layers)
        value = next((value for value in values if isinstance(value, str | int | float)), None)
        if value is not None:
            told[name] = str(value)
    return tuple(provenance_of(told).items())


def _file(what: str, path: Path) -> dict[str, str]:
    try:
        return {f"{what}_file": path.name, f"{what}_sha256": file_digest(path)} if path.is_file() else {}
    except OSError:
        # It may have gone since it was loaded.
        return {f"{what}_file": path.name}
