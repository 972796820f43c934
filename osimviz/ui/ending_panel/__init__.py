"""The panel that says why a run ended."""

from osimviz.ui.ending_panel.panel import EndingPanel

__all__ = ["EndingPanel"]
