"""The export dialog: films and pictures with a live preview, and the command line that does the same."""

from osimviz.ui.export.dialog import ExportDialog
from osimviz.ui.export.subject import Subject

__all__ = ["ExportDialog", "Subject"]
