"""The context menu of a plot."""

from collections.abc import Sequence

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QAction, QMenu, QWidget

from osimviz.ui.icons import icon
from osimviz.ui.plots.curve import Curve
from osimviz.ui.theme import Theme


class RowMenu(QMenu):
    """What can be done with a plot and its curves; deletes itself when it closes.

    Parameters
    ----------
    parent : QWidget
        Where it opens.
    theme : Theme
        Colours of its icons.
    curves : sequence of Curve
        The plot's curves.

    Signals
    -------
    curve_removal_requested(str)
        Take this channel out of the plot.
    other_sides_requested()
        Add the same channels of the other side of the body.
    plot_removal_requested(), fit_requested(), picture_requested(), table_requested()
        Remove the plot; show the whole run; save a picture, or the curves as a table.
    """

    curve_removal_requested = pyqtSignal(str)
    other_sides_requested = pyqtSignal()
    plot_removal_requested = pyqtSignal()
    fit_requested = pyqtSignal()
    picture_requested = pyqtSignal()
    table_requested = pyqtSignal()

    def __init__(self, parent: QWidget, theme: Theme, curves: Sequence[Curve]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WA_DeleteOnClose)
        weak = theme.palette["text_mid"]
        self._other_sides = self._add("Add the Other Side", "add", weak)
        self._other_sides.triggered.connect(self.other_sides_requested)
        self.addSeparator()
        if len(curves) > 1:
            for curve in curves:
                self._add(f"Remove {curve.channel.name}").setData(curve.channel.name)
        self._add("Remove Plot", "close", weak).triggered.connect(self.plot_removal_requested)
        self.addSeparator()
        self._add("Fit the Whole Run", "fit", weak).triggered.connect(self.fit_requested)
        self.addSeparator()
        self._add("Save Picture of All Plots …", "camera", weak).triggered.connect(self.picture_requested)
        self._add("Save Curves as CSV …", "export", weak).triggered.connect(self.table_requested)
        self.triggered.connect(self._on_triggered)

    def offer_other_sides(self, *, is_offered: bool) -> None:
        """Say whether there is another side to add."""
        self._other_sides.setVisible(is_offered)

    def _add(self, text: str, symbol: str = "", colour: str = "") -> QAction:
        action: QAction = self.addAction(text)
        if symbol:
            action.setIcon(icon(symbol, colour))
        return action

    def _on_triggered(self, action: QAction) -> None:
        if action.data():
            self.curve_removal_requested.emit(action.data())
