"""The preview of an export: drawn by a process of its own, so that nothing in the window waits."""

from dataclasses import replace

from PyQt5.QtCore import QObject, QRect, QSize, QSocketNotifier, Qt, pyqtSignal
from PyQt5.QtGui import QImage, QPainter, QPaintEvent, QPixmap
from PyQt5.QtWidgets import QSizePolicy, QWidget

from osimviz.film.errors import FilmError
from osimviz.film.messages import Drawn, Failed, PictureJob
from osimviz.film.process import DrawingProcess
from osimviz.ui.images import image_of
from osimviz.ui.theme import Theme

#: The preview is drawn into a square of this side.
PREVIEW_SIDE_PX = 720
_SQUARE_PX = 8


class PreviewLink(QObject):
    """Draws previews, the newest wish first; those it overtook are never drawn.

    Signals
    -------
    drawn(object)
        A `QImage`.
    failed(str)
        It could not be drawn: a sentence.
    """

    drawn = pyqtSignal(object)
    failed = pyqtSignal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: DrawingProcess | None = None
        self._notifier: QSocketNotifier | None = None
        self._waiting: PictureJob | None = None
        self._is_busy = False
        self._sent_shown: object = None

    def show(self, job: PictureJob) -> None:
        """Draw a picture next, in place of one that waits."""
        self._waiting = job
        if not self._is_busy:
            self._send()

    def close(self) -> None:
        """End the process. Idempotent; the next `show` starts another."""
        self._waiting = None
        if self._notifier is not None:
            self._notifier.setEnabled(False)
            self._notifier.deleteLater()
            self._notifier = None
        if self._process is not None:
            self._process.close()
            self._process = None
        self._is_busy = False
        self._sent_shown = None

    def _send(self) -> None:
        job, self._waiting = self._waiting, None
        if job is None:
            return
        if self._process is None:
            self._process = DrawingProcess(is_patient=True)
            self._notifier = QSocketNotifier(self._process.fileno(), QSocketNotifier.Read, self)
            self._notifier.activated.connect(self._on_notifier_activated)
        # Meshes and curves cross once.
        is_known = job.shown is self._sent_shown
        self._sent_shown = job.shown
        self._process.send(replace(job, shown=None) if is_known else job)
        self._is_busy = True

    def _on_notifier_activated(self) -> None:
        if self._process is None:
            return
        answer = self._process.receive()
        self._is_busy = False
        if isinstance(answer, Drawn):
            self.drawn.emit(image_of(answer.pixels))
        elif isinstance(answer, Failed):
            waiting = self._waiting
            self.close()
            self._waiting = waiting
            self.failed.emit(FilmError(answer.sentence, answer.hint).told)
        if self._waiting is not None:
            self._send()


class PreviewPane(QWidget):
    """Shows a preview as large as there is room, or a sentence."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pixmap: QPixmap | None = None
        self._words = "Drawing the preview …"
        self.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Expanding)
        self.setMinimumSize(320, 240)

    @property
    def has_picture(self) -> bool:
        """Whether a picture is shown."""
        return self._pixmap is not None

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_image(self, image: QImage) -> None:
        """Show a picture."""
        self._pixmap = QPixmap.fromImage(image)
        self.update()

    def show_words(self, words: str) -> None:
        """Show a sentence instead."""
        self._pixmap, self._words = None, words
        self.update()

    def sizeHint(self) -> QSize:
        """Qt's override."""
        return QSize(640, 400)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's override: paint the picture, on squares where it is transparent."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.colour("window"))
        if self._pixmap is None:
            painter.setPen(self._theme.colour("text_mid"))
            painter.setFont(self._theme.font())
            painter.drawText(self.rect().adjusted(24, 24, -24, -24), Qt.AlignCenter | Qt.TextWordWrap, self._words)
            return
        size = self._pixmap.size().scaled(self.size(), Qt.KeepAspectRatio)
        place = QRect((self.width() - size.width()) // 2, (self.height() - size.height()) // 2, *_sides(size))
        if self._pixmap.hasAlphaChannel():
            self._paint_squares(painter, place)
        painter.setRenderHint(QPainter.SmoothPixmapTransform)
        painter.drawPixmap(place, self._pixmap)

    def _paint_squares(self, painter: QPainter, place: QRect) -> None:
        painter.fillRect(place, self._theme.colour("field"))
        for row in range(place.height() // _SQUARE_PX + 1):
            for column in range(row % 2, place.width() // _SQUARE_PX + 1, 2):
                square = QRect(
                    place.left() + column * _SQUARE_PX, place.top() + row * _SQUARE_PX, _SQUARE_PX, _SQUARE_PX
                )
                painter.fillRect(square.intersected(place), self._theme.colour("hover"))


def _sides(size: QSize) -> tuple[int, int]:
    return size.width(), size.height()
