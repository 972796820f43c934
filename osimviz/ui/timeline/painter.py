"""What all painters of the timeline paint with."""

from PyQt5.QtGui import QFontMetrics, QPainter

from osimviz.ui.theme import Theme
from osimviz.ui.timeline.layout import LaneLayout
from osimviz.ui.timeline.scale import TimeScale


class TimelinePainter:
    """Paints one part of the timeline once.

    Parameters
    ----------
    painter : QPainter
        Of the widget or of a pixmap of it.
    theme : Theme
        Colours and fonts.
    layout : LaneLayout
        Where the lanes lie.
    scale : TimeScale
        Time to pixels.
    """

    def __init__(self, painter: QPainter, theme: Theme, layout: LaneLayout, scale: TimeScale) -> None:
        self._painter = painter
        self._theme = theme
        self._layout = layout
        self._scale = scale
        self._font = theme.font(small=True)
        self._metrics = QFontMetrics(self._font)
