"""The tree of channels as Qt's views read it: groups from the parts of their names."""

from collections.abc import Sequence

from PyQt5.QtCore import QAbstractItemModel, QMimeData, QModelIndex, QObject, Qt

from osimviz.channels import Channel
from osimviz.ui.formatting import number, shown_factor, shown_unit

#: Carries channel names, one a line, in a drag.
MIME_TYPE = "application/x-osimviz-channels"


class Node:
    """A group or a channel of the tree.

    Attributes
    ----------
    name : str
        Its part of the channel's name.
    path : str
        The name up to here.
    row : int
        Position among its siblings.
    position : int
        Position in the run's channel table; -1 for a group.
    n_channels : int
        Channels in and below it.
    """

    __slots__ = ("by_name", "children", "n_channels", "name", "parent", "path", "position", "row")

    def __init__(self, name: str, parent: "Node | None", position: int = -1) -> None:
        self.name = name
        self.parent = parent
        self.path = f"{parent.path}/{name}" if parent is not None and parent.path else name
        self.row = len(parent.children) if parent is not None else 0
        self.position = position
        self.children: list[Node] = []
        self.by_name: dict[str, Node] = {}
        self.n_channels = 0


class ChannelModel(QAbstractItemModel):
    """One column; the delegate paints name, sparkline, value and unit.

    Attributes
    ----------
    table : sequence of Channel
        The run's whole channel table.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table: Sequence[Channel] = ()
        self._root = Node("", None)

    def show(self, table: Sequence[Channel], positions: Sequence[int]) -> None:
        """Show the channels at `positions` of `table`."""
        self.beginResetModel()
        self.table = table
        self._root = _tree(table, positions)
        self.endResetModel()

    def node(self, index: QModelIndex) -> Node:
        """Return the node of an index."""
        return index.internalPointer() if index.isValid() else self._root

    def channel(self, index: QModelIndex) -> Channel | None:
        """Return the channel of an index; None for a group."""
        position = self.node(index).position
        return self.table[position] if position >= 0 and index.isValid() else None

    def channels_below(self, index: QModelIndex) -> list[str]:
        """Return the names of the channel at an index, or of all channels of a group."""
        names: list[str] = []
        pending = [self.node(index)]
        while pending:
            node = pending.pop(0)
            if node.position >= 0:
                names.append(self.table[node.position].name)
            pending = node.children + pending
        return names

    def index(self, row: int, column: int, parent: QModelIndex = QModelIndex()) -> QModelIndex:  # noqa: B008
        """Qt's override."""
        children = self.node(parent).children
        return self.createIndex(row, column, children[row]) if 0 <= row < len(children) else QModelIndex()

    def parent(self, index: QModelIndex) -> QModelIndex:
        """Qt's override."""
        above = self.node(index).parent
        if above is None or above is self._root:
            return QModelIndex()
        return self.createIndex(above.row, 0, above)

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Qt's override."""
        return len(self.node(parent).children)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Qt's override."""
        return 1

    def data(self, index: QModelIndex, role: int = Qt.DisplayRole) -> object:
        """Qt's override: names for accessibility and type-ahead, descriptions as tooltips."""
        node = self.node(index)
        if role == Qt.DisplayRole:
            return node.name
        if role == Qt.ToolTipRole:
            channel = self.channel(index)
            return _tooltip(channel) if channel is not None else f"{node.path}: {node.n_channels} channels"
        return None

    def flags(self, index: QModelIndex) -> Qt.ItemFlags:
        """Qt's override."""
        return Qt.ItemIsEnabled | Qt.ItemIsSelectable | Qt.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:
        """Qt's override."""
        return [MIME_TYPE]

    def mimeData(self, indexes: list[QModelIndex]) -> QMimeData:
        """Qt's override."""
        names = [name for index in indexes for name in self.channels_below(index)]
        data = QMimeData()
        data.setData(MIME_TYPE, "\n".join(dict.fromkeys(names)).encode())
        return data


def _tree(table: Sequence[Channel], positions: Sequence[int]) -> Node:
    root = Node("", None)
    for position in positions:
        node = root
        path = table[position].path
        for depth, part in enumerate(path):
            node.n_channels += 1
            below = node.by_name.get(part)
            if below is None or depth == len(path) - 1:
                below = Node(part, node, position if depth == len(path) - 1 else -1)
                node.children.append(below)
                node.by_name[part] = below
            node = below
    return root


def _tooltip(channel: Channel) -> str:
    unit = shown_unit(channel.unit)
    lines = [channel.name + (f" [{unit}]" if unit else ""), channel.description]
    if channel.field in ("observation", "action"):
        lines.append(f"Number {channel.index} of the {channel.field}.")
    if abs(channel.lower) < float("inf") or abs(channel.upper) < float("inf"):
        assert shown_factor(channel.unit) > 0
        lines.append(f"Bounds {number(channel.lower, channel.unit)} to {number(channel.upper, channel.unit)} {unit}")
    lines.append("Double-click plots it; drag it onto a plot to add it there.")
    return "\n".join(line for line in lines if line)
