"""Use the real window for a long time and report what grows: memory, file handles, processes, threads, worst tick.

    xvfb-run -a -s "-screen 0 1600x1000x24" python tools/soak.py [--minutes N] [--results bench/soak.json]

A round runs a controller that stands, scrubs, reloads, runs controllers that raise, kill their process and print,
changes the theme, goes through runs, exports recording and picture of the shown run, and opens that recording.
Growth is measured from the third round on: the first ones fill caches. Runs stay in the list, as they do for a user,
and every recording in it keeps its file open, so memory is told for each run and handles of recordings apart from the
others. In the end the recordings are closed: what is held then is what they do not account for. Asserts nothing.
"""

import argparse
import gc
import itertools
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import psutil  # noqa: E402

CONTROLLERS = {
    "raises.py": """
n = 0
def controller(observation):
    global n
    n += 1
    return [0.05] * (19 if n < 9 else 7)
""",
    "dies.py": """
import os
n = 0
def controller(observation):
    global n
    n += 1
    if n == 9:
        os._exit(3)
    return [0.05] * 19
""",
    "prints.py": """
def controller(observation):
    print("x" * 100_000)
    return [0.05] * 19
""",
}
#: Rounds that fill caches: fonts, shaders, meshes, imports.
N_WARM = 2


@dataclass(frozen=True, slots=True)
class Measured:
    """What the window's process held after a round."""

    minutes: float
    memory_mb: float
    n_handles_of_recordings: int
    n_handles_besides: int
    n_recordings_open: int
    n_runs: int
    n_children: int
    n_threads: int
    worst_tick_ms: float


class Soak:
    """The window, used as somebody would who never closes it."""

    def __init__(self, folder: Path) -> None:
        from PyQt5.QtWidgets import QApplication

        from osimviz.options import parse_options
        from osimviz.ui.app.application import Application

        self._folder = folder
        for name, source in CONTROLLERS.items():
            (folder / name).write_text(source, encoding="utf-8")
        self._qt = QApplication(["osimviz"])
        self.application = Application(parse_options(["--controller", "constant:0.05", "--steps", "60", "--trust"]))
        self._process = psutil.Process()
        self._begun = time.monotonic()
        self._worst_tick_s = 0.0
        self._draw = random.Random(0)
        self._number = itertools.count()
        self._time_ticks()
        self.application.start()

    def round(self) -> Measured:
        """Do everything once; return what is held afterwards."""
        self._worst_tick_s = 0.0
        self._run("constant:0.05")
        self._scrub(40)
        self._command("reload")
        self._until_ended()
        for name in CONTROLLERS:
            self._run(str(self._folder / name))
            self._scrub(5)
        for command in ("theme", "departure", "earlier_run", "later_run", "theme"):
            self._command(command)
            self._live(0.2)
        self._export()
        return self._measure()

    def close_recordings(self) -> Measured:
        """Close the recordings in the list, as its menu does; return what is held afterwards."""
        self._worst_tick_s = 0.0
        while self.application.run_list.n_files:
            self.application.run_list.close_group(1)
            self._live(0.02)
        return self._measure()

    def close(self) -> None:
        """Close the window."""
        self.application.close()
        self._qt.processEvents()

    def _run(self, controller: str) -> None:
        request = self.application.runs.request
        self.application.session.run(
            type(request)(controller=controller, env_name="prosthetics", n_steps=40, is_trusted=True)
        )
        self._until_ended()

    def _until_ended(self) -> None:
        session = self.application.session
        self._wait(lambda: session.view.phase == "ended" and not session.is_running)

    def _scrub(self, n_times: int) -> None:
        session = self.application.session
        for _ in range(n_times):
            session.seek(self._draw.randint(0, max(session.view.last_index, 0)))
            self._live(0.02)

    def _export(self) -> None:
        """Write the shown run, and a picture of it drawn in a process of its own, then open it as a recording."""
        import osimviz
        from osimviz.recording import save_recording

        recording = self.application.session.recording
        if recording is None:
            return
        path = self._folder / f"{next(self._number)}.h5"
        save_recording(recording, path)
        picture = path.with_suffix(".png")
        osimviz.render_picture(path, picture, size=(320, 180))
        self.application.files.open(str(path))
        self._live(0.5)
        self._scrub(10)
        picture.unlink()

    def _command(self, name: str) -> None:
        self.application.window.actions_by_id[name].trigger()

    def _wait(self, until: Callable[[], bool]) -> None:
        begun = time.monotonic()
        while not until():
            if time.monotonic() - begun > 120:
                raise TimeoutError("the window did not come to where the soak waits for it")
            self._live(0.02)

    def _live(self, seconds: float) -> None:
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            self._qt.processEvents()
            time.sleep(0.002)

    def _time_ticks(self) -> None:
        session = self.application.session
        tick = session._tick

        def timed() -> None:
            started = time.perf_counter()
            tick()
            self._worst_tick_s = max(self._worst_tick_s, time.perf_counter() - started)

        session._timer.timeout.disconnect()
        session._timer.timeout.connect(timed)

    def _measure(self) -> Measured:
        gc.collect()
        # Named by the soak, in its folder; the file that the runs are kept in as they grow is not among them.
        n_of_recordings = sum(Path(file.path).parent == self._folder for file in self._process.open_files())
        return Measured(
            (time.monotonic() - self._begun) / 60,
            self._process.memory_info().rss / 1e6,
            n_of_recordings,
            self._process.num_fds() - n_of_recordings,
            self.application.run_list.n_files,
            len(self.application.session.runs.recordings),
            len(self._process.children(recursive=True)),
            threading.active_count(),
            self._worst_tick_s * 1e3,
        )


