"""Fields of a form by name: read all, set all, one signal for any change."""

from collections.abc import Mapping

from PyQt5.QtCore import QObject, QSignalBlocker, pyqtSignal
from PyQt5.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox, QWidget

from osimviz.ui.choice_box import ChoiceBox

Value = str | int | float | bool


class Fields(QObject):
    """The values of some widgets.

    Signals
    -------
    changed()
        The user changed one of them.
    filled()
        The program set some of them.
    """

    changed = pyqtSignal()
    filled = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._widgets: dict[str, QWidget] = {}

    def choice(self, name: str, choices: Mapping[str, Value], tip: str = "") -> QComboBox:
        """Make a field with some choices, by the words they go by."""
        box = ChoiceBox()
        for words, value in choices.items():
            box.addItem(words, value)
        box.currentIndexChanged.connect(self._tell)
        return self._kept(name, box, tip)

    def number(self, name: str, lowest: int, highest: int, value: int, *, step: int = 1, tip: str = "") -> QSpinBox:
        """Make a field for a whole number."""
        box = QSpinBox()
        box.setRange(lowest, highest)
        box.setSingleStep(step)
        box.setValue(value)
        box.valueChanged.connect(self._tell)
        return self._kept(name, box, tip)

    def real(self, name: str, highest: float, unit: str, tip: str = "", *, lowest: float = 0.0) -> QDoubleSpinBox:
        """Make a field for a real number."""
        box = QDoubleSpinBox()
        box.setDecimals(2)
        box.setSingleStep(0.1)
        box.setRange(lowest, highest)
        box.setSuffix(unit)
        box.valueChanged.connect(self._tell)
        return self._kept(name, box, tip)

    def tick(self, name: str, words: str, value: bool, tip: str = "") -> QCheckBox:
        """Make a field that is on or off."""
        box = QCheckBox(words)
        box.setChecked(value)
        box.toggled.connect(self._tell)
        return self._kept(name, box, tip)

    def line(self, name: str, hint: str, tip: str = "") -> QLineEdit:
        """Make a field for a line of text."""
        box = QLineEdit()
        box.setPlaceholderText(hint)
        box.setMaxLength(120)
        box.textChanged.connect(self._tell)
        return self._kept(name, box, tip)

    def values(self) -> dict[str, Value]:
        """Return what all fields hold."""
        return {name: _value_of(widget) for name, widget in self._widgets.items()}

    def set_values(self, values: Mapping[str, object]) -> None:
        """Set the fields that are named and hold such a value; `changed` is not emitted."""
        for name, value in values.items():
            widget = self._widgets.get(name)
            if widget is not None:
                with QSignalBlocker(widget):
                    _set(widget, value)
        self.filled.emit()

    def widget(self, name: str) -> QWidget:
        """Return the widget of a field."""
        return self._widgets[name]

    def _kept(self, name: str, widget: QWidget, tip: str) -> QWidget:
        widget.setObjectName(name)
        widget.setToolTip(tip)
        self._widgets[name] = widget
        return widget

    def _tell(self, *_: object) -> None:
        self.changed.emit()


def _value_of(widget: QWidget) -> Value:
    if isinstance(widget, QComboBox):
        value: Value = widget.currentData()
        return value
    if isinstance(widget, QCheckBox):
        return bool(widget.isChecked())
    if isinstance(widget, QSpinBox):
        return int(widget.value())
    if isinstance(widget, QDoubleSpinBox):
        return float(widget.value())
    return str(widget.text())


def _set(widget: QWidget, value: object) -> None:
    if isinstance(widget, QComboBox):
        index = next((i for i in range(widget.count()) if widget.itemData(i) == value), -1)
        if index >= 0:
            widget.setCurrentIndex(index)
    elif isinstance(widget, QCheckBox) and isinstance(value, bool):
        widget.setChecked(value)
    elif isinstance(widget, QSpinBox) and isinstance(value, int):
        widget.setValue(value)
    elif isinstance(widget, QDoubleSpinBox) and isinstance(value, (int, float)):
        widget.setValue(float(value))
    elif isinstance(widget, QLineEdit) and isinstance(value, str):
        widget.setText(value)
