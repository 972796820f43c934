"""How much memory the worker process may use: the limit inside it, and the watch of its parent. Linux; else no limit.

Inside, RLIMIT_DATA bounds what a process may write to and shares with nobody: address space that is only reserved, as
torch and OpenSim do, does not count. An allocation beyond it fails and becomes Python's `MemoryError`. The parent
counts what the limit cannot see: forks and shared memory.
"""

import contextlib
import os
import sys
from pathlib import Path

from osimviz.machine_memory import GB

#: What other libraries say when an allocation fails: C++, torch.
_WORDS = ("bad_alloc", "can't allocate memory", "not enough memory")


def limit_memory(limit_gb: float) -> None:
    """Let allocations of this process fail beyond a limit. In the worker."""
    if sys.platform == "linux":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        soft = round(limit_gb * GB)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_DATA, (soft if hard < 0 else min(soft, hard), hard))


def lift_limit() -> None:
    """Make room for a report when the limit was reached; the parent still watches. In the worker."""
    if sys.platform == "linux":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))


def is_out_of_memory(error: BaseException | None) -> bool:
    """Whether an error, or one that it was raised from, says that an allocation failed; its own words may raise."""
    if error is None or isinstance(error, MemoryError):
        return error is not None
    if is_out_of_memory(error.__cause__):
        return True
    try:
        return isinstance(error, RuntimeError) and any(word in str(error) for word in _WORDS)
    except Exception:  # noqa: BLE001
        # A controller's error whose `__str__` raises says nothing.
        return False


def hint_of(limit_gb: float) -> str:
    """Return what to do about a limit that was reached."""
    return f"A controller that needs more than {limit_gb:g} GB gets it by --worker-memory GB."


def used_bytes(session: int) -> int:
    """Return the memory that the processes of a session hold for themselves or share with each other.

    Reads Linux's /proc; 0 elsewhere, or when they are gone. In the parent.

    Parameters
    ----------
    session : int
        Id of the session: a worker's process id, for it made one of its own.
    """
    total = 0
    try:
        numbers = [name for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208
    except OSError:
        return 0
    for number in numbers:
        # A process may end while it is looked at.
        with contextlib.suppress(OSError, ValueError, IndexError):
            place = Path("/proc", number)
            # The name in brackets may hold spaces and brackets itself; the session is the fourth field after it.
            if int((place / "stat").read_text(errors="replace").rpartition(")")[2].split()[3]) == session:
                total += _own_bytes(place)
    return total


def _own_bytes(place: Path) -> int:
    """Return a process's anonymous and shared memory, what it shares divided among those who share it."""
    kilobytes = 0
    for line in (place / "smaps_rollup").read_text().splitlines():
        name, _, rest = line.partition(":")
        if name in ("Pss_Anon", "Pss_Shmem"):
            kilobytes += int(rest.split()[0])
    return 1024 * kilobytes
