"""Small parts of the window's frame: its dividers, the button of the command palette, what is dropped on it."""

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QDropEvent
from PyQt5.QtWidgets import QAction, QSplitter, QToolButton, QWidget

from osimviz.controller_names import SUFFIXES
from osimviz.options.input_files import MOTION_SUFFIXES, RECORDING_SUFFIXES


def palette_button(action: QAction) -> QToolButton:
    """Return the button at the right end of the menu bar that opens the command palette."""
    button = QToolButton()
    button.setObjectName("palette")
    # A button takes its words from its action whenever that changes.
    action.setIconText("Find a command   Ctrl+K")
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonTextBesideIcon)
    button.setFixedHeight(24)
    button.setFocusPolicy(Qt.TabFocus)
    return button


def splitter(orientation: Qt.Orientation, *parts: QWidget) -> QSplitter:
    """Return some parts with dividers between them; none of them can be pushed shut."""
    made = QSplitter(orientation)
    made.setHandleWidth(4)
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