def report(rounds: list[Measured], closed: Measured) -> str:
    """Return the result in Markdown: of the rounds, and of the window after its recordings were closed."""
    warm = rounds[N_WARM:] or rounds[-1:]
    first, last = warm[0], warm[-1]
    slope = np.polyfit([m.minutes for m in warm], [m.memory_mb for m in warm], 1)[0] if len(warm) > 2 else float("nan")
    n_runs = max(last.n_runs - first.n_runs, 1)
    worst_ms = max(m.worst_tick_ms for m in warm)
    rows = [
        ("memory of the window's process", *(f"{m.memory_mb:.0f} MB" for m in (first, last, closed))),
        ("runs in the list", *(str(m.n_runs) for m in (first, last, closed))),
        ("of these recordings opened from files", *(str(m.n_recordings_open) for m in (first, last, closed))),
        ("file handles of those recordings", *(str(m.n_handles_of_recordings) for m in (first, last, closed))),
        ("file handles besides", *(str(m.n_handles_besides) for m in (first, last, closed))),
        ("child processes", *(str(m.n_children) for m in (first, last, closed))),
        ("threads", *(str(m.n_threads) for m in (first, last, closed))),
        ("worst tick of a round", f"{first.worst_tick_ms:.0f} ms", f"{worst_ms:.0f} ms at most", ""),
    ]
    per_run_mb = (last.memory_mb - first.memory_mb) / n_runs
    lines = [
        f"`tools/soak.py`: {len(rounds)} rounds in {last.minutes:.1f} minutes. "
        f"Memory grows by {slope:.1f} MB a minute, {per_run_mb:.1f} MB for each run that stays in the list. "
        "Each recording in the list keeps one file open until it is closed; what closing frees stays with the process "
        "for its next runs.",
        "",
        "| | after warming up | at the end | recordings closed |",
        "| --- | --- | --- | --- |",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    return "\n".join(lines)


@contextmanager
def own_folders() -> Iterator[Path]:
    """Give this run settings, caches and files of its own."""
    with tempfile.TemporaryDirectory(prefix="osimviz-soak-") as name:
        for variable in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"):
            folder = Path(name) / variable
            folder.mkdir(mode=0o700)
            os.environ[variable] = str(folder)
        yield Path(name)


def main() -> None:
    """Run, print, and put the result into the file of results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--results", type=Path, help="where to keep the result for bench/run_all.py (JSON)")
    given = parser.parse_args()
    rounds: list[Measured] = []
    with own_folders() as folder:
        soak = Soak(folder)
        try:
            while not rounds or rounds[-1].minutes < given.minutes:
                rounds.append(soak.round())
                print(" ".join(f"{name}={value:.4g}" for name, value in asdict(rounds[-1]).items()), flush=True)
            closed = soak.close_recordings()
        finally:
            soak.close()
    text = report(rounds, closed)
    print(text)
    if given.results:
        given.results.write_text(json.dumps({"text": text}), encoding="utf-8")


if __name__ == "__main__":
    main()
