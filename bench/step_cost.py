"""Cost of a step of ProstheticsEnv and of a recorded frame beside the bare integrator, in turn, in one run.

    python bench/step_cost.py [--steps N] [--episodes N] [--action random|0.05]

The bare side is osim-rl's model without anything around it: the same actions, `Manager.integrate` alone is timed. Both
sides simulate the same thing, so the ratio of the two is what observation, reward and bookkeeping cost. The frame is
what the worker reads of every step. Times are the thread's processor time: what else runs on the machine is left out.
"""

import argparse
import statistics
import time
from collections.abc import Iterator

import numpy as np
from noting import note_ratio

from osimviz.envs import ProstheticsEnv
from osimviz.envs.engine import opensim
from osimviz.worker.observer import Observer


class BareModel:
    """The model of an environment with constants as excitations and a Manager, and nothing else."""

    def __init__(self, path: str, accuracy: float) -> None:
        self.model = opensim.Model(path)
        self.model.initSystem()
        controller = opensim.PrescribedController()
        for muscle in self.model.getMuscles():
            controller.addActuator(muscle)
            controller.prescribeControlForActuator(muscle.getAbsolutePathString(), opensim.Constant(1.0))
        self.model.addController(controller)
        self.model.initSystem()
        functions = controller.get_ControlFunctions()
        self.constants = [opensim.Constant.safeDownCast(functions.get(i)) for i in range(functions.getSize())]
        self.accuracy = accuracy

    def reset(self) -> None:
        """Start an episode as osim-rl does."""
        self.excite(np.ones(len(self.constants)))
        state = self.model.initializeState()
        self.model.equilibrateMuscles(state)
        state.setTime(0.0)
        self.manager = opensim.Manager(self.model)
        self.manager.setIntegratorAccuracy(self.accuracy)
        self.manager.initialize(state)

    def excite(self, excitation: np.ndarray) -> None:
        """Set the constants."""
        for constant, value in zip(self.constants, excitation.tolist(), strict=True):
            constant.setValue(value)


def episode(env: ProstheticsEnv, bare: BareModel, n_steps: int, action: str) -> Iterator[tuple[float, float, float]]:
    """Yield the seconds of every step: bare integration, environment, frame."""
    env.reset()
    observer = Observer(env)
    bare.reset()
    for step in range(1, n_steps + 1):
        vector = env.action_space.sample()
        if action != "random":
            vector = np.full_like(vector, float(action))
        bare.excite(vector)
        seconds = {}
        # In turn, who goes first: neither side always finds the caches warm.
        for side in ("bare", "env") if step % 2 else ("env", "bare"):
            start = time.thread_time()
            if side == "bare":
                reached = bare.manager.integrate(0.01 * step)
            else:
                observation, reward, done, info = env.step(vector)
            seconds[side] = time.thread_time() - start
        if not np.array_equal(reached.getY().to_numpy(), env.osim_model.state.getY().to_numpy()):
            raise SystemExit(f"The two sides differ at step {step}: the comparison means nothing.")
        start = time.thread_time()
        observer.read(step=step, observation=observation, action=vector, excitation=info["excitation"], reward=reward)
        yield seconds["bare"], seconds["env"], time.thread_time() - start
        if done:
            return


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=90, help="steps of an episode at most")
    parser.add_argument("--episodes", type=int, default=3)
    parser.add_argument("--action", default="random", help="random, or one excitation for all muscles")
    options = parser.parse_args()
    env = ProstheticsEnv(visualize=False)
    bare = BareModel(str(env.model_path), env.integrator_accuracy)
    seconds = [row for _ in range(options.episodes) for row in episode(env, bare, options.steps, options.action)]
    bare_s, env_s, frame_s = zip(*seconds, strict=True)
    step_ratios = [env / bare for bare, env, _ in seconds]
    frame_ratios = [(env + frame) / bare for bare, env, frame in seconds]
    lines = [
        f"steps             {len(seconds)}  (actions: {options.action})",
        f"Manager.integrate {1e3 * statistics.median(bare_s):8.3f} ms median",
        f"env.step          {1e3 * statistics.median(env_s):8.3f} ms median",
        f"frame             {1e3 * statistics.median(frame_s):8.3f} ms median",
        f"ratio             {sum(env_s) / sum(bare_s):8.3f} of sums, {statistics.median(step_ratios):.3f} median",
        f"ratio with frame  {(sum(env_s) + sum(frame_s)) / sum(bare_s):8.3f} of sums, "
        f"{statistics.median(frame_ratios):.3f} median",
    ]
    print("\n".join(lines))
    bare_ms, env_ms, frame_ms = (1e3 * statistics.median(side) for side in (bare_s, env_s, frame_s))
    note_ratio("step of ProstheticsEnv", env_ms, "bare OpenSim (Manager.integrate)", bare_ms, "ms")
    note_ratio("the same with a recorded frame", env_ms + frame_ms, "bare OpenSim (Manager.integrate)", bare_ms, "ms")


if __name__ == "__main__":
    main()
