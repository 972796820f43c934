"""A plot that keeps a picture of what stays while the cursor moves."""

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap
from PyQt5.QtWidgets import QWidget

from osimviz.ui.theme import Theme


class KeptPlot(QWidget):
    """Paints axes and curves once, then only what moves over them; a press or drag asks for a place.

    Parameters
    ----------
    theme : Theme
        Colours and fonts.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._picture: QPixmap | None = None
        self.setCursor(Qt.CrossCursor)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.redraw()

    def redraw(self) -> None:
        """Paint axes and curves anew with the next paint."""
        self._picture = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's override."""
        if self._picture is None:
            self._picture = self._kept_picture()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.setRenderHint(QPainter.Antialiasing)
        self._draw_over(painter)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt's override: go to what is pressed."""
        if event.button() == Qt.LeftButton:
            self._request(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt's override."""
        if event.buttons() & Qt.LeftButton:
            self._request(event)

    def _kept_picture(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(self._theme.colour("panel"))
        painter = QPainter(picture)
        painter.setFont(self._theme.font(small=True))
        self._draw_kept(painter)
        painter.end()
        return picture

    def _draw_kept(self, painter: QPainter) -> None:
        """Paint what stays, in the small font."""
        raise NotImplementedError

    def _draw_over(self, painter: QPainter) -> None:
        """Paint what moves, smoothed."""
        raise NotImplementedError

    def _request(self, event: QMouseEvent) -> None:
        """Ask for what stands under the mouse."""
        raise NotImplementedError
