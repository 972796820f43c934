"""Which commands are switched on: the ticks of the menus."""

from collections.abc import Mapping

from PyQt5.QtWidgets import QAction

from osimviz.analysis.run_pair import RunPair
from osimviz.ui.main_window.docks import Docks
from osimviz.view_choices import VIEW_TITLES
from osimviz.view_state import ViewState

#: The command of each named camera, by the camera's name.
_CAMERAS = {name: f"camera_{number}" for number, name in enumerate(filter(None, VIEW_TITLES), start=1)}


def switched_on(view: ViewState, docks: Docks, pair: RunPair | None, *, shows_difference: bool) -> dict[str, bool]:
    """Return the commands that switch something, by their names, and whether it is on.

    Parameters
    ----------
    view : ViewState
        What is shown.
    docks : Docks
        The sides of the window.
    pair : RunPair or None
        The shown run with the one it is compared with.
    shows_difference : bool
        Whether the plots show what they differ by.
    """
    settings = view.settings
    found = {
        "follow": view.is_following,
        "loop": view.is_looping,
        "strobe": settings.is_strobe,
        "camera_follow": settings.is_camera_following,
        "difference": pair is not None and shows_difference,
    }
    found |= {command: settings.camera == name for name, command in _CAMERAS.items()}
    for by in ("time", "contact", "phase"):
        found[f"align_{by}"] = pair is not None and pair.alignment.by == by
    hidden, floating = docks.hidden, docks.floating
    for side in docks.names:
        found[f"toggle_{side}"] = side not in hidden
        found[f"float_{side}"] = side in floating
    return found


def show_ticks(actions: Mapping[str, QAction], ticks: Mapping[str, bool]) -> None:
    """Tick the actions of the commands that are on; carries out nothing."""
    for command, is_on in ticks.items():
        actions[command].setCheckable(True)
        actions[command].setChecked(is_on)
