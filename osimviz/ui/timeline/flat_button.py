"""The buttons of the transport row."""

from PyQt5.QtCore import QSize, Qt
from PyQt5.QtWidgets import QToolButton

#: Height of what stands in the row (the design's tokens).
CONTROL_PX = 28
_ICON_PX = 16


class FlatButton(QToolButton):
    """A square button without an edge, which takes the keyboard by Tab only: keys belong to the window."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("flat", True)
        self.setFixedSize(CONTROL_PX, CONTROL_PX)
        self.setIconSize(QSize(_ICON_PX, _ICON_PX))
        self.setFocusPolicy(Qt.TabFocus)
