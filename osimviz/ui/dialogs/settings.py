"""The settings dialog, made from the table of settings; a change counts at once."""

from collections.abc import Mapping

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from osimviz.settings_table import SETTINGS, Setting, Value
from osimviz.ui.choice_box import ChoiceBox


class SettingsDialog(QDialog):
    """One row per setting, in sections.

    Parameters
    ----------
    values : mapping of str to value
        The present value of every setting, by its key.

    Signals
    -------
    changed(str, object)
        A setting has another value: its key and the value.
    """

    changed = pyqtSignal(str, object)

    def __init__(self, values: Mapping[str, Value], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Settings")
        self._controls: dict[str, QWidget] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        row = 0
        for group in dict.fromkeys(setting.group for setting in SETTINGS):
            title = QLabel(f"<b>{group}</b>")
            title.setContentsMargins(0, 10 if row else 0, 0, 0)
            grid.addWidget(title, row, 0, 1, 2)
            row += 1
            for setting in SETTINGS:
                if setting.group == group:
                    self._add_row(grid, row, setting)
                    row += 1
        buttons = QDialogButtonBox(QDialogButtonBox.RestoreDefaults | QDialogButtonBox.Close)
        buttons.rejected.connect(self.reject)
        buttons.button(QDialogButtonBox.RestoreDefaults).clicked.connect(self._restore)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 12)
        column.setSpacing(16)
        column.addLayout(grid)
        column.addWidget(buttons)
        column.setSizeConstraint(QVBoxLayout.SetFixedSize)
        self.show_values(values)
        for setting in SETTINGS:
            self._connect(setting)

    def control(self, key: str) -> QWidget:
        """Return the control of a setting."""
        return self._controls[key]

    def show_values(self, values: Mapping[str, Value]) -> None:
        """Show these values."""
        for setting in SETTINGS:
            control, value = self._controls[setting.key], values[setting.key]
            if setting.kind == "truth":
                control.setChecked(bool(value))
            elif setting.kind == "choice":
                control.setCurrentIndex(control.findData(value))
            else:
                control.setValue(float(value))

    def _add_row(self, grid: QGridLayout, row: int, setting: Setting) -> None:
        if setting.kind == "truth":
            control = QCheckBox()
        elif setting.kind == "choice":
            control = ChoiceBox()
            for value, text in setting.choices:
                control.addItem(text, value)
        else:
            control = QDoubleSpinBox()
            control.setRange(setting.lowest, setting.highest)
            control.setSingleStep(setting.step)
            control.setDecimals(setting.decimals)
            control.setSuffix(f" {setting.unit}")
            # Every digit of a number that is being typed would be a setting.
            control.setKeyboardTracking(False)
        control.setToolTip(setting.help)
        control.setAccessibleName(setting.title)
        control.setMinimumWidth(180)
        self._controls[setting.key] = control
        label = QLabel(setting.title)
        label.setBuddy(control)
        hint = QLabel(setting.help)
        hint.setProperty("strength", "weak")
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(label)
        names.addWidget(hint)
        grid.addLayout(names, row, 0)
        grid.addWidget(control, row, 1)

    def _connect(self, setting: Setting) -> None:
        control = self._controls[setting.key]
        # The control tells which setting it is of.
        control.setObjectName(setting.key)
        if setting.kind == "truth":
            control.toggled.connect(self._on_control_changed)
        elif setting.kind == "choice":
            control.currentIndexChanged.connect(self._on_control_changed)
        else:
            control.valueChanged.connect(self._on_control_changed)

    def _restore(self) -> None:
        self.show_values({setting.key: setting.default for setting in SETTINGS})

    def _on_control_changed(self) -> None:
        control = self.sender()
        if isinstance(control, QComboBox):
            value = control.currentData()
        else:
            value = control.isChecked() if isinstance(control, QCheckBox) else control.value()
        self.changed.emit(control.objectName(), value)
