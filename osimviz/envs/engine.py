"""The one import of OpenSim: fast, silent, without side effects, with the same arithmetic on every processor.

Every module that needs the engine takes it from here (``from osimviz.envs.engine import opensim``).
"""

import contextlib
import ctypes
import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path

#: Variables OpenSim's package changes on import (``opensim/__init__.py``); child programs would inherit them.
_CHANGED_BY_OPENSIM = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")

#: The linear algebra kernels of the OpenBLAS inside the OpenSim wheel. That OpenBLAS (0.3.15) does not know newer
#: processors and then falls back to older kernels, which round otherwise; contact makes 1e-13 after one step 1e-4
#: after forty (measured). The Haswell kernels run wherever AVX2 and FMA exist and are what AMD's Zen gets as well.
_KERNELS = "Haswell"

#: OpenSim's own libraries, each after those it needs.
_LIBRARIES = (
    "libSimTKcommon",
    "libSimTKmath",
    "libSimTKsimbody",
    "libosimCommon",
    "libosimSimulation",
    "libosimActuators",
    "libosimAnalyses",
    "libosimTools",
)


def _has_haswell_instructions() -> bool:
    """Return whether this is a Linux machine whose processor says it has AVX2 and FMA."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    flags = next((line.split() for line in text.splitlines() if line.startswith("flags")), [])
    return "avx2" in flags and "fma" in flags


@contextlib.contextmanager
def _environment_variables_kept() -> Iterator[None]:
    """Put the variables OpenSim's import changes, and the one set for it, back as they were."""
    names = (*_CHANGED_BY_OPENSIM, "OPENBLAS_CORETYPE")
    before = {name: os.environ.get(name) for name in names}
    try:
        if before["OPENBLAS_CORETYPE"] is None and _has_haswell_instructions():
            os.environ["OPENBLAS_CORETYPE"] = _KERNELS
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _load_libraries() -> None:
    """Load OpenSim's libraries before its Python wrappers do.

    WORKAROUND: the 4.6 wheel's wrappers (``_simbody.so`` and the others) are compiled without optimisation and hold
    copies of the libraries' inline functions (``SimTK::Vec``, ``Mat``, ``Rotation``). The loader binds a library that a
    wrapper brings along to the wrapper's copies, so that the integrator computes with the slow ones. A library loaded
    by itself is bound to its own. The arithmetic is the same bit for bit; a step takes a sixth less time
    (`bench/osim_rl.py`). Where this cannot be done, everything works as before and slower.
    """
    spec = importlib.util.find_spec("opensim")
    if sys.platform != "linux" or "opensim" in sys.modules or spec is None or spec.origin is None:
        return
    for name in _LIBRARIES:
        # The wheel has copies in place of links; the one with the version in its name is what the others ask for.
        files = sorted(Path(spec.origin).parent.glob(f"{name}.so*"), key=lambda file: len(file.name))
        with contextlib.suppress(OSError, IndexError):
            ctypes.CDLL(str(files[-1]), mode=os.RTLD_NOW | os.RTLD_LOCAL)


with _environment_variables_kept():
    _load_libraries()
    import opensim

# The sink goes first: OpenSim creates opensim.log at its first message, in whatever folder is current then.
opensim.Logger.removeFileSink()
opensim.Logger.setLevelString("error")

__all__ = ["opensim"]
