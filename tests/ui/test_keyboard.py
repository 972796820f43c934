"""Everything in the window can be reached and used without a mouse."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from osimviz.options import parse_options
from osimviz.recording import save_recording
from osimviz.ui.app.application import Application
from osimviz.ui.commands import COMMANDS
from tests.ui.timeline_runs import recorded

#: What people operate; frames, labels and drawings are not.
CONTROLS = (QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QTabBar)


@pytest.fixture
def application(qtbot: QtBot, tmp_path: Path) -> Iterator[Application]:
    path = tmp_path / "fall.h5"
    save_recording(recorded(), path)
    made = Application(parse_options([str(path)]))
    with qtbot.waitExposed(made.window):
        made.start()
    QApplication.setActiveWindow(made.window)
    yield made
    made.close()


def part_of_another(widget: QWidget) -> bool:
    """Whether a control belongs to a larger one that has the keyboard for it."""
    parent = widget.parentWidget()
    inner = (QComboBox, QAbstractSpinBox, QLineEdit, QTabBar)
    return isinstance(parent, inner) or widget.objectName().startswith("qt_")


def reached(application: Application) -> set[QWidget]:
    """Return what has the keyboard at some time while Tab is pressed round the window."""
    found: set[QWidget] = set()
    application.window.view3d.setFocus()
    for _ in range(300):
        widget = QApplication.focusWidget()
        if widget in found:
            break
        assert widget is not None
        found.add(widget)
        QTest.keyClick(widget, Qt.Key_Tab)
    return found


def name_of(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.objectName() or widget.accessibleName() or widget.toolTip()}"


def test_that_tab_comes_to_every_control_in_sight(application: Application) -> None:
    application.window.show_find()
    controls = [
        widget
        for widget in application.window.findChildren(QWidget)
        if isinstance(widget, CONTROLS) and widget.isVisible() and widget.isEnabled() and not part_of_another(widget)
    ]
    missing = [name_of(widget) for widget in controls if widget not in reached(application)]
    assert missing == []


def test_that_every_command_has_a_place_in_a_menu_a_sentence_and_a_key_of_its_own(application: Application) -> None:
    in_menus = {action for menu in application.window.menuBar().actions() for action in menu.menu().actions()}
    keys = [command.key for command in COMMANDS if command.key]
    assert len(keys) == len(set(keys))
    for command in COMMANDS:
        assert application.window.actions_by_id[command.id] in in_menus
        assert command.help


def test_that_a_loop_that_cannot_be_is_answered_with_words(application: Application) -> None:
    QTest.keyClick(application.window, Qt.Key_End)
    QTest.keyClick(application.window, Qt.Key_BracketLeft)
    assert application.window.status._notice == "A loop cannot begin on the last frame"
    # Whole in the tooltip, where a narrow line cuts it.
    assert application.window.status.toolTip().endswith("\nA loop cannot begin on the last frame")
    assert application.session.view.loop is None
    QTest.keyClick(application.window, Qt.Key_Home)
    QTest.keyClick(application.window, Qt.Key_BracketRight)
    assert application.window.status._notice == "A loop cannot end on the first frame"
    assert application.session.view.loop is None
    QTest.keyClick(application.window, Qt.Key_BracketLeft)
    assert application.session.view.loop == (0, 83)
