"""Channels as a tree of groups, made from the parts of their names. No Qt."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from osimviz.channels import Channel, matching


@dataclass(slots=True, eq=False)
class Node:
    """A group, or a channel.

    Attributes
    ----------
    label : str
        Last part of its path.
    path : str
        The whole path, parts joined by slashes.
    parent : Node or None
        The group it is in; None for the invisible root.
    row : int
        Position among its siblings.
    depth : int
        0 for the outermost groups; -1 for the root.
    channel_index : int
        Position in the channel table; -1 for a group.
    n_channels, n_all : int
        Channels in a group, and how many there are without a search.
    children : list of Node
        Of a group.
    """

    label: str
    path: str
    parent: "Node | None"
    row: int
    depth: int
    channel_index: int = -1
    n_channels: int = 0
    n_all: int = 0
    children: "list[Node]" = field(default_factory=list)

    @property
    def is_group(self) -> bool:
        """Whether it holds channels instead of being one."""
        return self.channel_index < 0


class ChannelGroups:
    """The groups of a channel table, as a tree that a search narrows.

    Parameters
    ----------
    channels : sequence of Channel
        The whole table.

    Attributes
    ----------
    channels : tuple of Channel
        As given.
    """

    def __init__(self, channels: Sequence[Channel]) -> None:
        self.channels = tuple(channels)
        self._places = {
            channel.name: (i, *channel.name.rpartition("/")[::2]) for i, channel in enumerate(self.channels)
        }
        self._totals: dict[str, int] = {}
        _, groups = self._tree(self.channels)
        self._totals = {path: group.n_channels for path, group in groups.items()}

    def tree(self, query: str = "") -> tuple[Node, int]:
        """Return the root of the tree of channels that match a search, and how many they are."""
        found = matching(self.channels, query)
        return self._tree(found)[0], len(found)

    def _tree(self, found: Sequence[Channel]) -> tuple[Node, dict[str, Node]]:
        groups = {"": Node("", "", None, 0, -1)}
        for channel in found:
            i, outer, label = self._places[channel.name]
            parent = groups.get(outer) or _group(groups, outer)
            parent.children.append(Node(label, channel.name, parent, len(parent.children), parent.depth + 1, i))
            parent.n_channels += 1
        for path, group in reversed(groups.items()):
            group.n_all = self._totals.get(path, 0)
            if group.parent is not None:
                # A group stands after the one it is in: reversed, its own count is complete by now.
                group.parent.n_channels += group.n_channels
        return groups[""], groups


def groups_below(node: Node) -> Iterator[Node]:
    """Yield the groups below a node, outer ones first."""
    for child in node.children:
        if child.is_group:
            yield child
            yield from groups_below(child)


def _group(groups: dict[str, Node], path: str) -> Node:
    known = groups.get(path)
    if known is not None:
        return known
    outer, _, label = path.rpartition("/")
    parent = _group(groups, outer)
    group = Node(label, path, parent, len(parent.children), parent.depth + 1)
    parent.children.append(group)
    groups[path] = group
    return group
