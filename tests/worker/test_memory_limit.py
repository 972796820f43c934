"""A controller that takes memory without end: it ends with one sentence, its frames stay, its parent lives."""

import subprocess
import sys
from pathlib import Path

import pytest

from osimviz.frames import Frame
from osimviz.worker.memory_limit import is_out_of_memory
from osimviz.worker.messages import Ended, LoadFailed, Message, RunRequest
from osimviz.worker.process import WorkerProcess
from tests.source_rules import REPOSITORY

#: OpenSim and the model take 0.3 GB.
LIMIT_GB = 0.6


def messages_of(folder: Path, source: str, *, limit_gb: float = LIMIT_GB) -> list[Message]:
    file = folder / "hoard.py"
    file.write_text(source)
    messages: list[Message] = []
    request = RunRequest(controller=str(file), n_steps=60, is_trusted=True, worker_memory_gb=limit_gb)
    WorkerProcess(request).run(messages.append)
    return messages


@pytest.mark.parametrize(
    ("imports", "taken"),
    [
        ("", "bytearray(40_000_000)"),
        ("import numpy as np", "np.ones(5_000_000)"),
        ("import mmap", "mmap.mmap(-1, 40_000_000)"),
        ("", "[object() for _ in range(500_000)]"),
    ],
    ids=["bytes", "arrays", "shared", "objects"],
)
def test_that_a_controller_that_allocates_without_end_ends_with_one_sentence(
    tmp_path: Path, imports: str, taken: str
) -> None:
    fill = "    hoard[-1].write(b'x' * 40_000_000)\n" if imports == "import mmap" else ""
    head = f"{imports}\nhoard = []\ndef controller(observation):\n"
    source = f"{head}    hoard.append({taken})\n{fill}    return [0.1] * 19\n"
    *frames, end = (message for message in messages_of(tmp_path, source) if isinstance(message, (Frame, Ended)))
    assert isinstance(end, Ended)
    assert end.outcome.ended_by == "controller_error", end
    assert end.outcome.failure is not None
    assert "memory" in end.outcome.sentence
    assert f"{LIMIT_GB} GB" in end.outcome.sentence
    assert "\n" not in end.outcome.sentence
    assert "--worker-memory" in end.outcome.failure.hint
    assert end.outcome.failure.observation is not None
    assert len(frames) >= 2


def test_that_memory_taken_while_loading_is_told(tmp_path: Path) -> None:
    messages = messages_of(
        tmp_path, "x = bytearray(900_000_000)\n\ndef controller(observation):\n    return [0.1] * 19\n"
    )
    assert len(messages) == 1
    assert isinstance(messages[0], LoadFailed)
    assert messages[0].failure.sentence == "loading needs more than the 0.6 GB of memory that the worker may use"


def test_that_what_is_given_back_or_only_reserved_does_not_count(tmp_path: Path) -> None:
    source = (
        "import mmap\n\nreserved = mmap.mmap(-1, 4_000_000_000, prot=mmap.PROT_READ)\n\n"
        "def controller(observation):\n    bytearray(100_000_000)\n    return [0.1] * 19\n"
    )
    end = messages_of(tmp_path, source)[-1]
    assert isinstance(end, Ended)
    assert end.outcome.ended_by in ("step_limit", "fell")


def test_that_the_memory_of_a_session_is_counted() -> None:
    # In a session of its own: what else runs in that of the tests takes and gives back memory meanwhile.
    program = """
import os
from osimviz.worker.memory_limit import used_bytes
before = used_bytes(os.getsid(0))
hoard = bytearray(b"x" * 50_000_000)
print(used_bytes(os.getsid(0)) - before > 40_000_000, used_bytes(2**31 - 1))
"""
    command = [sys.executable, "-c", program]
    result = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=30, start_new_session=True)
    assert (result.stdout, result.stderr) == ("True 0\n", "")


def test_that_failed_allocations_are_known_by_their_words() -> None:
    class Silent(RuntimeError):
        def __str__(self) -> str:
            raise ValueError

    assert is_out_of_memory(RuntimeError("std::bad_alloc"))
    assert is_out_of_memory(MemoryError())
    assert not is_out_of_memory(RuntimeError("shapes differ"))
    assert not is_out_of_memory(Silent())
    wrapped = ValueError("while loading")
    wrapped.__cause__ = MemoryError()
    assert is_out_of_memory(wrapped)
