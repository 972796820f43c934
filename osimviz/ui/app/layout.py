"""The window's layout: undo, reset, saved layouts, sides that are hidden or in windows of their own."""

from functools import partial

from osimviz.ui.app.commands import Handler
from osimviz.ui.dialogs.layouts import LayoutDialog
from osimviz.ui.dialogs.opening import open_once
from osimviz.ui.layout_history import Layout, LayoutHistory
from osimviz.ui.main_window import MainWindow
from osimviz.ui.preferences import Preferences


class LayoutActions:
    """Changes the layout so that every change can be undone.

    Parameters
    ----------
    window : MainWindow
        The window.
    preferences : Preferences
        Remembers the saved layouts.
    """

    def __init__(self, window: MainWindow, preferences: Preferences) -> None:
        self._window = window
        self._preferences = preferences
        self.history = LayoutHistory(self._read, self._restore, window)
        self._dialog: LayoutDialog | None = None
        window.layout_changed.connect(self.history.changed)

    def handlers(self) -> dict[str, Handler]:
        """Return what the commands do."""
        return {
            "undo_layout": self.undo,
            "redo_layout": self.redo,
            "layouts": self.choose,
            "reset_layout": self.reset,
            "toggle_left": partial(self._toggle, "left"),
            "toggle_right": partial(self._toggle, "right"),
            "toggle_below": partial(self._toggle, "below"),
            "float_left": partial(self._toggle_floating, "left"),
            "float_right": partial(self._toggle_floating, "right"),
            "float_below": partial(self._toggle_floating, "below"),
        }

    def undo(self) -> None:
        """Put the layout before the last change in place."""
        if not self.history.undo():
            self._window.status.show_notice("There is no change of the layout to undo")

    def redo(self) -> None:
        """Put the layout back that was undone last."""
        if not self.history.redo():
            self._window.status.show_notice("There is no change of the layout to do again")

    def reset(self) -> None:
        """Put every part to its designed place."""
        self._window.reset_layout()
        self.history.settle()

    def choose(self) -> None:
        """Open the dialog of saved layouts."""
        open_once(self._window, "layouts", self._make_dialog)

    def apply(self, name: str) -> None:
        """Put a saved layout in place."""
        layout = self._preferences.layouts().get(name)
        if layout is not None:
            self._restore(layout)
            self.history.settle()

    def save(self, name: str) -> None:
        """Save the present layout."""
        layouts = self._preferences.layouts()
        layouts[name] = {key: state for key, state in self._window.layout_states().items() if key != "geometry"}
        self._preferences.keep_layouts(layouts)
        self._show(layouts)

    def delete(self, name: str) -> None:
        """Delete a saved layout."""
        layouts = self._preferences.layouts()
        layouts.pop(name, None)
        self._preferences.keep_layouts(layouts)
        self._show(layouts)

    def _make_dialog(self) -> LayoutDialog:
        dialog = self._dialog = LayoutDialog(list(self._preferences.layouts()), self._window)
        dialog.apply_requested.connect(self.apply)
        dialog.save_requested.connect(self.save)
        dialog.removal_requested.connect(self.delete)
        dialog.finished.connect(self._on_dialog_finished)
        return dialog

    def _show(self, layouts: dict[str, Layout]) -> None:
        if self._dialog is not None:
            self._dialog.show_names(list(layouts))

    def _toggle(self, part: str) -> None:
        self._window.docks.toggle(part)
        self.history.settle()

    def _toggle_floating(self, part: str) -> None:
        self._window.docks.toggle_floating(part)
        self.history.settle()

    def _read(self) -> Layout:
        states = self._window.layout_states()
        # Where windows stand on the screen is the desktop's business.
        return {name: state for name, state in states.items() if name not in ("geometry", "own_places")}

    def _restore(self, layout: Layout) -> None:
        self._window.restore_parts(layout)

    def _on_dialog_finished(self) -> None:
        self._dialog = None
