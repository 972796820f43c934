"""The command table: menus, keys and the help are made from it; typing in a field is no command."""

import ast
import re
from collections.abc import Callable

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QAction, QComboBox, QLabel, QLineEdit, QMainWindow, QSpinBox, QToolButton
from pytestqt.qtbot import QtBot

from osimviz.palette import load_palette
from osimviz.resource_files import resource_path
from osimviz.ui.commands import COMMANDS, MENUS, key_of, key_text, make_actions, make_menus, tint_actions, with_keys
from osimviz.ui.dialogs.about import about_text
from osimviz.ui.dialogs.keys import KeysDialog
from osimviz.ui.dialogs.opening import open_once
from osimviz.ui.theme import Theme
from tests.source_rules import read_sources

Made = tuple[QMainWindow, dict[str, QAction], list[str]]


@pytest.fixture
def made(qtbot: QtBot) -> Made:
    done: list[str] = []

    def handler(command_id: str) -> Callable[[], object]:
        return lambda: done.append(command_id)

    window = QMainWindow()
    qtbot.addWidget(window)
    actions = make_actions(window, {command.id: handler(command.id) for command in COMMANDS})
    make_menus(window.menuBar(), actions)
    return window, actions, done


def show(qtbot: QtBot, window: QMainWindow) -> None:
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()


def test_that_ids_and_keys_are_unique_and_every_command_has_a_menu_and_a_sentence() -> None:
    ids = [command.id for command in COMMANDS]
    keys = [QKeySequence(command.key).toString() for command in COMMANDS if command.key]
    assert len(set(ids)) == len(ids)
    assert len(set(keys)) == len(keys)
    assert all(keys)
    assert {command.menu for command in COMMANDS} == set(MENUS)
    assert all(command.help and not command.help.endswith(".") for command in COMMANDS)


def test_that_every_icon_of_the_table_exists() -> None:
    missing = [c.icon for c in COMMANDS if c.icon and not resource_path("icons").joinpath(f"{c.icon}.svg").is_file()]
    assert missing == []


def test_that_the_menus_hold_every_command_once_in_the_order_of_the_table(made: Made) -> None:
    window, actions, _ = made
    menus = [action.menu() for action in window.menuBar().actions()]
    assert [menu.title().replace("&", "") for menu in menus] == list(MENUS)
    letters = [menu.title().partition("&")[2][:1].lower() for menu in menus]
    assert letters == ["f", "r", "b", "v", "l", "c", "h"]
    shown = [action for menu in menus for action in menu.actions() if not action.isSeparator()]
    assert shown == [actions[c.id] for menu in MENUS for c in COMMANDS if c.menu == menu]


def test_that_every_command_reaches_its_handler(made: Made) -> None:
    _, actions, done = made
    for action in actions.values():
        action.trigger()
    assert done == [command.id for command in COMMANDS]


def test_that_a_command_without_a_handler_is_refused(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    with pytest.raises(KeyError, match="open"):
        make_actions(window, {})


@pytest.mark.parametrize(
    ("key", "modifier", "expected"),
    [
        (Qt.Key_Space, Qt.NoModifier, "play"),
        (Qt.Key_Left, Qt.NoModifier, "step_back"),
        (Qt.Key_Right, Qt.ShiftModifier, "ten_forward"),
        (Qt.Key_BracketLeft, Qt.NoModifier, "loop_start"),
        (Qt.Key_Plus, Qt.NoModifier, "faster"),
        (Qt.Key_Minus, Qt.NoModifier, "slower"),
        (Qt.Key_1, Qt.NoModifier, "camera_1"),
        (Qt.Key_Period, Qt.ControlModifier, "stop"),
        (Qt.Key_End, Qt.NoModifier, "end"),
        (Qt.Key_F1, Qt.NoModifier, "keys"),
    ],
)
def test_that_a_key_does_its_command(
    qtbot: QtBot, made: Made, key: Qt.Key, modifier: Qt.KeyboardModifier, expected: str
) -> None:
    window, _, done = made
    show(qtbot, window)
    qtbot.keyClick(window, key, modifier)
    assert done == [expected]


def test_that_space_on_a_focused_button_or_box_plays(qtbot: QtBot, made: Made) -> None:
    window, _, done = made
    for widget in (QToolButton(), QComboBox()):
        window.setCentralWidget(widget)
        show(qtbot, window)
        widget.setFocus()
        qtbot.keyClick(widget, Qt.Key_Space)
    assert done == ["play", "play"]


def test_that_letters_digits_spaces_and_arrows_are_text_in_a_field(qtbot: QtBot, made: Made) -> None:
    window, _, done = made
    field = QLineEdit()
    window.setCentralWidget(field)
    show(qtbot, window)
    field.setFocus()
    qtbot.keyClicks(field, "f 1np[]+-l")
    for key in (Qt.Key_Left, Qt.Key_Home, Qt.Key_End):
        qtbot.keyClick(field, key)
    qtbot.keyClick(field, Qt.Key_Left, Qt.ShiftModifier)
    assert done == []
    assert field.text() == "f 1np[]+-l"
    assert field.selectedText() == "l"


def test_that_a_command_with_ctrl_works_in_a_field(qtbot: QtBot, made: Made) -> None:
    window, _, done = made
    field = QLineEdit()
    window.setCentralWidget(field)
    show(qtbot, window)
    field.setFocus()
    qtbot.keyClick(field, Qt.Key_R, Qt.ControlModifier)
    assert done == ["run"]


def test_that_digits_are_numbers_in_a_number_field(qtbot: QtBot, made: Made) -> None:
    window, _, done = made
    field = QSpinBox()
    field.setMaximum(999)
    window.setCentralWidget(field)
    show(qtbot, window)
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "12")
    assert done == []
    assert field.value() == 12


