"""The actions of a recording, done again step by step, in the environment they were recorded in."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from osimviz.envs.arguments import environment_names
from osimviz.frames import Array
from osimviz.recording.as_it_is import open_as_it_is
from osimviz.worker.controller_errors import ControllerLoadError, first_line
from osimviz.worker.forms.excitation_table import rows_form
from osimviz.worker.forms.loaded_form import LoadedForm


def builtin_form(kind: str, value: str) -> LoadedForm:
    """Return the controller of ``replay:RECORDING.h5``: the actions of its first episode, the last one held on.

    Raises
    ------
    ControllerLoadError
        If there is no such recording, or it holds no actions.
    """
    path = Path(value).expanduser().absolute()
    if not path.is_file():
        raise ControllerLoadError(f"there is no recording {value}", "Check the path in replay:FILE.")
    try:
        with path.open("rb") as raw, open_as_it_is(raw.fileno()) as file:
            episode = file["episode_0"]
            actions = np.asarray(episode["actions"][()])
            excitations = np.asarray(episode["frames/excitation"][()]) if "frames/excitation" in episode else None
            run = json.loads(episode["run"][()]) if "run" in episode else {}
    except (OSError, KeyError, TypeError, ValueError, AttributeError, RuntimeError, RecursionError) as error:
        raise ControllerLoadError(
            f"{path.name} holds no recorded actions ({first_line(error)})", "Name a recording that osimviz wrote."
        ) from error
    form = rows_form(path.name, actions)
    return LoadedForm(
        f"replay · {path.name}", form.target, is_factory=True, speakers=(_declared(run, actions, excitations),)
    )


def _declared(run: Any, actions: Array, excitations: Array | None) -> SimpleNamespace:
    """Return what a recording says of the environment and of its actions' range."""
    said = SimpleNamespace(action_range="tanh" if _are_mapped(actions, excitations) else "unit")
    # A file may not name a program to be run: the built-in environments only.
    if isinstance(run, dict) and run.get("env_name") in environment_names():
        said.environment = run["env_name"]
        pairs = [pair for pair in run.get("env_args", ()) if isinstance(pair, list) and len(pair) == 2]
        said.environment_args = {str(key): str(value) for key, value in pairs}
    return said


def _are_mapped(actions: Array, excitations: Array | None) -> bool:
    """Whether the muscles got (a + 1)/2 and not the actions themselves.

    Excitations stand in the model's order of muscles, which need not be that of the actions.
    """
    if excitations is None or excitations.shape[1:] != actions.shape[1:] or len(excitations) < 2:
        return False
    n = min(len(actions), len(excitations) - 1)
    applied = np.sort(excitations[1 : n + 1], axis=1)
    mapped = np.sort(np.clip(0.5 * (actions[:n] + 1.0), 0.0, 1.0), axis=1)
    return bool(np.allclose(applied, mapped, atol=1e-9))
