"""The run without a window, from inside: what cannot be brought about from outside."""

from collections.abc import Callable
from pathlib import Path

import pytest

from osimviz.headless import run, run_headless
from osimviz.options import parse_options
from osimviz.recording import RecordingFile
from osimviz.recording.liveness import is_being_written
from osimviz.worker.messages import Loaded, Message, RunRequest
from tests.sample_runs import sample_frame, sample_info


class BreakingWorker:
    """Sends a few frames, and breaks."""

    def __init__(self, request: RunRequest) -> None:
        self.request = request

    def run(self, deliver: Callable[[Message], None], on_stall: Callable[[str], None]) -> None:
        deliver(Loaded(sample_info(), ""))
        for step in range(5):
            deliver(sample_frame(step))
        raise RuntimeError("the pipe broke")


def test_that_a_run_that_breaks_unexpectedly_keeps_every_frame_it_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.h5"
    monkeypatch.setattr(run, "WorkerProcess", BreakingWorker)
    with pytest.raises(RuntimeError, match="broke"):
        run_headless(parse_options(["--headless", "--record", str(path)]))
    assert not is_being_written(path)
    with RecordingFile(path) as file:
        assert len(file.episode().recording) == 5
