"""The list of all keys, made from the table of commands, and what the mouse does."""

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from osimviz.ui.commands import COMMANDS, key_text

#: What the mouse does, a sentence for each place; the documents print it, too.
MOUSE_TEXT = (
    "Mouse in the 3D view: left turns, Shift+left or middle moves, right or the wheel zooms; a click selects the\n"
    "channels of a muscle or bone. Ctrl+1 to Ctrl+9 take a stored camera, Ctrl+Shift+1 to Ctrl+Shift+9 store one.\n"
    "In the plots: drag scrubs, Shift+drag moves the second cursor, the wheel zooms, the right button moves.\n"
    "In the timeline: drag scrubs, Shift+drag sets a loop, the wheel zooms, the middle button moves."
)
#: Menus of the left and of the right column, about equally long.
_COLUMNS = (("File", "Run", "View", "Help"), ("Playback", "Plots", "Compare"))
#: Room for a scroll bar and the frame; of the window, what its title bar takes.
_BAR_PX, _FRAME_PX, _TITLE_PX = 16, 2, 40


class KeysDialog(QDialog):
    """Every command that has a key, by menu."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        columns = QHBoxLayout()
        columns.setSpacing(40)
        for menus in _COLUMNS:
            columns.addLayout(_key_column(menus))
        mouse = QLabel(MOUSE_TEXT)
        mouse.setProperty("strength", "mid")
        sheet = QWidget()
        layout = QVBoxLayout(sheet)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(16)
        layout.addWidget(mouse)
        layout.addLayout(columns)
        area = QScrollArea()
        area.setFrameShape(QScrollArea.NoFrame)
        area.setWidget(sheet)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        # As large as it needs to be, and never larger than the window.
        self.resize(
            min(sheet.width() + _BAR_PX, parent.width()), min(sheet.height() + _FRAME_PX, parent.height() - _TITLE_PX)
        )


def _key_column(menus: tuple[str, ...]) -> QGridLayout:
    """Return the commands of some menus below each other, what they do at the left, their keys at the right."""
    column = QGridLayout()
    column.setHorizontalSpacing(24)
    column.setVerticalSpacing(4)
    row = 0
    for menu in menus:
        title = QLabel(f"<b>{menu}</b>")
        title.setContentsMargins(0, 8 if row else 0, 0, 2)
        column.addWidget(title, row, 0)
        row += 1
        for command in COMMANDS:
            if command.menu == menu and command.key:
                column.addWidget(QLabel(command.help), row, 0)
                key = QLabel(key_text(command))
                key.setProperty("key", True)
                column.addWidget(key, row, 1, Qt.AlignRight)
                row += 1
    column.setRowStretch(row, 1)
    return column
