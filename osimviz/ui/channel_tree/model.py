"""Qt's view of the tree of channels: structure, selection and dragging; how a row looks is the delegate's."""

from collections.abc import Sequence
from typing import Any

from PyQt5.QtCore import QAbstractItemModel, QMimeData, QModelIndex, QObject, Qt

from osimviz.channels import Channel
from osimviz.formatting import shown_unit
from osimviz.plot_choices import DRAGGED_CHANNELS
from osimviz.ui.channel_tree.nodes import ChannelGroups, Node
from osimviz.wording import counted

_GROUP_FLAGS = Qt.ItemIsEnabled | Qt.ItemIsSelectable
_CHANNEL_FLAGS = _GROUP_FLAGS | Qt.ItemIsDragEnabled | Qt.ItemNeverHasChildren


class ChannelModel(QAbstractItemModel):
    """Groups and channels, narrowed by a search.

    Attributes
    ----------
    root : Node
        The invisible root.
    n_found : int
        Channels that match the search.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._groups = ChannelGroups(())
        self.root, self.n_found = self._groups.tree()

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The whole table."""
        return self._groups.channels

    def set_channels(self, channels: Sequence[Channel], query: str) -> None:
        """Show another table, narrowed by a search."""
        self._groups = ChannelGroups(channels)
        self.set_query(query)

    def set_query(self, query: str) -> None:
        """Narrow by another search."""
        self.beginResetModel()
        self.root, self.n_found = self._groups.tree(query)
        self.endResetModel()

    def replace_channels(self, channels: Sequence[Channel]) -> None:
        """Take a table with the same names: descriptions and bounds may differ, the tree stays."""
        self._groups = ChannelGroups(channels)

    def node(self, index: QModelIndex) -> Node:
        """Return the node of an index; the root for none."""
        return index.internalPointer() if index.isValid() else self.root

    def channel(self, node: Node) -> Channel | None:
        """Return a node's channel; None for a group."""
        return self.channels[node.channel_index] if not node.is_group else None

    def index_of(self, node: Node) -> QModelIndex:
        """Return the index of a node."""
        return self.createIndex(node.row, 0, node) if node.parent is not None else QModelIndex()

    # Qt asks these thousands of times when a search opens all groups: each is as short as it can be.

    def index(self, row: int, column: int, parent: QModelIndex | None = None) -> QModelIndex:
        """Qt's override."""
        node = (parent.internalPointer() if parent is not None else None) or self.root
        return self.createIndex(row, 0, node.children[row]) if 0 <= row < len(node.children) else QModelIndex()

    def parent(self, index: QModelIndex | None = None) -> Any:
        """Qt's override: the parent of an index; of the model itself without one."""
        if index is None:
            return super().parent()
        node = self.node(index)
        return self.index_of(node.parent) if node.parent is not None else QModelIndex()

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        """Qt's override."""
        node = (parent.internalPointer() if parent is not None else None) or self.root
        return len(node.children)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        """Qt's override."""
        return 1

    def hasChildren(self, parent: QModelIndex | None = None) -> bool:
        """Qt's override."""
        return self.rowCount(parent) > 0

    def flags(self, index: QModelIndex) -> Qt.ItemFlags:
        """Qt's override: channels can be dragged, groups opened."""
        node = index.internalPointer()
        return _GROUP_FLAGS if node is None or node.channel_index < 0 else _CHANNEL_FLAGS

    def data(self, index: QModelIndex, role: int = Qt.DisplayRole) -> Any:
        """Qt's override: the name, for screen readers, and the tooltip."""
        node = self.node(index)
        if role == Qt.DisplayRole:
            return node.label
        if role == Qt.ToolTipRole:
            return self._tooltip(node)
        return None

    def mimeTypes(self) -> list[str]:
        """Qt's override."""
        return [DRAGGED_CHANNELS]

    def mimeData(self, indices: list[QModelIndex]) -> QMimeData:
        """Qt's override: the names of the dragged channels, one a line."""
        nodes = [self.node(index) for index in indices]
        content = QMimeData()
        content.setData(DRAGGED_CHANNELS, "\n".join(node.path for node in nodes if not node.is_group).encode())
        return content

    def _tooltip(self, node: Node) -> str:
        channel = self.channel(node)
        if channel is None:
            return f"{node.path}: {counted(node.n_channels, 'channel')}"
        lines = [channel.name, channel.description]
        if abs(channel.lower) != float("inf") or abs(channel.upper) != float("inf"):
            lines.append(f"Bounds {channel.lower:g} to {channel.upper:g} {channel.unit}".rstrip().replace("-", "−"))
        if channel.field:
            lines.append(f"{channel.field} [{channel.index}]")
        if shown_unit(channel.unit) != channel.unit:
            lines.append(f"Shown in {shown_unit(channel.unit)}; the controller gets {channel.unit}.")
        return "\n".join(line for line in lines if line)
