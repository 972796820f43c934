"""Recordings: what a step costs to keep, how fast a long run opens and scrubs, and how large its file is.

Ratios of one machine and one run, side by side: against a run of 1,000 steps, `savez_compressed` and pickle. With a
display, the first picture is the window's: from the wish to open a file to the frame that is drawn.

    python bench/recording_speed.py [--steps 100000]
"""

import argparse
import os
import pickle
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
from noting import note_growth, note_ratio

from osimviz.channels import Channel
from osimviz.frames import Frame, ModelGeometry, RunInfo
from osimviz.recording import Recording, RecordingFile, RecordingWriter, SpillFile, save_recording

#: Sizes of gait14dof22musc in osim-rl's L2M2019Env: the largest frames there are.
N_OBSERVATIONS, N_MUSCLES, N_BODIES, N_COORDINATES, N_STATE, N_POINTS = 339, 22, 14, 17, 78, 68
N_SCRUBS = 400
N_ROUNDS = 12


def run_info() -> RunInfo:
    """Return a run of the sizes above."""
    muscles = tuple(f"muscle_{i}" for i in range(N_MUSCLES))
    geometry = ModelGeometry(
        "model",
        tuple(f"body_{i}" for i in range(N_BODIES)),
        (),
        muscles,
        np.ones(N_MUSCLES),
        np.ones(N_MUSCLES),
        75.0,
        0,
    )
    sizes = (("observation", N_OBSERVATIONS), ("activation", N_MUSCLES), ("body_positions_m", 3 * N_BODIES))
    channels = tuple(Channel(f"{field}/{i}", field, i) for field, size in sizes for i in range(size))
    return RunInfo("bench", "bench", (), "bench", 0, 0.01, 0, geometry, channels, (), muscles)


def frames(n_steps: int) -> list[Frame]:
    """Return a few hundred frames of plausible noise to be used in turn."""
    draw = np.random.default_rng(0)
    muscle = {
        name: draw.uniform(size=N_MUSCLES)
        for name in ("action", "excitation", "activation", "fiber_force_n", "fiber_length", "fiber_velocity")
    }
    first = Frame(
        step=0, time_s=0.0, reward=1.0, wall_time_s=0.03, observation=draw.normal(size=N_OBSERVATIONS), **muscle,
        coordinates=draw.normal(size=N_COORDINATES), speeds=draw.normal(size=N_COORDINATES),
        ground_reaction_n=draw.normal(size=(2, 3)), centre_of_pressure_m=draw.normal(size=(2, 3)),
        centre_of_mass_m=draw.normal(size=3), centre_of_mass_velocity=draw.normal(size=3),
        body_positions_m=draw.normal(size=(N_BODIES, 3)), body_quaternions=draw.normal(size=(N_BODIES, 4)),
        path_points_m=draw.normal(size=(N_POINTS, 3)),
        path_counts=np.array([3] * (N_MUSCLES - 1) + [N_POINTS - 3 * (N_MUSCLES - 1)], dtype=np.int32),
        state=draw.normal(size=N_STATE),
    )  # fmt: skip
    return [
        replace(first, observation=draw.normal(size=N_OBSERVATIONS), state=draw.normal(size=N_STATE))
        for _ in range(min(n_steps, 300))
    ]


def at(templates: list[Frame], step: int) -> Frame:
    """Return the frame of a step."""
    return replace(templates[step % len(templates)], step=step, time_s=0.01 * step)


def seconds(work: Callable[[], object]) -> float:
    """Return how long something takes."""
    started_s = time.perf_counter()
    work()
    return time.perf_counter() - started_s


def scrub_ms(recording: Recording) -> float:
    """Return the median time of showing a frame somewhere else: the frame and every channel's value, ms."""
    draw = random.Random(0)
    times = []
    for _ in range(N_SCRUBS):
        index = draw.randrange(len(recording))
        times.append(seconds(lambda index=index: (recording.frame(index), recording.values(index))))
    return statistics.median(times) * 1e3


def scrubbed_ms(paths: dict[int, Path]) -> dict[int, float]:
    """Return `scrub_ms` of recordings by their length: the least of several rounds in which they take turns.

    The processor itself is now and then half as fast again for seconds, which is not the store's doing.
    """
    with ExitStack() as stack:
        files = {n_steps: stack.enter_context(RecordingFile(path)) for n_steps, path in paths.items()}
        recordings = {n_steps: file.episode(0).recording for n_steps, file in files.items()}
        rounds = [{n: scrub_ms(recording) for n, recording in recordings.items()} for _ in range(N_ROUNDS)]
    return {n: min(found[n] for found in rounds) for n in paths}


def first_picture(path: Path) -> None:
    """Do what a window does before it shows a recording: open, lanes of the timeline, one frame, six curves."""
    with RecordingFile(path) as file:
        recording = file.episode(0).recording
        recording.time_s()
        for name in ("reward", "wall_time_s", "ground_reaction_n", "activation"):
            recording.field(name)
        recording.frame(0)
        recording.values(0)
        for channel in recording.info.channels[:6]:
            recording.column(channel.name)


