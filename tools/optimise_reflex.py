"""Find parameters with which osim-rl's reflex controller walks, by CMA-ES (Hansen, package `cma`).

Writes the best parameters found so far to a text file, whenever they get better; Ctrl+C ends it at any time and loses
nothing. The bundled gaits in `resources/controllers/` were made so; the README there has their arguments.

    python tools/optimise_reflex.py my_gait.txt --evaluations 2000
    python tools/optimise_reflex.py better.txt --start my_gait.txt --sigma 0.04 --seed 2
"""

import argparse
import contextlib
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from osimviz.worker.forms.reflex import START_POSE, ReflexController

#: Metres beyond which going farther earns nothing: 1.4 m/s over 10 s.
_FAR_ENOUGH_M = 14.0
#: Weights of effort per metre and of distance from the controller's own parameters, which are all 1.
_EFFORT_WEIGHT = 0.05
_DISTANCE_WEIGHT = 0.02
_N_PARAMETERS = {"2D": 37, "3D": 46}
_STEP_S = 0.01


@dataclass(frozen=True, slots=True)
class Gait:
    """What one set of parameters did.

    Attributes
    ----------
    cost : float
        What is minimised.
    time_s : float
        Simulated time until it fell, or the end.
    distance_m : float
        Way of the pelvis, forward.
    """

    cost: float
    time_s: float
    distance_m: float


@dataclass(frozen=True, slots=True)
class Trial:
    """How gaits are tried: model, accuracy of the integrator, longest time."""

    mode: str
    accuracy: float
    seconds: float


_trial: Trial | None = None
_environment: Any = None


def prepare(trial: Trial) -> None:
    """Make the environment of this process."""
    global _trial, _environment
    from osimviz.envs import L2M2019Env

    # Ctrl+C reaches every process of the terminal; the first one decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _trial = trial
    _environment = L2M2019Env(visualize=False, integrator_accuracy=trial.accuracy, difficulty=0, seed=0)
    _environment.change_model(model=trial.mode, difficulty=0)


def walk(parameters: np.ndarray) -> Gait:
    """Walk with some parameters until the fall or the end."""
    assert _trial is not None
    controller = ReflexController(np.asarray(parameters, dtype=np.float64))
    environment = _environment
    observation = environment.reset(init_pose=START_POSE)
    model = environment.osim_model
    muscles = list(model.reader.muscles.values())
    n_steps, effort, has_fallen = 0, 0.0, False
    for _ in range(round(_trial.seconds / _STEP_S)):
        try:
            observation, _, done, _ = environment.step(controller.update(observation))
        except RuntimeError:
            # Parameters with which the engine cannot go on are as bad as a fall.
            break
        n_steps += 1
        effort += _STEP_S * sum(muscle.getActivation(model.state) ** 2 for muscle in muscles)
        has_fallen = bool(done)
        if has_fallen:
            break
    body = model.reader.bodies["pelvis"]
    distance_m = float(body.getTransformInGround(model.state).p().get(0))
    return Gait(cost_of(n_steps * _STEP_S, distance_m, effort, parameters), n_steps * _STEP_S, distance_m)


def cost_of(time_s: float, distance_m: float, effort: float, parameters: np.ndarray) -> float:
    """Return the cost of a gait: little for one that goes far and long, easily, with parameters near 1.

    Parameters
    ----------
    effort : float
        Integral over time of the sum of squared activations, s.
    """
    reached = time_s + min(distance_m, _FAR_ENOUGH_M)
    unlike = float(np.sum((np.asarray(parameters) - 1.0) ** 2))
    return -reached + _EFFORT_WEIGHT * effort / max(distance_m, 0.1) + _DISTANCE_WEIGHT * unlike


def save(path: Path, parameters: np.ndarray, gait: Gait, arguments: argparse.Namespace) -> None:
    """Write parameters, and how they were found, in one step: a reader finds the old file or the new one."""
    words = " ".join(f"{key}={value}" for key, value in vars(arguments).items() if key != "out")
    lines = [
        f"# osim-rl reflex controller {arguments.mode}: {gait.time_s:.2f} s, {gait.distance_m:.2f} m",
        f"# {words}",
    ]
    draft = path.with_suffix(f"{path.suffix}.part")
    draft.write_text("\n".join([*lines, *(f"{number:.17g}" for number in parameters)]) + "\n", encoding="utf-8")
    draft.replace(path)


