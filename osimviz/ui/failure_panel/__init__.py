"""The error panel: what went wrong in a run, in words, lines and numbers."""

from osimviz.ui.failure_panel.panel import FailurePanel

__all__ = ["FailurePanel"]
