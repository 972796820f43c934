"""What the panels of curves have alike: their ground, the part that scrolls, the sentence where there is nothing."""

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QFrame, QLabel, QScrollArea, QWidget

from osimviz.ui.theme import Theme


def fill_ground(theme: Theme, panel: QWidget, *parts: QWidget) -> None:
    """Give a panel, and parts of it that have a ground of their own, the colour of panels."""
    palette = panel.palette()
    palette.setColor(panel.backgroundRole(), theme.colour("panel"))
    for part in (panel, *parts):
        part.setPalette(palette)


def scroll_down_only(area: QScrollArea, content: QWidget) -> None:
    """Let an area show a widget as wide as itself and scroll it up and down; keys stay with the window."""
    area.setWidget(content)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.NoFocus)


def sentence_label(sentence: str = "") -> QLabel:
    """Return a label that says in the middle of a panel why there is nothing to see yet."""
    label = QLabel(sentence)
    label.setProperty("strength", "weak")
    label.setAlignment(Qt.AlignCenter)
    label.setWordWrap(True)
    label.setContentsMargins(24, 12, 24, 12)
    return label
