"""The session: the one coordinator and only writer, and its ways to the runs at work."""

from osimviz.ui.session.coordinator import Session

__all__ = ["Session"]
