"""Small parts of the window's frame: the end of its menu bar, its dividers, what is dropped on it."""

from typing import Protocol

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QDropEvent
from PyQt5.QtWidgets import QAction, QHBoxLayout, QLabel, QSplitter, QToolButton, QWidget

from osimviz.controller_names import SUFFIXES
from osimviz.options.input_files import MOTION_SUFFIXES, RECORDING_SUFFIXES
from osimviz.recording import Recording
from osimviz.ui.commands import with_keys
from osimviz.view_state import ViewState

DIVIDER_PX = 4


class RunPanel(Protocol):
    """A part of the window that shows a run."""

    def show_run(self, recording: Recording | None, /) -> None:
        """Show another run; its data follows."""

    def show_data(self) -> None:
        """Show the frames the run has now."""

    def show_view(self, view: ViewState, /) -> None:
        """Show a view state's moment."""


class MenuCorner(QWidget):
    """The right end of the menu bar: what is open, and the button of the command palette.

    Parameters
    ----------
    palette : QAction
        Opens the command palette.
    """

    def __init__(self, palette: QAction) -> None:
        super().__init__()
        self._title = QLabel()
        self._title.setObjectName("run_title")
        self._title.setFixedHeight(28)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(4)
        row.addWidget(self._title)
        row.addWidget(_palette_button(palette))

    def show_title(self, text: str, tip: str) -> None:
        """Show what is open, and take the room it needs."""
        self._title.setText(text)
        self._title.setToolTip(tip)
        self.adjustSize()


def _palette_button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setObjectName("palette")
    # A button takes its words from its action whenever that changes.
    action.setIconText(with_keys("Find a command   {palette}"))
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonTextBesideIcon)
    button.setFixedHeight(24)
    button.setFocusPolicy(Qt.TabFocus)
    return button


def splitter(orientation: Qt.Orientation, *parts: QWidget) -> QSplitter:
    """Return some parts with dividers between them; none of them can be pushed shut."""
    made = QSplitter(orientation)
    made.setHandleWidth(DIVIDER_PX)
    made.setChildrenCollapsible(False)
    for part in parts:
        made.addWidget(part)
    return made


def dropped_files(event: QDropEvent) -> list[str]:
    """Return what can be opened of what is dropped: any number of recordings and motions, or one controller."""
    paths = [url.toLocalFile() for url in event.mimeData().urls()]
    shown = [path for path in paths if path.lower().endswith((*RECORDING_SUFFIXES, *MOTION_SUFFIXES))]
    is_controller = len(paths) == 1 and paths[0].lower().endswith(SUFFIXES)
    return paths if is_controller else shown
