"""The application: makes session and window, connects them and what carries out the commands, and cleans up."""

import locale
import logging
import signal
import sys
from multiprocessing.connection import Connection

from PyQt5.QtCore import QLocale, QObject, QSize, Qt, QTimer
from PyQt5.QtGui import QIcon
from PyQt5.QtWidgets import QApplication

from osimviz.frames import Outcome
from osimviz.options import Options
from osimviz.palette import load_palette
from osimviz.plot_choices import default_channels
from osimviz.recording import Recording
from osimviz.render.mesh_files import cache_folder
from osimviz.render.probe import probe
from osimviz.resource_files import resource_path
from osimviz.system_check import provide_runtime_folder, release_display
from osimviz.ui.app.boxes import show_crash
from osimviz.ui.app.cameras import StoredCameras
from osimviz.ui.app.commands import CommandRouter, playback_handlers
from osimviz.ui.app.compare import CompareActions
from osimviz.ui.app.examples import ExampleActions
from osimviz.ui.app.export import ExportActions
from osimviz.ui.app.files import FileActions
from osimviz.ui.app.followed_runs import FollowedRunWatch
from osimviz.ui.app.keeping import KeepingActions
from osimviz.ui.app.layout import LayoutActions
from osimviz.ui.app.log import LogActions
from osimviz.ui.app.marks import MarkActions
from osimviz.ui.app.pictures import PictureActions
from osimviz.ui.app.plots import PlotActions
from osimviz.ui.app.run_list import RunListActions
from osimviz.ui.app.runs import RunActions, run_details
from osimviz.ui.app.search import SearchActions
from osimviz.ui.app.settings import SettingsActions
from osimviz.ui.app.view import ViewActions
from osimviz.ui.crash_guard import CrashGuard
from osimviz.ui.main_window import MainWindow
from osimviz.ui.preferences import Preferences
from osimviz.ui.session import Session
from osimviz.ui.theme import Theme, apply_theme, system_theme_name
from osimviz.ui.window_place import fit_when_framed

