"""What recording adds to a step of an environment: `osimviz.record` beside the environment itself, in one run.

    python bench/recording_overhead.py [--steps N]

Both times are of the same steps: what the environment's `step` takes, and what recording takes around it. Processor
time of the thread, so that what else runs on the machine is left out. The start of an episode, which reads the model's
meshes once, is told apart.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from noting import note_ratio

import osimviz
from osimviz.envs.prosthetics import ProstheticsEnv
from osimviz.envs.registry import make_environment


def measured(env: object, path: Path, n_steps: int) -> tuple[list[float], list[float], float]:
    """Return for every step the seconds of the environment and of recording it, and the seconds of the first step."""
    recorded = osimviz.record(env, path)
    inner_s: list[float] = []
    step = env.step

    def timed(*arguments: object, **options: object) -> object:
        started_s = time.thread_time()
        result = step(*arguments, **options)
        inner_s.append(time.thread_time() - started_s)
        return result

    env.step = timed
    draw = np.random.default_rng(0)
    n_actions = env.action_space.shape[0]
    recorded.reset()
    whole_s: list[float] = []
    for _ in range(n_steps):
        started_s = time.thread_time()
        *_, done, _ = recorded.step(0.05 + 0.1 * draw.uniform(size=n_actions))
        whole_s.append(time.thread_time() - started_s)
        if done:
            recorded.reset()
    recorded.close()
    added_s = [whole - inner for whole, inner in zip(whole_s, inner_s, strict=True)]
    return inner_s[1:], added_s[1:], added_s[0]


def environment(name: str) -> Any:
    """Return an environment of osimviz, or the one of the installed osim-rl, as its users have it."""
    if not name.startswith("osim-rl"):
        return ProstheticsEnv(visualize=False) if name == "prosthetics" else make_environment(name, {})
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
    print("environment              step     recording: median    mean with flushes   share of the step   first step")
    for name in ("prosthetics", "l2m2019", "osim-rl's L2M2019Env"):
        env = environment(name)
        with tempfile.TemporaryDirectory(prefix="osimviz-bench-") as folder:
            inner_s, added_s, first_s = measured(env, Path(folder) / "run.h5", n_steps)
        step_s, mean_s = statistics.mean(inner_s), statistics.mean(added_s)
        print(
            f"{name:<20} {step_s * 1e3:8.2f} ms   {statistics.median(added_s) * 1e3:12.3f} ms   {mean_s * 1e3:14.3f} ms"
            f"   {100 * mean_s / step_s:14.2f} %   {first_s * 1e3:9.0f} ms"
        )
        note_ratio(f"step of {name}, recorded", (step_s + mean_s) * 1e3, "the step alone", step_s * 1e3, "ms")


if __name__ == "__main__":
    main()
