"""The application: makes session and window, connects them, carries out commands, and cleans up."""

import locale
import logging
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from PyQt5.QtCore import QObject, Qt, QTimer
from PyQt5.QtWidgets import QApplication

from osimviz.controller_names import environment_of, fault_in, parse_builtin
from osimviz.frames import Failure, Outcome
from osimviz.options import Options
from osimviz.palette import ThemeName, load_palette
from osimviz.plot_choices import default_channels
from osimviz.recording import Recording, RecordingError, save_recording
from osimviz.render.captions import add_captions
from osimviz.render.capture import save_png
from osimviz.render.mesh_files import cache_folder
from osimviz.render.probe import probe
from osimviz.system_check import provide_runtime_folder
from osimviz.ui.about import show_about
from osimviz.ui.app_boxes import show_crash, show_warning
from osimviz.ui.app_commands import playback_handlers, request_of
from osimviz.ui.app_consent import may_run
from osimviz.ui.app_files import OpenFiles, ask_open, ask_save
from osimviz.ui.app_pictures import write_pictures
from osimviz.ui.commands import show_keys
from osimviz.ui.crash_guard import CrashGuard
from osimviz.ui.main_window import MainWindow
from osimviz.ui.preferences import Preferences
from osimviz.ui.session import Session
from osimviz.ui.theme import Theme, apply_theme, system_theme_name
from osimviz.view_choices import VIEW_TITLES
from osimviz.wording import capitalised
from osimviz.worker.messages import RunRequest

_log = logging.getLogger(__name__)
_PICTURE_SIZE_PX = (1920, 1080)


def run_window(options: Options, live: Connection | None = None) -> int:
    """Open the window, run what the options ask for, and return when it is closed.

    Parameters
    ----------
    options : Options
        The checked command line.
    live : Connection, optional
        Where another program streams its runs from.

    Returns
    -------
    int
        Exit status: 0, or 1 if a picture that was asked for could not be written.
    """
    provide_runtime_folder(cache_folder() / "runtime")
    QApplication.setAttribute(Qt.AA_EnableHighDpiScaling)
    QApplication.setAttribute(Qt.AA_UseHighDpiPixmaps)
    qt_application = QApplication(sys.argv[:1])
    qt_application.setApplicationName("osimviz")
    # QApplication takes the number format of the environment; parsers in C must see decimal points.
    locale.setlocale(locale.LC_NUMERIC, "C")
    application = Application(options, live)
    previous = signal.signal(signal.SIGINT, lambda number, frame: qt_application.quit())
    try:
        application.start()
        qt_application.exec_()
        return application.exit_status
    finally:
        application.close()
        signal.signal(signal.SIGINT, previous)


