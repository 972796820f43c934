"""osim-rl's reflex controller (Song 2019) with parameters from a text file. Of the file, numbers are read only.

The controller's code is osim-rl's own, run from the installed package by path: importing the package would bring gym
and more. It keeps its known faults (BFSH_8_PG takes the number of BFSH_8_DG, alpha_f the rate of the hip's abduction),
for parameters were optimised with them.
"""

import importlib.util
import sys
import warnings
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from osimviz.frames import Array
from osimviz.resource_files import resource_path
from osimviz.worker.controller_errors import ControllerLoadError
from osimviz.worker.forms.loaded_form import LoadedForm

#: Parameters of one leg, or of both one after the other, by the controller's mode.
_N_PARAMETERS = {"2D": (37, 74), "3D": (46, 92)}
#: Start pose that the parameters were optimised from (`L2M2019Env.reset` explains the numbers).
START_POSE = (
    1.7,
    0.5,
    0.9023245653983966,
    0.20123038812855829,
    0.0,
    -0.6952390849304798,
    -0.3231075259785814,
    0.17090117082334011,
    0.0,
    -0.05282323914341899,
    -0.8041966456860847,
    -0.17453292519943295,
)
#: First column of the parameters in the records of the package cma (``*_xrecentbest.dat``).
_CMA_COLUMN = 5
_LARGEST_BYTES = 10 * 2**20


class ReflexController:
    """osim-rl's `OsimReflexCtrl` with one set of parameters.

    Parameters
    ----------
    parameters : array (37,), (74,), (46,) or (92,)
        As its `set_control_params` takes them; 37 a leg in 2D, 46 in 3D.
    """

    observation_kind = "dict"
    environment = "l2m2019"
    init_pose = START_POSE

    def __init__(self, parameters: Array) -> None:
        self.mode = next(mode for mode, counts in _N_PARAMETERS.items() if parameters.size in counts)
        self.environment_args = {"model": self.mode, "difficulty": "0"}
        self._parameters = parameters
        self.reset()

    def reset(self) -> None:
        """Begin with the right leg on the ground."""
        # The controller compares its mode by identity.
        self._controller = osim_rl_controller()(dt=0.01, mode=sys.intern(self.mode))
        n_leg = _N_PARAMETERS[self.mode][0]
        # Its own set_control_params refuses the parameters of two legs, which it says it takes.
        for leg, values in (("r_leg", self._parameters[:n_leg]), ("l_leg", self._parameters[-n_leg:])):
            self._controller.set_control_params_RL(leg, values)

    def update(self, obs_dict: dict[str, Any]) -> Any:
        """Return the excitations in L2M2019Env's order; to be called once a step."""
        return self._controller.update(obs_dict)


def builtin_form(kind: str, value: str) -> LoadedForm:
    """Return the controller of ``reflex`` (the bundled walking one) or ``reflex:PARAMS.txt``."""
    if not value:
        return _form(resource_path("controllers/reflex_2d_walk.txt"))
    path = Path(value).expanduser().absolute()
    if not path.is_file():
        raise ControllerLoadError(f"there is no file {value}", "Check the path in reflex:FILE.")
    return _form(path)


def load_reflex(path: Path, *, is_trusted: bool) -> LoadedForm:
    """Read parameters of the reflex controller (``.txt``), or the last row of a record of CMA-ES (``.dat``).

    Raises
    ------
    ControllerLoadError
        If the file does not hold 37, 46, 74 or 92 numbers.
    """
    return _form(path)


def _form(path: Path) -> LoadedForm:
    controller = ReflexController(_parameters(path))
    words = f"reflex controller {controller.mode}"

    def make_controller(environment: Any) -> ReflexController:
        n_actions = len(environment.action_names())
        if n_actions != 22 or "L2M2019" not in type(environment).__name__:
            raise ControllerLoadError(
                f"the reflex controller walks in l2m2019; this is {type(environment).__name__}",
                f"Add --env l2m2019 --env-arg model={controller.mode} --env-arg difficulty=0, or leave --env out.",
            )
        return controller

    return LoadedForm(f"{path.name} · {words}", make_controller, is_factory=True, speakers=(controller,))


def _parameters(path: Path) -> Array:
    hint = "The reflex controller takes 37 numbers (2D) or 46 (3D), or twice as many, one a line."
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise ValueError("it is too large")
        with warnings.catch_warnings():
            # NumPy warns of a file without numbers, which is told below.
            warnings.simplefilter("ignore")
            table = np.loadtxt(path, comments=("#", "%"), ndmin=2)
    except (ValueError, OSError, UnicodeError, OverflowError, MemoryError) as error:
        what = " ".join(str(error).split())[:120]
        raise ControllerLoadError(f"{path.name} holds no plain numbers ({what})", hint) from error
    values = table.ravel()
    if path.name.endswith("recentbest.dat") and table.ndim == 2 and len(table):
        values = table[-1, _CMA_COLUMN:]
    if not any(values.size in counts for counts in _N_PARAMETERS.values()):
        raise ControllerLoadError(f"{path.name} holds {values.size} numbers", hint)
    if not np.all(np.isfinite(values)):
        raise ControllerLoadError(
            f"number {int(np.flatnonzero(~np.isfinite(values))[0])} of {path.name} is not finite", hint
        )
    return values


_controller_class: list[Any] = []


def osim_rl_controller() -> Any:
    """Return osim-rl's class `OsimReflexCtrl`.

    Raises
    ------
    ControllerLoadError
        If osim-rl is not installed or lacks the files.
    """
    if not _controller_class:
        inner = _module_of("envs", "control", "loco_reflex_song2019.py")
        # The outer file imports the inner one by this name; it finds it here, and nobody else does.
        name = "envs.control.loco_reflex_song2019"
        replaced = {key: sys.modules.get(key) for key in ("envs", "envs.control", name)}
        sys.modules.update({"envs": ModuleType("envs"), "envs.control": ModuleType("envs.control"), name: inner})
        try:
            outer = _module_of("osim", "control", "osim_loco_reflex_song2019.py")
        finally:
            for key, module in replaced.items():
                del sys.modules[key]
                if module is not None:
                    sys.modules[key] = module
        _controller_class.append(outer.OsimReflexCtrl)
    return _controller_class[0]


def _module_of(package: str, *parts: str) -> ModuleType:
    """Run one file of a package as a module, the package itself left alone."""
    found = PathFinder.find_spec(package)
    folders = list(found.submodule_search_locations or ()) if found is not None else []
    path = next((file for folder in folders if (file := Path(folder, *parts)).is_file()), None)
    if path is None:
        raise ControllerLoadError(
            "the reflex controller is part of osim-rl, which is not installed here", "pip install osim-rl==3.0.11."
        )
    spec = importlib.util.spec_from_file_location(f"osimviz_osim_rl_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with warnings.catch_warnings():
        # It compares text with `is`, which Python warns of.
        warnings.simplefilter("ignore", SyntaxWarning)
        spec.loader.exec_module(module)
    return module
