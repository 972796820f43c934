"""The toolbar's choice of a second run: which run stands beside the shown one, and how their moments are aligned."""

from collections.abc import Sequence
from functools import partial

from PyQt5.QtCore import QPoint, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QFontMetrics, QPainter, QPaintEvent
from PyQt5.QtWidgets import QAbstractButton, QActionGroup, QMenu, QSizePolicy, QWidget

from osimviz.analysis.run_pair import Alignment, RunPair
from osimviz.recording import Recording
from osimviz.ui.icons import icon
from osimviz.ui.theme import Theme

_NONE, _UNLABELLED = "no second run", "Compare"
_TIP = "A second run beside the shown one: ghost, curves and their difference"


class CompareBox(QAbstractButton):
    """Shows the second run and opens a menu of what can be compared.

    Parameters
    ----------
    theme : Theme
        Colours and fonts.

    Signals
    -------
    second_run_requested(object)
        A `Recording` of this sitting, or None for none.
    command_requested(str)
        The id of a command that the menu offers, too.
    alignment_requested(object)
        An `Alignment`.
    """

    second_run_requested = pyqtSignal(object)
    command_requested = pyqtSignal(str)
    alignment_requested = pyqtSignal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._runs: list[tuple[str, Recording]] = []
        self._pair: RunPair | None = None
        self._shown: Recording | None = None
        self._name = ""
        self.setFixedHeight(28)
        self._is_labelled = True
        self.setMinimumWidth(84)
        self.setMaximumWidth(170)
        self.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Fixed)
        self.setFocusPolicy(Qt.TabFocus)
        self.setAttribute(Qt.WA_Hover)
        self.setAccessibleName("Second run")
        self.setToolTip(_TIP)
        self.clicked.connect(self.open_menu)
        self.setText(_NONE)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_runs(self, runs: Sequence[tuple[str, Recording]], shown: Recording | None) -> None:
        """Offer the runs of this sitting, each with its title; `shown` is the one on the screen."""
        self._runs = list(runs)
        self._shown = shown
        self._retitle()

    def show_comparison(self, pair: RunPair | None, name: str = "") -> None:
        """Show what is compared; `name` is the second run's where it is none of this sitting."""
        self._pair = pair
        self._name = name
        self._retitle()

    def open_menu(self) -> None:
        """Open the menu below the button."""
        self.menu().popup(self.mapToGlobal(QPoint(0, self.height())))

    def menu(self) -> QMenu:
        """Return the menu; it deletes itself when it closes."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        self._add_runs(menu)
        menu.addSeparator()
        self._add_command(menu, "Open a Recording …", "compare")
        if self._pair is not None:
            menu.addSeparator()
            self._add_alignments(menu, self._pair)
            menu.addSeparator()
            self._add_command(menu, "Show or Hide the Difference", "difference")
            self._add_command(menu, "Go to Where They Part", "go_to_parting")
        return menu

    def sizeHint(self) -> QSize:
        """Qt's override."""
        return QSize(130, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's override: as the combo boxes beside it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.Antialiasing)
        border = "accent" if self.hasFocus() else "text_weak" if self.underMouse() else "edge"
        painter.setPen(self._theme.colour(border))
        painter.setBrush(self._theme.colour("field"))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 3, 3)
        painter.setFont(self._theme.font())
        painter.setPen(self._theme.colour("text" if self._pair is not None else "text_mid"))
        room = self.rect().adjusted(9, 0, -24, 0)
        metrics = QFontMetrics(self._theme.font())
        text = metrics.elidedText(self.shown_text(), Qt.ElideRight, room.width())
        painter.drawText(room, Qt.AlignVCenter, text)
        icon("down", self._theme.palette["text_mid"]).paint(painter, self.width() - 22, 6, 16, 16)
        painter.end()

    def set_labelled(self, *, is_labelled: bool) -> None:
        """Say whether a label beside the box tells what it is for; without one, and a second run, the box says so."""
        self._is_labelled = is_labelled
        self.update()

    def shown_text(self) -> str:
        """Return the words of the box, before they are cut where there is no room for them."""
        return _UNLABELLED if self._pair is None and not self._is_labelled else str(self.text())

    def _retitle(self) -> None:
        second = self._pair.second if self._pair is not None else None
        known = next((title for title, run in self._runs if run is second), "")
        self.setText(_NONE if second is None else known or self._name or second.info.controller)
        if self._pair is None:
            self.setToolTip(_TIP)
        else:
            self.setToolTip(self._pair.fault or f"{self.text()} · {self._pair.second.info.env_summary}")
        self.update()

    def _add_runs(self, menu: QMenu) -> None:
        group = QActionGroup(menu)
        second = self._pair.second if self._pair is not None else None
        choices: list[tuple[str, Recording | None]] = [("No second run", None)]
        choices += [(title, run) for title, run in self._runs if run is not self._shown]
        if second is not None and all(run is not second for _, run in choices):
            choices.append((self.text(), second))
        for title, run in choices:
            action = menu.addAction(title)
            action.setCheckable(True)
            action.setChecked(run is second)
            action.setActionGroup(group)
            action.triggered.connect(partial(self._on_run_triggered, run))

    def _add_alignments(self, menu: QMenu, pair: RunPair) -> None:
        # Style sheets hide the titles of sections.
        menu.addAction("Align by").setEnabled(False)
        group = QActionGroup(menu)
        choices = [("Time", "align_time", pair.alignment.by == "time")]
        contact = "Foot Contact at the Cursor"
        if pair.alignment.by == "contact":
            contact = f"Foot Contact at the Cursor (now {pair.alignment.foot})"
        choices.append((contact, "align_contact", pair.alignment.by == "contact"))
        choices.append(("Gait Phase", "align_phase", pair.alignment.by == "phase"))
        for title, command, is_chosen in choices:
            action = menu.addAction(title)
            action.setCheckable(True)
            action.setChecked(is_chosen)
            action.setActionGroup(group)
            action.triggered.connect(partial(self._on_command_triggered, command))
        if pair.alignment.by == "time":
            return
        contacts = menu.addMenu("Contact of the Second Run")
        times = pair.second.time_s()
        for number, index in enumerate(pair.contacts(pair.second, pair.alignment.foot)):
            action = contacts.addAction(f"{number + 1} · {times[index]:.2f} s")
            action.setCheckable(True)
            action.setChecked(number == pair.alignment.second_contact)
            action.triggered.connect(partial(self._on_contact_triggered, number))
        contacts.setEnabled(not contacts.isEmpty())

    def _add_command(self, menu: QMenu, title: str, command: str) -> None:
        menu.addAction(title).triggered.connect(partial(self._on_command_triggered, command))

    def _on_run_triggered(self, run: Recording | None) -> None:
        self.second_run_requested.emit(run)

    def _on_command_triggered(self, command: str) -> None:
        self.command_requested.emit(command)

    def _on_contact_triggered(self, number: int) -> None:
        if self._pair is not None:
            now = self._pair.alignment
            self.alignment_requested.emit(Alignment(now.by, now.foot, now.first_contact, number))