class Application(QObject):
    """Session, window and preferences, connected.

    Parameters
    ----------
    options : Options
        The checked command line.
    live : Connection, optional
        Where another program streams its runs from; then no run is started here.
    """

    def __init__(self, options: Options, live: Connection | None = None) -> None:
        super().__init__()
        self._options = options
        self._live = live
        self.files = OpenFiles()
        self.exit_status = 0
        self.preferences = Preferences()
        settings = self.preferences.view_settings(system_theme_name())
        self._theme = Theme(load_palette(settings.theme))
        apply_theme(QApplication.instance(), self._theme)
        self._guard = CrashGuard(self._tell_crash, self)
        self._guard.install()
        self.session = Session(settings, self)
        self.window = MainWindow(self._theme, self._handlers())
        self._request = request_of(options)
        self._has_plotted = False
        self._has_chosen_environment = bool(options.env_args) or options.env_name != environment_of(options.controller)
        self._is_closed = False
        self._connect()

    def start(self) -> None:
        """Show the window, begin the run, then find out how the 3D view can be drawn."""
        room = QApplication.primaryScreen().availableGeometry()
        self.window.resize(min(1600, room.width()), min(1000, room.height()))
        self.window.restore_layout(self.preferences.blob)
        self._show_request()
        self.window.show_view(self.session.view, None)
        is_example = (
            self._live is None and self._options.recording is None and self._request.controller in ("random", "reflex")
        )
        if is_example and not self.preferences.flag("first_steps_seen"):
            self.window.first_steps.show()
        self.window.show()
        self.window.view3d.setFocus()
        if self._options.recording is not None:
            self.session.open(self.files.open(self._options.recording))
        elif self._live is not None:
            self.session.watch(self._live)
        else:
            # The worker loads its model while this process loads its graphics.
            self.session.run(self._request)
        QTimer.singleShot(0, self._start_drawing)

    def close(self) -> None:
        """End the run, remember settings, free everything. Idempotent."""
        if self._is_closed:
            return
        self._is_closed = True
        for key, state in self.window.layout_states().items():
            self.preferences.keep_blob(key, state)
        self.preferences.keep_view_settings(self.session.settings)
        if self._has_plotted:
            self.preferences.keep_plots(self.window.plots.plot_names())
        self.preferences.close()
        self.session.close()
        self.files.close()
        self.window.shutdown()
        self.window.close()
        self.window.deleteLater()
        self._guard.close()

    def _start_drawing(self) -> None:
        back_end = probe(cache_folder())
        if self._is_closed:
            return
        if back_end.works:
            self.window.view3d.start()
        else:
            self.window.view3d.show_fault(back_end.sentence)
            _log.error("%s", back_end.sentence)

    def _connect(self) -> None:
        session, window = self.session, self.window
        session.run_changed.connect(self._on_session_run_changed)
        session.view_changed.connect(window.show_view)
        session.data_grown.connect(window.show_data)
        session.failed.connect(self._on_session_failed)
        session.ended.connect(self._on_session_ended)
        window.closing.connect(self.close)
        window.file_dropped.connect(self.open_file)
        window.toolbar.request_changed.connect(self._on_toolbar_request_changed)
        window.toolbar.open_requested.connect(self.choose_controller)
        window.toolbar.camera_requested.connect(self.set_camera)
        window.toolbar.colour_requested.connect(self._on_toolbar_colour_requested)
        window.view3d.camera_moved.connect(self._on_view3d_camera_moved)
        window.timeline.cursor_requested.connect(session.seek)
        window.timeline.loop_requested.connect(self._on_timeline_loop_requested)
        window.timeline.command_requested.connect(self._on_command_requested)
        window.timeline.speed_requested.connect(self._on_timeline_speed_requested)
        window.plots.cursor_requested.connect(session.seek)
        window.ending.cursor_requested.connect(session.seek)
        window.plots.plotted_changed.connect(self._on_plots_plotted_changed)
        window.channels.plot_requested.connect(window.plots.plot)
        window.failure_panel.run_requested.connect(self.run)
        window.first_steps.command_requested.connect(self._on_command_requested)
        window.first_steps.dismissed.connect(self._on_first_steps_dismissed)

    def _handlers(self) -> dict[str, Callable[[], object]]:
        session = self.session
        cameras = {f"camera_{number}": name for number, name in enumerate(list(VIEW_TITLES)[:6], start=1)}
        return {
            **playback_handlers(session),
            **{key: self._camera_setter(name) for key, name in cameras.items()},
            "run": self.run,
            "stop": session.stop,
            "earlier_run": lambda: session.show_neighbour(-1),
            "later_run": lambda: session.show_neighbour(1),
            "open": self.choose_controller,
            "save": self.save_recording,
            "screenshot": self.choose_picture,
            "quit": lambda: self.window.close(),
            "next_event": lambda: self._go_to_event(1),
            "previous_event": lambda: self._go_to_event(-1),
            "camera_follow": self._toggle_camera_follow,
            "search": self._focus_search,
            "theme": self.toggle_theme,
            "reset_layout": lambda: self.window.reset_layout(),
            "keys": self._show_keys,
            "about": self._show_about,
        }

    def run(self) -> None:
        """Run what the toolbar says."""
        self.session.run(self._request)
        self.window.status.show_notice("")

    def open_controller(self, path: str) -> None:
        """Take a controller file and run it at once."""
        fault = fault_in(path)
        if fault is not None:
            self._warn(". ".join(fault))
            return
        if not may_run(path, self.window):
            return
        changes: dict[str, Any] = {"controller": path, "is_trusted": True}
        if not self._has_chosen_environment:
            changes |= {"env_name": environment_of(path), "env_args": ()}
        self._request = replace(self._request, **changes)
        self._show_request()
        self.run()

    def choose_controller(self) -> None:
        """Ask for a controller file and run it."""
        path = ask_open(self.window)
        if path:
            self.open_file(path)

    def open_file(self, path: str) -> None:
        """Show a recording, or run a controller."""
        if not path.lower().endswith(".h5"):
            self.open_controller(path)
            return
        try:
            self.session.open(self.files.open(Path(path)))
        except RecordingError as error:
            self._warn(capitalised(str(error)))

    def save_recording(self) -> None:
        """Ask for a file and save the shown run."""
        recording = self.session.recording
        if recording is None or recording.last_index < 0:
            self._warn("There is nothing to save yet: nothing was recorded")
            return
        file = ask_save(self.window, "Save the recording", "run.h5")
        if file is None:
            return
        try:
            save_recording(recording, file, replace=True)
        except RecordingError as error:
            self._warn(capitalised(str(error)))
            return
        self.window.status.show_notice(f"Recording saved: {file}")

    def choose_picture(self) -> None:
        """Ask for a file and write what the 3D view shows."""
        view = self.session.view
        if view.index < 0 or self.session.recording is None:
            self._warn("There is no picture yet: nothing was recorded")
            return
        suggestion = f"osimviz-step-{view.index}.png"
        path = ask_save(self.window, "Save a picture of the 3D view", suggestion)
        if path is not None:
            self.write_picture(path)

    def write_picture(self, path: Path) -> None:
        """Write what the 3D view shows, anti-aliased, as a PNG file."""
        recording, view = self.session.recording, self.session.view
        picture = self.window.view3d.picture(*_PICTURE_SIZE_PX)
        if recording is None or picture is None or view.index < 0:
            return
        add_captions(picture, recording.frame(view.index), self.window.view3d.options, self._theme.palette)
        try:
            save_png(path, picture)
        except OSError as error:
            self._warn(f"The picture was not written: {error.strerror or error} ({path})")
            return
        self.window.status.show_notice(f"Picture saved: {path}")

    def set_camera(self, name: str) -> None:
        """Take a named view."""
        if name:
            self.window.view3d.set_camera(name)
            self.session.change(camera=name)

    def toggle_theme(self) -> None:
        """Change between dark and light."""
        name: ThemeName = "light" if self._theme.palette.name == "dark" else "dark"
        self._theme = Theme(load_palette(name))
        apply_theme(QApplication.instance(), self._theme)
        self.window.set_theme(self._theme)
        self.session.change(theme=name)

    def _camera_setter(self, name: str) -> Callable[[], None]:
        def act() -> None:
            self.set_camera(name)

        return act

    def _toggle_camera_follow(self) -> None:
        self.session.change(is_camera_following=not self.session.settings.is_camera_following)

    def _focus_search(self) -> None:
        self.window.channels.focus_search()

    def _show_keys(self) -> None:
        show_keys(self.window)

    def _show_about(self) -> None:
        show_about(self.window)

    def _go_to_event(self, direction: int) -> None:
        here = self.session.view.index
        events = self.window.timeline.event_indices()
        ahead = [index for index in events if (index - here) * direction > 0]
        if ahead:
            self.session.seek(min(ahead) if direction > 0 else max(ahead))

    def _show_request(self) -> None:
        self.window.toolbar.show_request(self._request, self.preferences.recent())

    def _warn(self, sentence: str) -> None:
        show_warning(self.window, sentence)

    def _tell_crash(self, sentence: str, details: str) -> None:
        show_crash(self.window, sentence, details)

    def _on_session_run_changed(self, recording: Recording) -> None:
        self.window.show_run(recording)
        if not self._has_plotted:
            self._has_plotted = True
            known = [[name for name in group if recording.has_channel(name)] for group in self.preferences.plots()]
            for names in [group for group in known if group] or default_channels(recording.info):
                self.window.plots.plot(names, True)
        self._on_plots_plotted_changed()
        controller = self.session.request.controller
        if parse_builtin(controller) is None and recording is self.session.runs.growing and self._live is None:
            self.preferences.keep_recent(str(Path(controller).expanduser().absolute()))
        if controller == self._request.controller and recording is self.session.runs.growing and self._live is None:
            # What the controller declared is what runs next, too.
            info = recording.info
            self._request = replace(self._request, env_name=info.env_name, env_args=info.env_args)
        self._show_request()
        number, last = self.session.runs.position()
        which = f"run {number} of {last} · " if last > 1 else ""
        self.window.show_title(f"{which}{recording.info.controller} · {recording.info.env_summary}")

    def _on_session_failed(self, failure: Failure) -> None:
        self.window.show_failure(failure)

    def _on_session_ended(self, outcome: Outcome) -> None:
        recording = self.session.recording
        if not self._options.pictures or recording is None or recording.last_index < 0:
            return
        pictures, self._options = self._options.pictures, replace(self._options, pictures=())
        try:
            write_pictures(recording, pictures)
            self.window.status.show_notice(f"Picture saved: {', '.join(str(picture.path) for picture in pictures)}")
        except OSError as error:
            self.exit_status = 1
            self._warn(f"The picture was not written: {error}")

    def _on_toolbar_request_changed(self, request: RunRequest) -> None:
        is_other = (request.env_name, request.env_args) != (self._request.env_name, self._request.env_args)
        self._has_chosen_environment = self._has_chosen_environment or is_other
        self._request = request
        self.window.status.show_notice("Changed for the next run: Ctrl+R runs it")

    def _on_toolbar_colour_requested(self, source: str, colour_map: str) -> None:
        self.session.change(colour_source=source, colour_map=colour_map)

    def _on_view3d_camera_moved(self) -> None:
        if self.session.settings.camera:
            self.session.change(camera="")

    def _on_timeline_loop_requested(self, start: int, end: int) -> None:
        self.session.playback.set_loop(start, end)
        self.session.refresh()

    def _on_command_requested(self, command: str) -> None:
        self.window.actions_by_id[command].trigger()

    def _on_first_steps_dismissed(self) -> None:
        self.preferences.keep_flag("first_steps_seen", True)

    def _on_timeline_speed_requested(self, speed: float) -> None:
        self.session.playback.set_speed(speed)
        self.session.refresh()

    def _on_plots_plotted_changed(self) -> None:
        self.window.channels.show_plotted(self.window.plots.plotted())
