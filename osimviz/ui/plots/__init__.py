"""Stacked plots of channels over one time axis."""

from osimviz.ui.plots.stack import PlotStack

__all__ = ["PlotStack"]