_log = logging.getLogger(__name__)
#: The window's size on a first start, where the screen has room for it (the design's pictures).
_DESIGNED_SIZE = QSize(1600, 1000)


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
    release_display()
    qt_application.setApplicationName("osimviz")
    qt_application.setDesktopFileName("osimviz")
    qt_application.setWindowIcon(QIcon(str(resource_path("osimviz.svg"))))
    # QApplication takes the number format of the environment; parsers in C must see decimal points. So must fields:
    # where the decimal sign is a comma, the time 1.69 that the window shows would be read as 169.
    locale.setlocale(locale.LC_NUMERIC, "C")
    plain = QLocale.c()
    plain.setNumberOptions(QLocale.OmitGroupSeparator | QLocale.RejectGroupSeparator)
    QLocale.setDefault(plain)
    application = Application(options, live)
    is_interrupted = False

    def interrupt(number: int, frame: object) -> None:
        nonlocal is_interrupted
        is_interrupted = True
        qt_application.quit()

    previous = signal.signal(signal.SIGINT, interrupt)
    try:
        application.start()
        # A question may have been open before the loop began: what ended that must end the loop, too.
        if not is_interrupted:
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

    Attributes
    ----------
    session, window, preferences
        What is connected.
    commands : CommandRouter
        Leads each command to one of the others, which carry them out.
    """

    def __init__(self, options: Options, live: Connection | None = None) -> None:
        super().__init__()
        self._options = options
        self._live = live
        self.preferences = Preferences()
        settings = self.preferences.view_settings(system_theme_name())
        theme = Theme(load_palette(settings.theme))
        apply_theme(QApplication.instance(), theme)
        self._guard = CrashGuard(self._tell_crash, self)
        self._guard.install()
        self.session = Session(settings, self)
        self.commands = CommandRouter()
        self.window = MainWindow(theme, self.commands.triggers)
        self.runs = RunActions(self.session, self.window, self.preferences, options)
        self.run_list = RunListActions(self.session, self.window)
        self.keeping = KeepingActions(self.session, self.window, self.preferences, options)
        self.files = FileActions(
            self.session,
            self.window,
            self.preferences,
            self.run_list,
            self.runs.open_controller,
            self.keeping.folder,
        )
        self.run_list.save_run = self.files.save_run
        self.search = SearchActions(self.session, self.window, self.preferences)
        self.followed = FollowedRunWatch(self.session, self.window)
        self.marks = MarkActions(self.session, self.window, self.preferences)
        self.layout = LayoutActions(self.window, self.preferences)
        self.view = ViewActions(self.session, self.window)
        self.settings = SettingsActions(
            self.session,
            self.window,
            self.preferences,
            self.view.toggle_theme,
            self.keeping.set_limit,
            self.keeping.limit_mb,
        )
        self.cameras = StoredCameras(self.session, self.window)
        self.pictures = PictureActions(self.session, self.window, options.pictures, self.run_list.path_of)
        self.export = ExportActions(self.session, self.window, self.preferences, self.run_list.path_of)
        self.comparison = CompareActions(self.session, self.window, self.files)
        self.plots = PlotActions(self.session, self.window)
        self.log = LogActions(self.session, self.window)
        self.examples = ExampleActions(self.window, self.runs)
        self._has_plotted = False
        self._is_closed = False
        self._connect()

    @property
    def exit_status(self) -> int:
        """0, or 1 if a picture that was asked for could not be written."""
        return 1 if self.pictures.has_failed else 0

    def start(self) -> None:
        """Show the window, begin the run, then find out how the 3D view can be drawn."""
        self.window.resize(QApplication.primaryScreen().availableGeometry().size().boundedTo(_DESIGNED_SIZE))
        self.window.restore_layout(self.preferences.blob)
        self.runs.show_request()
        self.window.show_view(self.session.view, None)
        is_example = (
            self._live is None and not self._options.recordings and self.runs.request.controller in ("random", "reflex")
        )
        if is_example and not self.preferences.flag("first_steps_seen"):
            self.window.first_steps.show()
        self.window.show()
        fit_when_framed(self.window)
        self.layout.history.start()
        self.window.view3d.setFocus()
        # Before the run, which may ask whether it may begin: drawing goes on meanwhile.
        QTimer.singleShot(0, self._start_drawing)
        if self._options.recordings:
            self.files.show_named(self._options)
        elif self._live is not None:
            self.session.watch(self._live)
        else:
            # The worker loads its model while this process loads its graphics.
            self.runs.run()
        if self._options.compared is not None:
            self.comparison.open(self._options.compared)

    def close(self) -> None:
        """End the run, remember settings, free everything. Idempotent."""
        if self._is_closed:
            return
        self._is_closed = True
        self.export.close()
        for key, state in self.window.layout_states().items():
            self.preferences.keep_blob(key, state)
        self.preferences.keep_view_settings(self.session.settings)
        if self._has_plotted:
            self.preferences.keep_plots(self.window.plots.plot_names())
        self.preferences.close()
        self.log.close()
        self.runs.close()
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
            self.window.view3d.start(is_software=back_end.is_software)
        else:
            self.window.view3d.show_fault(back_end.sentence)
            _log.error("%s", back_end.sentence)

    def _connect(self) -> None:
        session, window = self.session, self.window
        self.commands.add({"quit": window.close})
        self.commands.add(playback_handlers(session, window.status.show_notice))
        parts = (self.runs, self.files, self.keeping, self.search, self.marks, self.layout, self.settings, self.export)
        for part in (*parts, self.view, self.pictures, self.comparison, self.plots, self.log, self.examples):
            self.commands.add(part.handlers())
        session.run_changed.connect(self._on_session_run_changed)
        session.view_changed.connect(window.show_view)
        session.data_grown.connect(window.show_data)
        session.failed.connect(window.show_failure)
        session.ended.connect(self._on_session_ended)
        window.closing.connect(self.close)
        window.file_dropped.connect(self.files.open)
        window.toolbar.open_requested.connect(self.runs.choose_controller)
        window.timeline.cursor_requested.connect(session.seek)
        window.timeline.loop_requested.connect(self._on_timeline_loop_requested)
        window.timeline.command_requested.connect(window.carry_out)
        window.timeline.speed_requested.connect(self._on_timeline_speed_requested)
        window.ending.cursor_requested.connect(session.seek)
        window.plot_tabs.plotted_changed.connect(self._on_plots_plotted_changed)
        window.channels.plot_requested.connect(window.plots.plot)
        window.first_steps.command_requested.connect(window.carry_out)
        window.first_steps.dismissed.connect(self._on_first_steps_dismissed)

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
        if recording is self.session.runs.growing and self._live is None:
            self.runs.learn_from(recording)
        self.runs.show_request()
        number, last = self.session.runs.position()
        which = f"run {number} of {last} · " if last > 1 else ""
        info = recording.info
        self.window.show_title(f"{which}{info.controller} · {info.env_summary}", run_details(info))

    def _on_session_ended(self, outcome: Outcome) -> None:
        self.pictures.write_wanted()

    def _on_timeline_loop_requested(self, start: int, end: int) -> None:
        self.session.playback.set_loop(start, end)
        self.session.refresh()

    def _on_timeline_speed_requested(self, speed: float) -> None:
        self.session.playback.set_speed(speed)
        self.session.refresh()

    def _on_first_steps_dismissed(self) -> None:
        self.preferences.keep_flag("first_steps_seen", True)

    def _on_plots_plotted_changed(self) -> None:
        self.window.channels.show_plotted(self.window.plots.plotted())