def test_that_tooltips_tell_what_a_command_does_and_its_key(made: Made) -> None:
    _, actions, _ = made
    assert actions["play"].toolTip() == "Play what was recorded, or pause (Space)"
    assert actions["about"].toolTip() == "Versions, licences and credits"


def test_that_actions_take_the_colours_of_a_theme(made: Made) -> None:
    _, actions, _ = made
    theme = Theme(load_palette("light"))
    tint_actions(actions, theme)
    picture = actions["stop"].icon().pixmap(16, 16).toImage()
    assert picture.pixelColor(picture.width() // 2, picture.height() // 2) == theme.colour("text_mid")


def test_that_the_help_lists_every_key(qtbot: QtBot, made: Made) -> None:
    window, _, _ = made
    open_once(window, "keys", lambda: KeysDialog(window))
    dialog = window.findChild(KeysDialog)
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    for command in COMMANDS:
        if command.key:
            assert command.help in texts
            assert key_text(command) in texts
    assert not dialog.isModal()
    dialog.close()


def test_that_a_dialog_that_is_open_comes_to_the_front_instead_of_a_second_one(made: Made) -> None:
    window, _, _ = made
    for _ in range(2):
        open_once(window, "keys", lambda: KeysDialog(window))
    (dialog,) = window.findChildren(KeysDialog)
    dialog.close()
    open_once(window, "keys", lambda: KeysDialog(window))
    (visible,) = [dialog for dialog in window.findChildren(KeysDialog) if dialog.isVisible()]
    visible.close()


def test_that_the_about_box_names_version_and_licence_of_each_part() -> None:
    text = about_text()
    assert all(f"<td>{part}</td>" in text for part in ("Python", "opensim", "PyQt5", "vtk", "h5py", "av"))
    assert "GPL 3" in text
    assert f">{np.__version__}<" in text
    assert "CC BY 3.0" in text


#: Where keys stand that are those of no command: the table itself, mouse and stored cameras, and a terminal's Ctrl+C.
OWN_KEYS = (
    "osimviz/ui/commands.py",
    "osimviz/ui/dialogs/keys.py",
    "osimviz/ui/app/cameras.py",
    "osimviz/ui/export/pages.py",
    "osimviz/film/camera_words.py",
    "osimviz/options/drawing.py",
    "osimviz/headless/run.py",
)


def sentences(tree: ast.Module) -> list[str]:
    """Return the string constants of a module that are no docstrings."""
    told = {
        node.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    constants = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and node not in told]
    return [node.value for node in constants if isinstance(node.value, str)]


def test_that_sentences_take_the_keys_they_name_from_the_table() -> None:
    found = [
        (str(source.path), words)
        for source in read_sources("osimviz")
        if not str(source.path).endswith(OWN_KEYS)
        for words in sentences(source.tree)
        if re.search(r"\b(Ctrl|Alt)\+|\bF[1-9]\b", words)
    ]

    assert found == []


def test_that_a_sentence_names_the_keys_of_commands_and_no_others() -> None:
    assert with_keys("{run} runs, {slower} and {faster}") == f"{key_of('run')} runs, − and +"
    with pytest.raises(KeyError):
        with_keys("{no such command}")


def test_that_every_hint_of_the_status_line_names_commands_that_exist() -> None:
    source = next(each for each in read_sources("osimviz") if str(each.path).endswith("osimviz/view_state.py"))
    hints = [words for words in sentences(source.tree) if re.search(r"\{\w+\}", words)]

    assert len(hints) >= 8
    assert all("{" not in with_keys(words) for words in hints)
