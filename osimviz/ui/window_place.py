"""Where a window stands on the screen, and which one is narrow."""

from PyQt5.QtCore import QPoint, QTimer
from PyQt5.QtWidgets import QApplication, QWidget

#: Below this width a window leaves labels and long values out, and its sides are narrower (the design's tokens).
NARROW_WINDOW_PX = 1400
#: How often, and how many times, a new window looks whether a window manager put a frame around it: no event tells.
_LOOK_MS, _MOST_LOOKS = 200, 20


def fit_on_screen(window: QWidget) -> None:
    """Bring a window with its frame onto the screen that is there: Qt only sees to it that a corner can be reached."""
    if window.isMaximized() or window.isFullScreen():
        return
    screen = QApplication.screenAt(window.geometry().center()) or QApplication.primaryScreen()
    room = screen.availableGeometry()
    frame = window.frameGeometry()
    framing = frame.size() - window.size()
    size = window.size().boundedTo(room.size() - framing)
    if size != window.size():
        window.resize(size)
    outside = size + framing
    x = max(room.left(), min(frame.x(), room.left() + room.width() - outside.width()))
    y = max(room.top(), min(frame.y(), room.top() + room.height() - outside.height()))
    if QPoint(x, y) != frame.topLeft():
        window.move(x, y)


def fit_when_framed(window: QWidget) -> None:
    """Do so again when a window that was just shown has its frame, whose size nobody knows before."""
    timer = QTimer(window)
    n_looks = 0

    def look() -> None:
        nonlocal n_looks
        n_looks += 1
        if window.frameGeometry() != window.geometry():
            fit_on_screen(window)
        elif n_looks < _MOST_LOOKS:
            return
        timer.stop()

    timer.timeout.connect(look)
    timer.start(_LOOK_MS)