def optimise(arguments: argparse.Namespace) -> int:
    """Run CMA-ES; return the exit status."""
    try:
        import cma
    except ModuleNotFoundError:
        print(
            "optimise_reflex: the package cma is not here. Install it: pip install osimviz[optimise].", file=sys.stderr
        )
        return 2
    start = np.ones(_N_PARAMETERS[arguments.mode])
    if arguments.start is not None:
        start = np.loadtxt(arguments.start).ravel()
        if start.size != _N_PARAMETERS[arguments.mode]:
            print(
                f"optimise_reflex: {arguments.start} holds {start.size} numbers, not {_N_PARAMETERS[arguments.mode]}."
            )
            return 2
    settings = {"seed": arguments.seed, "popsize": arguments.population, "verbose": -9}
    strategy = cma.CMAEvolutionStrategy(start, arguments.sigma, settings)
    best: Gait | None = None
    started = time.perf_counter()
    trial = Trial(arguments.mode, arguments.accuracy, arguments.seconds)
    with interruptible(), workers(arguments.processes, trial) as pool:
        while strategy.countevals + strategy.popsize <= arguments.evaluations and not strategy.stop():
            candidates, gaits = strategy.ask(), []
            for gait in pool.imap(walk, candidates):
                gaits.append(gait)
                if best is None or gait.cost < best.cost:
                    best = gait
                    save(arguments.out, candidates[len(gaits) - 1], best, arguments)
                show(strategy.countevals + len(gaits), arguments.evaluations, best, time.perf_counter() - started)
            strategy.tell(candidates, [gait.cost for gait in gaits])
    if sys.stdout.isatty():
        print()
    if best is None:
        print("Stopped before the first walk was done; nothing was written.")
        return 1
    print(f"Best: {best.time_s:.2f} s, {best.distance_m:.2f} m, in {arguments.out}")
    return 0


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl+C end the search as its budget would."""
    # A shell that starts a job in the background has it ignore the signal.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        yield


@contextlib.contextmanager
def workers(n_processes: int, trial: Trial) -> Iterator[Any]:
    """Start processes that walk; end them however the search ends."""
    pool = multiprocessing.get_context("spawn").Pool(n_processes, prepare, (trial,))
    try:
        yield pool
    finally:
        pool.terminate()
        pool.join()


def show(n_done: int, n_all: int, best: Gait, wall_s: float) -> None:
    """Tell how far the search is, in one line that a terminal overwrites."""
    line = (
        f"{n_done} of {n_all} walks, {wall_s / n_done:.1f} s each: "
        f"best cost {best.cost:.3f}, {best.time_s:.2f} s, {best.distance_m:.2f} m"
    )
    print(f"\r\x1b[K{line}" if sys.stdout.isatty() else line, end="" if sys.stdout.isatty() else "\n", flush=True)


def parse(words: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("out", type=Path, metavar="OUT.txt", help="file for the best parameters; overwritten as they get better")
    add("--mode", choices=list(_N_PARAMETERS), default="2D", help="model (default: 2D)")
    add("--start", type=Path, metavar="FILE.txt", help="parameters to start from (default: all 1)")
    add("--sigma", type=float, default=0.1, help="first spread of the parameters (default: 0.1)")
    add("--seed", type=int, default=1, help="of the search; 0 takes one from the clock (default: 1)")
    add("--population", type=int, default=16, help="walks in a generation (default: 16)")
    add("--evaluations", type=int, default=2000, help="walks in all (default: 2000)")
    add("--seconds", type=float, default=10.0, help="longest walk, simulated (default: 10)")
    add("--accuracy", type=float, default=5e-5, help="of the integrator (default: 5e-5, the environment's own)")
    add("--processes", type=int, default=os.cpu_count() or 1, help="walks at a time (default: one for each core)")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(optimise(parse()))