def windows_first_pictures(small: Path, paths: dict[int, Path]) -> None:
    """Print how long the window takes from opening a file until its first frame is drawn, plots and lanes included."""
    from PyQt5.QtWidgets import QApplication

    from osimviz.options import parse_options
    from osimviz.ui.app.application import Application

    qt = QApplication([])
    application = Application(parse_options([str(small)]))
    application.start()

    def drawn() -> object:
        drawing = application.window.view3d.drawing
        return drawing.frame if drawing is not None else None

    def wait_for(state: np.ndarray) -> None:
        deadline_s = time.monotonic() + 60
        while time.monotonic() < deadline_s:
            frame = drawn()
            if frame is not None and np.array_equal(frame.state, state) and len(application.session.recording) > 1:
                return
            qt.processEvents()

    wait_for(application.session.recording.frame(0).state)
    print("\nwindow: steps    until the frame is drawn    scrub: until the frame is drawn (median)")
    for n_steps, path in paths.items():
        with RecordingFile(path) as file:
            last = file.episode(0).recording.frame(n_steps // 2).state
        started_s = time.perf_counter()
        application.files.show_recording(path)
        application.session.seek(n_steps // 2)
        wait_for(last)
        first_s = time.perf_counter() - started_s
        draw, times = random.Random(0), []
        for _ in range(40):
            index = draw.randrange(n_steps)
            state = application.session.recording.frame(index).state
            started_s = time.perf_counter()
            application.session.seek(index)
            wait_for(state)
            times.append(time.perf_counter() - started_s)
        print(f"  {n_steps:<14} {first_s:10.2f} s   {statistics.median(times) * 1e3:30.1f} ms")
        note_growth("window: until a frame of an opened file is drawn", n_steps, first_s, "s")
        note_growth("window: scrub until the frame is drawn", n_steps, statistics.median(times) * 1e3, "ms")
    application.close()


def written(path: Path, n_steps: int, templates: list[Frame]) -> float:
    """Write a run as a program does, step by step; return the median cost of a step in ms, flushes spread over all."""
    writer = RecordingWriter(path)
    writer.begin_episode(run_info(), at(templates, 0))
    started_s = time.perf_counter()
    for step in range(1, n_steps):
        writer.append(at(templates, step))
    taken_s = time.perf_counter() - started_s
    making_s = seconds(lambda: [at(templates, step) for step in range(1000)]) / 1000
    writer.close()
    return (taken_s / (n_steps - 1) - making_s) * 1e3


def compare_writing(folder: Path, recording: Recording, n_steps: int) -> None:
    """Print time and size against NumPy's and Python's own formats, for the same arrays."""
    rows, points, counts = recording.rows(0, n_steps)
    ours = seconds(lambda: save_recording(recording, folder / "saved.h5"))
    numpy_s = seconds(lambda: np.savez_compressed(folder / "x.npz", rows=rows, points=np.array(points), counts=counts))
    pickle_s = seconds(lambda: (folder / "x.pickle").write_bytes(pickle.dumps((rows, points, counts))))
    print(f"\nwriting {n_steps} steps at once        time        size per step")
    for name, taken_s, file in (
        ("osimviz .h5", ours, "saved.h5"),
        ("savez_compressed", numpy_s, "x.npz"),
        ("pickle", pickle_s, "x.pickle"),
    ):
        size = (folder / file).stat().st_size / n_steps / 1e3
        print(f"  {name:<26} {taken_s * 1e3:8.0f} ms   {size:6.2f} kB   {taken_s / ours:5.2f} x our time")
        if file != "saved.h5":
            note_ratio(f"write {n_steps:,} steps at once", ours * 1e3, name, taken_s * 1e3, "ms")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=100_000)
    most = parser.parse_args().steps
    templates = frames(most)
    with tempfile.TemporaryDirectory(prefix="osimviz-bench-") as name:
        folder = Path(name)
        sizes = sorted({1000, 10_000, most})
        paths = {n_steps: folder / f"{n_steps}.h5" for n_steps in sizes}
        print("steps      memory: append   file: append   size/step   first picture")
        for n_steps, path in paths.items():
            memory = Recording(run_info())
            limit = min(n_steps, 20_000)
            append_ms = seconds(lambda memory=memory, n=limit: [memory.append(at(templates, k)) for k in range(n)])
            append_ms = (append_ms - seconds(lambda n=limit: [at(templates, k) for k in range(n)])) / limit * 1e3
            file_ms = written(path, n_steps, templates)
            size_kb = path.stat().st_size / n_steps / 1e3
            opened_s = min(seconds(lambda path=path: first_picture(path)) for _ in range(2))
            print(
                f"{n_steps:<10} {append_ms * 1e3:8.1f} µs    {file_ms * 1e3:8.1f} µs   {size_kb:7.2f} kB"
                f"   {opened_s:9.3f} s"
            )
            for what, value, unit in (
                ("append a step, in memory", append_ms * 1e3, "µs"),
                ("append a step, to the file", file_ms * 1e3, "µs"),
                ("file, a step", size_kb, "kB"),
                ("memory, a step", memory.n_bytes / limit / 1e3, "kB"),
                ("open, until there is a first picture", opened_s, "s"),
            ):
                note_growth(what, n_steps, value, unit)
        print("\nsteps      scrub (median)   ratio to 1,000")
        scrubs_ms = scrubbed_ms(paths)
        for n_steps, scrub in scrubs_ms.items():
            print(f"{n_steps:<10} {scrub:11.3f} ms   {scrub / scrubs_ms[sizes[0]]:14.2f}")
            note_growth("scrub to another frame", n_steps, scrub, "ms")
        if os.environ.get("DISPLAY"):
            written(folder / "small.h5", 20, templates)
            windows_first_pictures(folder / "small.h5", paths)
        with RecordingFile(folder / "10000.h5") as file:
            compare_writing(folder, file.episode(0).recording, 10_000)
        spilled = Recording(
            run_info(), limit_bytes=20 * 2**20, spill=lambda info, layout: SpillFile(info, layout, folder)
        )
        worst_ms = max(seconds(lambda k=k: spilled.append(at(templates, k))) for k in range(20_000)) * 1e3
        print(f"\n20,000 steps with a limit of 20 MB: {spilled.n_bytes / 1e6:.0f} MB, worst append {worst_ms:.1f} ms")


if __name__ == "__main__":
    main()
