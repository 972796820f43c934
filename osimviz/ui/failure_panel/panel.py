"""What went wrong in a run: the sentence, the traceback, what the controller got and gave."""

import html

from PyQt5.QtCore import Qt, QUrl, pyqtSignal
from PyQt5.QtGui import QDesktopServices, QShowEvent
from PyQt5.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QTextEdit, QVBoxLayout, QWidget

from osimviz.frames import Failure, RunInfo
from osimviz.ui.commands import with_keys
from osimviz.ui.failure_panel.values import ActionBars, ObservationList, summary
from osimviz.ui.failure_panel.words import own_line, report_text, spread_words, traceback_html
from osimviz.ui.icons import icon
from osimviz.ui.theme import Theme
from osimviz.wording import capitalised

#: Five lines of a traceback and its scroll bar: the error, the line it came from and the call that led there.
_TRACEBACK_PX = 100


class FailurePanel(QWidget):
    """Shows one failure; stays until the next run.

    Signals
    -------
    run_requested()
        The user wants to run again.
    """

    run_requested = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._failure: Failure | None = None
        self._sentence = _wrapping_label()
        self._hint = _wrapping_label()
        self._hint.setProperty("strength", "mid")
        self._traceback = QTextEdit()
        self._traceback.setObjectName("traceback")
        self._traceback.setReadOnly(True)
        self._traceback.setLineWrapMode(QTextEdit.NoWrap)
        self._traceback.setMinimumHeight(_TRACEBACK_PX)
        self._info: RunInfo | None = None
        self._observation_title, self._action_title = _wrapping_label(), _wrapping_label()
        self._observation = ObservationList(theme)
        self._action = ActionBars(theme)
        self._open = QPushButton("Open file")
        self._open.clicked.connect(self._on_open_clicked)
        copy = QPushButton("Copy report")
        copy.setToolTip("Copy the sentence, the traceback and the numbers")
        copy.clicked.connect(self._on_copy_clicked)
        again = QPushButton("Run again")
        again.setToolTip(with_keys("Run again ({run})"))
        again.clicked.connect(self.run_requested)
        self._buttons = {"code": self._open, "copy": copy, "play": again}
        self._tint_buttons()
        self._lay_out()

    def show_run(self, info: RunInfo | None) -> None:
        """Take the names of a run's channels and actions."""
        self._info = info

    def show_failure(self, failure: Failure) -> None:
        """Show a failure in place of the last one."""
        self._failure = failure
        colour = self._theme.palette["bad"]
        sentence = html.escape(capitalised(failure.sentence))
        self._sentence.setText(f'<span style="color:{colour}">●</span> <b>{sentence}</b>')
        self._hint.setText(failure.hint)
        self._hint.setVisible(bool(failure.hint))
        self._traceback.setHtml(traceback_html(failure.traceback, self._theme.palette))
        self._traceback.setVisible(bool(failure.traceback))
        self._show_numbers(failure)
        place = own_line(failure.traceback)
        self._open.setVisible(place is not None)
        if place is not None:
            self._open.setText(f"Open line {place[1]}")
            self._open.setToolTip(f"Open {place[0]} with the system's program; the error came from line {place[1]}")
        self._show_last_lines()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._observation.set_theme(theme)
        self._action.set_theme(theme)
        self._tint_buttons()
        if self._failure is not None:
            self.show_failure(self._failure)

    def report(self) -> str:
        """Return the failure as plain text, as *Copy report* does; empty before the first."""
        return report_text(self._failure) if self._failure is not None else ""

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        for button in self._buttons.values():
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        for part in (self._sentence, self._hint):
            column.addWidget(part)
        column.addLayout(buttons)
        column.addWidget(self._traceback, 2)
        column.addWidget(self._observation_title)
        column.addWidget(self._observation, 3)
        column.addWidget(self._action_title)
        column.addWidget(self._action)
        column.addStretch(0)

    def _show_numbers(self, failure: Failure) -> None:
        """Show what the controller got and gave, as far as it is known."""
        channels = self._info.channels if self._info is not None else ()
        names = self._info.action_names if self._info is not None else ()
        observation, action = failure.observation, failure.action
        self._observation_title.setVisible(observation is not None)
        self._observation.setVisible(observation is not None)
        if observation is not None:
            self._observation_title.setText(f"<b>Observation it got</b> · {summary(observation, channels)}")
            self._observation.show_values(observation, channels)
        self._action_title.setVisible(action is not None)
        self._action.setVisible(action is not None and action.size > 0)
        if action is not None:
            self._action_title.setText(f"<b>Last action it gave</b> · {spread_words(action)}")
            self._action.show_values(action, names)

    def _tint_buttons(self) -> None:
        for name, button in self._buttons.items():
            button.setIcon(icon(name, self._theme.palette["text_mid"]))

    def _show_last_lines(self) -> None:
        bar = self._traceback.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _on_open_clicked(self) -> None:
        place = own_line(self._failure.traceback) if self._failure is not None else None
        if place is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(place[0]))

    def _on_copy_clicked(self) -> None:
        QApplication.clipboard().setText(self.report())

    def showEvent(self, event: QShowEvent) -> None:
        """Qt's override: the last lines of a traceback say the most, and have their place only now."""
        super().showEvent(event)
        self._show_last_lines()


def _wrapping_label() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextSelectableByMouse)
    return label
