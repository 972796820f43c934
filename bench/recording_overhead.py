"""What recording adds to a step of an environment: `osimviz.record` beside the environment itself, in one run.

    python bench/recording_overhead.py [--steps N]

Both times are of the same steps: what the environment's `step` takes, and what recording takes around it. Processor
time of the thread, so that what else runs on the machine is left out. The first step, which waits for the file, is told
apart, and so is what the process that writes takes beside the program, without its start: where every processor steps
an environment, that is taken from the steps, too.

How long a step is depends on what the body does: with random excitations it stiffens and falls; with weak ones it sinks
down, which is cheap to integrate, and episodes are over after a hundred steps, so that starting one counts most; the
bundled gait walks.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from noting import note_ratio

import osimviz
from osimviz.envs.prosthetics import ProstheticsEnv
from osimviz.envs.registry import make_environment
from osimviz.recorder import Keep
from osimviz.resource_files import resource_path
from osimviz.worker.forms.reflex import ReflexController

#: Of a case in which each episode has a file of its own, for those that end well are not kept.
_A_FILE_EACH = ", files"


def measured(
    env: object, path: Path, n_steps: int, act: Callable[[object], object], keep: Keep, **start: object
) -> tuple[list[float], list[float], float, float]:
    """Return for every step the seconds of the environment and of recording it; of the first step; of the process."""
    recorded = osimviz.record(env, path, keep=keep)
    inner_s: list[float] = []
    step = env.step

    def timed(*arguments: object, **options: object) -> object:
        started_s = time.thread_time()
        result = step(*arguments, **options)
        inner_s.append(time.thread_time() - started_s)
        return result

    env.step = timed
    observation = recorded.reset(**start)
    whole_s: list[float] = []
    for _ in range(n_steps):
        action = act(observation)
        started_s = time.thread_time()
        observation, _, done, _ = recorded.step(action)
        whole_s.append(time.thread_time() - started_s)
        if len(whole_s) == 1:
            beside_s = seconds_beside()
        if done:
            observation = recorded.reset(**start)
    # Asking for the path waits for what is not yet written.
    recorded.recording_path  # noqa: B018
    beside_s = seconds_beside() - beside_s
    recorded.close()
    added_s = [whole - inner for whole, inner in zip(whole_s, inner_s, strict=True)]
    return inner_s[1:], added_s[1:], added_s[0], beside_s


def seconds_beside() -> float:
    """Return the processor time of this program's children."""
    return sum(sum(child.cpu_times()[:2]) for child in psutil.Process().children())


def cases() -> Iterator[tuple[str, Any, Callable[[object], object], dict[str, object]]]:
    """Yield what is measured: its name, the environment, what acts, and what its reset takes."""
    weak, strong = drawn(0.05, 0.15), drawn(0.0, 1.0)
    yield "prosthetics, weak", ProstheticsEnv(visualize=False), weak(19), {}
    yield "prosthetics, random", ProstheticsEnv(visualize=False), strong(19), {}
    yield "l2m2019, weak", make_environment("l2m2019", {}), weak(22), {}
    yield f"l2m2019, weak{_A_FILE_EACH}", make_environment("l2m2019", {}), weak(22), {}
    yield "l2m2019, random", make_environment("l2m2019", {}), strong(22), {}
    gait = ReflexController(np.loadtxt(resource_path("controllers/reflex_2d_walk.txt")))
    start = {"init_pose": gait.init_pose}
    yield "l2m2019, walking", make_environment("l2m2019", gait.environment_args), gait.update, start
    theirs = stock()
    yield "osim-rl's L2M2019Env, weak", theirs, weak(22), {}
    yield "osim-rl's L2M2019Env, random", theirs, strong(22), {}


def drawn(least: float, most: float) -> Callable[[int], Callable[[object], object]]:
    """Return what makes, for a number of muscles, a controller of random excitations between two values."""
    draw = np.random.default_rng(0)
    return lambda n_actions: lambda _: draw.uniform(least, most, n_actions)


def stock() -> Any:
    """Return L2M2019Env of the installed osim-rl, as its users have it."""
    import contextlib
    import os

    from bench.osim_rl import stock_environment

    with contextlib.redirect_stdout(open(os.devnull, "w")):  # noqa: PTH123
        return stock_environment("l2m2019", None)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=150)
    n_steps = parser.parse_args().steps
    print(
        "environment                        step    recording: median      mean   of the step   beside it   first step"
    )
    for name, env, act, start in cases():
        keep: Keep = "failing" if name.endswith(_A_FILE_EACH) else "all"
        with tempfile.TemporaryDirectory(prefix="osimviz-bench-") as folder:
            inner_s, added_s, first_s, beside_s = measured(env, Path(folder) / "run.h5", n_steps, act, keep, **start)
        step_s, mean_s = statistics.mean(inner_s), statistics.mean(added_s)
        beside_ms = beside_s / len(inner_s) * 1e3
        print(
            f"{name:<29} {step_s * 1e3:8.2f} ms   {statistics.median(added_s) * 1e3:11.3f} ms {mean_s * 1e3:6.3f} ms"
            f"   {100 * mean_s / step_s:8.2f} %   {beside_ms:6.2f} ms   {first_s * 1e3:7.0f} ms"
        )
        note_ratio(f"step of {name}, recorded", (step_s + mean_s) * 1e3, "the step alone", step_s * 1e3, "ms")


if __name__ == "__main__":
    main()
