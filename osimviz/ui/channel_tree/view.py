"""The list itself: opening groups, selecting, dragging, asking for plots."""

from collections.abc import Mapping, Sequence

from PyQt5.QtCore import QModelIndex, QPoint, QRect, Qt, pyqtSignal
from PyQt5.QtGui import QColor, QContextMenuEvent, QDrag, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PyQt5.QtWidgets import QAbstractItemView, QFrame, QTreeView

from osimviz.channels import Channel
from osimviz.frames import Array, EndLimit
from osimviz.ui.channel_tree.columns import ROW_PX, Columns
from osimviz.ui.channel_tree.model import ChannelModel
from osimviz.ui.channel_tree.nodes import Node, groups_below
from osimviz.ui.channel_tree.row_painter import RowPainter
from osimviz.ui.channel_tree.sparklines import Sparklines
from osimviz.ui.theme import Theme

#: A group with more channels than this does not open by itself.
_N_OPEN_AT_FIRST = 24


class ChannelView(QTreeView):
    """Groups and channels as rows.

    Parameters
    ----------
    theme : Theme
        Colours and fonts.

    Signals
    -------
    plot_requested(list, bool)
        Names of channels to plot, and whether in a new plot.
    menu_requested(list, QPoint)
        The menu of these channels, at a global place.
    """

    plot_requested = pyqtSignal(list, bool)
    menu_requested = pyqtSignal(list, QPoint)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._open: set[str] | None = None
        self._query = ""
        self._channel_model = ChannelModel(self)
        self._painter = RowPainter(theme, self._channel_model, self)
        self.setModel(self._channel_model)
        self.setItemDelegate(self._painter)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setExpandsOnDoubleClick(False)
        self.setFrameShape(QFrame.NoFrame)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.ExtendedSelection)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragOnly)
        self.setVerticalScrollMode(QAbstractItemView.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
        self.verticalScrollBar().setSingleStep(ROW_PX)
        self.setAccessibleName("Channels")
        self.doubleClicked.connect(self._on_double_clicked)

    @property
    def n_found(self) -> int:
        """How many channels match the search."""
        return self._channel_model.n_found

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._painter.set_theme(theme)
        self.viewport().update()

    def show_run(self, channels: Sequence[Channel], sparklines: Sparklines | None, limits: Sequence[EndLimit]) -> None:
        """Show another table; a table of the same names leaves the list as it is."""
        self._painter.set_run(sparklines, limits)
        if [channel.name for channel in channels] == [channel.name for channel in self._channel_model.channels]:
            self._channel_model.replace_channels(channels)
        else:
            self._remember_open()
            self._channel_model.set_channels(channels, self._query)
            self._open_groups()
        self.viewport().update()

    def show_values(self, values: Array | None, cursor_share: float | None) -> None:
        """Print the values of a frame; only rows in sight are painted."""
        self._painter.set_values(values, cursor_share)
        left = Columns.of(self.width()).values_left
        self.viewport().update(QRect(left, 0, self.width() - left, self.height()))

    def show_plotted(self, colours: Mapping[str, QColor]) -> None:
        """Mark plotted channels."""
        self._painter.set_plotted(colours)
        self.viewport().update()

    def search(self, query: str) -> None:
        """Show matching channels only, all groups open; without a search those that were open before."""
        if query.split() == self._query.split():
            self._query = query
            return
        self._remember_open()
        self._query = query
        self._painter.set_query(query)
        self._channel_model.set_query(query)
        self._open_groups()

    def empty_text(self) -> str:
        """Return what an empty list says; empty if it is not."""
        if self.n_found:
            return ""
        if self._query.split() and self._channel_model.channels:
            return "No channel has all of these words. Esc shows all."
        return "The channels of a run appear here, with their values at the cursor."

    def focus_first(self) -> None:
        """Select the first channel in sight of the search and take the keyboard."""
        node = self._channel_model.root
        while node.is_group and node.children:
            node = node.children[0]
        if not node.is_group:
            self.setCurrentIndex(self._channel_model.index_of(node))
        self.setFocus()

    def selected_names(self) -> list[str]:
        """Return the selected channels, in the order of the list."""
        nodes = [self._channel_model.node(index) for index in self.selectedIndexes()]
        return [node.path for node in sorted(nodes, key=lambda node: node.channel_index) if not node.is_group]

    def visible_paths(self) -> list[str]:
        """Return the paths of the rows as they stand below each other, closed groups left out."""
        paths = []
        index = self._channel_model.index(0, 0)
        while index.isValid():
            paths.append(self._channel_model.node(index).path)
            index = self.indexBelow(index)
        return paths

    def reveal(self, path: str) -> bool:
        """Select a channel or a group, open, and bring it into sight; whether it is listed."""
        index = self.row_of(path)
        if not index.isValid():
            return False
        self.setExpanded(index, True)
        self.setCurrentIndex(index)
        self.scrollTo(index, QAbstractItemView.PositionAtCenter)
        return True

    def row_of(self, path: str) -> QModelIndex:
        """Return the index of a channel or group by its path; an invalid one if it is not listed."""
        nodes = [self._channel_model.root]
        while nodes:
            node = nodes.pop()
            if node.path == path:
                return self._channel_model.index_of(node)
            nodes += node.children
        return QModelIndex()

    def _remember_open(self) -> None:
        """Note which groups are open, unless a search has opened them."""
        if self._query.split() or not self._channel_model.channels:
            return
        groups = groups_below(self._channel_model.root)
        self._open = {group.path for group in groups if self.isExpanded(self._channel_model.index_of(group))}

    def _open_groups(self) -> None:
        if self._query.split():
            self.expandAll()
            return
        opened = self._open if self._open is not None else self._open_at_first()
        for group in groups_below(self._channel_model.root):
            if group.path in opened:
                self.expand(self._channel_model.index_of(group))

    def _open_at_first(self) -> set[str]:
        """Return the first group and the first small one in it: enough to see how it goes on, the others in sight."""
        opened: set[str] = set()
        node: Node | None = self._channel_model.root
        while node is not None:
            groups = [child for child in node.children if child.is_group]
            small = [group for group in groups if group.n_channels <= _N_OPEN_AT_FIRST]
            node = next(iter(groups if node.parent is None else small or groups), None)
            if node is not None:
                opened.add(node.path)
        return opened

    def _toggle(self, index: QModelIndex) -> None:
        self.setExpanded(index, not self.isExpanded(index))

    def _on_double_clicked(self, index: QModelIndex) -> None:
        node = self._channel_model.node(index)
        if not node.is_group:
            self.plot_requested.emit([node.path], False)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's override."""
        self._painter.paint_left_px = event.rect().left()
        super().paintEvent(event)
        if self.empty_text():
            painter = QPainter(self.viewport())
            painter.setFont(self._theme.font(small=True))
            painter.setPen(self._theme.colour("text_weak"))
            place = self.viewport().rect().adjusted(12, 8, -12, 0)
            painter.drawText(place, Qt.TextWordWrap, self.empty_text())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt's override: a click anywhere on a group opens or closes it."""
        index = self.indexAt(event.pos())
        is_click = event.button() == Qt.LeftButton and self.state() != QAbstractItemView.DraggingState
        super().mouseReleaseEvent(event)
        if is_click and index.isValid() and self._channel_model.node(index).is_group:
            self._toggle(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt's override: Enter plots the selected channels, or opens and closes a group."""
        if event.key() not in (Qt.Key_Return, Qt.Key_Enter):
            super().keyPressEvent(event)
            return
        names = self.selected_names()
        if names:
            self.plot_requested.emit(names, bool(event.modifiers() & Qt.ShiftModifier))
        elif self.currentIndex().isValid():
            self._toggle(self.currentIndex())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Qt's override."""
        names = self.selected_names()
        if names:
            self.menu_requested.emit(names, event.globalPos())

    def startDrag(self, actions: Qt.DropActions) -> None:
        """Qt's override: a small label under the mouse instead of a picture of whole rows."""
        names = self.selected_names()
        if not names:
            return
        drag = QDrag(self)
        drag.setMimeData(self._channel_model.mimeData(self.selectedIndexes()))
        drag.setPixmap(self._drag_label(names))
        drag.setHotSpot(QPoint(-12, ROW_PX // 2))
        drag.exec_(Qt.CopyAction)

    def _drag_label(self, names: list[str]) -> QPixmap:
        text = names[0] if len(names) == 1 else f"{len(names)} channels"
        ratio = self.devicePixelRatioF()
        width = self.fontMetrics().horizontalAdvance(text) + 16
        picture = QPixmap(round(width * ratio), round(ROW_PX * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(self._theme.colour("accent_soft"))
        painter = QPainter(picture)
        painter.setFont(self._theme.font())
        painter.setPen(self._theme.colour("text"))
        painter.drawText(QRect(0, 0, width, ROW_PX), Qt.AlignCenter, text)
        painter.end()
        return picture
