"""The tour of a first start: three hints that lead to real commands and are not shown again."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QPushButton, QToolButton, QWidget

from osimviz.palette import load_palette
from osimviz.ui import first_steps
from osimviz.ui.commands import COMMANDS
from osimviz.ui.first_steps import HINTS, FirstSteps
from osimviz.ui.theme import Theme


@pytest.fixture
def card(qtbot: object) -> Iterator[FirstSteps]:
    ground = QWidget()
    ground.resize(600, 400)
    qtbot.addWidget(ground)
    ground.show()
    card = FirstSteps(Theme(load_palette("dark")), ground)
    card.show()
    # The ground lives as long as the test.
    yield card
    ground.hide()


def _offers(card: FirstSteps) -> list[QPushButton]:
    return [button for button in card.findChildren(QPushButton) if button.property("offer") and button.isVisible()]


def test_that_the_tour_has_three_hints_of_commands_that_exist() -> None:
    known = {command.id for command in COMMANDS}

    assert len(HINTS) == 3
    assert {command for hint in HINTS for command in hint.commands} <= known


def test_that_next_goes_through_the_hints_and_the_last_one_ends_the_tour(qtbot: object, card: FirstSteps) -> None:
    button = card.findChild(QPushButton, "next_hint")
    seen = [card.hint]
    for _ in HINTS[1:]:
        qtbot.mouseClick(button, Qt.LeftButton)
        seen.append(card.hint)
    with qtbot.waitSignal(card.dismissed):
        qtbot.mouseClick(button, Qt.LeftButton)

    assert tuple(seen) == HINTS
    assert not card.isVisible()


def test_that_the_tour_can_be_closed_at_its_first_hint(qtbot: object, card: FirstSteps) -> None:
    with qtbot.waitSignal(card.dismissed):
        qtbot.mouseClick(card.findChild(QToolButton), Qt.LeftButton)

    assert not card.isVisible()


def test_that_an_offered_command_is_asked_for_and_the_hint_stays(qtbot: object, card: FirstSteps) -> None:
    card.show_hint(1)
    qtbot.waitUntil(lambda: len(_offers(card)) == 3)
    with qtbot.waitSignal(card.command_requested) as asked:
        qtbot.mouseClick(_offers(card)[0], Qt.LeftButton)

    assert asked.args == ["departure"]
    assert card.isVisible()


def test_that_every_hint_fits_its_card(qtbot: object, card: FirstSteps) -> None:
    for number in range(len(HINTS)):
        card.show_hint(number)
        qtbot.waitUntil(lambda: len(_offers(card)) == 3)
        inside = card.rect()

        assert all(inside.contains(child.geometry()) for child in card.findChildren(QPushButton) if child.isVisible())
        assert card.height() < 300


def test_that_a_short_hint_after_a_long_one_leaves_no_empty_lines(
    card: FirstSteps, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = replace(HINTS[0], text="A few words.")
    monkeypatch.setattr(first_steps, "HINTS", (short, replace(short, text="Many words. " * 30)))
    heights = []
    for number in (0, 1, 0):
        card.show_hint(number)
        heights.append(card.height())

    assert heights[0] == heights[2] < heights[1]
