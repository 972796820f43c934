"""Lets stock osim-rl (2.1.5 and 3.0.11) and programs derived from it run unmodified on OpenSim 4.6 and NumPy 2.

Changes the process it is installed in: for a worker process with a user's own environment, and nothing else. osim-rl's
own code is neither copied nor changed; what it calls and no longer finds is given back to it:

======================================================= ============================================================
what breaks                                             what is given back
======================================================= ============================================================
``prescribeControlForActuator`` of a number throws      the actuator of that number, by its path
the state ``Manager.integrate`` returns dies with the   the state keeps its Manager alive
Manager, which osim-rl replaces
``visualize=True`` starts simbody-visualizer, whose     never started
death ends the simulation
``import gym`` of a gym that is absent or broken        a stand-in (`osimviz.envs.foreign_gym`)
SciPy absent, or without ``interp2d`` (gone in 1.14)    the same interpolation (`osimviz.envs.foreign_interpolation`)
a size-1 array put into an element of an array          in ``v_tgt_field`` alone: ``np.diff`` of two numbers is one
windows of matplotlib                                   none: the backend without a window
======================================================= ============================================================
"""

import importlib
import os
import sys
import types
import warnings
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from typing import Any

import numpy as np

from osimviz.envs import foreign_gym
from osimviz.envs.engine import opensim
from osimviz.envs.foreign_interpolation import LinearInterpolation

#: osim-rl's module of the target field, wherever it stands: its only one that uses SciPy.
_FIELD_MODULE = "v_tgt_field"

_installed: list[bool] = []


def install() -> None:
    """Install it in this process; may be called again."""
    if _installed:
        return
    _installed.append(True)
    os.environ.setdefault("MPLBACKEND", "Agg")
    _mend_manager()
    _mend_prescribed_controller()
    opensim.Model.setUseVisualizer = _no_visualizer
    if not foreign_gym.is_usable():
        foreign_gym.stand_in()
    sys.meta_path.insert(0, _FieldFinder())


def _mend_manager() -> None:
    integrate = opensim.Manager.integrate

    def integrate_and_hold(self: Any, *arguments: Any) -> Any:
        state = integrate(self, *arguments)
        # The state is a part of the Manager: whoever holds the one needs the other.
        state.manager = self
        return state

    opensim.Manager.integrate = integrate_and_hold


def _mend_prescribed_controller() -> None:
    controller = opensim.PrescribedController
    add, prescribe = controller.addActuator, controller.prescribeControlForActuator

    def add_and_remember(self: Any, actuator: Any) -> None:
        add(self, actuator)
        paths = getattr(self, "actuator_paths", ())
        self.actuator_paths = (*paths, actuator.getAbsolutePathString())

    def prescribe_by_path(self: Any, actuator: Any, function: Any) -> None:
        if isinstance(actuator, int | np.integer):
            actuator = self.actuator_paths[actuator]
        prescribe(self, actuator, function)

    controller.addActuator = add_and_remember
    controller.prescribeControlForActuator = prescribe_by_path


def _no_visualizer(model: Any, is_wanted: bool) -> None:
    """Take the place of ``Model.setUseVisualizer``."""


class _FieldFinder:
    """Finds osim-rl's field module where Python does, and has it loaded by `_FieldLoader`."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: Any = None) -> ModuleSpec | None:
        if name.rpartition(".")[2] != _FIELD_MODULE:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _FieldLoader(spec.loader.name, spec.loader.path)
        return spec


class _FieldLoader(SourceFileLoader):
    """Loads the field module as it is, among what it expects."""

    def exec_module(self, module: types.ModuleType) -> None:
        lent = _lend_interpolation()
        with warnings.catch_warnings():
            # `is 0` in osim-rl's text.
            warnings.simplefilter("ignore", SyntaxWarning)
            super().exec_module(module)
        for name in lent:
            # A SciPy of one function must not be taken for SciPy by others.
            sys.modules.pop(name, None)
        if getattr(module, "np", None) is np:
            module.np = _numpy_with_scalar_diff()  # type: ignore[attr-defined]


def _lend_interpolation() -> tuple[str, ...]:
    """Make ``scipy.interpolate.interp2d`` work; return the names of modules that stand in for SciPy."""
    try:
        interpolate = importlib.import_module("scipy.interpolate")
    except ImportError:
        package, interpolate = types.ModuleType("scipy"), types.ModuleType("scipy.interpolate")
        package.interpolate = interpolate  # type: ignore[attr-defined]
        package.__path__ = []
        sys.modules.update({"scipy": package, "scipy.interpolate": interpolate})
        interpolate.interp2d = LinearInterpolation  # type: ignore[attr-defined]
        return "scipy", "scipy.interpolate"
    try:
        interpolate.interp2d([0.0, 1.0], [0.0, 1.0], np.zeros((2, 2)))
    except (AttributeError, NotImplementedError):
        interpolate.interp2d = LinearInterpolation  # type: ignore[attr-defined]
    return ()


def _numpy_with_scalar_diff() -> types.ModuleType:
    """Return NumPy for one module, in which the difference of two numbers is a number."""
    numpy = types.ModuleType("numpy")
    numpy.__dict__.update(np.__dict__)
    numpy.diff = _scalar_diff  # type: ignore[attr-defined]
    return numpy


def _scalar_diff(values: Any, *arguments: Any, **options: Any) -> Any:
    difference = np.diff(values, *arguments, **options)
    return difference.item() if difference.size == 1 else difference
