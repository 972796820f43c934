"""The panels of curves: stacked plots, muscle raster, gait cycles and phase plots, over one time and one cursor."""

from osimviz.ui.plots.stack import PlotStack
from osimviz.ui.plots.tabs import PlotTabs

__all__ = ["PlotStack", "PlotTabs"]
