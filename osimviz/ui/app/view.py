"""What the window shows and how: camera, colours, theme, events, help."""

from functools import partial

from PyQt5.QtWidgets import QApplication

from osimviz.palette import ThemeName, load_palette
from osimviz.render.picking import Picked
from osimviz.ui.app.commands import Handler
from osimviz.ui.dialogs.about import about_box
from osimviz.ui.dialogs.keys import KeysDialog
from osimviz.ui.dialogs.opening import open_once
from osimviz.ui.main_window import MainWindow
from osimviz.ui.session import Session
from osimviz.ui.theme import Theme, apply_theme
from osimviz.view_choices import VIEW_TITLES, Layer, LevelChoice


class ViewActions:
    """Changes what is shown, never what is recorded.

    Parameters
    ----------
    session : Session
        Keeps the settings.
    window : MainWindow
        Shows them.
    """

    def __init__(self, session: Session, window: MainWindow) -> None:
        self._session = session
        self._window = window
        self._pose_before_strobe: tuple[float, ...] | None = None
        window.toolbar.camera_requested.connect(self.set_camera)
        window.toolbar.colour_requested.connect(self._on_toolbar_colour_requested)
        window.view3d.camera_moved.connect(self._on_view3d_camera_moved)
        window.view3d.picked.connect(self._on_view3d_picked)
        menu = window.view3d.layer_menu
        menu.layers_requested.connect(self._on_menu_layers_requested)
        menu.followed_requested.connect(self._on_menu_followed_requested)
        menu.level_requested.connect(self._on_menu_level_requested)

    def handlers(self) -> dict[str, Handler]:
        """Return what the commands on the view do."""
        cameras = {f"camera_{number}": name for number, name in enumerate([x for x in VIEW_TITLES if x], start=1)}
        return {
            **{key: partial(self.set_camera, name) for key, name in cameras.items()},
            "next_event": lambda: self._go_to_event(1),
            "previous_event": lambda: self._go_to_event(-1),
            "camera_fit": self._window.view3d.fit,
            "strobe": self._toggle_strobe,
            "camera_follow": self._toggle_camera_follow,
            "search": self._window.channels.focus_search,
            "theme": self.toggle_theme,
            "palette": self._window.show_palette,
            "keys": lambda: open_once(self._window, "keys", lambda: KeysDialog(self._window)),
            "about": lambda: open_once(self._window, "about", lambda: about_box(self._window)),
        }

    def set_camera(self, name: str) -> None:
        """Take a named view."""
        if name:
            self._window.view3d.set_camera(name)
            self._session.change(camera=name)

    def toggle_theme(self) -> None:
        """Change between dark and light."""
        name: ThemeName = "light" if self._window.theme.palette.name == "dark" else "dark"
        theme = Theme(load_palette(name))
        apply_theme(QApplication.instance(), theme)
        self._window.set_theme(theme)
        self._session.change(theme=name)

    def _toggle_camera_follow(self) -> None:
        self._session.change(is_camera_following=not self._session.settings.is_camera_following)

    def _toggle_strobe(self) -> None:
        view3d, is_strobe = self._window.view3d, not self._session.settings.is_strobe
        if is_strobe:
            self._pose_before_strobe = view3d.camera_pose
        self._session.change(is_strobe=is_strobe)
        if is_strobe:
            view3d.fit()
        elif self._pose_before_strobe is not None:
            view3d.set_camera_pose(self._pose_before_strobe)

    def _go_to_event(self, direction: int) -> None:
        here = self._session.view.index
        events = self._window.timeline.event_indices()
        ahead = [index for index in events if (index - here) * direction > 0]
        if ahead:
            self._session.seek(min(ahead) if direction > 0 else max(ahead))

    def _on_toolbar_colour_requested(self, source: str, colour_map: str) -> None:
        self._session.change(colour_source=source, colour_map=colour_map)

    def _on_menu_layers_requested(self, layers: frozenset[Layer]) -> None:
        self._session.change(layers=layers)

    def _on_menu_followed_requested(self, name: str) -> None:
        self._session.change(followed=name, is_camera_following=True)

    def _on_menu_level_requested(self, level: LevelChoice) -> None:
        self._session.change(level=level)

    def _on_view3d_picked(self, picked: Picked) -> None:
        group = f"muscles/{picked.name}" if picked.kind == "muscle" else f"body/{picked.body}"
        self._window.channels.reveal(group)

    def _on_view3d_camera_moved(self) -> None:
        if self._session.settings.camera:
            self._session.change(camera="")
