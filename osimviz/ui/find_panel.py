"""Find when: a condition, the steps at which it holds, and the conditions at which a run pauses."""

import numpy as np
from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from osimviz.analysis.find import hits_of, neighbour
from osimviz.analysis.spans import Span
from osimviz.expressions import NameTable, compile_condition
from osimviz.frames import Array
from osimviz.recording import Recording
from osimviz.ui.commands import with_keys
from osimviz.ui.expression_field import ExpressionField
from osimviz.ui.icons import icon
from osimviz.ui.theme import Theme
from osimviz.view_state import ViewState
from osimviz.wording import counted

#: Rows of the list; all hits are marked in the timeline.
_MOST_ROWS = 1000
_HELP = (
    "For example: pelvis/height < 0.75 and time > 0.3 · abs(reward) > 5 · isnan(reward) · deriv(pelvis/height) < −1. "
    "Angles are in radians: write 20° for 20 degrees. mean, min, max and sum of one channel are those so far."
)


class FindPanel(QWidget):
    """Finds the steps at which a condition holds; keeps conditions at which runs pause.

    Signals
    -------
    cursor_requested(int)
        The user wants to go to a frame.
    hits_changed(list)
        Other hits are to be marked: pairs of first and last frame.
    conditions_changed(list)
        Runs are to pause at other conditions: their texts.
    """

    cursor_requested = pyqtSignal(int)
    hits_changed = pyqtSignal(list)
    conditions_changed = pyqtSignal(list)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._recording: Recording | None = None
        self._hits: list[Span] = []
        self._n_read = -1
        self._index = -1
        self._field = ExpressionField(theme, compile_condition)
        self._field.setObjectName("condition")
        self._field.setAccessibleName("Condition to find")
        self._field.setPlaceholderText("Find when … (pelvis/height < 0.75)")
        self._field.understood.connect(self._on_field_understood)
        self._field.returnPressed.connect(self._on_field_return_pressed)
        self._words = _label("mid")
        self._list = QListWidget()
        self._list.setObjectName("hits")
        self._list.setAccessibleName("Steps found")
        self._list.setUniformItemSizes(True)
        self._list.itemClicked.connect(self._on_list_item_chosen)
        self._list.itemActivated.connect(self._on_list_item_chosen)
        self._previous = _button("Previous", with_keys("Go to the hit before ({previous_hit})"), self.go_to_previous)
        self._next = _button("Next", with_keys("Go to the next hit ({next_hit})"), self.go_to_next)
        self._pause = _button("Pause when true", "Pause runs at the step where this becomes true", self._keep_condition)
        self._pause.setObjectName("pause_when")
        self._pauses_title = QLabel("Runs pause when")
        self._pauses = _ConditionList()
        self._pauses.changed.connect(self._on_pauses_changed)
        self._help = _label("weak")
        self._help.setText(_HELP)
        self._lay_out()
        self.set_theme(theme)
        self._show_words()

    @property
    def conditions(self) -> list[str]:
        """The conditions at which runs pause, those that are switched on."""
        return self._pauses.active()

    def focus_field(self) -> None:
        """Put the keyboard into the field, its text selected."""
        # It may be in a window of its own.
        self.activateWindow()
        self._field.setFocus(Qt.ShortcutFocusReason)
        self._field.selectAll()

    def show_run(self, recording: Recording | None) -> None:
        """Search in another run."""
        self._recording = recording
        self._n_read = -1
        self.show_names()

    def show_names(self) -> None:
        """Understand the channels there are now."""
        self._field.set_names(self._recording.derived.names() if self._recording is not None else NameTable(()))

    def show_data(self) -> None:
        """Search in the frames that were appended, too."""
        if self._recording is not None and len(self._recording) != self._n_read:
            self._search()

    def show_view(self, view: ViewState) -> None:
        """Show which hit the cursor is in."""
        if view.index != self._index:
            self._index = view.index
            self._select_hit()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._field.set_theme(theme)
        self._pauses_title.setFont(theme.font(bold=True))
        for button, name in ((self._pause, "pause"), (self._previous, "up"), (self._next, "down")):
            button.setIcon(icon(name, theme.palette["text_mid"], theme.palette["disabled"]))
        for label in (self._words, self._help):
            label.setFont(theme.font(small=True))

    def go_to_next(self) -> None:
        """Go to where the next hit begins."""
        self._go(1)

    def go_to_previous(self) -> None:
        """Go to where the hit before begins."""
        self._go(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt's override: Esc empties the field, and with it the marks; once more gives the keys back to the window."""
        if event.key() == Qt.Key_Escape:
            if self._field.text():
                self._field.clear()
            else:
                self._field.clearFocus()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._previous)
        buttons.addWidget(self._next)
        buttons.addStretch(1)
        buttons.addWidget(self._pause)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        column.addWidget(self._field)
        column.addWidget(self._words)
        column.addLayout(buttons)
        column.addWidget(self._list, 3)
        column.addWidget(self._pauses_title)
        column.addWidget(self._pauses, 1)
        column.addWidget(self._help)

    def _go(self, direction: int) -> None:
        there = neighbour(self._hits, self._index, direction)
        if there is not None:
            self.cursor_requested.emit(there)

    def _search(self) -> None:
        expression, recording = self._field.expression, self._recording
        before = self._hits
        self._n_read = len(recording) if recording is not None else -1
        self._hits = hits_of(expression, recording) if expression is not None and recording is not None else []
        if self._hits != before:
            self.hits_changed.emit([(hit.first, hit.last) for hit in self._hits])
            self._fill()
        self._show_words()

    def _fill(self) -> None:
        self._list.clear()
        times_s = self._recording.time_s() if self._recording is not None else np.empty(0)
        for hit in self._hits[:_MOST_ROWS]:
            item = QListWidgetItem(_hit_words(hit, times_s))
            item.setData(Qt.UserRole, hit.first)
            self._list.addItem(item)
        self._select_hit()

    def _select_hit(self) -> None:
        row = next((i for i, hit in enumerate(self._hits) if hit.first <= self._index <= hit.last), -1)
        self._list.setCurrentRow(row if row < self._list.count() else -1)

    def _show_words(self) -> None:
        error, expression = self._field.error, self._field.expression
        colour = "bad" if error is not None else "text_mid"
        self._words.setStyleSheet(f"color: {self._theme.palette[colour]}")
        if error is not None:
            self._words.setText(self._field.error_words)
        elif expression is None:
            self._words.setText("Write a condition; the steps at which it holds are listed and marked.")
        else:
            self._words.setText(self._result_words())
        has_hits = bool(self._hits)
        self._previous.setEnabled(has_hits)
        self._next.setEnabled(has_hits)
        self._pause.setEnabled(expression is not None and expression.text.strip() not in self._pauses.texts())
        has_pauses = self._pauses.count() > 0
        self._pauses_title.setVisible(has_pauses)
        self._pauses.setVisible(has_pauses)

    def _result_words(self) -> str:
        if not self._hits:
            return (
                "True at no step so far."
                if self._recording is not None
                else with_keys("There is no run to search in: {run} runs the controller, {open} opens a recording.")
            )
        n_steps = sum(hit.last - hit.first + 1 for hit in self._hits)
        words = f"{counted(len(self._hits), 'hit')}, {counted(n_steps, 'step')}"
        if len(self._hits) > _MOST_ROWS:
            words += f"; the first {_MOST_ROWS} are listed, all are marked"
        return f"{words}."

    def _keep_condition(self) -> None:
        if self._field.expression is not None:
            self._pauses.add(self._field.expression.text.strip())

    def _on_field_understood(self) -> None:
        self._search()

    def _on_field_return_pressed(self) -> None:
        self.go_to_next()

    def _on_list_item_chosen(self, item: QListWidgetItem) -> None:
        self.cursor_requested.emit(item.data(Qt.UserRole))

    def _on_pauses_changed(self) -> None:
        self._show_words()
        self.conditions_changed.emit(self._pauses.active())


