"""The dialog that makes a channel of others by a formula."""

from collections.abc import Callable, Mapping, Sequence

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from osimviz.channels import Channel
from osimviz.expressions import NameTable, compile_expression, with_full_names
from osimviz.expressions.functions import FUNCTIONS
from osimviz.formatting import shown_unit
from osimviz.ui.expression_field import ExpressionField
from osimviz.ui.theme import Theme


class DeriveDialog(QDialog):
    """Asks for a name and a formula; shows what the formula gives while it is typed.

    Parameters
    ----------
    theme : Theme
        Colours and fonts.
    channels : sequence of Channel
        What a formula may name.
    define : callable
        Makes the channel of a name and a formula with full names; raises `ValueError` with the reason if it cannot.
    title, formula : str
        What the fields begin with.
    aliases : mapping of str to str
        Short names of channels that the formula may use (``l`` and ``r``).

    Signals
    -------
    derived(str, str)
        This channel was made: its name, its formula with full names.
    """

    derived = pyqtSignal(str, str)

    def __init__(
        self,
        theme: Theme,
        channels: Sequence[Channel],
        define: Callable[[str, str], object],
        title: str,
        formula: str,
        aliases: Mapping[str, str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Derived Channel")
        self.setAttribute(Qt.WA_DeleteOnClose)
        self.setMinimumWidth(520)
        self._theme = theme
        self._define = define
        self._names = NameTable(channels, aliases)
        self._name = QLineEdit(title)
        self._name.setObjectName("name")
        self._name.setMaxLength(60)
        self._field = ExpressionField(theme, compile_expression)
        self._field.setObjectName("formula")
        self._field.set_names(self._names)
        self._words = QLabel()
        self._words.setWordWrap(True)
        self._words.setMinimumHeight(36)
        self._words.setAlignment(Qt.AlignTop)
        self._buttons = QDialogButtonBox(QDialogButtonBox.Ok | QDialogButtonBox.Cancel)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self._lay_out(aliases)
        self._field.understood.connect(self._show_result)
        self._name.textChanged.connect(self._show_result)
        self._field.setText(formula)
        self._show_result()
        self._field.setFocus()

    def accept(self) -> None:
        """Qt's override: make the channel, or say why not and stay open."""
        try:
            formula = with_full_names(self._field.text(), self._names)
            self._define(self._name.text(), formula)
        except ValueError as error:
            # An expression's error is one, too.
            self._say(str(error), is_bad=True)
            return
        self.derived.emit(self._name.text().strip(), formula)
        super().accept()

    def _lay_out(self, aliases: Mapping[str, str]) -> None:
        hint = QLabel(f"Functions: {', '.join(FUNCTIONS)}. Angles are in radians; write 20° for 20 degrees.")
        hint.setWordWrap(True)
        hint.setProperty("strength", "weak")
        form = QFormLayout()
        form.setSpacing(8)
        form.addRow("Name", self._name)
        form.addRow("Formula", self._field)
        for alias, name in aliases.items():
            label = QLabel(name)
            label.setProperty("strength", "mid")
            form.addRow(alias, label)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(10)
        column.addLayout(form)
        column.addWidget(self._words)
        column.addWidget(hint)
        column.addWidget(self._buttons)

    def _show_result(self) -> None:
        expression = self._field.expression
        has_name = bool(self._name.text().strip())
        self._buttons.button(QDialogButtonBox.Ok).setEnabled(expression is not None and has_name)
        missing = "" if has_name else " Give it a name above."
        if self._field.error is not None:
            self._say(self._field.error_words, is_bad=True)
        elif expression is None:
            self._say("Write a formula, such as: deriv(pelvis/height)", is_bad=False)
        elif expression.kind == "condition":
            self._say(f"Gives 1 where it is true, else 0.{missing}", is_bad=False)
        else:
            unit = f" in {shown_unit(expression.unit)}" if expression.unit else ", without a unit"
            self._say(f"Gives numbers{unit}.{missing}", is_bad=False)

    def _say(self, words: str, *, is_bad: bool) -> None:
        self._words.setStyleSheet(f"color: {self._theme.palette['bad' if is_bad else 'text_mid']}")
        self._words.setText(words)
