"""A combo box whose list is as wide as its longest entry; its own text ends in an ellipsis where it has no room."""

from PyQt5.QtCore import QModelIndex, QSize, Qt
from PyQt5.QtGui import QPainter, QPaintEvent
from PyQt5.QtWidgets import (
    QComboBox,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStyleOptionViewItem,
    QStylePainter,
    QWidget,
)

#: Rows that are shown before the list scrolls.
_MOST_ROWS = 20
#: Beside the words of a row: padding, scroll bar and border; height of a separator.
_ROW_FRAME_PX, _SEPARATOR_PX = 24, 9


class ChoiceBox(QComboBox):
    """Offers entries that can be read whole and told apart, however narrow the box itself is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaxVisibleItems(_MOST_ROWS)
        # Qt's own delegate of combo boxes takes no notice of the style sheet's rows.
        self.setItemDelegate(_RowDelegate(self))

    def showPopup(self) -> None:
        """Qt's override: make room for the longest entry before the list opens, if the screen has it."""
        view = self.view()
        wanted = view.sizeHintForColumn(0) + _ROW_FRAME_PX
        view.setMinimumWidth(max(min(wanted, self.screen().availableGeometry().width() // 2), self.width()))
        super().showPopup()

    def shown_text(self) -> str:
        """Return the chosen entry as far as the box has room for it."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        room = self.style().subControlRect(QStyle.CC_ComboBox, option, QStyle.SC_ComboBoxEditField, self).width()
        if not option.currentIcon.isNull():
            room -= option.iconSize.width() + 4
        # At its own size the box has not a pixel to spare.
        words: str = self.fontMetrics().elidedText(option.currentText, Qt.ElideRight, room)
        return words

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's override: an ellipsis where the text does not fit."""
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.CC_ComboBox, option)
        option.currentText = self.shown_text()
        painter.drawControl(QStyle.CE_ComboBoxLabel, option)


class _RowDelegate(QStyledItemDelegate):
    """Rows as the style sheet has them, and lines for separators."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        """Qt's override."""
        return QSize(0, _SEPARATOR_PX) if _is_separator(index) else super().sizeHint(option, index)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Qt's override."""
        if not _is_separator(index):
            super().paint(painter, option, index)
            return
        painter.fillRect(
            option.rect.left(),
            option.rect.center().y(),
            option.rect.width(),
            1,
            option.palette.color(option.palette.Mid),
        )


def _is_separator(index: QModelIndex) -> bool:
    # What `insertSeparator` of a combo box leaves there.
    return bool(index.data(Qt.AccessibleDescriptionRole) == "separator")
