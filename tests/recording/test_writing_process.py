"""Recordings written by a process beside the user's program: whatever happens to either, what was sent is kept."""

import logging
import os
import re
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import psutil
import pytest

import osimviz
from osimviz.envs.registry import make_environment
from osimviz.frames import BoneMesh, Outcome, RunInfo
from osimviz.recorder import writing_process
from osimviz.recorder.file_writers import FileWriter, FileWriters
from osimviz.recorder.process_writer import ProcessWriter
from osimviz.recorder.writing_process import WritingProcess
from osimviz.recording import RecordingError, RecordingFile, RecordingWriter
from osimviz.recording.row_layout import ROW_FIELDS, FrameColumns, RowLayout
from tests.recording.files import FELL, assert_same_frames
from tests.sample_runs import sample_frame, sample_info
from tests.source_rules import REPOSITORY

#: Steps an arm and says after each how many steps there are, when that was, and who writes; ends with Ctrl+C.
STEPPING_PROGRAM = """
import os, signal, sys, time
import numpy as np
import osimviz
from osimviz.envs.registry import make_environment
# Shells have programs in the background ignore it.
signal.signal(signal.SIGINT, signal.default_int_handler)
env = osimviz.record(make_environment("arm2d", {}), sys.argv[1])
env.reset()
draw = np.random.default_rng(0)
n_steps = 0
try:
    while True:
        *_, done, _ = env.step(draw.uniform(0.0, 0.1, 6))
        n_steps += 1
        time.sleep(0.01)
        print(n_steps, time.monotonic(), env._recorder._writers._process.pid, flush=True)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.fixture
def process() -> Iterator[WritingProcess]:
    with closing(WritingProcess()) as process:
        assert process.is_there()
        yield process


def columns(steps: range) -> FrameColumns:
    frames = [sample_frame(step) for step in steps]
    fields = {name: np.array([getattr(frame, name) for frame in frames]) for name in ROW_FIELDS}
    return FrameColumns(fields, [frame.path_points_m for frame in frames], [frame.path_counts for frame in frames])


def write(writer: FileWriter, info: RunInfo, n_frames: int, outcome: Outcome | None = FELL) -> None:
    writer.begin_rows(info, RowLayout.of(sample_frame(0)), ("terms/effort",))
    for start in range(0, n_frames, 64):
        steps = range(start, min(start + 64, n_frames))
        writer.append_columns(columns(steps), [{"terms/effort": -0.5 * step} if step else {} for step in steps])
    writer.end_episode(outcome)


def content(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}

    def note(name: str, item: Any) -> None:
        values = item[()].tolist() if isinstance(item, h5py.Dataset) else None
        found[name] = repr(values), {key: np.array(value).tolist() for key, value in item.attrs.items()}

    with h5py.File(path) as file:
        file.visititems(note)
    return found


def test_that_a_process_writes_what_the_program_itself_would_write(process: WritingProcess, tmp_path: Path) -> None:
    runs = [replace(sample_info(), seed=seed, controller=name) for seed, name in ((3, "one"), (4, "one"), (4, "two"))]
    paths = tmp_path / "beside.h5", tmp_path / "within.h5"
    for writer in (ProcessWriter(process, paths[0]), RecordingWriter(paths[1])):
        for run in runs:
            write(writer, run, 150)
        writer.close()
    assert content(paths[0]) == content(paths[1])
    with RecordingFile(paths[0]) as file:
        assert [file.episode(k).recording.info.seed for k in range(3)] == [3, 4, 4]
        assert [file.episode(k).recording.info.controller for k in range(3)] == ["one", "one", "two"]
        assert_same_frames(file.episode(2).recording, range(150))
        assert file.episode(2).recording.outcome == FELL


def test_that_one_process_writes_one_file_after_the_other(process: WritingProcess, tmp_path: Path) -> None:
    for n_frames in (3, 70):
        writer = ProcessWriter(process, tmp_path / f"{n_frames}.h5")
        write(writer, sample_info(), n_frames)
        writer.close()
        with RecordingFile(tmp_path / f"{n_frames}.h5") as file:
            assert not file.is_live
            assert_same_frames(file.episode(0).recording, range(n_frames))


def test_that_flush_returns_when_everything_is_in_the_file(process: WritingProcess, tmp_path: Path) -> None:
    with closing(ProcessWriter(process, tmp_path / "run.h5")) as writer:
        for number in range(5):
            write(writer, sample_info(), 100)
            writer.flush()
            with RecordingFile(tmp_path / "run.h5") as file:
                assert len(file.episode(number).recording) == 100
                assert file.is_live


def test_that_the_path_of_a_recorded_environment_tells_of_a_file_with_all_ended_episodes(tmp_path: Path) -> None:
    env = osimviz.record(make_environment("arm2d", {}), tmp_path / "run.h5")
    env.reset()
    for _ in range(3):
        env.step(np.zeros(6))
    pid = env._recorder._writers._process.pid
    os.kill(pid, signal.SIGSTOP)
    go_on = threading.Timer(0.5, os.kill, (pid, signal.SIGCONT))
    go_on.start()
    env.reset()
    with osimviz.load(env.recording_path) as run:
        assert len(run) == 4
        assert run.outcome is not None
    go_on.join()
    env.close()


def test_that_a_process_that_cannot_be_started_leaves_the_writing_to_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, executable in enumerate((None, "", str(tmp_path / "missing"), "/bin/false")):
        monkeypatch.setattr(sys, "executable", executable)
        with closing(FileWriters()) as writers:
            writer = writers.open(tmp_path / f"{number}.h5", {})
            assert isinstance(writer, RecordingWriter)
            write(writer, sample_info(), 5)
            writer.close()
        with RecordingFile(tmp_path / f"{number}.h5") as file:
            assert_same_frames(file.episode(0).recording, range(5))


def test_that_a_process_that_never_comes_up_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = tmp_path / "silent"
    silent.write_text("#!/bin/sh\nexec sleep 60\n")
    silent.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(silent))
    monkeypatch.setattr(writing_process, "_START_PATIENCE_S", 0.1)
    with closing(WritingProcess()) as process:
        assert not process.is_there()
        psutil.Process(process.pid).wait(10)


def start_stepping(path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", STEPPING_PROGRAM, str(path)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def steps_until(program: subprocess.Popen[str], n_steps: int) -> list[tuple[int, float, int]]:
    """Return number, time and the writing process's number of each step that a program has told of, up to one."""
    assert program.stdout is not None
    steps = []
    for line in program.stdout:
        number, moment, pid = line.split()
        steps.append((int(number), float(moment), int(pid)))
        if steps[-1][0] >= n_steps:
            break
    return steps


