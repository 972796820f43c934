"""Why it ended: the condition, its margin over time, the first departure, and a way to go there."""

from PyQt5.QtCore import QSize, Qt, pyqtSignal
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from osimviz.analysis.ending import Ending, ending_of, watched_limits
from osimviz.analysis.thresholds import DEFAULT_THRESHOLDS, Thresholds
from osimviz.recording import Recording
from osimviz.ui.choice_box import ChoiceBox
from osimviz.ui.ending_panel.lines import Headline, ValueRows
from osimviz.ui.ending_panel.margin_curve import MarginCurve
from osimviz.ui.ending_panel.words import headline, rows, waiting_words
from osimviz.ui.icons import icon
from osimviz.ui.theme import Theme
from osimviz.view_state import ViewState


class EndingPanel(QWidget):
    """Names the condition that ended the run; follows its margin while the run goes on.

    Signals
    -------
    cursor_requested(int)
        The user points at a frame of the curve, or wants to go to the first departure or the last frame.
    """

    cursor_requested = pyqtSignal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ending")
        self.setAttribute(Qt.WA_StyledBackground)
        self.setMinimumHeight(96)
        self._theme = theme
        self._recording: Recording | None = None
        self._ending: Ending | None = None
        self._title = QLabel("<b>Why it ended</b>")
        self._title.setFixedHeight(28)
        self._condition = ChoiceBox()
        self._condition.setToolTip("Which ending condition's margin is shown")
        self._condition.setAccessibleName("Ending condition")
        self._condition.activated.connect(self._on_condition_activated)
        self._condition.hide()
        self._number: int | None = None
        self._thresholds = DEFAULT_THRESHOLDS
        self._head = Headline(theme)
        self._words = QLabel(waiting_words(is_running=False, has_limit=False))
        self._words.setWordWrap(True)
        self._words.setProperty("strength", "mid")
        self._words.setAlignment(Qt.AlignTop)
        self._curve = MarginCurve(theme)
        self._curve.cursor_requested.connect(self.cursor_requested)
        self._rows = ValueRows(theme)
        self._go = QPushButton()
        self._go.clicked.connect(self._on_go_clicked)
        self._lay_out()
        self.set_theme(theme)
        self._show_parts()

    def show_run(self, recording: Recording | None) -> None:
        """Watch another run."""
        self._recording = recording
        self._number = None
        limits = watched_limits(recording) if recording is not None else []
        self._condition.clear()
        self._condition.addItems([limit.sentence for limit in limits])
        self._condition.setVisible(len(limits) > 1)
        self.show_data()

    def show_data(self) -> None:
        """Read appended frames and the outcome."""
        recording = self._recording
        has_frames = recording is not None and recording.last_index >= 0
        limits = watched_limits(recording) if recording is not None else []
        self._ending = (
            ending_of(recording, self._number, self._thresholds) if recording is not None and has_frames else None
        )
        if self._ending is not None and self._ending.limit is not None:
            self._condition.setCurrentText(self._ending.limit.sentence)
        self._curve.show_ending(self._ending)
        if recording is not None and self._ending is not None and self._ending.outcome is not None:
            self._head.show_words(*headline(self._ending), is_bad=_is_bad(self._ending))
            self._rows.show_rows(rows(recording, self._ending))
        self._words.setText(waiting_words(is_running=has_frames, has_limit=bool(limits)))
        self._show_parts()

    def show_thresholds(self, thresholds: Thresholds) -> None:
        """Look for the first departure by another band."""
        self._thresholds = thresholds
        self.show_data()

    @property
    def departure(self) -> int | None:
        """The first departure that is shown; None where there is none."""
        return self._ending.departure if self._ending is not None else None

    def show_view(self, view: ViewState) -> None:
        """Show the cursor of a view state."""
        self._curve.show_cursor(view.index)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._go.setIcon(icon("go-to", theme.palette["text_mid"]))
        for part in (self._head, self._curve, self._rows):
            part.set_theme(theme)

    def sizeHint(self) -> QSize:
        """Qt's override."""
        return QSize(304, 250)

    def _lay_out(self) -> None:
        button = QHBoxLayout()
        button.addWidget(self._go)
        button.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 8)
        column.setSpacing(4)
        title = QHBoxLayout()
        title.addWidget(self._title)
        title.addStretch(1)
        title.addWidget(self._condition)
        column.addLayout(title)
        for part in (self._head, self._words):
            column.addWidget(part)
        column.addWidget(self._curve, 1)
        column.addWidget(self._rows)
        column.addLayout(button)
        # Where there is no curve: the rest stays at the top.
        column.addStretch(0)

    def _show_parts(self) -> None:
        """Show what there is something to say in."""
        ending = self._ending
        has_ended = ending is not None and ending.outcome is not None
        self._head.setVisible(has_ended)
        self._words.setVisible(not has_ended)
        self._curve.setVisible(ending is not None and ending.margin.size > 1)
        self._rows.setVisible(has_ended)
        self._go.setVisible(has_ended)
        if ending is not None and ending.departure is not None:
            self._go.setText("Go to first departure")
            self._go.setToolTip("Put the cursor where the margin left its usual band (D)")
        else:
            self._go.setText("Go to the last step")
            self._go.setToolTip("Put the cursor on the last recorded frame")

    def _on_condition_activated(self, number: int) -> None:
        self._number = number
        self.show_data()

    def _on_go_clicked(self) -> None:
        if self._ending is None or self._recording is None:
            return
        departure = self._ending.departure
        self.cursor_requested.emit(departure if departure is not None else self._recording.last_index)


def _is_bad(ending: Ending) -> bool:
    outcome = ending.outcome
    return outcome is not None and (outcome.ended_by == "fell" or outcome.failure is not None)
