"""The timeline: one time axis and one cursor for the whole window, and lanes of what happened."""

from osimviz.ui.timeline.panel import Timeline

__all__ = ["Timeline"]