def wait_for_end(pid: int) -> None:
    # It may have ended at any moment.
    with suppress(psutil.NoSuchProcess):
        psutil.Process(pid).wait(30)


def test_that_a_killed_program_loses_no_step_and_its_file_is_completed(tmp_path: Path) -> None:
    path = tmp_path / "run.h5"
    program = start_stepping(path)
    steps = steps_until(program, 180)
    program.kill()
    rest, _ = program.communicate()
    steps += [(int(n), float(t), int(p)) for n, t, p in (line.split() for line in rest.splitlines() if line.count(" "))]
    wait_for_end(steps[0][2])
    with RecordingFile(path) as file:
        assert not file.is_live
        recording = file.episode(0).recording
        list(file.episode(0).verify())
        n_steps = len(recording) - 1
        # One more may have been done and not yet told.
        assert n_steps in (steps[-1][0], steps[-1][0] + 1)
        assert recording.outcome is None
    # HDF5 opens no file that was left while it was written, and Minari wants the number of steps.
    with h5py.File(path) as raw:
        assert raw["episode_0"].attrs["total_steps"] == n_steps


def test_that_ctrl_c_in_a_terminal_loses_no_step(tmp_path: Path) -> None:
    program = start_stepping(tmp_path / "run.h5")
    told = [number for number, *_ in steps_until(program, 100)]
    # To all processes of the terminal's foreground group.
    os.killpg(program.pid, signal.SIGINT)
    assert program.stdout is not None
    for line in program.stdout:
        if line == "interrupted\n":
            break
        told.append(int(line.split()[0]))
        # Python drops an exception where nobody can take it, as while it collects garbage: the user presses again.
        assert len(told) < 1000
        if len(told) % 50 == 0:
            os.killpg(program.pid, signal.SIGINT)
    _, errors = program.communicate(timeout=30)
    assert errors == "" or errors.startswith("Exception ignored")
    with RecordingFile(tmp_path / "run.h5") as file:
        assert not file.is_live
        # One more may have been done and not yet told.
        assert len(file.episode(0).recording) - 1 in (told[-1], told[-1] + 1)


def test_that_the_writing_process_ends_by_no_signal_meant_for_its_program(tmp_path: Path) -> None:
    with closing(WritingProcess()) as process:
        writer = ProcessWriter(process, tmp_path / "run.h5")
        assert process.is_there()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGXCPU):
            os.kill(process.pid, number)
        write(writer, sample_info(), 10)
        writer.close()
    with RecordingFile(tmp_path / "run.h5") as file:
        assert_same_frames(file.episode(0).recording, range(10))


