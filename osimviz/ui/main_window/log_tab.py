"""The tab of the log: it counts the lines nobody saw, and is marked if one of them is a warning."""

from PyQt5.QtGui import QIcon
from PyQt5.QtWidgets import QTabWidget

from osimviz.output_log import LogLine
from osimviz.ui.commands import with_keys
from osimviz.ui.icons import icon
from osimviz.ui.log_panel import LogPanel
from osimviz.ui.theme import Theme

_TIP = with_keys("What controller and simulator print ({log})")
#: More unseen lines than these are not counted on the tab.
_MOST_COUNTED = 99


class LogTab:
    """Shows lines in the log's panel and what is new of them on its tab.

    Parameters
    ----------
    tabs : QTabWidget
        Gets the tab.
    panel : LogPanel
        What is in it.
    """

    def __init__(self, tabs: QTabWidget, panel: LogPanel) -> None:
        self._tabs = tabs
        self._panel = panel
        self._n_unseen = 0
        tabs.addTab(panel, "Log")
        tabs.setTabToolTip(tabs.indexOf(panel), _TIP)
        tabs.currentChanged.connect(self._on_tabs_current_changed)

    @property
    def title(self) -> str:
        """What stands on the tab."""
        return str(self._tabs.tabText(self._tabs.indexOf(self._panel)))

    def show_lines(self, lines: list[LogLine], theme: Theme) -> None:
        """Show lines that were printed; the tab counts them while it is hidden."""
        self._panel.show_lines(lines)
        if self._tabs.currentWidget() is self._panel:
            return
        self._n_unseen += sum(line.kind in ("output", "warning") for line in lines)
        count = f"{_MOST_COUNTED}+" if self._n_unseen > _MOST_COUNTED else str(self._n_unseen)
        index = self._tabs.indexOf(self._panel)
        self._tabs.setTabText(index, f"Log ({count})" if self._n_unseen else "Log")
        if any(line.kind == "warning" for line in lines):
            # Not the colour of its words: the style sheet has the last say in that.
            self._tabs.setTabIcon(index, icon("warning", theme.palette["warn"]))
            self._tabs.setTabToolTip(index, f"{_TIP}: a warning is new")

    def raise_panel(self) -> None:
        """Bring the log to the front."""
        self._tabs.setCurrentWidget(self._panel)

    def _on_tabs_current_changed(self, index: int) -> None:
        if self._tabs.widget(index) is self._panel:
            self._n_unseen = 0
            self._tabs.setTabText(index, "Log")
            self._tabs.setTabToolTip(index, _TIP)
            self._tabs.setTabIcon(index, QIcon())
