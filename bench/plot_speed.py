"""What the window costs while it is scrubbed, zoomed, grows and answers a key: eight plots of four curves, 22 muscles.

The real window with its 3D view, 1600 x 1000, on a made-up run of an osim-rl model of 22 muscles (poses from
`tests/render/recorded_walk.py`). Prints refreshes a second, what 100,000 samples cost beside 1,000, and the time from
a key to the pixels; asserts nothing. The time spent computing stands beside real time: other programs disturb it less.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from noting import note_growth

ROOT = Path(__file__).parents[1]
SIZE_PX = (1600, 1000)
#: Of the plots in such a window.
STACK_SIZE_PX = (488, 690)
N_PLOTS, N_CURVES = 8, 4
#: Calls before those that are measured: what is worked out once per run, sparklines above all, is done then.
_N_WARM_UP = 5


def made_run(n_frames: int, *, is_whole: bool = True) -> Any:
    """Return a run of `n_frames` frames of a model of 22 muscles, every channel a sum of waves and noise."""
    from dataclasses import replace

    from recorded_walk import load_walk

    from osimviz.channels import Channel
    from osimviz.frames import Outcome, RunInfo
    from osimviz.recording import Recording

    geometry, frames = load_walk()
    muscles = [
        Channel(f"muscles/{name}/{quantity}", field, i, "", 0.0, 1.0)
        for i, name in enumerate(geometry.muscle_names)
        for quantity, field in (("activation", "activation"), ("excitation", "excitation"))
    ]
    n_observed = 160
    observed = [Channel(f"observation/part{i // 8}/value{i % 8}", "observation", i) for i in range(n_observed)]
    info = RunInfo(
        env_name="prosthetics",
        env_summary="made up",
        env_args=(),
        controller="made up",
        seed=0,
        step_s=0.01,
        step_limit=n_frames,
        geometry=geometry,
        channels=(*observed, *muscles),
        end_limits=(),
        action_names=geometry.muscle_names,
    )
    recording = Recording(info)
    generator = np.random.default_rng(0)
    waves = generator.normal(size=(1000, n_observed))
    frame = frames[0]
    for step in range(n_frames):
        pose = frames[step % len(frames)]
        recording.append(
            replace(
                frame,
                step=step,
                time_s=0.01 * step,
                reward=0.1,
                wall_time_s=0.03,
                observation=waves[step % 1000] + np.sin(0.05 * step),
                activation=np.clip(waves[step % 1000, : len(geometry.muscle_names)], 0, 1),
                body_positions_m=pose.body_positions_m,
                body_quaternions=pose.body_quaternions,
                path_points_m=pose.path_points_m,
                path_counts=pose.path_counts,
            )
        )
    if is_whole:
        recording.outcome = Outcome("step_limit", n_frames - 1, 0.01 * (n_frames - 1), "reached the step limit")
    return recording


class Window:
    """The real window on a run, with `N_PLOTS` plots of `N_CURVES` curves."""

    def __init__(self, recording: Any, *, has_3d: bool = True) -> None:
        from PyQt5.QtCore import QTimer
        from PyQt5.QtWidgets import QApplication

        from osimviz.options import parse_options
        from osimviz.render.mesh_files import cache_folder
        from osimviz.render.probe import probe
        from osimviz.ui.app.application import Application

        self.recording = recording
        self.application = Application(parse_options(["--steps", "1"]))
        self.window = self.application.window
        self.window.resize(*SIZE_PX)
        self.window.show()
        self.session = self.application.session
        self.session._timer.stop()
        self.session.open(recording)
        self.window.plots.remove_all()
        for plot in range(N_PLOTS):
            names = [f"observation/part{plot}/value{i}" for i in range(N_CURVES)]
            self.window.plots.plot(names, True)
        # A wait for events must end even where none comes.
        self._beat = QTimer(self.window)
        self._beat.start(50)
        if has_3d and probe(cache_folder()).works:
            self.window.view3d.start()
        QApplication.setActiveWindow(self.window)
        self.settle()

    def settle(self) -> None:
        """Let everything be drawn that is wanted."""
        from PyQt5.QtWidgets import QApplication

        end = time.perf_counter() + 1.0
        while time.perf_counter() < end:
            QApplication.processEvents()

    def wait_for_drawing(self, before: Any) -> None:
        """Wait for events, without spinning, until the 3D view has another picture, and paint it."""
        from PyQt5.QtCore import QEventLoop
        from PyQt5.QtWidgets import QApplication

        view3d = self.window.view3d
        end = time.perf_counter() + 2.0
        while view3d.drawing is before and view3d._thread is not None and time.perf_counter() < end:
            QApplication.processEvents(QEventLoop.WaitForMoreEvents)
        QApplication.processEvents()

    def refresh(self, index: int) -> None:
        """Put the cursor on a frame and wait until every widget shows it, the 3D picture included."""
        before = self.window.view3d.drawing
        self.session.seek(index)
        self.wait_for_drawing(before)

    def close(self) -> None:
        """Free everything."""
        self.application.close()


def measured(act: Callable[[int], None], n_times: int) -> tuple[float, float, float]:
    """Return median and 10th percentile of the real time, and the median of the computing time, for a call, ms."""
    for i in range(_N_WARM_UP):
        act(i)
    took, took_cpu = [], []
    for i in range(n_times):
        started, started_cpu = time.perf_counter(), time.process_time()
        act(i)
        took_cpu.append(1e3 * (time.process_time() - started_cpu))
        took.append(1e3 * (time.perf_counter() - started))
    return float(np.median(took)), float(np.percentile(took, 10)), float(np.median(took_cpu))


def told(name: str, figures: tuple[float, float, float]) -> None:
    """Print one line of figures."""
    median, best, cpu = figures
    print(f"{name:44s} median {median:6.1f} ms = {1e3 / median:5.1f}/s, p10 {best:6.1f} ms, computing {cpu:6.1f} ms")


def bench_scrubbing(window: Window, n_times: int, panels: tuple[str, ...]) -> None:
    """Scrub the whole window, once with each panel in front."""
    n = len(window.recording)
    tabs = window.window.plot_tabs
    for panel in panels:
        tabs.setCurrentWidget(getattr(tabs, panel))
        window.settle()
        told(f"scrub, {panel} in front", measured(lambda i: window.refresh((37 * i) % n), n_times))
    tabs.setCurrentWidget(tabs.stack)
    window.settle()


def bench_plots_alone(long: Any, short: Any, n_times: int) -> None:
    """Measure what plots cost of a long run beside a short one: the cursor, and everything drawn anew; note both.

    Two stacks of plots beside each other, call by call in turn: one after the other would compare two moments of the
    machine, which other programs make as different as the runs are. The window's thread's own time, ms.
    """
    from PyQt5.QtWidgets import QApplication

    from osimviz.palette import load_palette
    from osimviz.playback import Playback
    from osimviz.ui.plots import PlotStack
    from osimviz.ui.theme import Theme
    from osimviz.view_state import RunStatus, ViewSettings, resolve

    runs = (short, long)
    stacks = []
    for run in runs:
        stack = PlotStack(Theme(load_palette("dark")))
        stack.resize(*STACK_SIZE_PX)
        stack.show()
        stack.show_run(run)
        for plot in range(N_PLOTS):
            stack.plot([f"observation/part{plot}/value{i}" for i in range(N_CURVES)], True)
        stacks.append(stack)
    QApplication.processEvents()

    def cursor(run: Any, stack: Any, i: int) -> None:
        playback = Playback()
        playback.seek((37 * i) % len(run))
        stack.show_view(resolve(run, playback, ViewSettings(), RunStatus("ended")))

    def redraw(run: Any, stack: Any, i: int) -> None:
        stack._redraw()

    def zoom(run: Any, stack: Any, i: int) -> None:
        stack.time.window.zoom(0.9 if i % 20 < 10 else 1 / 0.9, 0.005 * len(run))
        stack._redraw()

    for name, act in (("cursor", cursor), ("all anew", redraw), ("zoom", zoom)):
        took: tuple[list[float], list[float]] = ([], [])
        for i in range(_N_WARM_UP + n_times):
            for run, stack, times_ms in zip(runs, stacks, took, strict=True):
                started = time.thread_time()
                act(run, stack, i)
                QApplication.processEvents()
                times_ms.append(1e3 * (time.thread_time() - started))
        costs_ms = [float(np.median(times_ms[_N_WARM_UP:])) for times_ms in took]
        for run, cost_ms in zip(runs, costs_ms, strict=True):
            print(f"plots alone, {name}, {len(run)} samples: {cost_ms:.1f} ms")
            note_growth(f"plots: {name}", len(run), cost_ms, "ms")
        print(f"{name}: {len(long)} samples cost {costs_ms[1] / costs_ms[0]:.2f} times {len(short)}")
    for stack in stacks:
        stack.close()


def bench_live(window: Window, n_times: int) -> None:
    """Append frames as a run does and refresh the window after each; data ten times a second."""
    source = window.recording
    growing = made_run(600, is_whole=False)
    window.session.runs.add(growing, 1.0)
    window.session._show_other_run()
    window.session.runs.growing = growing
    window.session.playback.follow()
    window.settle()
    last_data = [0.0]

    def step(i: int) -> None:
        from dataclasses import replace

        before = window.window.view3d.drawing
        number = len(growing)
        growing.append(replace(source.frame(number % len(source)), step=number, time_s=0.01 * number))
        window.session.refresh()
        if time.perf_counter() - last_data[0] > 0.1:
            last_data[0] = time.perf_counter()
            window.session.data_grown.emit()
        window.wait_for_drawing(before)

    told("live, a step and a refresh", measured(step, n_times))


def bench_keys(window: Window, n_times: int) -> None:
    """Press the right arrow and wait for the pixels, the 3D picture included."""
    from PyQt5.QtCore import Qt
    from PyQt5.QtTest import QTest

    window.session.seek(0)
    window.settle()

    def press(i: int) -> None:
        before = window.window.view3d.drawing
        QTest.keyClick(window.window, Qt.Key_Right)
        window.wait_for_drawing(before)

    told("key press to pixels", measured(press, n_times))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=60, help="repetitions of each measurement")
    parser.add_argument("--no-3d", action="store_true", help="leave the 3D view out: what everything else costs")
    parser.add_argument("--long", type=int, default=100_000, help="samples of the long run")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CONFIG_HOME"] = folder
        from PyQt5.QtWidgets import QApplication

        application = QApplication(["bench"])
        window = Window(made_run(1000), has_3d=not given.no_3d)
        print(f"window {window.window.width()} x {window.window.height()}, {N_PLOTS} plots of {N_CURVES} curves")
        bench_scrubbing(window, given.times, ("stack", "muscles", "gait", "phase"))
        bench_keys(window, given.times)
        bench_live(window, given.times)
        window.close()
        window = Window(made_run(given.long), has_3d=not given.no_3d)
        bench_scrubbing(window, given.times, ("muscles", "stack"))
        bench_plots_alone(window.recording, made_run(1000), given.times)
        window.close()
        application.quit()


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "render")]
    main()