class _ConditionList(QListWidget):
    """Conditions with a tick each; Delete takes one away.

    Signals
    -------
    changed()
        Another set of conditions is switched on.
    """

    changed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("pauses")
        self.setAccessibleName("Conditions at which runs pause")
        self.setToolTip("A tick switches a condition on; Delete takes it away")
        self.itemChanged.connect(self._on_item_changed)

    def add(self, text: str) -> None:
        """Add a condition, switched on."""
        if text in self.texts():
            return
        self.blockSignals(True)
        item = QListWidgetItem(text)
        item.setFlags(item.flags() | Qt.ItemIsUserCheckable)
        item.setCheckState(Qt.Checked)
        self.addItem(item)
        self.blockSignals(False)
        self.changed.emit()

    def texts(self) -> list[str]:
        """Return all conditions."""
        return [self.item(row).text() for row in range(self.count())]

    def active(self) -> list[str]:
        """Return the conditions that are switched on."""
        items = [self.item(row) for row in range(self.count())]
        return [item.text() for item in items if item.checkState() == Qt.Checked]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt's override."""
        if event.key() in (Qt.Key_Delete, Qt.Key_Backspace) and self.currentRow() >= 0:
            self.takeItem(self.currentRow())
            self.changed.emit()
        else:
            super().keyPressEvent(event)

    def _on_item_changed(self, item: QListWidgetItem) -> None:
        self.changed.emit()


def _hit_words(hit: Span, times_s: Array) -> str:
    if hit.first == hit.last:
        return f"step {hit.first}  ·  {times_s[hit.first]:.2f} s"
    n_steps = counted(hit.last - hit.first + 1, "step")
    return f"step {hit.first} to {hit.last}  ·  {times_s[hit.first]:.2f} to {times_s[hit.last]:.2f} s  ·  {n_steps}"


def _label(strength: str) -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setProperty("strength", strength)
    return label


def _button(text: str, tip: str, act: object) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setAutoDefault(False)
    button.clicked.connect(act)
    return button
