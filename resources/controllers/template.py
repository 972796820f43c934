"""A controller to start from: copy it, put your own in, and run `osimviz --controller my_controller.py`.

osimviz looks for `controller`, `Controller`, `make_controller`, `Agent`, `Policy`, `agent`, `policy`, `my_controller`
and `act`, in this order: a function of the observation, an object or class with `act`, `predict` or the like, or a
factory that is given the environment. This file's folder can be imported from and is where its files are looked for.
"""

from pathlib import Path

#: All of these may be left out.
observation_kind = "vector"  # "vector", "dict" (the environment's nested form) or "state_desc" (osim-rl's description)
action_repeat = 1  # hold each action for so many steps (frame skip)
history = 1  # be given the latest so many observations, joined, the present one last
action_range = "unit"  # "unit": excitations 0..1; "tanh": -1..1, mapped to 0..1
environment = "prosthetics"  # where it runs if the command line names no --env
environment_args = {"model": "3D", "difficulty": 0}

FOLDER = Path(__file__).parent  # for weights: numpy.load(FOLDER / "weights.npz")


class Controller:
    """Excites every muscle a little, more while the pelvis is low."""

    def __init__(self, env):
        self.n_muscles = len(env.action_names())

    def reset(self, seed):
        """Forget the episode before; called before each one. May be left out, as may its seed."""

    def act(self, observation, step):
        """Return one excitation for each muscle. `step` counts from 0; `t` would be the time in s."""
        pelvis_height_m = observation[0]
        return [0.05 if pelvis_height_m > 0.9 else 0.1] * self.n_muscles
