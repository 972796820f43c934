"""The window's frame: every widget in its place."""

from osimviz.ui.main_window.window import MainWindow

__all__ = ["MainWindow"]
