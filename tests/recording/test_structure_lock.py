"""Readers and changes of a file's structure keep each other off, for a moment and not for ever."""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from osimviz.recording import structure_lock
from osimviz.recording.structure_lock import changing_structure, reading_structure


@pytest.fixture
def descriptors(tmp_path: Path) -> Iterator[tuple[int, int]]:
    path = tmp_path / "file"
    path.write_bytes(b"content")
    opened = os.open(path, os.O_RDWR), os.open(path, os.O_RDONLY)
    yield opened
    for descriptor in opened:
        os.close(descriptor)


def test_that_a_reader_waits_for_the_end_of_a_change(descriptors: tuple[int, int]) -> None:
    writing, reading = descriptors
    order: list[str] = []
    has_begun = threading.Event()

    def look() -> None:
        has_begun.set()
        with reading_structure(reading):
            order.append("read")

    with changing_structure(writing):
        reader = threading.Thread(target=look)
        reader.start()
        assert has_begun.wait(5)
        order.append("changed")
    reader.join()
    assert order == ["changed", "read"]


def test_that_nobody_waits_for_somebody_who_stands_still(
    descriptors: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(structure_lock, "_PATIENCE_S", 0.05)
    writing, reading = descriptors
    with reading_structure(reading):
        started_s = time.monotonic()
        with changing_structure(writing):
            assert time.monotonic() - started_s >= 0.05
    # Both have let go: who had to wait would wait for a minute.
    monkeypatch.setattr(structure_lock, "_PATIENCE_S", 60.0)
    started_s = time.monotonic()
    with changing_structure(writing):
        pass
    with reading_structure(reading):
        pass
    assert time.monotonic() - started_s < 30


def test_that_readers_do_not_wait_for_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(structure_lock, "_PATIENCE_S", 60.0)
    path = tmp_path / "file"
    path.write_bytes(b"content")
    first, second = os.open(path, os.O_RDONLY), os.open(path, os.O_RDONLY)
    try:
        with reading_structure(first):
            started_s = time.monotonic()
            with reading_structure(second):
                assert time.monotonic() - started_s < 30
    finally:
        os.close(first)
        os.close(second)
