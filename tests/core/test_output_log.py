"""What a controller prints becomes lines: bounded in number, length and rate, and nothing is left out silently."""

import pytest

from osimviz import output_log
from osimviz.output_log import LogLine, OutputLog


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(output_log.time, "monotonic", lambda: now[0])
    return now


def texts(log: OutputLog) -> list[str]:
    return [line.text for line in log.take()]


def test_that_pieces_become_lines_and_each_is_given_once() -> None:
    log = OutputLog()
    log.begin("walk.py")
    log.write(b"first\nsec")
    assert log.has_news()
    assert log.take() == [LogLine("run 1 · walk.py", "heading"), LogLine("first")]
    assert not log.has_news()
    log.write(b"ond\n")
    assert texts(log) == ["second"]
    log.write("Hüfte 3°".encode())
    assert texts(log) == []
    log.finish()
    assert texts(log) == ["Hüfte 3°"]


def test_that_a_character_cut_between_two_pieces_is_whole() -> None:
    log = OutputLog()
    data = "→\n".encode()
    log.write(data[:1])
    log.write(data[1:])
    assert texts(log) == ["→"]


def test_that_the_workers_own_warnings_are_told_apart() -> None:
    log = OutputLog()
    log.write(b"osimviz worker: WARNING: values go down to -0.30\nWARNING: mine\n")
    assert log.take() == [LogLine("warning: values go down to -0.30", "warning"), LogLine("WARNING: mine")]


def test_that_colours_bars_and_control_characters_go() -> None:
    log = OutputLog()
    log.write(b"\x1b[31mred\x1b[0m\ttab\x00\x07\r\n 10%\r 50%\r100%\n\xff\xfe\n")
    assert texts(log) == ["red    tab", "100%", "\ufffd\ufffd"]


def test_that_a_bar_without_line_ends_keeps_little() -> None:
    log = OutputLog()
    for n in range(1000):
        log.write(f"\r{n} done".encode())
    log.finish()
    assert texts(log) == ["999 done"]


def test_that_long_lines_are_cut() -> None:
    log = OutputLog()
    log.write(b"x" * 100_000 + b"\nshort\n")
    long, short = texts(log)
    assert len(long) == output_log.N_CHARACTERS
    assert long.endswith("…")
    assert short == "short"


def test_that_too_many_lines_in_a_second_are_left_out_and_counted(clock: list[float]) -> None:
    log = OutputLog()
    n_lines = output_log.LINES_A_SECOND + 500
    log.write(b"".join(b"%d\n" % n for n in range(n_lines)))
    log.write(b"more\n" * 70)
    shown = texts(log)
    assert shown == [str(n) for n in range(output_log.LINES_A_SECOND)]
    clock[0] += 1.0
    assert log.take() == [LogLine("… 570 lines left out: more than 2000 or 500 kB a second", "note")]
    log.write(b"later\n")
    assert texts(log) == ["later"]


def test_that_a_flood_of_bytes_is_left_out_without_being_read_line_by_line(clock: list[float]) -> None:
    log = OutputLog()
    for _ in range(200):
        log.write(b"x" * 9_999 + b"\n")
    assert len(log.take()) == output_log.BYTES_A_SECOND // 10_000
    log.finish()
    assert "150 lines left out" in texts(log)[0]


def test_that_after_a_flood_a_line_whose_beginning_was_lost_is_not_shown_as_one(clock: list[float]) -> None:
    log = OutputLog()
    log.write(b"x\n" * (output_log.LINES_A_SECOND + 1))
    log.write(b"beginning of a li")
    log.take()
    clock[0] += 1.0
    log.write(b"ne\nwhole\n")
    assert texts(log)[-1] == "whole"


def test_that_lines_nobody_takes_are_bounded(clock: list[float]) -> None:
    log = OutputLog()
    for _ in range(10):
        clock[0] += 1.0
        log.write(b"x\n" * 1000)
    lines = log.take()
    assert len(lines) <= output_log.N_LINES + 1
    assert sum(int(line.text.split()[1].replace(",", "")) for line in lines if line.kind == "note") >= 4000
