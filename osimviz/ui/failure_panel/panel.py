"""What went wrong in a run: the sentence, the traceback, what the controller got and gave."""

import html
import os
import re
from pathlib import Path

import numpy as np
from PyQt5.QtCore import Qt, QUrl, pyqtSignal
from PyQt5.QtGui import QDesktopServices, QShowEvent
from PyQt5.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QTextEdit, QVBoxLayout, QWidget

from osimviz.frames import Array, Failure, RunInfo
from osimviz.ui.failure_panel.values import ActionBars, ObservationList, summary
from osimviz.ui.icons import icon
from osimviz.ui.theme import Theme
from osimviz.wording import capitalised, counted


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
        self._info: RunInfo | None = None
        self._observation_title, self._action_title = _wrapping_label(), _wrapping_label()
        self._observation = ObservationList(theme)
        self._action = ActionBars(theme)
        self._open = QPushButton("Open file")
        self._open.clicked.connect(self._on_open_clicked)
        copy = QPushButton("Copy report")
        copy.setToolTip("Copy the sentence, the traceback and the numbers")
        copy.clicked.connect(self._copy)
        again = QPushButton("Run again")
        again.setToolTip("Run again (Ctrl+R)")
        again.clicked.connect(self.run_requested)
        self._buttons = {"code": self._open, "copy": copy, "play": again}
        self._tint_buttons()
        buttons = QHBoxLayout()
        buttons.addWidget(self._open)
        buttons.addWidget(copy)
        buttons.addWidget(again)
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
        self._traceback.setHtml(traceback_html(failure.traceback, self._theme))
        self._traceback.setVisible(bool(failure.traceback))
        self._show_numbers(failure)
        place = own_line(failure.traceback)
        self._open.setVisible(place is not None)
        if place is not None:
            self._open.setText(f"Open line {place[1]}")
            self._open.setToolTip(f"Open {place[0]} with the system's program; the error came from line {place[1]}")
        bar = self._traceback.verticalScrollBar()
        bar.setValue(bar.maximum())

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
            self._action_title.setText(f"<b>Last action it gave</b> · {_in_words(action)}")
            self._action.show_values(action, names)

    def showEvent(self, event: QShowEvent) -> None:
        """Qt's override: the last lines of a traceback say the most, and have their place only now."""
        super().showEvent(event)
        bar = self._traceback.verticalScrollBar()
        bar.setValue(bar.maximum())

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._observation.set_theme(theme)
        self._action.set_theme(theme)
        self._tint_buttons()
        if self._failure is not None:
            self.show_failure(self._failure)

    def _tint_buttons(self) -> None:
        for name, button in self._buttons.items():
            button.setIcon(icon(name, self._theme.palette["text_mid"]))

    def report(self) -> str:
        """Return the failure as plain text, as *Copy report* does; empty before the first."""
        return report_text(self._failure) if self._failure is not None else ""

    def _on_open_clicked(self) -> None:
        place = own_line(self._failure.traceback) if self._failure is not None else None
        if place is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(place[0]))

    def _copy(self) -> None:
        QApplication.clipboard().setText(self.report())


#: Where the program lies, as tracebacks write it.
_PROGRAM_FOLDER = f"{Path(__file__).parents[3]}{os.sep}"


def traceback_html(text: str, theme: Theme) -> str:
    """Return a traceback with the controller's own lines strong, those around it weak, the error in red.

    Of the program's own lines that follow each other the first stands for all. Lines with marks under an expression are
    left out: they say again what the line's number says.
    """
    palette = theme.palette
    lines, colour, n_around = [], palette["text_weak"], 0
    for line in text.rstrip().splitlines():
        if line.strip() and set(line.strip()) <= set("^~"):
            continue
        if line.startswith("  File "):
            is_around = _is_around(line)
            if n_around > 1 and not is_around:
                lines.append(
                    _coloured(f"  … {counted(n_around - 1, 'more step')} of the program", palette["text_weak"])
                )
            n_around = n_around + 1 if is_around else 0
            colour = palette["text_weak"] if is_around else palette["text"]
        elif not line.startswith(" "):
            n_around = 0
            colour = palette["text_weak"] if line.startswith("Traceback") else palette["bad"]
        if n_around <= 1:
            # The program's own files go by their names in it: where it is installed says nothing of the error.
            lines.append(_coloured(line.replace(_PROGRAM_FOLDER, ""), colour))
    return f'<pre style="margin:0">{"<br>".join(lines)}</pre>'


def _coloured(line: str, colour: str) -> str:
    return f'<span style="color:{colour}">{html.escape(line)}</span>'


def _is_around(line: str) -> bool:
    """Whether a traceback's file line is of the program or of Python, not of the controller."""
    return any(part in line for part in ("/osimviz/", "\\osimviz\\", "<frozen ", "/site-packages/", "/lib/python3."))


def report_text(failure: Failure) -> str:
    """Return a failure as plain text for a bug report."""
    parts = [failure.sentence, failure.hint, failure.traceback.rstrip()]
    for name, values in (("observation", failure.observation), ("action", failure.action)):
        if values is not None:
            parts.append(f"{name} = {np.array2string(values, threshold=10_000, max_line_width=100)}")
    return "\n".join(part for part in parts if part) + "\n"


def own_line(text: str) -> tuple[str, int] | None:
    """Return file and line of the last line of a traceback that is the controller's own; None if there is none."""
    found = None
    for line in text.splitlines():
        match = re.match(r'  File "(.+)", line (\d+)', line)
        if match is not None and not _is_around(line) and Path(match.group(1)).is_file():
            found = (match.group(1), int(match.group(2)))
    return found


def _in_words(values: Array) -> str:
    finite = values[np.isfinite(values)]
    if not finite.size:
        return f"{values.size} numbers, none finite"
    spread = f"{values.size} numbers from {finite.min():.3g} to {finite.max():.3g}".replace("-", "−")
    n_bad = values.size - finite.size
    return spread + (", all finite" if not n_bad else f", {n_bad} not finite")


def _wrapping_label() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextSelectableByMouse)
    return label
