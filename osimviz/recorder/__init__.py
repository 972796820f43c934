"""Record the user's own environment from inside the user's own program: no window, no Qt, no VTK."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

Keep = Literal["all", "failing"] | int


def record(
    env: Any,
    path: str | Path,
    *,
    keep: Keep = "all",
    controller: str = "",
    provenance: Mapping[str, str] | None = None,
) -> Any:
    """Return the environment, recorded: use it in place of `env`, call ``close()`` when done.

    A process beside the program writes the file, so that no step waits for a disk; it takes about 50 MB of memory and
    starts at the first reset. It ends with ``close()``, or with the program, once every finished step is in the file:
    on Linux also where the program was killed, or crashed in compiled code. Until then it is a child of the program,
    for which ``os.wait()`` waits, too. ``recording_path`` of what is returned is where the file is; asking for it waits
    until all ended episodes are in it. Where no process can be started, the program writes the file itself.

    Parameters
    ----------
    env : object
        An environment of osim-rl, of osimviz, of Gymnasium, or a class like them, that holds an OpenSim model and its
        state (``env.osim_model.model`` and ``.state``, or ``env.model`` and ``env.state``, here or below wrappers).
    path : str or Path
        The file to write. ``{pid}`` stands for the process and ``{n}`` for the next free number; a folder stands for
        ``run-{pid}-{n}.h5`` in it, which many processes may share. Nothing is ever overwritten.
    keep : {"all", "failing"} or int
        Which episodes stay: all, in one file; those that ended neither by a limit nor by a new reset; or the last so
        many. Where episodes can go, each has a file of its own, numbered by ``{n}``.
    controller : str
        What the actions come from, in a few words.
    provenance : mapping of str to str, optional
        More to note, such as a hash of the policy.

    Returns
    -------
    object
        Has ``reset``, ``step``, ``close`` and everything `env` has; a `gymnasium.Wrapper` if `env` is a
        `gymnasium.Env`. A full disk or a removed folder ends the recording with a warning, never the user's program.

    Raises
    ------
    RecordingError
        If the file exists, its folder is missing, or no OpenSim model is found in `env`.
    """
    from osimviz.recorder.recorded_env import wrapped
    from osimviz.recorder.recorder import Recorder

    return wrapped(env, Recorder(env, Path(path), keep=keep, controller=controller, provenance=provenance or {}))
