"""A step of osimviz's environments beside one of stock osim-rl, under the shim, same actions, in turn, in one run.

    python bench/osim_rl.py [--steps N] [--episodes N] [--env NAME ...] [--osim-rl FOLDER]

Stock osim-rl runs twice: in a process that loads OpenSim as OpenSim's own package does (`stock`), and in this one,
which loads its libraries first (`osimviz.envs.engine`), what makes stock osim-rl faster, too (`here`).
The installed osim-rl 3.0.11 holds `l2m2019` and `arm2d`; with `--osim-rl` and the unpacked source of 2.1.5,
`prosthetics`, `l2run` and its own `arm2d` are compared, in a run of their own: two osim-rl do not fit in one process.
`+ frame` adds what osimviz reads for a recording after every step, and an even share of making frames of it. Faithful
stepping must give osim-rl's state to the bit, or the run stops. Times are the thread's processor time: what else runs
on the machine is left out.
"""

import argparse
import contextlib
import importlib
import multiprocessing
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
from noting import note_ratio

#: The classes of osim-rl and how stock and own ones are reset to the same vector observation.
CLASSES = {"prosthetics": "ProstheticsEnv", "l2run": "L2RunEnv", "l2m2019": "L2M2019Env", "arm2d": "Arm2DEnv"}
SIDES = ("stock", "here", "faithful", "branchable")
#: Fewer steps say nothing: the first ones find no cache warm.
LEAST_STEPS = 5


class Side:
    """One environment and what its steps took."""

    def __init__(self, env: Any, *, reads_frames: bool) -> None:
        self.env = env
        self.reads_frames = reads_frames
        self.observer: Any = None
        self.samples: list[Any] = []

    def reset(self, seed: int) -> None:
        """Start an episode that draws the same numbers on every side."""
        random.seed(seed)
        np.random.seed(seed)
        if self.reads_frames:
            from osimviz.worker.observer import Observer

            self.env.reset(seed=seed)
            self.observer = self.observer or Observer(self.env)
        else:
            # As in a new object: osim-rl's first step depends on the last action before.
            self.env.osim_model.actuate([1.0] * self.env.get_action_space_size())
            self.env.reset()

    def step(self, step: int, action: np.ndarray) -> tuple[float, float, bool]:
        """Do a step; return the seconds of it, those of reading a frame, and whether it was the last."""
        start = time.thread_time()
        _, reward, done, _ = self.env.step(action)
        middle = time.thread_time()
        if self.observer is not None:
            observation = self.env.get_observation()
            sample = self.observer.sample(step=step, observation=observation, action=action, reward=reward)
            self.samples.append(sample)
        return middle - start, time.thread_time() - middle, bool(done)

    def frame_making_s(self) -> float:
        """Make frames of what was read, as recording does of many steps at once; return the seconds for one."""
        samples, self.samples = self.samples, []
        start = time.thread_time()
        self.observer.frames(samples)
        return (time.thread_time() - start) / len(samples)

    def y(self) -> np.ndarray:
        """Return the state vector."""
        return np.asarray(self.env.osim_model.state.getY().to_numpy())


class OtherProcess:
    """Stock osim-rl in a process of its own, which loads OpenSim before osimviz can."""

    def __init__(self, name: str, osim_rl: Path | None) -> None:
        self._pipe, theirs = multiprocessing.get_context("spawn").Pipe()
        arguments = (theirs, name, osim_rl, os.environ.get("OPENBLAS_CORETYPE"))
        self._process = multiprocessing.get_context("spawn").Process(target=serve, args=arguments, daemon=True)
        self._process.start()
        self._y = np.empty(0)

    def reset(self, seed: int) -> None:
        """Start an episode."""
        self._pipe.send(seed)
        self._pipe.recv()

    def step(self, step: int, action: np.ndarray) -> tuple[float, float, bool]:
        """Do a step; as `Side.step`."""
        self._pipe.send((step, action))
        seconds, self._y = self._pipe.recv()
        return seconds

    def y(self) -> np.ndarray:
        """Return the state vector."""
        return self._y

    def close(self) -> None:
        """End the process."""
        self._pipe.close()
        self._process.join()


def serve(pipe: Connection, name: str, osim_rl: Path | None, kernels: str | None) -> None:
    """Serve an `OtherProcess`, in it."""
    os.environ["OPENBLAS_CORETYPE"] = kernels or ""
    importlib.import_module("opensim")
    side = Side(stock_environment(name, osim_rl), reads_frames=False)
    with contextlib.suppress(EOFError):
        while True:
            request = pipe.recv()
            with contextlib.redirect_stdout(sys.stderr):
                pipe.send(side.reset(request) if isinstance(request, int) else (side.step(*request), side.y()))


