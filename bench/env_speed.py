"""A step of every environment, faithful and branchable, beside the bare integrator, in turn, in one run.

    python bench/env_speed.py [--steps N] [--episodes N] [--env NAME ...]

The bare side is the environment's model without anything around it, stepped as osim-rl does (one Manager, its storage
on): `Manager.integrate` alone is timed. Faithful stepping simulates the same, to the bit, so its ratio is what
observation, reward and bookkeeping cost on top. Branchable stepping is timed twice: beside that bare side, where it
wins because it does not carry a step size from action to action, and beside the same Managers without an environment.
Times are the thread's processor time: what else runs on the machine is left out.
"""

import argparse
import statistics
import time
from typing import Any

import numpy as np
from noting import note_ratio

from osimviz.envs.arguments import environment_names
from osimviz.envs.engine import opensim
from osimviz.envs.environment import OsimEnv
from osimviz.envs.osim_model import OsimModel
from osimviz.envs.registry import make_environment

SIDES = ("bare", "faithful", "bare branchable", "branchable")


class BareModel:
    """The model of an environment, started where the environment starts, and nothing else."""

    def __init__(self, env: OsimEnv, *, restarts: bool) -> None:
        self.owner = OsimModel(env.model_path, env.integrator_accuracy, extend=env.extend_model)
        self.restarts = restarts

    def reset(self, env: OsimEnv) -> None:
        """Take the environment's state at its reset."""
        self.owner.restore(env.osim_model.snapshot())
        self.state = self.owner.get_state()
        self.manager = self.new_manager(np.ones(len(self.owner.muscle_names)))

    def new_manager(self, excitation: np.ndarray) -> Any:
        """Return a Manager that starts from the state now."""
        self.owner.actuate(excitation)
        manager = opensim.Manager(self.owner.model)
        manager.setIntegratorAccuracy(self.owner.integrator_accuracy)
        manager.initialize(self.state)
        return manager

    def step(self, step: int, excitation: np.ndarray) -> float:
        """Do a step; return the seconds of the integration."""
        if not self.restarts:
            self.owner.actuate(excitation)
            start = time.thread_time()
            self.state = self.manager.integrate(0.01 * step)
            return time.thread_time() - start
        start = time.thread_time()
        self.manager = self.new_manager(excitation)
        state = self.manager.integrate(0.01 * step)
        seconds = time.thread_time() - start
        self.state = opensim.State(state)
        return seconds


def episode(envs: dict[str, OsimEnv], bares: dict[str, BareModel], n_steps: int, seed: int) -> list[dict[str, float]]:
    """Return the seconds of every step, by side."""
    for env in envs.values():
        env.reset(seed=seed)
    bares["bare"].reset(envs["faithful"])
    bares["bare branchable"].reset(envs["branchable"])
    actions = np.random.RandomState(seed).uniform(0, 1, (n_steps, envs["faithful"].get_action_space_size()))
    rows = []
    for step, action in enumerate(actions, 1):
        in_model_order = np.asarray(envs["faithful"].model_action(action))
        seconds: dict[str, float] = {}
        done = False
        # In turn, who goes first: no side always finds the caches warm.
        for side in SIDES[step % 4 :] + SIDES[: step % 4]:
            if side in bares:
                seconds[side] = bares[side].step(step, in_model_order)
            else:
                start = time.thread_time()
                done = envs[side].step(action)[2] or done
                seconds[side] = time.thread_time() - start
        for side, own in (("bare", "faithful"), ("bare branchable", "branchable")):
            y = bares[side].state.getY().to_numpy()
            if not np.array_equal(y, envs[own].osim_model.state.getY().to_numpy()):
                raise SystemExit(f"{own} and {side} differ at step {step}: the comparison means nothing.")
        rows.append(seconds)
        if done:
            break
    return rows


def report(name: str, rows: list[dict[str, float]]) -> str:
    """Return a line of median times and median ratios."""

    def median_ms(side: str) -> float:
        return 1e3 * statistics.median(row[side] for row in rows)

    def ratio(side: str, beside: str) -> float:
        # Of two steps taken one after the other: what disturbs one step of a hundred does not count.
        return statistics.median(row[side] / row[beside] for row in rows)

    return (
        f"{name:12s}{len(rows):6d}"
        + "".join(f"{median_ms(side):17.2f}" for side in SIDES)
        + f"{ratio('faithful', 'bare'):16.3f}{ratio('branchable', 'bare branchable'):22.3f}"
        + f"{ratio('branchable', 'bare'):18.3f}"
    )


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=60, help="steps of an episode at most")
    parser.add_argument("--episodes", type=int, default=3)
    parser.add_argument("--env", nargs="*", default=environment_names(), help="environments; all by default")
    options = parser.parse_args()
    print(f"{'':12s}{'steps':>6s}" + "".join(f"{side + ' ms':>17s}" for side in SIDES), end="")
    print(f"{'faithful/bare':>16s}{'branchable/its bare':>22s}{'branchable/bare':>18s}")
    for name in options.env:
        envs = {stepping: make_environment(name, {"stepping": stepping}) for stepping in ("faithful", "branchable")}
        bares = {
            "bare": BareModel(envs["faithful"], restarts=False),
            "bare branchable": BareModel(envs["branchable"], restarts=True),
        }
        rows = [row for seed in range(options.episodes) for row in episode(envs, bares, options.steps, seed)]
        print(report(name, rows), flush=True)
        for side, beside in (("faithful", "bare"), ("branchable", "bare")):
            ours, theirs = (1e3 * statistics.median(row[key] for row in rows) for key in (side, beside))
            note_ratio(f"step of {name}, {side}", ours, "bare OpenSim (Manager.integrate)", theirs, "ms")


if __name__ == "__main__":
    main()
