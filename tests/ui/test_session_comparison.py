"""A second run beside the shown one."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from osimviz.analysis.run_pair import Alignment, RunPair
from osimviz.recording import Recording
from osimviz.ui.session import Session
from osimviz.view_state import ViewSettings
from tests.sample_runs import sample_frame, sample_info


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    made = Session(ViewSettings())
    yield made
    made.close()


def run_of(n_frames: int) -> Recording:
    recording = Recording(sample_info())
    for step in range(n_frames):
        recording.append(sample_frame(step))
    return recording


def test_that_a_second_run_is_told_and_follows_the_cursor(qtbot: QtBot, session: Session) -> None:
    first, second = run_of(50), run_of(30)
    session.open(first)

    with qtbot.waitSignal(session.comparison_changed) as told:
        session.compare(second)
    session.seek(20)

    assert isinstance(told.args[0], RunPair)
    assert (told.args[0].first, told.args[0].second) == (first, second)
    assert session.view.compared_index == 20
    session.seek(40)
    assert session.view.compared_index == -1


def test_that_the_second_run_stays_beside_the_next_shown_run_but_not_beside_itself(session: Session) -> None:
    first, second = run_of(50), run_of(30)
    session.open(second)
    session.open(first)
    session.compare(second)

    session.show_neighbour(-1)
    assert session.recording is second
    assert session.pair is None

    session.show_neighbour(1)
    assert session.pair is not None
    assert session.pair.second is second


def test_that_no_second_run_is_told_once(session: Session) -> None:
    told: list[object] = []
    session.open(run_of(5))
    session.comparison_changed.connect(told.append)

    session.compare(None)
    assert told == []
    session.compare(run_of(5))
    session.compare(None)

    assert told[-1] is None
    assert session.view.compared_index == -1


def test_that_another_alignment_is_told(session: Session) -> None:
    session.open(run_of(50))
    session.compare(run_of(50))
    told: list[RunPair] = []
    session.comparison_changed.connect(told.append)

    session.align(Alignment("phase", "left"))

    assert [pair.alignment.by for pair in told] == ["phase"]
