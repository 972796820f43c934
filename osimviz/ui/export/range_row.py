"""Which part of the run an export shows: two times, and the ranges one usually means."""

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QPushButton, QWidget

from osimviz.ui.export.fields import Fields


class RangeRow(QWidget):
    """Two times in s, with buttons for the whole run, the loop of the timeline and the last second.

    Signals
    -------
    range_requested(float, float)
        A button was pressed: from, to.
    """

    range_requested = pyqtSignal(float, float)

    def __init__(
        self,
        fields: Fields,
        range_s: tuple[float, float],
        loop_s: tuple[float, float] | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        first_s, last_s = range_s
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for name, value in (("from_s", first_s), ("to_s", last_s)):
            box: QDoubleSpinBox = fields.real(name, last_s, "", lowest=first_s)
            box.setSingleStep(0.05)
            box.setValue(value)
            row.addWidget(box, 1)
            if name == "from_s":
                row.addWidget(QLabel("–"))
        self._add_button(row, "All", "The whole run", (first_s, last_s))
        self._add_button(row, "Last s", "The last second: where runs fail", (max(last_s - 1.0, first_s), last_s))
        loop = self._add_button(row, "Loop", "The loop of the timeline", loop_s or range_s)
        loop.setEnabled(loop_s is not None)

    def _add_button(self, row: QHBoxLayout, words: str, tip: str, range_s: tuple[float, float]) -> QPushButton:
        button = QPushButton(words)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        button.setProperty("range_s", list(range_s))
        button.clicked.connect(self._on_button_clicked)
        row.addWidget(button)
        return button

    def _on_button_clicked(self) -> None:
        start_s, end_s = self.sender().property("range_s")
        self.range_requested.emit(start_s, end_s)
