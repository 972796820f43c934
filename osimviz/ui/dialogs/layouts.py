"""The dialog of saved layouts: take one, save the present one, delete."""

from collections.abc import Sequence

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QListWidget, QPushButton, QVBoxLayout, QWidget


class LayoutDialog(QDialog):
    """Lists the saved layouts.

    Signals
    -------
    apply_requested(str)
        A layout is to be put in place.
    save_requested(str)
        The present layout is to be saved under this name.
    removal_requested(str)
        A layout is to be deleted.
    """

    apply_requested = pyqtSignal(str)
    save_requested = pyqtSignal(str)
    removal_requested = pyqtSignal(str)

    def __init__(self, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Layouts")
        self.setMinimumSize(360, 300)
        self._list = QListWidget()
        self._list.setAccessibleName("Saved layouts")
        self._list.itemActivated.connect(self._on_apply_clicked)
        self._empty = QLabel("No layout is saved yet. Arrange the window, give it a name, press Save.")
        self._empty.setWordWrap(True)
        self._empty.setProperty("strength", "mid")
        self._name = QLineEdit()
        self._name.setPlaceholderText("Name of the present layout")
        self._name.setMaxLength(40)
        self._apply = _button("Apply", self._on_apply_clicked)
        self._delete = _button("Delete", self._on_delete_clicked)
        self._save = _button("Save", self._on_save_clicked)
        self._list.currentRowChanged.connect(self._show_state)
        self._name.textChanged.connect(self._show_state)
        self._name.returnPressed.connect(self._on_save_clicked)
        chosen, new = QHBoxLayout(), QHBoxLayout()
        for part in (self._apply, self._delete):
            chosen.addWidget(part)
        chosen.addStretch(1)
        new.addWidget(self._name, 1)
        new.addWidget(self._save)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(8)
        column.addWidget(self._empty)
        column.addWidget(self._list, 1)
        column.addLayout(chosen)
        column.addLayout(new)
        self.show_names(names)
        # What one does next: take a layout, or give the first one its name.
        (self._list if names else self._name).setFocus()

    def show_names(self, names: Sequence[str]) -> None:
        """Show these layouts."""
        self._list.clear()
        self._list.addItems(list(names))
        self._empty.setVisible(not names)
        self._list.setCurrentRow(0 if names else -1)
        self._show_state()

    def _show_state(self) -> None:
        has_chosen = self._list.currentItem() is not None
        self._apply.setEnabled(has_chosen)
        self._delete.setEnabled(has_chosen)
        self._save.setEnabled(bool(self._name.text().strip()))

    def _on_apply_clicked(self) -> None:
        if self._list.currentItem() is not None:
            self.apply_requested.emit(self._list.currentItem().text())

    def _on_delete_clicked(self) -> None:
        if self._list.currentItem() is not None:
            self.removal_requested.emit(self._list.currentItem().text())

    def _on_save_clicked(self) -> None:
        name = self._name.text().strip()
        if name:
            self._name.clear()
            self.save_requested.emit(name)


def _button(text: str, act: object) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)
    button.clicked.connect(act)
    return button
