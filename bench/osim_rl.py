"""A step of osimviz's environments beside one of stock osim-rl, under the shim, same actions, in turn, in one run.

    python bench/osim_rl.py [--steps N] [--episodes N] [--env NAME ...] [--osim-rl FOLDER]

The installed osim-rl 3.0.11 holds `l2m2019` and `arm2d`; with `--osim-rl` and the unpacked source of 2.1.5,
`prosthetics`, `l2run` and its own `arm2d` are compared, in a run of their own: two osim-rl do not fit in one process.
`with frame` adds what osimviz reads for a recording after every step. Faithful stepping must give osim-rl's state to
the bit, or the run stops. Times are the thread's processor time: what else runs on the machine is left out.
"""

import argparse
import contextlib
import importlib
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from osimviz.envs import osim_rl_shim
from osimviz.envs.registry import make_environment
from osimviz.worker.observer import Observer

#: The classes of osim-rl and how stock and own ones are reset to the same vector observation.
CLASSES = {"prosthetics": "ProstheticsEnv", "l2run": "L2RunEnv", "l2m2019": "L2M2019Env", "arm2d": "Arm2DEnv"}
SIDES = ("stock", "faithful", "branchable")
#: Fewer steps say nothing: the first ones find no cache warm.
LEAST_STEPS = 5


class Side:
    """One environment and what its steps took."""

    def __init__(self, env: Any, *, reads_frames: bool) -> None:
        self.env = env
        self.reads_frames = reads_frames
        self.observer: Observer | None = None

    def reset(self, seed: int) -> None:
        """Start an episode that draws the same numbers on every side."""
        random.seed(seed)
        np.random.seed(seed)
        if self.reads_frames:
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
            self.observer.read(step=step, observation=self.env.get_observation(), action=action, reward=reward)
        return middle - start, time.thread_time() - middle, bool(done)

    def y(self) -> np.ndarray:
        """Return the state vector."""
        return np.asarray(self.env.osim_model.state.getY().to_numpy())


def stock_class(name: str) -> Callable[..., Any] | None:
    """Return osim-rl's class; None where this release has none of it."""
    return getattr(importlib.import_module("osim.env"), CLASSES[name], None)


def episode(sides: dict[str, Side], n_steps: int, seed: int) -> list[dict[str, float]]:
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
        for name in SIDES[step % 3 :] + SIDES[: step % 3]:
            row[name], frame_s, done = sides[name].step(step, action)
            row[f"{name} + frame"] = row[name] + frame_s
            ends.append(done)
        if not np.array_equal(sides["stock"].y(), sides["faithful"].y()):
            raise SystemExit(f"faithful stepping and osim-rl differ at step {step}: the comparison means nothing.")
        rows.append(row)
        if any(ends):
            break
    return rows[LEAST_STEPS:]


def report(name: str, rows: list[dict[str, float]]) -> str:
    """Return a line of median times and median ratios of steps taken one after the other."""
    columns = ["faithful", "faithful + frame", "branchable", "branchable + frame"]
    times = "".join(f"{1e3 * statistics.median(row[side] for row in rows):12.2f}" for side in SIDES)
    ratios = "".join(f"{statistics.median(row[side] / row['stock'] for row in rows):21.3f}" for side in columns)
    return f"{name:12s}{len(rows):6d}{times}{ratios}"


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=60, help="steps of an episode at most")
    parser.add_argument("--episodes", type=int, default=3)
    parser.add_argument("--env", nargs="*", choices=list(CLASSES), default=list(CLASSES), help="all by default")
    parser.add_argument("--osim-rl", type=Path, metavar="FOLDER", help="unpacked source of another release")
    options = parser.parse_args()
    if options.osim_rl:
        sys.path.insert(0, str(options.osim_rl.absolute()))
    osim_rl_shim.install()
    heads = "".join(f"{side + ' ms':>12s}" if side != "branchable" else f"{'branch. ms':>12s}" for side in SIDES)
    ratios = ("faithful/stock", "with frame", "branchable/stock", "with frame")
    print(f"{'':12s}{'steps':>6s}{heads}" + "".join(f"{ratio:>21s}" for ratio in ratios))
    for name in options.env:
        stock = stock_class(name)
        if stock is None:
            continue
        with contextlib.redirect_stdout(sys.stderr):
            sides = {"stock": Side(stock(visualize=False), reads_frames=False)}
        for stepping in SIDES[1:]:
            sides[stepping] = Side(make_environment(name, {"stepping": stepping}), reads_frames=True)
        rows = [row for seed in range(1, options.episodes + 1) for row in episode(sides, options.steps, seed)]
        print(report(name, rows), flush=True)


if __name__ == "__main__":
    main()
