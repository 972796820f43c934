"""Windows stay on the screen with the frame that a window manager puts around them."""

from PyQt5.QtCore import QRect
from PyQt5.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from osimviz.ui.window_place import fit_on_screen, fit_when_framed


class Framed(QWidget):
    """A window as it is under a window manager that frames it; the virtual screen of tests has none."""

    margins_px = (0, 0, 0, 0)

    def frameGeometry(self) -> QRect:
        left, top, right, bottom = self.margins_px
        return self.geometry().adjusted(-left, -top, right, bottom)


def test_that_a_window_as_large_as_the_screen_makes_room_for_its_frame(qtbot: QtBot) -> None:
    room = QApplication.primaryScreen().availableGeometry()
    window = Framed()
    qtbot.addWidget(window)
    window.setGeometry(room)
    window.show()
    fit_when_framed(window)
    assert window.size() == room.size()
    window.margins_px = (1, 20, 1, 5)
    qtbot.waitUntil(lambda: window.size() != room.size())
    assert (window.width(), window.height()) == (room.width() - 2, room.height() - 25)
    fit_on_screen(window)
    assert (window.width(), window.height()) == (room.width() - 2, room.height() - 25)
