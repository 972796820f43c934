"""The run without a window. No Qt."""

from osimviz.headless.run import run_headless

__all__ = ["run_headless"]
