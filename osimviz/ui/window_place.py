"""Where a window stands on the screen."""

from PyQt5.QtWidgets import QApplication, QWidget


def fit_on_screen(window: QWidget) -> None:
    """Bring a remembered window onto the screen that is there: Qt only sees to it that a corner can be reached."""
    screen = QApplication.screenAt(window.geometry().center()) or QApplication.primaryScreen()
    room = screen.availableGeometry()
    window.resize(window.size().boundedTo(room.size()))
    x = max(room.left(), min(window.x(), room.left() + room.width() - window.width()))
    y = max(room.top(), min(window.y(), room.top() + room.height() - window.height()))
    window.move(x, y)