def test_that_a_killed_writing_process_is_told_once_and_the_program_goes_on(tmp_path: Path) -> None:
    env = osimviz.record(make_environment("arm2d", {}), tmp_path / "run.h5")
    for _ in range(2):
        env.reset()
        for _ in range(5):
            env.step(np.zeros(6))
    assert env.recording_path == tmp_path / "run.h5"
    os.kill(env._recorder._writers._process.pid, signal.SIGKILL)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        for _ in range(3):
            env.reset()
            env.step(np.zeros(6))
        env.close()
    (warning,) = told
    assert re.match("osimviz records no more: the process that wrote .*run.h5 is gone", str(warning.message))
    with RecordingFile(tmp_path / "run.h5") as file:
        assert [summary.n_steps for summary in file.summaries()][:1] == [5]


def test_that_a_full_disk_is_told_and_what_was_written_is_kept(tmp_path: Path) -> None:
    program = """
import resource, sys, warnings
import numpy as np
import osimviz
from osimviz.envs.registry import make_environment
env = osimviz.record(make_environment("arm2d", {}), sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, 3_000_000))
env.reset()
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    n_steps = 0
    while not told and n_steps < 20000:
        *_, done, _ = env.step(np.zeros(6))
        n_steps += 1
        if done:
            env.reset()
    for _ in range(100):
        *_, done, _ = env.step(np.zeros(6))
        if done:
            env.reset()
    env.close()
print(len(told), told[0].message)
"""
    path = tmp_path / "run.h5"
    result = subprocess.run(
        [sys.executable, "-c", program, str(path)], cwd=REPOSITORY, capture_output=True, text=True, timeout=60
    )
    assert result.stderr == ""
    assert re.search(r"^1 osimviz records no more: the recording stopped: File too large", result.stdout)
    with RecordingFile(path) as file:
        assert not file.is_live
        n_safe = int(result.stdout.split("the ")[-1].split()[0])
        assert len(file.episode(-1).recording) == n_safe


