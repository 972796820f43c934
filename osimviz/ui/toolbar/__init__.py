"""The bar on top of the window: what is run, the second run, how the picture is seen."""

from osimviz.ui.toolbar.bar import Toolbar

__all__ = ["Toolbar"]
