"""The searchable list of channels."""

from osimviz.ui.channel_tree.panel import ChannelTree

__all__ = ["ChannelTree"]