def test_that_a_removed_folder_is_told_with_the_new_place(
    process: WritingProcess, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "runs"
    folder.mkdir()
    with closing(ProcessWriter(process, folder / "run.h5")) as writer:
        write(writer, sample_info(), 10)
        writer.begin_rows(sample_info(), RowLayout.of(sample_frame(0)))
        writer.flush()
        (folder / "run.h5").unlink()
        folder.rmdir()
        writer.append_columns(columns(range(20)), [{}] * 20)
        writer.flush()
        assert writer.path == tmp_path / "run.h5"
    assert "was removed while it was written; the recording goes on in" in caplog.text
    with RecordingFile(tmp_path / "run.h5") as file:
        assert_same_frames(file.episode(1).recording, range(20))


def test_that_what_the_process_logs_is_in_the_log_of_the_program(
    process: WritingProcess, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bone = BoneMesh("femur", str(tmp_path / "missing.vtp"), 0, np.eye(4))
    info = replace(sample_info(), geometry=replace(sample_info().geometry, bones=(bone,)))
    with closing(ProcessWriter(process, tmp_path / "run.h5")) as writer:
        write(writer, info, 3)
    assert [(record.levelno, record.name) for record in caplog.records] == [
        (logging.WARNING, "osimviz.recorder.process_writer")
    ]
    assert "1 meshes are not in the recording: femur" in caplog.text


def test_that_frames_of_another_shape_are_refused_before_they_are_sent(process: WritingProcess, tmp_path: Path) -> None:
    with closing(ProcessWriter(process, tmp_path / "run.h5")) as writer:
        writer.begin_rows(sample_info(), RowLayout.of(sample_frame(0)))
        wrong = columns(range(3))
        wrong.fields["state"] = np.zeros((3, 1))
        with pytest.raises(ValueError, match=r"frames have state of shape \(1,\)"):
            writer.append_columns(wrong, [{}] * 3)
        writer.append_columns(columns(range(3)), [{}] * 3)
    with RecordingFile(tmp_path / "run.h5") as file:
        assert_same_frames(file.episode(0).recording, range(3))


def test_that_a_file_that_is_there_is_refused_and_left(process: WritingProcess, tmp_path: Path) -> None:
    (tmp_path / "run.h5").write_text("precious")
    with pytest.raises(RecordingError, match=r"run\.h5 exists"):
        ProcessWriter(process, tmp_path / "run.h5")
    assert (tmp_path / "run.h5").read_text() == "precious"
    with closing(ProcessWriter(process, tmp_path / "other.h5")) as writer:
        write(writer, sample_info(), 3)


def test_that_what_cannot_be_written_is_told_by_the_next_call(process: WritingProcess, tmp_path: Path) -> None:
    writer = ProcessWriter(process, tmp_path / "run.h5")
    write(writer, sample_info(), 3)
    # No episode: the writer refuses.
    writer.append_columns(columns(range(3)), [{}] * 3)
    with pytest.raises(RecordingError, match="no episode is being recorded"):
        writer.flush()
    with pytest.raises(RecordingError, match="was ended"):
        writer.append_columns(columns(range(3)), [{}] * 3)
    writer.close()


def test_that_a_later_file_that_cannot_be_made_is_told_by_a_later_call(process: WritingProcess, tmp_path: Path) -> None:
    (tmp_path / "run.h5").write_text("precious")
    writer = ProcessWriter(process, tmp_path / "run.h5", waits=False)
    with pytest.raises(RecordingError, match=r"run\.h5 exists"):
        writer.flush()
    assert (tmp_path / "run.h5").read_text() == "precious"


def test_that_an_episode_with_a_file_of_its_own_ends_without_waiting_for_it(tmp_path: Path) -> None:
    env = osimviz.record(make_environment("arm2d", {}), tmp_path / "run-{n}.h5", keep=2)
    for _ in range(3):
        env.reset()
        env.step(np.zeros(6))
    pid = env._recorder._writers._process.pid
    os.kill(pid, signal.SIGSTOP)
    go_on = threading.Timer(10.0, os.kill, (pid, signal.SIGCONT))
    go_on.start()
    env.reset()
    assert go_on.is_alive()
    go_on.cancel()
    os.kill(pid, signal.SIGCONT)
    env.step(np.zeros(6))
    env.close()
    files = sorted(tmp_path.glob("run-*.h5"))
    assert len(files) == 2
    for path in files:
        with RecordingFile(path) as file:
            assert not file.is_live
            assert len(file.episode(0).recording) == 2


@pytest.mark.parametrize(("n_steps", "n_files"), [(200, 0), (5, 0), (-1, 1)], ids=["limit", "left", "failed"])
def test_that_a_program_that_forgets_to_close_keeps_only_files_of_episodes_that_failed(
    tmp_path: Path, n_steps: int, n_files: int
) -> None:
    program = """
import sys
import numpy as np
import osimviz
from osimviz.envs.registry import make_environment
inner = make_environment("arm2d", {})
env = osimviz.record(inner, sys.argv[1], keep="failing")
env.reset()
n_steps = int(sys.argv[2])
for _ in range(abs(n_steps)):
    env.step(np.zeros(6))
if n_steps < 0:
    inner.step = None
    try:
        env.step(np.zeros(6))
    except TypeError:
        pass
elif n_steps < 200:
    env.reset()
"""
    command = [sys.executable, "-c", program, str(tmp_path / "run-{n}.h5"), str(n_steps)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(list(tmp_path.glob("run-*.h5"))) == n_files


class Alarm(Exception):
    """Raised by a handler of a signal, as a program's own limit of time would."""


def ring(*_: object) -> None:
    raise Alarm


@contextmanager
def standing_still(process: WritingProcess, for_s: float) -> Iterator[None]:
    """Have a process not read its messages for a time, and an alarm ring in a third of it."""
    os.kill(process.pid, signal.SIGSTOP)
    before = signal.signal(signal.SIGALRM, ring)
    # In a program of several threads, as this one is then, any of them may be given the signal.
    go_on = threading.Timer(for_s, os.kill, (process.pid, signal.SIGCONT))
    go_on.start()
    signal.setitimer(signal.ITIMER_REAL, for_s / 3)
    try:
        yield
    finally:
        go_on.join()
        signal.signal(signal.SIGALRM, before)


def test_that_an_exception_in_the_middle_of_a_message_cuts_none(process: WritingProcess, tmp_path: Path) -> None:
    writer = ProcessWriter(process, tmp_path / "run.h5")
    writer.begin_rows(sample_info(), RowLayout.of(sample_frame(0)))
    # More than the pipe holds.
    parts = [columns(range(start, start + 640)) for start in range(0, 6400, 640)]
    n_begun = 0

    def send_all() -> None:
        nonlocal n_begun
        for part in parts:
            n_begun += 1
            writer.append_columns(part, [{}] * 640)

    with standing_still(process, 1.0), pytest.raises(Alarm):
        send_all()
    writer.append_columns(columns(range(640 * n_begun, 640 * n_begun + 3)), [{}] * 3)
    writer.close()
    with RecordingFile(tmp_path / "run.h5") as file:
        # It is there whole, or not at all where the signal came before it was sent.
        assert len(file.episode(0).recording) - 3 in (640 * n_begun, 640 * (n_begun - 1))


def test_that_a_message_too_large_to_be_finished_later_ends_the_recording_and_not_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing_process, "_BUFFER_BYTES", 2**16)
    with closing(WritingProcess()) as process:
        assert process.is_there()
        writer = ProcessWriter(process, tmp_path / "run.h5")
        write(writer, sample_info(), 5)
        writer.begin_rows(sample_info(), RowLayout.of(sample_frame(0)))
        part = columns(range(6400))
        with standing_still(process, 1.0), pytest.raises(Alarm):
            writer.append_columns(part, [{}] * 6400)
        with pytest.raises(RecordingError, match="is gone; what it has written is safe"):
            writer.append_columns(part, [{}] * 6400)
    with RecordingFile(tmp_path / "run.h5") as file:
        assert not file.is_live
        assert_same_frames(file.episode(0).recording, range(5))
        # The half that came is no frame.
        assert [summary.n_steps for summary in file.summaries()] == [4, 0]


def test_that_the_child_of_a_fork_sends_nothing_of_a_message_that_was_interrupted(
    process: WritingProcess, tmp_path: Path
) -> None:
    writer = ProcessWriter(process, tmp_path / "run.h5")
    writer.begin_rows(sample_info(), RowLayout.of(sample_frame(0)))
    larger_than_the_pipe = columns(range(3200))
    with standing_still(process, 1.0), pytest.raises(Alarm):
        writer.append_columns(larger_than_the_pipe, [{}] * 3200)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    writer.append_columns(columns(range(3200, 3203)), [{}] * 3)
    writer.close()
    with RecordingFile(tmp_path / "run.h5") as file:
        assert_same_frames(file.episode(0).recording, range(0, 3203, 7))


FORKING_PROGRAM = """
import os, signal, sys, time, warnings
import numpy as np
import osimviz
from osimviz.envs.registry import make_environment
warnings.simplefilter("ignore", DeprecationWarning)
env = osimviz.record(make_environment("arm2d", {}), sys.argv[1])
env.reset()
env.step(np.zeros(6))
if os.fork() == 0:
    os.close(1)
    time.sleep(60)
    os._exit(0)
env.step(np.zeros(6))
env.reset()
env.recording_path
print(env._recorder._writers._process.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_that_a_forked_child_keeps_no_recording_of_a_killed_parent_open(tmp_path: Path) -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", FORKING_PROGRAM, str(tmp_path / "run.h5")],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    output, _ = program.communicate(timeout=60)
    try:
        wait_for_end(int(output))
        with RecordingFile(tmp_path / "run.h5") as file:
            assert not file.is_live
            assert [summary.n_steps for summary in file.summaries()] == [2]
    finally:
        os.killpg(program.pid, signal.SIGKILL)


def test_that_the_process_loads_no_opensim_and_nothing_of_the_folder_it_is_started_in(tmp_path: Path) -> None:
    (tmp_path / "queue.py").write_text("raise SystemExit('the wrong queue')")
    (tmp_path / "h5py.py").write_text("raise SystemExit('the wrong h5py')")
    os.chdir(tmp_path)
    with closing(WritingProcess()) as process:
        assert process.is_there()
        maps = Path(f"/proc/{process.pid}/maps").read_text()
        assert "h5py" in maps
        assert not any(name in maps for name in ("opensim", "PyQt5", "vtkmodules"))


def test_that_an_environment_that_is_dropped_leaves_no_process_and_loses_no_step(tmp_path: Path) -> None:
    env = osimviz.record(make_environment("arm2d", {}), tmp_path / "run.h5")
    env.reset()
    env.step(np.zeros(6))
    pid = env._recorder._writers._process.pid
    del env
    assert not psutil.pid_exists(pid)
    with RecordingFile(tmp_path / "run.h5") as file:
        assert not file.is_live
        assert len(file.episode(0).recording) == 2


def test_that_an_environment_that_is_reset_and_never_stepped_leaves_no_process_and_no_file(tmp_path: Path) -> None:
    env = osimviz.record(make_environment("arm2d", {}), tmp_path / "run.h5")
    env.reset()
    pid = env._recorder._writers._process.pid
    assert psutil.pid_exists(pid)
    env.close()
    env.close()
    assert not psutil.pid_exists(pid)
    assert not list(tmp_path.glob("*.h5"))
