"""What a program had not sent when it died, or does not send because it stands still, is in its recording."""

import errno
import math
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

import osimviz
from osimviz.child_processes import StartedModule, start_module
from osimviz.envs.registry import make_environment
from osimviz.recorder import kept_samples, process_writer, waiting_samples, writing_process
from osimviz.recorder.kept_samples import KeptSamples, shared_samples
from osimviz.recorder.writing_messages import Expect, Message
from osimviz.recording import Recording, RecordingFile
from tests.source_rules import REPOSITORY

#: Steps a walker; a third of it was sent, and the rest waits.
PROGRAM = """
import ctypes, sys, time
import numpy as np
import osimviz
from osimviz.envs.registry import make_environment
inner = make_environment("prosthetics", {})
env = osimviz.record(inner, sys.argv[1])
env.reset(seed=5)
draw = np.random.default_rng(0)
for step in range(30):
    env.step(draw.uniform(0.0, 0.3, 19))
    if step == 9:
        env.recording_path
print("done", flush=True)
"""
#: What ends it, or keeps it from going on.
ENDS = {
    "killed in a pause": "time.sleep(600)",
    "killed in a call that never returns and lets no other thread run": "ctypes.PyDLL(None).sleep(600)",
    "a fault of memory": "ctypes.string_at(0)",
    "abort": "import os; os.abort()",
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recording]:
    """The run of a program that ends as it should."""
    path = tmp_path_factory.mktemp("whole") / "run.h5"
    run_program(path, "env.close()").communicate(timeout=60)
    with RecordingFile(path) as file:
        yield file.episode(0).recording


def n_open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def run_program(path: Path, end: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM + end, str(path)],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def assert_same(recording: Recording, expected: Recording, n_frames: int) -> None:
    assert len(recording) == n_frames
    for index in range(n_frames):
        frame, other = recording.frame(index), expected.frame(index)
        for name in set(type(frame).__slots__) - {"wall_time_s"}:
            np.testing.assert_array_equal(getattr(frame, name), getattr(other, name), err_msg=f"{name} of {index}")


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_that_no_step_is_lost_however_a_program_ends(tmp_path: Path, whole: Recording, end: str) -> None:
    path = tmp_path / "run.h5"
    program = run_program(path, end)
    assert program.stdout is not None
    assert program.stdout.readline() == "done\n"
    if "sleep" in end:
        program.kill()
    program.communicate(timeout=30)
    wait_until_complete(path)
    with RecordingFile(path) as file:
        assert file.episode(0).recording.outcome is None
        assert file.summaries()[0].n_steps == 30
        list(file.episode(0).verify())
        assert_same(file.episode(0).recording, whole, 31)


def test_that_the_steps_before_a_pause_are_in_the_file_meanwhile_and_once_after_it(
    tmp_path: Path, whole: Recording
) -> None:
    path = tmp_path / "run.h5"
    with run_program(path, "input()\nenv.close()") as program:
        assert program.stdout is not None
        program.stdout.readline()
        deadline = time.monotonic() + 60
        n_frames = 0
        while n_frames < 31:
            assert time.monotonic() < deadline, f"{n_frames} frames"
            with RecordingFile(path) as file:
                n_frames = len(file.episode(0).recording)
        program.communicate("\n", timeout=30)
    with RecordingFile(path) as file:
        assert_same(file.episode(0).recording, whole, 31)


def test_that_a_program_goes_on_after_pauses_without_holes_and_doubles(tmp_path: Path) -> None:
    env = osimviz.record(make_environment("arm2d", {}), tmp_path / "run.h5")
    for _ in range(2):
        env.reset()
        for n_steps in (3, 1, 5):
            for _ in range(n_steps):
                env.step(np.zeros(6))
            # Looked for by the other process, as in a pause.
            wait_until_written(env, tmp_path / "run.h5")
    env.close()
    with RecordingFile(tmp_path / "run.h5") as file:
        assert [summary.n_steps for summary in file.summaries()] == [9, 9]
        for number in range(2):
            recording = file.episode(number).recording
            times_s = [recording.frame(index).time_s for index in range(10)]
            np.testing.assert_allclose(np.diff(times_s), recording.info.step_s, rtol=1e-9)


