"""The dialog that lists the trusted folders and revokes them."""

from pathlib import Path

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from osimviz.trust import TrustStore

_EMPTY = "No folder is trusted: before a controller's code runs, you are asked. Add … takes a folder of yours."


class TrustedFolders(QDialog):
    """Lists the trusted folders; a change holds at once.

    Parameters
    ----------
    store : TrustStore
        Where they are kept.
    """

    def __init__(self, store: TrustStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Trusted Folders")
        self.setMinimumSize(560, 320)
        self._store = store
        self._list = QListWidget()
        self._list.setSelectionMode(QListWidget.ExtendedSelection)
        self._list.setTextElideMode(Qt.ElideMiddle)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
        self._list.itemSelectionChanged.connect(self._on_list_selection_changed)
        self._fault = QLabel()
        self._fault.setWordWrap(True)
        self._fault.setProperty("strength", "mid")
        self._revoke = QPushButton("Revoke")
        self._revoke.setToolTip("Ask again before a controller below the chosen folder runs")
        self._revoke.clicked.connect(self._on_revoke_clicked)
        add = QPushButton("Add …")
        add.setToolTip("Trust a folder and everything below it")
        add.clicked.connect(self._on_add_clicked)
        self._lay_out(add)
        self._fill()

    def folders(self) -> list[str]:
        """Return the folders that are listed."""
        return [self._list.item(row).text() for row in range(self._list.count())]

    def _lay_out(self, add: QPushButton) -> None:
        words = QLabel("Controllers in these folders, and below them, run without a question.")
        words.setWordWrap(True)
        close = QDialogButtonBox(QDialogButtonBox.Close)
        close.rejected.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(self._revoke)
        buttons.addWidget(add)
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addWidget(words)
        column.addWidget(self._list, 1)
        column.addWidget(self._fault)
        column.addLayout(buttons)

    def _fill(self, fault: str = "") -> None:
        self._list.clear()
        for folder in self._store.folders():
            self._list.addItem(str(folder))
            self._list.item(self._list.count() - 1).setToolTip(str(folder))
        note = fault or ("" if self._list.count() else _EMPTY)
        self._fault.setText(note)
        self._fault.setVisible(bool(note))
        self._on_list_selection_changed()

    def _on_list_selection_changed(self) -> None:
        self._revoke.setEnabled(bool(self._list.selectedItems()))

    def _on_revoke_clicked(self) -> None:
        self._change(revoked=[item.text() for item in self._list.selectedItems()])

    def _on_add_clicked(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Trust a folder and everything below it")
        if folder:
            self._change(added=folder)

    def _change(self, *, revoked: list[str] | None = None, added: str = "") -> None:
        try:
            for folder in revoked or ():
                self._store.revoke(Path(folder))
            if added:
                self._store.add(added)
        except OSError as error:
            self._fill(f"The list could not be written: {error.strerror or error} ({self._store.file})")
            return
        self._fill()
