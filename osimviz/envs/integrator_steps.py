"""How many steps of its own an integrator has taken: what OpenSim counts, but does not hand to Python."""

import ctypes
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from osimviz.envs.engine import opensim

#: ``int SimTK::Integrator::getNumStepsTaken() const`` as compilers for Linux and macOS name it.
_SYMBOL = "_ZNK5SimTK10Integrator16getNumStepsTakenEv"


def _counter() -> Callable[[int], int] | None:
    """Return Simbody's own counter, which takes an address; None where the library or its function is not found."""
    for path in sorted(Path(opensim.__file__).parent.glob("libSimTKmath.*")):
        try:
            # Only the copy that OpenSim has loaded: another one would not know its integrators.
            library = ctypes.CDLL(str(path), mode=os.RTLD_NOLOAD | os.RTLD_NOW)
            function = library[_SYMBOL]
        except (OSError, AttributeError):
            continue
        function.argtypes = (ctypes.c_void_p,)
        function.restype = ctypes.c_int
        return function
    return None


_STEPS_TAKEN = _counter() if hasattr(os, "RTLD_NOLOAD") else None
#: Whether `steps_taken` counts the states that a Manager stores.
NEEDS_STORAGE = _STEPS_TAKEN is None


def steps_taken(manager: Any) -> int:
    """Return the steps an integrator has taken since its Manager was initialised.

    Parameters
    ----------
    manager : opensim.Manager
        A Manager that has integrated, and stored its states where `NEEDS_STORAGE`.

    Notes
    -----
    WORKAROUND: OpenSim 4.6 gives Python the integrator as a bare address, and ``getStateStorage`` copies all states of
    the episode (0.14 ms after 120 steps, and growing). The address is all that Simbody's counter needs; where that is
    not found, the states are counted, of which the first is the start.
    """
    if _STEPS_TAKEN is not None:
        return int(_STEPS_TAKEN(int(manager.getIntegrator())))
    return int(manager.getStateStorage().getSize()) - 1