def stock_environment(name: str, osim_rl: Path | None) -> Any:
    """Return an environment of osim-rl; None where this release has none of it."""
    if osim_rl and str(osim_rl) not in sys.path:
        sys.path.insert(0, str(osim_rl))
    from osimviz.envs import osim_rl_shim

    osim_rl_shim.install()
    with contextlib.redirect_stdout(sys.stderr):
        made: Callable[..., Any] | None = getattr(importlib.import_module("osim.env"), CLASSES[name], None)
        return made and made(visualize=False)


def episode(sides: dict[str, Any], n_steps: int, seed: int) -> list[dict[str, float]]:
    """Return the seconds of every step, by side, with and without the frame."""
    for side in sides.values():
        with contextlib.redirect_stdout(sys.stderr):
            side.reset(seed)
    n_actions = sides["faithful"].env.get_action_space_size()
    rows = []
    for step, action in enumerate(np.random.RandomState(seed).uniform(0, 1, (n_steps, n_actions)), 1):
        row: dict[str, float] = {}
        ends = []
        # In turn, who goes first: no side always finds the caches warm.
        i_first = step % len(SIDES)
        for name in SIDES[i_first:] + SIDES[:i_first]:
            row[name], frame_s, done = sides[name].step(step, action)
            row[f"{name} + frame"] = row[name] + frame_s
            ends.append(done)
        for name in ("here", "faithful"):
            if not np.array_equal(sides["stock"].y(), sides[name].y()):
                raise SystemExit(f"osim-rl and the side `{name}` differ at step {step}: the comparison means nothing.")
        rows.append(row)
        if any(ends):
            break
    for name in SIDES[2:]:
        making_s = sides[name].frame_making_s()
        for row in rows:
            row[f"{name} + frame"] += making_s
    return rows[LEAST_STEPS:]


COLUMNS = ("here", "faithful", "faithful + frame", "branchable", "branchable + frame")


def report(name: str, rows: list[dict[str, float]]) -> str:
    """Return a line of the median times and one of the median ratios of steps taken one after the other."""
    times = "".join(f"{1e3 * statistics.median(row[side] for row in rows):20.2f}" for side in COLUMNS)
    lines = [f"{name:12s}{len(rows):6d}  ms     {1e3 * statistics.median(row['stock'] for row in rows):8.2f}{times}"]
    for base in ("stock", "here"):
        ratios = "".join(f"{statistics.median(row[side] / row[base] for row in rows):20.3f}" for side in COLUMNS)
        lines.append(f"{'':18s}  / {base:5s}{'':8s}{ratios}")
    return "\n".join(lines)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=60, help="steps of an episode at most")
    parser.add_argument("--episodes", type=int, default=3)
    parser.add_argument("--env", nargs="*", choices=list(CLASSES), default=list(CLASSES), help="all by default")
    parser.add_argument("--osim-rl", type=Path, metavar="FOLDER", help="unpacked source of another release")
    options = parser.parse_args()
    osim_rl = options.osim_rl.absolute() if options.osim_rl else None
    # Both processes compute with the same kernels, or their numbers would differ.
    os.environ.setdefault("OPENBLAS_CORETYPE", "Haswell")
    from osimviz.envs.registry import make_environment

    print(f"{'':12s}{'steps':>6s}{'':9s}{'stock':>8s}" + "".join(f"{column:>20s}" for column in COLUMNS))
    for name in options.env:
        here = stock_environment(name, osim_rl)
        if here is None:
            continue
        other = OtherProcess(name, osim_rl)
        sides: dict[str, Any] = {"stock": other, "here": Side(here, reads_frames=False)}
        for stepping in SIDES[2:]:
            sides[stepping] = Side(make_environment(name, {"stepping": stepping}), reads_frames=True)
        rows = [row for seed in range(1, options.episodes + 1) for row in episode(sides, options.steps, seed)]
        other.close()
        print(report(name, rows), flush=True)
        stock_ms, *sides_ms = (1e3 * statistics.median(row[side] for row in rows) for side in ("stock", *COLUMNS[1:]))
        for column, side_ms in zip(COLUMNS[1:], sides_ms, strict=True):
            note_ratio(f"step of {CLASSES[name]}, {column}", side_ms, "stock osim-rl under the shim", stock_ms, "ms")


if __name__ == "__main__":
    main()
