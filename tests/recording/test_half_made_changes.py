"""A program killed, or a machine without power, in the middle of a change of the file's structure: nothing is lost."""

import os
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import h5py
import pytest

from osimviz.frames import Bookmark
from osimviz.recording import RecordingFile, RecordingWriter, staging
from osimviz.recording.change_note import noted_change, write_note
from tests.recording.files import FELL, write_run
from tests.sample_runs import sample_frame, sample_info

#: More than HDF5 keeps in the header of a group: beyond eight links they lie in a heap and a tree of their own.
N_EPISODES = 10


class Written(Exception):
    """As many writes as allowed were made."""


@contextmanager
def stopped_after(n_writes: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a program come to its end after so many writes of pages."""
    left = [n_writes]
    write, truncate = os.pwrite, os.ftruncate

    def counted(descriptor: int, data: bytes, offset: int) -> int:
        if left[0] == 0:
            raise Written
        left[0] -= 1
        return write(descriptor, data, offset)

    def counted_too(descriptor: int, length: int) -> None:
        if left[0] == 0:
            raise Written
        truncate(descriptor, length)

    with monkeypatch.context() as patched:
        patched.setattr(os, "pwrite", counted)
        patched.setattr(os, "ftruncate", counted_too)
        yield


@contextmanager
def stopped_at_the_change(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a program come to its end when a change is noted and no page of it written."""

    def stopped(*_: object) -> None:
        raise Written

    with monkeypatch.context() as patched, suppress(Written):
        patched.setattr(staging, "make_change", stopped)
        yield
        pytest.fail("no change was noted")


def bookmark(path: Path) -> None:
    """Change the structure of a file: its first episode is annotated."""
    with RecordingFile(path) as file:
        file.episode(0).recording.add_bookmark(3, "here " * 2000)


def assert_whole(path: Path, n_episodes: int) -> None:
    with RecordingFile(path) as file:
        assert file.n_episodes in (n_episodes, n_episodes + 1)
        for number in {0, n_episodes - 1} - {-1}:
            assert len(file.episode(number).recording) == 5


def test_that_every_moment_of_beginning_an_episode_leaves_all_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, copy = tmp_path / "run.h5", tmp_path / "copy.h5"
    write = os.pwrite
    n_copies = n_written = 0

    def copied(descriptor: int, data: bytes, offset: int) -> int:
        nonlocal n_copies
        n = write(descriptor, data, offset)
        # What is staged comes through here; a look at the copy may write, too, for it puts it right.
        if os.path.samestat(os.fstat(descriptor), path.stat()):
            shutil.copy(path, copy)
            n_copies += 1
            assert_whole(copy, n_written)
        return n

    monkeypatch.setattr(os, "pwrite", copied)
    writer = RecordingWriter(path)
    while n_written < N_EPISODES:
        writer.begin_episode(sample_info(), sample_frame(0))
        for step in range(1, 5):
            writer.append(sample_frame(step))
        writer.end_episode(FELL)
        n_written += 1
    writer.close()
    assert n_copies > 4 * N_EPISODES


def test_that_pages_written_in_any_order_are_put_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # What a disk holds after a power loss: the note, and some of the pages.
    path = write_run(tmp_path / "run.h5", n_frames=5, n_episodes=N_EPISODES)
    with stopped_at_the_change(monkeypatch):
        bookmark(path)
    with path.open("rb") as file:
        noted = noted_change(file.fileno())
    assert noted is not None
    pages = list(noted[0].items())
    draw = random.Random(0)
    for _ in range(5):
        torn = shutil.copy(path, tmp_path / "torn.h5")
        with torn.open("r+b") as file:
            for number, page in draw.sample(pages, draw.randint(0, len(pages))):
                file.seek(4096 * number)
                file.write(page)
        torn.chmod(0o400)
        assert_whole(torn, N_EPISODES)
        torn.unlink()


@pytest.mark.parametrize("n_writes", range(1, 8))
def test_that_a_change_stopped_after_any_write_is_made_or_not(
    n_writes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_run(tmp_path / "run.h5", n_frames=5, n_episodes=2)
    with stopped_after(n_writes, monkeypatch), suppress(Written):
        bookmark(path)
    with RecordingFile(path) as file:
        marks = file.episode(0).recording.bookmarks
        assert marks in ((), (Bookmark(3, "here " * 2000),))
    assert_whole(path, 2)
    # The look put the file right for other programs, and the next change finds it so.
    with h5py.File(path) as plain:
        assert len(plain["episode_1/rewards"]) == 4
        assert len(plain["episode_0/bookmarks"]) == (0 if marks == () else 10_000 + len('[[3, "' + '"]]'))
    with path.open("rb") as raw:
        assert noted_change(raw.fileno()) is None
    bookmark(path)
    with RecordingFile(path) as file:
        assert file.episode(0).recording.bookmarks == (Bookmark(3, "here " * 2000),)


@pytest.mark.parametrize("n_lost", [1, 3000, 5000])
def test_that_a_note_that_is_not_whole_is_none(n_lost: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_run(tmp_path / "run.h5", n_frames=5, n_episodes=2)
    with stopped_at_the_change(monkeypatch):
        bookmark(path)
    content = bytearray(path.read_bytes())
    content[-n_lost] ^= 0xFF
    path.write_bytes(content)
    with path.open("rb") as file:
        assert noted_change(file.fileno()) is None
    assert_whole(path, 2)


def test_that_a_note_of_pages_beyond_the_content_is_none(tmp_path: Path) -> None:
    # Made up by somebody: the first look would make the file as large as it says.
    path = write_run(tmp_path / "run.h5", n_frames=5)
    n_bytes = path.stat().st_size
    with path.open("r+b") as file:
        write_note(file.fileno(), {2**51: bytes(4096)}, n_bytes)
        assert noted_change(file.fileno()) is None
    assert_whole(path, 1)
    assert path.stat().st_size < 2 * n_bytes
