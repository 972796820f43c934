"""What the workers print: the newest lines, in a tab of the right dock."""

from PyQt5.QtGui import QFont, QTextCharFormat, QTextCursor
from PyQt5.QtWidgets import QApplication, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from osimviz.output_log import N_LINES, LineKind, LogLine
from osimviz.ui.commands import with_keys
from osimviz.ui.theme import Theme

_COLOURS: dict[LineKind, str] = {"output": "text", "warning": "warn", "note": "text_weak", "heading": "text_mid"}
_EMPTY = "What controller and simulator print appears here while they run. {run} runs the controller."


class LogPanel(QWidget):
    """Keeps the newest lines and follows them, unless the user scrolled up."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._n_taken = 0
        self._text = QPlainTextEdit()
        # Named as the traceback is: the same small type of equal widths.
        self._text.setObjectName("traceback")
        self._text.setReadOnly(True)
        self._text.setUndoRedoEnabled(False)
        self._text.setMaximumBlockCount(N_LINES)
        self._text.setPlaceholderText(with_keys(_EMPTY))
        self._count = QLabel()
        self._count.setProperty("strength", "weak")
        copy = QPushButton("Copy all")
        copy.setToolTip("Copy every line that is shown")
        copy.clicked.connect(self._on_copy_clicked)
        clear = QPushButton("Clear")
        clear.setToolTip("Forget what was printed until now")
        clear.clicked.connect(self.clear)
        buttons = QHBoxLayout()
        buttons.addWidget(copy)
        buttons.addWidget(clear)
        buttons.addStretch(1)
        buttons.addWidget(self._count)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addLayout(buttons)
        column.addWidget(self._text, 1)

    def show_lines(self, lines: list[LogLine]) -> None:
        """Append lines; the oldest go where there are too many."""
        bar = self._text.verticalScrollBar()
        is_following = self.is_at_end()
        cursor = QTextCursor(self._text.document())
        cursor.movePosition(QTextCursor.End)
        cursor.beginEditBlock()
        for line in lines:
            if self._n_taken:
                cursor.insertBlock()
            cursor.insertText(line.text, self._format(line.kind))
            self._n_taken += 1
        cursor.endEditBlock()
        if is_following:
            bar.setValue(bar.maximum())
        self._show_count()

    def text(self) -> str:
        """Return what is shown."""
        shown: str = self._text.toPlainText()
        return shown

    def count_words(self) -> str:
        """Return what is said of the number of lines."""
        words: str = self._count.text()
        return words

    def colours(self) -> list[str]:
        """Return the colour of each line, ``#rrggbb``."""
        found = []
        block = self._text.document().begin()
        while block.isValid():
            found += [piece.format.foreground().color().name() for piece in block.textFormats()[:1]]
            block = block.next()
        return found

    def is_at_end(self) -> bool:
        """Whether the newest line is in view: then the panel goes along with new ones."""
        bar = self._text.verticalScrollBar()
        return bool(bar.value() >= bar.maximum() - 2)

    def scroll_to_start(self) -> None:
        """Show the oldest lines; the panel stays there."""
        self._text.verticalScrollBar().setValue(0)

    def clear(self) -> None:
        """Forget every line."""
        self._text.clear()
        self._n_taken = 0
        self._show_count()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme, for the lines to come; those shown are drawn again."""
        old, self._theme = self._theme, theme
        kinds = {old.colour(name).name(): kind for kind, name in _COLOURS.items()}
        block = self._text.document().begin()
        while block.isValid():
            formats = block.textFormats()
            if formats:
                kind = kinds.get(formats[0].format.foreground().color().name(), "output")
                cursor = QTextCursor(block)
                cursor.movePosition(QTextCursor.EndOfBlock, QTextCursor.KeepAnchor)
                cursor.setCharFormat(self._format(kind))
            block = block.next()

    def _format(self, kind: LineKind) -> QTextCharFormat:
        style = QTextCharFormat()
        style.setForeground(self._theme.colour(_COLOURS[kind]))
        if kind == "heading":
            style.setFontWeight(QFont.Bold)
        return style

    def _show_count(self) -> None:
        n_shown = min(self._n_taken, self._text.maximumBlockCount())
        words = f"{n_shown:,} {'line' if n_shown == 1 else 'lines'}"
        self._count.setText(words if n_shown == self._n_taken else f"newest {words} of {self._n_taken:,}")
        self._count.setVisible(self._n_taken > 0)

    def _on_copy_clicked(self) -> None:
        QApplication.clipboard().setText(self.text())