def wait_until_complete(path: Path) -> None:
    """Wait for the process that writes, which ends after its program."""
    deadline = time.monotonic() + 60
    while True:
        assert time.monotonic() < deadline
        with RecordingFile(path) as file:
            if not file.is_live:
                return


def wait_until_written(env: object, path: Path) -> None:
    n_frames = env._recorder._last.step + 1  # type: ignore[attr-defined]
    deadline = time.monotonic() + 60
    while True:
        assert time.monotonic() < deadline
        with RecordingFile(path) as file:
            if len(file.episode(-1).recording) == n_frames:
                return


def test_that_the_process_loads_no_opensim_for_what_it_finds(tmp_path: Path) -> None:
    env = osimviz.record(make_environment("arm2d", {}), tmp_path / "run.h5")
    env.reset()
    for _ in range(3):
        env.step(np.zeros(6))
    wait_until_written(env, tmp_path / "run.h5")
    maps = Path(f"/proc/{env._recorder._writers._process.pid}/maps").read_text()
    assert not any(name in maps for name in ("opensim", "PyQt5", "vtkmodules"))
    env.close()


@pytest.mark.parametrize("lacks", ["function", "number of files", "memory"])
def test_that_a_recording_is_whole_where_no_memory_can_be_shared(
    tmp_path: Path, lacks: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("none left")

    if lacks == "function":
        monkeypatch.delattr(os, "memfd_create")
    else:
        monkeypatch.setattr(os, "memfd_create" if lacks == "number of files" else "posix_fallocate", refuse)
    n_files = n_open_files()
    env = osimviz.record(make_environment("arm2d", {}), tmp_path / "run.h5")
    env.reset()
    for _ in range(5):
        env.step(np.zeros(6))
    assert env._recorder._writers._process.kept is None
    env.close()
    assert n_open_files() == n_files
    with RecordingFile(tmp_path / "run.h5") as file:
        assert file.summaries()[0].n_steps == 5


#: Steps an arm, prints by C's own output, and is killed.
PRINTING_PROGRAM = """
import ctypes, os, sys
import numpy as np
import osimviz
from osimviz.envs.registry import make_environment
env = osimviz.record(make_environment("arm2d", {}), sys.argv[1])
env.reset()
for _ in range(10):
    env.step(np.zeros(6))
for number in range(3):
    try:
        os.write(number, b"a line of the simulator's")
    except OSError:
        pass
os.kill(os.getpid(), 9)
"""


@pytest.mark.parametrize("streams", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_that_closed_streams_of_a_program_do_not_lead_into_the_memory(tmp_path: Path, streams: str) -> None:
    path = tmp_path / "run.h5"
    command = (
        f"exec {shlex.quote(sys.executable)} -c {shlex.quote(PRINTING_PROGRAM)} {shlex.quote(str(path))} {streams}"
    )
    subprocess.run(["/bin/sh", "-c", command], cwd=REPOSITORY, timeout=60, stderr=subprocess.DEVNULL)
    wait_until_complete(path)
    with RecordingFile(path) as file:
        assert file.summaries()[0].n_steps == 10


def test_that_a_program_that_ends_by_files_too_long_does_not_end_by_the_memory(tmp_path: Path) -> None:
    program = """
import resource, signal, sys, warnings
import numpy as np
import osimviz
from osimviz.envs.registry import make_environment
resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20))
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
env = osimviz.record(make_environment("arm2d", {}), sys.argv[1])
env.reset()
for _ in range(5):
    env.step(np.zeros(6))
assert env._recorder._writers._process.kept is None
env.close()
print("done")
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, str(tmp_path / "run.h5")],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")


def test_that_a_process_is_started_without_memory_where_a_file_too_many_keeps_it_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object, descriptors: Sequence[int], **options: object) -> StartedModule:
        if descriptors:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        return start_module(*arguments, descriptors=descriptors, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(writing_process, "start_module", refuse)
    n_files = n_open_files()
    env = osimviz.record(make_environment("arm2d", {}), tmp_path / "run.h5")
    env.reset()
    env.step(np.zeros(6))
    assert env._recorder._writers._process.kept is None
    env.close()
    assert n_open_files() == n_files
    with RecordingFile(tmp_path / "run.h5") as file:
        assert file.summaries()[0].n_steps == 1


def test_that_shared_memory_goes_with_the_recording(tmp_path: Path) -> None:
    n_files = n_open_files()
    env = osimviz.record(make_environment("arm2d", {}), tmp_path / "run.h5")
    env.reset()
    env.step(np.zeros(6))
    assert "memfd:osimviz" in Path("/proc/self/maps").read_text()
    env.close()
    assert "memfd:osimviz" not in Path("/proc/self/maps").read_text()
    assert n_open_files() == n_files


@pytest.mark.parametrize("keep", ["all", "failing"])
def test_that_what_makes_frames_is_told_once_for_all_episodes_and_files(
    tmp_path: Path, keep: Literal["all", "failing"], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    send = writing_process.WritingProcess.send

    def noted(self: writing_process.WritingProcess, message: Message) -> None:
        if isinstance(message, Expect):
            told.append(message.maker is not None)
        send(self, message)

    monkeypatch.setattr(writing_process.WritingProcess, "send", noted)
    env = osimviz.record(make_environment("arm2d", {}), tmp_path / "{n}.h5", keep=keep)
    for _ in range(3):
        env.reset()
        env.step(np.zeros(6))
    env.close()
    assert told == [True, False, False]


def test_that_samples_without_room_are_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting_samples, "FLUSH_INTERVAL_S", math.inf)
    monkeypatch.setattr(kept_samples, "_N_BYTES", 10_000)
    sent = []
    append = process_writer.ProcessWriter.append_columns
    monkeypatch.setattr(
        process_writer.ProcessWriter,
        "append_columns",
        lambda self, columns, infos: (sent.append(len(infos)), append(self, columns, infos))[1],
    )
    env = osimviz.record(make_environment("arm2d", {}), tmp_path / "run.h5")
    env.reset()
    for _ in range(19):
        env.step(np.zeros(6))
    env.close()
    assert sum(sent) == 20
    assert 1 < min(sent[:-1]) <= max(sent) < 10
    with RecordingFile(tmp_path / "run.h5") as file:
        assert file.summaries()[0].n_steps == 19


@pytest.fixture
def pair() -> Iterator[tuple[KeptSamples, KeptSamples]]:
    """The same memory as two processes see it."""
    shared = shared_samples()
    assert shared is not None
    program, descriptor = shared
    process = KeptSamples(descriptor)
    os.close(descriptor)
    yield program, process
    program.close()
    process.close()
    process.close()


def test_that_what_is_found_follows_what_is_known(pair: tuple[KeptSamples, KeptSamples]) -> None:
    program, process = pair
    assert process.found(7, 0) == []
    for step in range(5):
        assert program.put(7, step, b"x" * (step + 1))
    assert process.found(7, 0) == [b"x" * (step + 1) for step in range(5)]
    assert process.found(7, 3) == [b"xxxx", b"xxxxx"]
    # Of another episode, or with a hole before them.
    assert process.found(8, 0) == []
    program.clear()
    program.put(7, 5, b"fifth")
    assert process.found(7, 5) == [b"fifth"]
    assert process.found(7, 4) == []
    assert process.found(7, 0) == []


def test_that_what_was_cut_or_changed_is_not_found(pair: tuple[KeptSamples, KeptSamples]) -> None:
    program, process = pair
    for step in range(3):
        program.put(1, step, bytes([step]) * 100)
    whole = program._memory[:400]
    draw = np.random.default_rng(0)
    for place in draw.integers(0, 360, 200).tolist():
        changed = bytearray(whole)
        changed[place] ^= int(draw.integers(1, 256))
        program._memory[:400] = bytes(changed)
        found = process.found(1, 0)
        assert found == [bytes([step]) * 100 for step in range(len(found))]
        assert len(found) < 3
    # Lengths beyond the end.
    program._memory[:400] = b"\xff" * 400
    assert process.found(1, 0) == []


def test_that_samples_are_refused_only_where_there_is_no_room(pair: tuple[KeptSamples, KeptSamples]) -> None:
    program, process = pair
    size = len(program._memory) // 4
    assert [program.put(1, step, bytes(size)) for step in range(4)] == [True, True, True, False]
    assert len(process.found(1, 0)) == 3
    program.clear()
    assert program.put(1, 4, bytes(3 * size))
