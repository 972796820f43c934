"""Sides of the window that can be hidden, or taken out into windows of their own and brought back."""

import json
from collections.abc import Mapping

from PyQt5.QtCore import QByteArray, QObject, QPoint, QRect, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QCloseEvent
from PyQt5.QtWidgets import QVBoxLayout, QWidget

from osimviz.ui.window_place import fit_on_screen, fit_when_framed

#: How far from where it was a side's own window opens, so that one sees that it is one.
_OFFSET_PX = 24


class Dock(QWidget):
    """The place of one side in the window.

    The place stays where it is while its side is elsewhere, so that dividers keep their order.

    Parameters
    ----------
    part : QWidget
        What stands there.
    title : str
        Title of its own window.

    Attributes
    ----------
    own_place_px : QRect or None
        Where on the screen its own window stood the last time.

    Signals
    -------
    moved()
        It went into a window of its own, or back.
    returned()
        Its own window was closed, and it stands in its place again.
    """

    moved = pyqtSignal()
    returned = pyqtSignal()

    def __init__(self, part: QWidget, title: str) -> None:
        super().__init__()
        self._part = part
        self._title = title
        self._own_window: _OwnWindow | None = None
        self.own_place_px: QRect | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(part)
        self.setSizePolicy(part.sizePolicy())

    @property
    def is_floating(self) -> bool:
        """Whether it is in a window of its own."""
        return self._own_window is not None

    @property
    def is_put_away(self) -> bool:
        """Whether it is nowhere to be seen."""
        return self.isHidden() and not self.is_floating

    def float_away(self) -> None:
        """Take the side out into a window of its own, where it was the last time. Idempotent."""
        if self._own_window is not None:
            return
        place = self.own_place_px or QRect(self.mapToGlobal(QPoint(_OFFSET_PX, _OFFSET_PX)), self.size())
        made = self._own_window = _OwnWindow(self.window())
        made.setWindowTitle(f"{self._title} — osimviz")
        made.layout().addWidget(self._part)
        made.closed.connect(self._on_own_window_closed)
        made.setGeometry(place)
        fit_on_screen(made)
        self.hide()
        self._part.show()
        if self.window().isVisible():
            made.show()
        else:
            # Not before the window it belongs to.
            QTimer.singleShot(0, made.show)
        fit_when_framed(made)
        self.moved.emit()

    def bring_back(self) -> None:
        """Put the side into its place, and show it there. Idempotent."""
        made, self._own_window = self._own_window, None
        if made is not None:
            self.own_place_px = made.geometry()
            self.layout().addWidget(self._part)
            made.hide()
            made.deleteLater()
        self._part.show()
        self.show()
        if made is not None:
            self.moved.emit()

    def put_away(self) -> None:
        """Show the side nowhere. Idempotent."""
        self.bring_back()
        self.hide()

    def place_px(self) -> QRect | None:
        """Return where its own window stands, or stood; None if it never had one."""
        return self._own_window.geometry() if self._own_window is not None else self.own_place_px

    def _on_own_window_closed(self) -> None:
        self.bring_back()
        self.returned.emit()


class Docks(QObject):
    """The sides by name, and what of them belongs to a layout.

    Parameters
    ----------
    docks : mapping of str to Dock
        The sides.

    Signals
    -------
    moved()
        A side went into a window of its own, or back.
    returned()
        A side's own window was closed.
    """

    moved = pyqtSignal()
    returned = pyqtSignal()

    def __init__(self, docks: Mapping[str, Dock]) -> None:
        super().__init__()
        self._docks = docks
        for dock in docks.values():
            dock.moved.connect(self.moved)
            dock.returned.connect(self.returned)

    @property
    def names(self) -> list[str]:
        """The sides."""
        return list(self._docks)

    @property
    def hidden(self) -> list[str]:
        """The sides that are nowhere to be seen."""
        return [name for name, dock in self._docks.items() if dock.is_put_away]

    @property
    def floating(self) -> list[str]:
        """The sides that are in windows of their own."""
        return [name for name, dock in self._docks.items() if dock.is_floating]

    def toggle(self, name: str) -> None:
        """Hide a side, wherever it is, or show it in its place."""
        dock = self._docks[name]
        if dock.is_put_away:
            dock.bring_back()
        else:
            dock.put_away()

    def toggle_floating(self, name: str) -> None:
        """Take a side out into a window of its own, or bring it back."""
        dock = self._docks[name]
        if dock.is_floating:
            dock.bring_back()
        else:
            dock.float_away()

    def bring_all_back(self) -> None:
        """Put every side into its place."""
        for dock in self._docks.values():
            dock.bring_back()

    def states(self) -> dict[str, QByteArray]:
        """Return which sides are hidden, which have windows of their own, and where those stand."""
        places = {name: dock.place_px() for name, dock in self._docks.items()}
        numbers = {name: place.getRect() for name, place in places.items() if place is not None}
        return {
            "hidden": QByteArray(" ".join(self.hidden).encode()),
            "floating": QByteArray(" ".join(self.floating).encode()),
            "own_places": QByteArray(json.dumps(numbers).encode()),
        }

    def restore(self, layout: Mapping[str, QByteArray]) -> None:
        """Take what `states` returned; what a layout does not say, or says wrongly, is as designed."""
        hidden, floating = (_words(layout.get(key, QByteArray())) for key in ("hidden", "floating"))
        places = _places(layout.get("own_places", QByteArray()))
        for name, dock in self._docks.items():
            dock.own_place_px = places.get(name, dock.own_place_px)
            if name in floating:
                dock.float_away()
            elif name in hidden:
                dock.put_away()
            else:
                dock.bring_back()


class _OwnWindow(QWidget):
    """A side's own window: keys of the main window work in it, and it closes with it."""

    closed = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        # As a tool window: for one, Qt lets the keys of the window it belongs to work.
        super().__init__(parent, Qt.Tool)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt's override: the side goes back into its place."""
        super().closeEvent(event)
        self.closed.emit()


def _words(text: QByteArray) -> list[str]:
    return bytes(text).decode(errors="replace").split()


def _places(text: QByteArray) -> dict[str, QRect]:
    try:
        return {str(name): QRect(*map(int, numbers)) for name, numbers in json.loads(bytes(text)).items()}
    except (ValueError, TypeError, AttributeError):
        # Remembered by another version, or edited by hand.
        return {}
