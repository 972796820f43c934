"""A field for an expression: names are completed while one types, an error is underlined at its characters."""

import re
from collections.abc import Callable

from PyQt5.QtCore import QPointF, QStringListModel, Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt5.QtWidgets import QCompleter, QLineEdit

from osimviz.expressions import Expression, ExpressionError, NameTable
from osimviz.expressions.functions import FUNCTIONS
from osimviz.ui.theme import Theme

Compile = Callable[[str, NameTable], Expression]
#: The word at the end of a text, which is completed.
_WORD = re.compile(r"[^\W\d][\w./]*$")
_HEIGHT_PX, _WAVE_PX = 28, 2.0
_MOST_LETTERS = 2000
#: A list of completions opens from so many letters on.
_FEWEST_LETTERS = 2


class ExpressionField(QLineEdit):
    """Understands what is typed, at every key.

    Parameters
    ----------
    theme : Theme
        Colours and fonts.
    compile_text : callable
        Makes an expression of a text and the names there are (`osimviz.expressions`).

    Attributes
    ----------
    expression : Expression or None
        What was understood last; None for an empty or a wrong text.
    error : ExpressionError or None
        What is wrong with the text; None for an empty one.

    Signals
    -------
    understood()
        `expression` or `error` changed.
    """

    understood = pyqtSignal()

    def __init__(self, theme: Theme, compile_text: Compile) -> None:
        super().__init__()
        self._theme = theme
        self._compile = compile_text
        self._names = NameTable(())
        self.expression: Expression | None = None
        self.error: ExpressionError | None = None
        self.setFixedHeight(_HEIGHT_PX)
        self.setMaxLength(_MOST_LETTERS)
        self._words = QStringListModel(self)
        self._completer = QCompleter(self._words, self)
        self._completer.setCaseSensitivity(Qt.CaseInsensitive)
        self._completer.setFilterMode(Qt.MatchContains)
        self._completer.setMaxVisibleItems(8)
        self._completer.setWidget(self)
        self._completer.activated.connect(self._on_completer_activated)
        self.textChanged.connect(self._on_text_changed)

    @property
    def error_words(self) -> str:
        """What is wrong with the text, and where, as a sentence; empty if nothing is."""
        return f"{self.error.sentence} (character {self.error.start + 1})." if self.error is not None else ""

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def set_names(self, names: NameTable) -> None:
        """Understand these names from now on."""
        self._names = names
        self._words.setStringList([*(names.shortest(name) for name in names.names()), *(f"{f}(" for f in FUNCTIONS)])
        self._understand()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt's override: an open list takes Enter, Tab and Esc."""
        popup = self._completer.popup()
        if popup.isVisible() and event.key() in (Qt.Key_Return, Qt.Key_Enter, Qt.Key_Tab, Qt.Key_Escape):
            event.ignore()
            return
        super().keyPressEvent(event)
        if event.text() and event.text().isprintable():
            self._offer_names()
        elif event.key() in (Qt.Key_Backspace, Qt.Key_Delete, Qt.Key_Left, Qt.Key_Right):
            popup.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's override: the wave under what is wrong."""
        super().paintEvent(event)
        if self.error is None or not self.text().strip():
            return
        text = self.text()
        here = self.cursorRect().center().x() - self.fontMetrics().horizontalAdvance(text[: self.cursorPosition()])
        start = min(self.error.start, max(len(text) - 1, 0))
        left = here + self.fontMetrics().horizontalAdvance(text[:start])
        right = here + self.fontMetrics().horizontalAdvance(text[: start + self.error.length])
        left, right = max(left, 4), min(max(right, left + 6), self.width() - 4)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setPen(QPen(self._theme.colour("bad"), 1.2))
        base = self.height() / 2 + self.fontMetrics().ascent() / 2 + 3
        xs = range(int(left), int(right) + 1, 2)
        painter.drawPolyline(QPolygonF([QPointF(x, base + (_WAVE_PX if i % 2 else 0.0)) for i, x in enumerate(xs)]))
        painter.end()

    def _understand(self) -> None:
        self.expression, self.error = None, None
        if self.text().strip():
            try:
                self.expression = self._compile(self.text(), self._names)
            except ExpressionError as error:
                self.error = error
        self.setProperty("faulty", self.error is not None)
        self.update()
        self.understood.emit()

    def _offer_names(self) -> None:
        word = _WORD.search(self.text()[: self.cursorPosition()])
        if word is None or len(word.group()) < _FEWEST_LETTERS or word.group() in ("and", "or", "not"):
            self._completer.popup().hide()
            return
        self._completer.setCompletionPrefix(word.group())
        if self._completer.completionCount() == 0 or self._completer.currentCompletion() == word.group():
            self._completer.popup().hide()
            return
        popup = self._completer.popup()
        popup.setCurrentIndex(self._completer.completionModel().index(0, 0))
        self._completer.complete()

    def _on_text_changed(self, text: str) -> None:
        self._understand()

    def _on_completer_activated(self, chosen: str) -> None:
        before, after = self.text()[: self.cursorPosition()], self.text()[self.cursorPosition() :]
        word = _WORD.search(before)
        start = word.start() if word is not None else len(before)
        self.setText(before[:start] + chosen + after)
        self.setCursorPosition(start + len(chosen))
