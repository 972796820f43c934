"""The right column: plots, muscles, gait cycles and phase plots as tabs over one range of time."""

from PyQt5.QtCore import QPoint, Qt, pyqtSignal
from PyQt5.QtGui import QResizeEvent
from PyQt5.QtWidgets import QAction, QHBoxLayout, QMenu, QTabWidget, QToolButton, QWidget

from osimviz.plot_choices import Preset
from osimviz.ui.icons import icon
from osimviz.ui.plots.export import Panel, choose_and_save
from osimviz.ui.plots.gait_panel import GaitPanel
from osimviz.ui.plots.muscle_panel import MusclePanel
from osimviz.ui.plots.phase_panel import PhasePanel
from osimviz.ui.plots.stack import PlotStack
from osimviz.ui.plots.time_control import TimeControl
from osimviz.ui.theme import Theme

_BUTTON_PX = 28
#: Below this width seven tabs and two buttons have no room at their usual distance.
_NARROW_PX = 460


class PlotTabs(QTabWidget):
    """The panels of curves, with buttons for what can be added to them and saved of them.

    Parameters
    ----------
    theme : Theme
        Colours and fonts.

    Signals
    -------
    cursor_requested(int), reference_requested(int)
        The frame that the mouse points at, for the cursor; with Shift, for the second cursor.
    plotted_changed()
        Other channels are plotted, or in other colours.

    Attributes
    ----------
    stack : PlotStack
        Curves over time.
    muscles : MusclePanel
        Muscles over time.
    gait : GaitPanel
        Curves over the gait cycle.
    phase : PhasePanel
        One channel against another.
    """

    cursor_requested = pyqtSignal(int)
    reference_requested = pyqtSignal(int)
    plotted_changed = pyqtSignal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._time = TimeControl(self)
        self.stack = PlotStack(theme, self._time)
        self.muscles = MusclePanel(theme, self._time)
        self.gait = GaitPanel(theme)
        self.phase = PhasePanel(theme)
        self.setDocumentMode(True)
        # Beside and above the corner the panel's colour is painted for a styled background only.
        self.setAttribute(Qt.WA_StyledBackground)
        self.tabBar().setObjectName("plot_tabs")
        self.addTab(self.stack, "Plots")
        self.addTab(self.muscles, "Muscles")
        self.addTab(self.gait, "Gait")
        self.addTab(self.phase, "Phase")
        self.setTabToolTip(0, "Channels over time")
        self.setTabToolTip(1, "Every muscle over time")
        self.setTabToolTip(2, "The plotted channels over the gait cycle")
        self.setTabToolTip(3, "One channel against another")
        self._add = _corner_button("Add plots that are offered for this environment")
        self._export = _corner_button("Save what this panel shows")
        self._lay_out_corner()
        self._tint()
        self._time.cursor_requested.connect(self.cursor_requested)
        self._time.reference_requested.connect(self.reference_requested)
        for panel in (self.gait, self.phase):
            panel.cursor_requested.connect(self.cursor_requested)
        self.muscles.plot_requested.connect(self._on_muscles_plot_requested)
        self.stack.plotted_changed.connect(self._on_stack_plotted_changed)
        self._add.clicked.connect(self._on_add_clicked)
        self._export.clicked.connect(self._on_export_clicked)
        self.currentChanged.connect(self._on_current_changed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt's override: narrow tabs stand closer, so that all of them are seen."""
        super().resizeEvent(event)
        bar, is_narrow = self.tabBar(), self.width() < _NARROW_PX
        if bar.property("narrow") != is_narrow:
            bar.setProperty("narrow", is_narrow)
            # A style sheet looks at properties only once.
            bar.style().unpolish(bar)
            bar.style().polish(bar)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        for panel in (self.stack, self.muscles, self.gait, self.phase):
            panel.set_theme(theme)
        self._tint()

    def show_channels(self) -> None:
        """Take up the channels that the run has now: those made by a formula come, change and go."""
        # The stack tells which curves there are: the gait view must not have the old ones by then.
        self.gait.show_channels()
        self.stack.show_channels()
        self.phase.show_channels()

    def fit(self) -> None:
        """Show the whole run."""
        self._time.fit()

    def save_picture(self) -> None:
        """Ask for a file and write a picture of the panel in front; of nothing where that has no curves."""
        panel = self.panel_in_front()
        if panel is self.currentWidget():
            choose_and_save(self, panel)

    def panel_in_front(self) -> Panel:
        """Return the panel of curves in front; where another is in front, the curves over time."""
        panels: tuple[Panel, ...] = (self.muscles, self.gait, self.phase)
        return next((panel for panel in panels if panel is self.currentWidget()), self.stack)

    def save_curves(self) -> None:
        """Ask for a file and write what the panel in front plots as a table."""
        choose_and_save(self, self.panel_in_front().table())

    def presets_menu(self) -> QMenu:
        """Return a menu of the plots that are offered for the run; it deletes itself when it closes."""
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.aboutToHide.connect(menu.deleteLater)
        for preset in self.stack.offered_presets():
            action = menu.addAction(preset.title)
            action.setToolTip(preset.hint)
            action.setData(preset)
        if menu.isEmpty():
            menu.addAction("Presets come with the first run").setEnabled(False)
        menu.addSeparator()
        menu.addAction("Remove All Plots").setEnabled(bool(self.stack.rows))
        menu.triggered.connect(self._on_presets_triggered)
        return menu

    def close(self) -> bool:
        """Stop drawing. Idempotent."""
        self._time.close()
        self.stack.close()
        return bool(super().close())

    def _lay_out_corner(self) -> None:
        corner = QWidget()
        corner.setObjectName("plot_buttons")
        corner.setFixedHeight(_BUTTON_PX + 2)
        row = QHBoxLayout(corner)
        row.setContentsMargins(0, 0, 6, 0)
        row.setSpacing(0)
        row.addWidget(self._add)
        row.addWidget(self._export)
        self.setCornerWidget(corner)

    def _tint(self) -> None:
        colour, disabled = self._theme.palette["text_mid"], self._theme.palette["disabled"]
        self._add.setIcon(icon("add", colour, disabled))
        self._export.setIcon(icon("export", colour, disabled))

    def _on_current_changed(self, index: int) -> None:
        panel = self.widget(index)
        is_ours = panel in (self.stack, self.muscles, self.gait, self.phase)
        self._export.setEnabled(is_ours)

    def _on_stack_plotted_changed(self) -> None:
        self.gait.show_curves(self.stack.curves())
        self.plotted_changed.emit()

    def _on_muscles_plot_requested(self, names: list[str]) -> None:
        self.stack.plot(names)
        self.setCurrentWidget(self.stack)

    def _on_add_clicked(self) -> None:
        self.presets_menu().popup(self._add.mapToGlobal(QPoint(0, self._add.height())))

    def _on_presets_triggered(self, action: QAction) -> None:
        preset = action.data()
        if isinstance(preset, Preset):
            self.stack.plot_preset(preset)
        else:
            self.stack.remove_all()
        self.setCurrentWidget(self.stack)

    def _on_export_clicked(self) -> None:
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction("Save Picture …").triggered.connect(self._on_picture_triggered)
        table = menu.addAction("Save Curves as CSV …")
        table.setEnabled(self.panel_in_front().has_table)
        table.triggered.connect(self._on_curves_triggered)
        menu.popup(self._export.mapToGlobal(QPoint(0, self._export.height())))

    def _on_picture_triggered(self) -> None:
        self.save_picture()

    def _on_curves_triggered(self) -> None:
        self.save_curves()


def _corner_button(tooltip: str) -> QToolButton:
    button = QToolButton()
    button.setProperty("flat", True)
    button.setToolTip(tooltip)
    button.setAccessibleName(tooltip)
    button.setFixedSize(_BUTTON_PX, _BUTTON_PX)
    return button
