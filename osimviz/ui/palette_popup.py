"""The command palette: type some letters of a command, Enter carries it out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PyQt5.QtCore import QEvent, QObject, QRect, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent, QPainter
from PyQt5.QtWidgets import (
    QAction,
    QFrame,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from osimviz.fuzzy import best_of
from osimviz.ui.commands import COMMANDS, key_text
from osimviz.ui.theme import Theme

_WIDTH_PX, _ROW_PX, _MOST_ROWS = 560, 26, 12
#: How far below the window's upper edge it opens: below menus and toolbar.
_BELOW_TOP_PX = 72


@dataclass(frozen=True, slots=True)
class Entry:
    """What the palette offers.

    Attributes
    ----------
    id : str
        Its name: that of a command, ``layer:`` or ``example:`` and a name for what stands elsewhere in menus.
    text, key, help : str
        What is printed: the command, its key or whether it holds now, what it does.
    action : QAction
        What carries it out.
    """

    id: str
    text: str
    key: str
    help: str
    action: QAction

    @property
    def is_enabled(self) -> bool:
        """Whether it can be carried out now."""
        return bool(self.action.isEnabled())


def entries_of(actions: Mapping[str, QAction]) -> list[Entry]:
    """Return every command of the window, with its menu before it; the palette itself is left out."""
    return [
        Entry(
            command.id,
            f"{command.menu}: {command.text}",
            key_text(command) if command.key else "",
            command.help,
            actions[command.id],
        )
        for command in COMMANDS
        if command.id != "palette"
    ]


def layer_entries(layers: Mapping[str, QAction]) -> list[Entry]:
    """Return the layers of the 3D view, each of which is shown or hidden."""
    return [
        Entry(f"layer:{name}", f"Layers: {layer.text()}", "shown" if layer.isChecked() else "", layer.toolTip(), layer)
        for name, layer in layers.items()
    ]


def example_entries(examples: Mapping[str, QAction]) -> list[Entry]:
    """Return the bundled examples, by their titles, each of which is run."""
    return [
        Entry(f"example:{title}", f"Open Example: {title}", "", example.toolTip(), example)
        for title, example in examples.items()
    ]


class PalettePopup(QFrame):
    """A field and the commands that fit, best first.

    Signals
    -------
    entry_chosen(object)
        The `Entry` that was chosen.
    """

    entry_chosen = pyqtSignal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.Popup)
        self.setObjectName("palette")
        self.setFrameShape(QFrame.StyledPanel)
        self._entries: list[Entry] = []
        self._field = QLineEdit()
        self._field.setPlaceholderText("Find a command")
        self._field.setAccessibleName("Find a command")
        self._field.textChanged.connect(self._show_matches)
        self._field.installEventFilter(self)
        self._list = QListWidget()
        self._list.setAccessibleName("Commands")
        self._list.setFocusPolicy(Qt.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
        self._delegate = _EntryDelegate(theme, self._list)
        self._list.setItemDelegate(self._delegate)
        self._list.itemClicked.connect(self._choose)
        self._nothing = QLabel("No command has these letters: try others, or look in the menus.")
        self._nothing.setProperty("strength", "mid")
        self._nothing.setContentsMargins(8, 0, 8, 6)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addWidget(self._field)
        column.addWidget(self._list)
        column.addWidget(self._nothing)
        self.setFixedWidth(_WIDTH_PX)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._delegate.theme = theme

    def open_with(self, entries: Sequence[Entry]) -> None:
        """Offer these, below the upper edge of the window."""
        self._entries = list(entries)
        self._field.clear()
        self._show_matches("")
        window = self.parentWidget()
        corner = window.mapToGlobal(window.rect().topLeft())
        self.move(corner.x() + (window.width() - self.width()) // 2, corner.y() + _BELOW_TOP_PX)
        self.show()
        self._field.setFocus()

    def shown(self) -> list[str]:
        """Return the ids of the commands that fit, best first."""
        return [self._list.item(row).data(Qt.UserRole).id for row in range(self._list.count())]

    @property
    def words(self) -> str:
        """What is said in the place of commands; empty while some fit."""
        return self._nothing.text() if not self._nothing.isHidden() else ""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's override: up, down and Enter in the field are for the list."""
        if event.type() == QEvent.KeyPress and isinstance(event, QKeyEvent):
            row, n_rows = self._list.currentRow(), self._list.count()
            steps = {Qt.Key_Down: 1, Qt.Key_Up: -1, Qt.Key_PageDown: _MOST_ROWS, Qt.Key_PageUp: -_MOST_ROWS}
            if event.key() in steps and n_rows:
                wanted = row + steps[event.key()]
                is_page = abs(steps[event.key()]) > 1
                self._list.setCurrentRow(min(max(wanted, 0), n_rows - 1) if is_page else wanted % n_rows)
                return True
            if event.key() in (Qt.Key_Return, Qt.Key_Enter):
                if self._list.currentItem() is not None:
                    self._choose(self._list.currentItem())
                return True
        return bool(super().eventFilter(watched, event))

    def _show_matches(self, query: str) -> None:
        found = best_of(query, [f"{entry.text} {entry.help}" for entry in self._entries])
        self._list.clear()
        for i in found:
            entry = self._entries[i]
            item = QListWidgetItem(entry.text)
            item.setData(Qt.UserRole, entry)
            item.setSizeHint(QSize(0, _ROW_PX))
            item.setToolTip(entry.help)
            if not entry.is_enabled:
                item.setFlags(item.flags() & ~Qt.ItemIsEnabled)
            self._list.addItem(item)
        enabled = (row for row, i in enumerate(found) if self._entries[i].is_enabled)
        self._list.setCurrentRow(next(enabled, -1))
        self._list.setFixedHeight(_ROW_PX * min(len(found), _MOST_ROWS) + 4)
        self._list.setVisible(bool(found))
        self._nothing.setVisible(not found)
        self.adjustSize()

    def _choose(self, item: QListWidgetItem) -> None:
        entry: Entry = item.data(Qt.UserRole)
        if entry.is_enabled:
            self.hide()
            self.entry_chosen.emit(entry)


class _EntryDelegate(QStyledItemDelegate):
    """Paints the command at the left and its key at the right."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self.theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: object) -> None:
        """Qt's override."""
        entry: Entry = index.data(Qt.UserRole)  # type: ignore[attr-defined]
        row = QRect(option.rect)
        painter.save()
        if option.state & QStyle.State_Selected:
            painter.fillRect(row, self.theme.colour("accent_soft"))
        elif option.state & QStyle.State_MouseOver:
            painter.fillRect(row, self.theme.colour("hover"))
        room = row.adjusted(8, 0, -8, 0)
        painter.setFont(self.theme.font(small=True))
        painter.setPen(self.theme.colour("text_mid" if entry.is_enabled else "disabled"))
        painter.drawText(room, Qt.AlignVCenter | Qt.AlignRight, entry.key)
        room.setRight(room.right() - painter.fontMetrics().horizontalAdvance(entry.key) - 12)
        painter.setFont(self.theme.font())
        painter.setPen(self.theme.colour("text" if entry.is_enabled else "disabled"))
        text = painter.fontMetrics().elidedText(entry.text, Qt.ElideRight, room.width())
        painter.drawText(room, Qt.AlignVCenter, text)
        painter.restore()
