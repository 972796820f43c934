"""What went wrong in a run: the sentence, the traceback, what the controller got and gave."""

import html

import numpy as np
from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QTextEdit, QVBoxLayout, QWidget

from osimviz.frames import Array, Failure
from osimviz.ui.theme import Theme
from osimviz.wording import capitalised


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
        self._values = _wrapping_label()
        self._values.setProperty("strength", "mid")
        copy = QPushButton("Copy report")
        copy.setToolTip("Copy the sentence, the traceback and the numbers")
        copy.clicked.connect(self._copy)
        again = QPushButton("Run again")
        again.setToolTip("Run again (Ctrl+R)")
        again.clicked.connect(self.run_requested)
        buttons = QHBoxLayout()
        buttons.addWidget(copy)
        buttons.addWidget(again)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        for part in (self._sentence, self._hint):
            column.addWidget(part)
        column.addLayout(buttons)
        column.addWidget(self._traceback, 1)
        column.addWidget(self._values)
        column.addStretch(0)

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
        values = _values_text(failure)
        self._values.setText(values)
        self._values.setVisible(bool(values))
        bar = self._traceback.verticalScrollBar()
        bar.setValue(bar.maximum())

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        if self._failure is not None:
            self.show_failure(self._failure)

    def _copy(self) -> None:
        if self._failure is not None:
            QApplication.clipboard().setText(report_text(self._failure))


def traceback_html(text: str, theme: Theme) -> str:
    """Return a traceback with the controller's own lines strong, those around it weak, the error in red.

    Lines with marks under an expression are left out: they say again what the line's number says.
    """
    palette = theme.palette
    lines, colour = [], palette["text_weak"]
    for line in text.rstrip().splitlines():
        if line.strip() and set(line.strip()) <= set("^~"):
            continue
        if line.startswith("  File "):
            colour = palette["text_weak"] if _is_around(line) else palette["text"]
        elif not line.startswith(" "):
            colour = palette["text_weak"] if line.startswith("Traceback") else palette["bad"]
        lines.append(f'<span style="color:{colour}">{html.escape(line)}</span>')
    return f'<pre style="margin:0">{"<br>".join(lines)}</pre>'


def _is_around(line: str) -> bool:
    """Whether a traceback's file line is of the program or of Python, not of the controller."""
    return any(part in line for part in ("/osimviz/", "\\osimviz\\", "<frozen ", "/site-packages/"))


def report_text(failure: Failure) -> str:
    """Return a failure as plain text for a bug report."""
    parts = [failure.sentence, failure.hint, failure.traceback.rstrip()]
    for name, values in (("observation", failure.observation), ("action", failure.action)):
        if values is not None:
            parts.append(f"{name} = {np.array2string(values, threshold=10_000, max_line_width=100)}")
    return "\n".join(part for part in parts if part) + "\n"


def _values_text(failure: Failure) -> str:
    lines = []
    if failure.observation is not None:
        lines.append(f"Observation it got: {_in_words(failure.observation)}.")
    if failure.action is not None:
        lines.append(f"Last action it gave: {_in_words(failure.action)}.")
    return "\n".join(lines)


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
