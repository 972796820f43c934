"""The 3D view in the window: pictures of a drawing thread, and what is written over them."""

from osimviz.ui.view3d.view import View3D

__all__ = ["View3D"]
