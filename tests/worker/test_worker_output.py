"""What a worker prints reaches its parent and nobody else: from Python, from C, from children, from a crash."""

import contextlib
import time
from pathlib import Path

import psutil
import pytest

from osimviz.worker.messages import Ended, LoadFailed, Message, RunRequest
from osimviz.worker.process import WorkerProcess


def run(folder: Path, body: str, *, n_steps: int = 3, head: str = "") -> tuple[list[Message], bytes]:
    file = folder / "prints.py"
    file.write_text(
        f"import ctypes, os, sys\n{head}\n\ndef controller(observation):\n    {body}\n    return [0.1] * 19\n"
    )
    messages: list[Message] = []
    pieces: list[bytes] = []
    request = RunRequest(controller=str(file), n_steps=n_steps, is_trusted=True)
    WorkerProcess(request, pieces.append).run(messages.append)
    return messages, b"".join(pieces)


def test_that_output_of_every_kind_arrives_in_order_and_not_on_the_terminal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    body = (
        "print('from print'); sys.stderr.write('from stderr\\n'); ctypes.CDLL(None).printf(b'from C\\n'); "
        "os.system('echo from a child'); print('naïve →')"
    )
    messages, output = run(tmp_path, body, n_steps=1)
    assert isinstance(messages[-1], Ended)
    assert output.decode().splitlines() == ["from print", "from stderr", "from C", "from a child", "naïve →"]
    assert capfd.readouterr() == ("", "")


def test_that_the_last_words_of_a_crash_arrive(tmp_path: Path) -> None:
    messages, output = run(tmp_path, "print('before'); ctypes.string_at(0)")
    end = messages[-1]
    assert isinstance(end, Ended)
    assert end.outcome.ended_by == "worker_died"
    text = output.decode()
    assert text.startswith("before\n")
    assert "Segmentation fault" in text
    assert "prints.py" in text


def test_that_the_last_words_of_a_controller_that_ends_while_loading_arrive(tmp_path: Path) -> None:
    messages, output = run(tmp_path, "pass", head="print('no weights', flush=True)\nos._exit(3)")
    assert isinstance(messages[-1], LoadFailed)
    assert "in the log" in messages[-1].failure.hint
    assert output == b"no weights\n"


def test_that_megabytes_neither_block_the_run_nor_are_lost_before_they_are_counted(tmp_path: Path) -> None:
    messages, output = run(tmp_path, "print('x' * 4_000_000)", n_steps=3)
    assert isinstance(messages[-1], Ended)
    assert len(output) == 3 * 4_000_001


def test_that_a_fork_that_keeps_the_pipe_open_does_not_keep_the_run_open(tmp_path: Path) -> None:
    started = time.monotonic()
    pid_file = tmp_path / "pid"
    body = f"os.path.exists({str(pid_file)!r}) or os.system('sleep 60 & echo $! > {pid_file}')"
    messages, _ = run(tmp_path, body)
    assert isinstance(messages[-1], Ended)
    assert time.monotonic() - started < 30
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(int(pid_file.read_text())).wait(10)


def test_that_no_end_of_the_pipe_is_left(tmp_path: Path) -> None:
    run(tmp_path, "pass")
    before = sorted(Path("/proc/self/fd").iterdir())
    run(tmp_path, "pass")
    assert sorted(Path("/proc/self/fd").iterdir()) == before
