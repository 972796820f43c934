"""The settings dialog and what its settings do."""

from collections.abc import Callable

from osimviz.analysis.thresholds import Thresholds
from osimviz.settings_table import SETTINGS, Value
from osimviz.ui.app.commands import Handler
from osimviz.ui.dialogs.opening import open_once
from osimviz.ui.dialogs.settings import SettingsDialog
from osimviz.ui.main_window import MainWindow
from osimviz.ui.preferences import Preferences
from osimviz.ui.session import Session

_BY_KEY = {setting.key: setting for setting in SETTINGS}


class SettingsActions:
    """Opens the dialog, carries changes out, remembers them.

    Parameters
    ----------
    session : Session
        Keeps what is chosen for the picture.
    window : MainWindow
        Marks by the thresholds.
    preferences : Preferences
        Remembers.
    toggle_theme : callable
        Changes between the dark and the light theme.
    set_memory_mb : callable
        Takes how much memory runs may take, MB.
    memory_mb : callable
        Returns it.
    """

    def __init__(
        self,
        session: Session,
        window: MainWindow,
        preferences: Preferences,
        toggle_theme: Callable[[], None],
        set_memory_mb: Callable[[int], None],
        memory_mb: Callable[[], int],
    ) -> None:
        self._session = session
        self._window = window
        self._preferences = preferences
        self._toggle_theme = toggle_theme
        self._set_memory_mb = set_memory_mb
        self._memory_mb = memory_mb
        self._show_thresholds()

    def handlers(self) -> dict[str, Handler]:
        """Return what the commands do."""
        return {"settings": self.open}

    def open(self) -> None:
        """Open the dialog."""
        open_once(self._window, "settings", self._make_dialog)

    def values(self) -> dict[str, Value]:
        """Return the present value of every setting."""
        view = self._session.settings
        values: dict[str, Value] = {key: self._preferences.setting(setting) for key, setting in _BY_KEY.items()}
        return values | {
            "view/theme": view.theme,
            "view/colour_source": view.colour_source,
            "view/colour_map": view.colour_map,
            "view/is_camera_following": view.is_camera_following,
            "flags/hints": not self._preferences.flag("first_steps_seen"),
            "runs/memory_mb": float(self._memory_mb()),
        }

    def change(self, key: str, value: object) -> None:
        """Give a setting another value, at once and for the next start."""
        wanted = _BY_KEY[key].checked(value)
        if wanted == self.values()[key]:
            return
        if key == "view/theme":
            self._toggle_theme()
        elif key.startswith("view/"):
            self._session.change(**{key.removeprefix("view/"): wanted})
        elif key == "flags/hints":
            self._preferences.keep_flag("first_steps_seen", not wanted)
        elif key == "runs/memory_mb":
            self._set_memory_mb(int(float(wanted)))
        else:
            self._preferences.keep_setting(key, wanted)
            self._show_thresholds()

    def _make_dialog(self) -> SettingsDialog:
        dialog = SettingsDialog(self.values(), self._window)
        dialog.changed.connect(self.change)
        return dialog

    def _show_thresholds(self) -> None:
        names = ("band_s", "band_deviations", "slow_medians", "target_radius_m")
        found = {name: float(self._preferences.setting(_BY_KEY[f"analysis/{name}"])) for name in names}
        self._window.show_thresholds(Thresholds(**found))
