"""The button that chooses which lanes of the timeline are shown."""

from collections.abc import Collection

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QMenu, QToolButton

from osimviz.ui.timeline.flat_button import FlatButton
from osimviz.ui.timeline.layout import HIDEABLE


class LaneButton(FlatButton):
    """Opens a list of the lanes, each with a tick.

    Signals
    -------
    lanes_requested(list)
        The names of the lanes to leave out.
    """

    lanes_requested = pyqtSignal(list)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("lanes")
        self.setPopupMode(QToolButton.InstantPopup)
        self.setToolTip("Choose the lanes that are shown")
        self.setAccessibleName("Lanes")
        menu = QMenu(self)
        self._lanes = {lane: menu.addAction(title) for lane, title in HIDEABLE.items()}
        for action in self._lanes.values():
            action.setCheckable(True)
            action.setChecked(True)
            action.triggered.connect(self._on_lane_triggered)
        self.setMenu(menu)

    def show_hidden(self, hidden: Collection[str]) -> None:
        """Show which lanes are left out."""
        for lane, action in self._lanes.items():
            action.setChecked(lane not in hidden)

    def _on_lane_triggered(self) -> None:
        self.lanes_requested.emit([lane for lane, action in self._lanes.items() if not action.isChecked()])
