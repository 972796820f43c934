"""What went wrong in a run: the sentence, the traceback, what the controller got and gave."""

import html

import numpy as np
from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QApplication, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from osimviz.frames import Array, Failure
from osimviz.ui.theme import Theme


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
        self._traceback = QPlainTextEdit()
        self._traceback.setObjectName("traceback")
        self._traceback.setReadOnly(True)
        self._traceback.setLineWrapMode(QPlainTextEdit.NoWrap)
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
        sentence = html.escape(failure.sentence[:1].upper() + failure.sentence[1:])
        self._sentence.setText(f'<span style="color:{colour}">●</span> <b>{sentence}</b>')
        self._hint.setText(failure.hint)
        self._hint.setVisible(bool(failure.hint))
        self._traceback.setPlainText(failure.traceback.rstrip())
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
        lines.append(f"Action it gave: {_in_words(failure.action)}.")
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
