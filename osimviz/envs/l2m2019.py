"""L2M2019Env of osim-rl 3.0.11: walk where a field of target velocities leads."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from osimviz.channels import Channel
from osimviz.envs.actions import checked_action
from osimviz.envs.environment import OsimEnv
from osimviz.envs.errors import EnvironmentArgumentError
from osimviz.envs.integrators import INTEGRATORS
from osimviz.envs.l2m2019_observation import GRAVITY_M_S2, MASS_KG, MUSCLES, L2M2019Observation
from osimviz.envs.l2m2019_pose import checked_pose, take_pose
from osimviz.envs.l2m2019_reward import RewardAccount, RewardedStep, reward_term_names
from osimviz.envs.models import model_path
from osimviz.envs.osim_model import OsimModel
from osimviz.envs.shared_reading import SharedReading
from osimviz.envs.state_description import StateDescription
from osimviz.envs.target_field import TargetField

Array = NDArray[np.float64]

_MODEL_FILES = {"3D": "gait14dof22musc_20170320.osim", "2D": "gait14dof22musc_planar_20170320.osim"}

#: Steps after which an episode ends, by difficulty.
_TIME_LIMITS = {0: 1000, 1: 1000, 2: 1000, 3: 2500}

#: Model muscle j is excited by element ACT2MUS[j] of an action: osim-rl 3.0.11, ``L2M2019Env.act2mus``.
_ACT2MUS = (0, 1, 4, 7, 3, 2, 5, 6, 8, 9, 10, 11, 12, 15, 18, 14, 13, 16, 17, 19, 20, 21)

#: A foot that bears more than this share of the body weight is on the ground.
_CONTACT_SHARE = 0.05


class L2M2019Env(OsimEnv):
    """Walk where the field of target velocities leads.

    Parameters
    ----------
    visualize : bool
        Whether a window of another process shows every episode live.
    integrator_accuracy : float
        Accuracy of the integrator.
    difficulty : {0, 1, 2, 3}
        0: forward at 1.4 m/s. 1, 2: goals ahead, or within 90°. 3: two goals anywhere, the second round.
    seed : int or None
        Seeds the field's draws and the samples of the action space; None takes entropy from the system.
    report : None
        Not supported.
    stepping, integrator : str
        As `OsimEnv` describes them.

    Attributes
    ----------
    model : {"3D", "2D"}
        Model in space, or held in the sagittal plane.
    difficulty : int
        As given.
    vtgt : TargetField
        The field of target velocities.
    v_tgt_field : array (2, 11, 11)
        The field as the body sees it now (`FieldView.seen`).
    flag_new_v_tgt_field : {0, 1}
        Whether the last step reached a target.
    footstep : dict
        ``n`` footsteps so far, ``new`` if the last step was one, ``r_contact``, ``l_contact``.
    t : float
        Simulated time, summed up step by step as in osim-rl, s.
    Fmax, lopt : dict of str to dict of str to float
        Maximal isometric force, N, and optimal fibre length, m, by leg and muscle.
    INIT_POSE : array_like (12,)
        The start pose where `reset` is given none; may be set.
    MASS, G, LENGTH0 : float
        Mass, kg, gravity, m/s², and length, m, that the observation is normalised with.

    Raises
    ------
    EnvironmentArgumentError
        If an argument has a value it cannot have.
    ModelFileError
        If the model file is missing or OpenSim cannot read it.

    Notes
    -----
    Rewards, limits, draws, layout: osim-rl 3.0.11, ``osim/env/osim.py``. Beside what `OsimEnv` says:

    ======================================================= ========================================================
    in osim-rl                                              here
    ======================================================= ========================================================
    surviving difficulty 0-2: UnboundLocalError (#215)      repaired: the bonus is 10 and 10 times the time since the
                                                            last footstep, paid or not; osim-rl pays the same where
                                                            a foot is put down in the step before
    a footstep and a reached target are paid one step late  kept; ``info`` tells them in their own step
    asking for the reward counts the step again             repaired
    footsteps, forces, field version: of the class (#58)    repaired: nothing is shared
    difficulty 1-3, then 0 in one object: TypeError         repaired: the goal goes with the reset
    needs SciPy before 1.14 and NumPy before 2              repaired: the same interpolation, bit for bit
    observations leave the declared bounds (#192)           kept; `get_observation_clipped` keeps to them
    own orders of muscles for action and observation        kept; `action_names` and the channels name them
    ``init_pose``: hips and ankles with reversed signs      kept, and said in `reset`
    standing still earns 0.1 a step (#196, #201)            kept; ``info["reward_terms"]`` shows it
    ======================================================= ========================================================
    """

    model: Literal["3D", "2D"] = "3D"
    time_limit = 2500
    fall_height_m = 0.6
    episode_attributes = (
        "difficulty",
        "time_limit",
        "vtgt",
        "v_tgt_field",
        "flag_new_v_tgt_field",
        "footstep",
        "t",
        "_previous_field",
        "_account",
        "_terms",
        "_reward",
    )

    MASS = MASS_KG
    G = GRAVITY_M_S2
    LENGTH0 = 1
    act2mus = _ACT2MUS
    dict_muscle: ClassVar[dict[str, str]] = {muscle: name for name, muscle, _ in MUSCLES}
    INIT_POSE: Sequence[float] | Array = (0.0, 0.0, 0.94, *[0.0] * 9)

    def __init__(
        self,
        visualize: bool = True,
        integrator_accuracy: float = 5e-5,
        difficulty: int = 3,
        seed: int | None = None,
        report: str | None = None,
        *,
        stepping: str = "faithful",
        integrator: str = INTEGRATORS[0],
    ) -> None:
        if report is not None:
            raise EnvironmentArgumentError(
                "L2M2019Env(report=...) is not supported; record the run with osimviz instead."
            )
        super().__init__(visualize, integrator_accuracy, stepping=stepping, integrator=integrator)
        self._check(self.model, difficulty)
        self.load_model()
        self.set_difficulty(difficulty)
        self.vtgt = TargetField(seed)
        self.action_space.seed(seed)
        self._clear()

    @staticmethod
    def _check(model: str, difficulty: int) -> None:
        if model not in _MODEL_FILES:
            raise EnvironmentArgumentError(f"L2M2019Env knows the models '3D' and '2D', not {model!r}.")
        if difficulty not in _TIME_LIMITS:
            raise EnvironmentArgumentError(f"The difficulty of L2M2019Env is 0, 1, 2 or 3, not {difficulty!r}.")

    def set_difficulty(self, difficulty: int) -> None:
        """Take a difficulty and its limit of steps, or raise `EnvironmentArgumentError`; a reset must follow."""
        self._check(self.model, difficulty)
        self.difficulty = difficulty
        self.time_limit = _TIME_LIMITS[difficulty]
        self.spec.timestep_limit = self.time_limit

    def change_model(self, model: Literal["3D", "2D"] = "3D", difficulty: int = 3, seed: int | None = 0) -> None:
        """Take another model or difficulty; a reset must follow. The seed does nothing, as in osim-rl.

        Raises
        ------
        EnvironmentArgumentError
            If an argument has a value it cannot have; nothing was changed.
        """
        self._check(model, difficulty)
        if self.model != model:
            sampling = self.action_space.get_random_state()
            self.load_model(model_path(_MODEL_FILES[model]))
            self.model = model
            self.action_space.set_random_state(sampling)
        self.set_difficulty(difficulty)

    def _own_model_path(self) -> Path:
        return model_path(_MODEL_FILES[self.model])

    def _model_loaded(self, loaded: OsimModel) -> None:
        self._layout = L2M2019Observation(loaded.reader)
        self.Fmax = self._layout.max_isometric_force_n
        self.lopt = self._layout.optimal_fiber_length_m
        muscles = list(loaded.reader.muscles)
        self._sorted_muscle_rows = sorted(range(len(muscles)), key=muscles.__getitem__)
        self._contacts = SharedReading(self._layout.contact_records)

    def _clear(self) -> None:
        self.t = 0.0
        self.footstep: dict[str, Any] = {"n": 0, "new": False, "r_contact": 1, "l_contact": 1}
        self._account = RewardAccount()
        self._terms: dict[str, float] = {}
        self._reward = 0.0
        self.flag_new_v_tgt_field = 0
        self.v_tgt_field: Array = np.zeros((2, 11, 11))
        self._previous_field = self.v_tgt_field

    def reset(
        self,
        project: bool = True,
        seed: int | None = None,
        init_pose: Sequence[float] | Array | None = None,
        obs_as_dict: bool = True,
    ) -> list[float] | StateDescription:
        """Start an episode.

        Parameters
        ----------
        project : bool
            False returns the state description.
        seed : int or None
            Seeds the field's draws, 0 included; None goes on with the generator.
        init_pose : array_like (12,), optional
            Forward and rightward speed, m/s; height of the pelvis, m; lean of the trunk, positive forward, rad; then
            for the right and the left leg, rad: hip abduction, hip extension, knee extension, ankle plantarflexion.
            None takes `INIT_POSE`.
        obs_as_dict : bool
            Whether the observation is the nested form or the vector.

        Raises
        ------
        EnvironmentArgumentError
            If the pose is not 12 finite numbers; nothing was changed.
        SimulatorError
            If OpenSim cannot bring the model to its start.
        """
        pose = checked_pose(self.INIT_POSE if init_pose is None else init_pose)
        self._clear()
        if seed is not None:
            self.vtgt.seed(seed)
        self.vtgt.reset(self.difficulty)
        self.osim_model.reset(lambda state: take_pose(state, pose))
        self.pose = self._layout.pose(self.osim_model.state)
        self._view = self.vtgt.look(self.pose)
        self._update_field()
        return self._seen(project, obs_as_dict)

    def step(  # type: ignore[override]
        self, action: object, project: bool = True, obs_as_dict: bool = True
    ) -> tuple[list[float] | StateDescription, float, bool, dict[str, Any]]:
        """Apply an action for one step.

        Parameters
        ----------
        action : array_like (22,)
            Excitations in the order of `action_names`; clipped to 0..1.
        project, obs_as_dict : bool
            As in `reset`.

        Returns
        -------
        tuple of four
            Observation, reward, done, info. `info` as in `OsimEnv.step`; also ``footsteps`` (their number so far),
            ``new_footstep`` and ``target_reached``. Both are of this step and paid for in the next one.

        Raises
        ------
        ActionError, ResetNeededError, SimulatorError
            As in `OsimEnv.step`.
        """
        started_s = time.perf_counter()
        self._simulate(action)
        reward, done, info = self._judged()
        self.t += self.osim_model.stepsize
        self._update_footstep()
        self._update_field()
        info["footsteps"] = self.footstep["n"]
        info["new_footstep"] = self.footstep["new"]
        info["target_reached"] = bool(self.flag_new_v_tgt_field)
        observation = self._seen(project, obs_as_dict)
        info["wall_time_s"] = time.perf_counter() - started_s
        return observation, reward, done, info

    def model_action(self, action: object) -> Array:
        """Return an action, given in the order of `action_names`, in the model's order; `ActionError` if it is none."""
        return checked_action(action, len(_ACT2MUS), self.osim_model.istep + 1)[list(_ACT2MUS)]

    def _after_integration(self) -> None:
        state, istep = self.osim_model.state, self.osim_model.istep
        # In osim-rl's order, as a sum depends on it.
        known = self.osim_model.muscle_values("activation")
        activations = [known[row] for row in self._sorted_muscle_rows]
        self.pose = self._layout.pose(state)
        # The reward looks at the field before it changes; unless it does, this is also what is observed.
        self._view = self.vtgt.look(self.pose)
        step = RewardedStep(
            step_s=self.osim_model.stepsize,
            squared_activations=sum(activation * activation for activation in activations),
            velocity_error=np.array(self._layout.velocity(state)) - self._view.velocity,
            is_footstep=self.footstep["new"],
            n_footsteps=self.footstep["n"],
            has_succeeded=istep >= self.spec.timestep_limit and not self.is_done(),
            is_target_reached=bool(self.flag_new_v_tgt_field),
        )
        self._reward, self._terms = self._account.pay(step, second_round=self.difficulty == 3)

    def target_velocity(self) -> Array:
        """Return the target velocity at the pelvis now, world space (3,), m/s."""
        forward, leftward = self._view.velocity
        return np.array([forward, 0.0, -leftward])

    def _update_footstep(self) -> None:
        threshold_n = -_CONTACT_SHARE * (MASS_KG * GRAVITY_M_S2)
        right, left = self.contact_records()
        contacts = {"r_contact": right[1] < threshold_n, "l_contact": left[1] < threshold_n}
        is_new = any(touches and not self.footstep[foot] for foot, touches in contacts.items())
        self.footstep = {"n": self.footstep["n"] + is_new, "new": is_new, **contacts}

    def _update_field(self) -> None:
        self.flag_new_v_tgt_field = int(self.vtgt.update(self.pose, self.osim_model.stepsize))
        if self.flag_new_v_tgt_field:
            self._view = self.vtgt.look(self.pose)
        self._previous_field, self.v_tgt_field = self.v_tgt_field, self._view.seen
        # What was observed of this state showed the old field.
        self._observation = None

    def _extend_description(self, description: StateDescription, istep: int) -> None:
        is_now = istep == self.osim_model.istep
        description["v_tgt_field"] = self.v_tgt_field if is_now else self._previous_field

    def _read_observation(self) -> list[float]:
        field: list[float] = self.v_tgt_field.ravel().tolist()
        own = self._layout.read(self.osim_model.state, self.contact_records(), self.osim_model.muscle_values)
        return field + own

    def contact_records(self) -> tuple[tuple[float, ...], ...]:
        """Return what the right and the left foot do to the ground now, as `L2M2019Observation.contact_records`.

        OpenSim computes the contact again for whoever asks it: the observation, the footsteps and a recording share
        the answer.
        """
        return self._contacts.of(self.osim_model.state, self.osim_model.revision)

    def get_observation_dict(self) -> StateDescription:
        """Return the observation in osim-rl's nested form; the dict and its field are the caller's."""
        vector = self.get_observation()
        return self._layout.as_dict(self.v_tgt_field.copy(), vector[self.v_tgt_field.size :])

    def _named_dict(self, observation: StateDescription) -> dict[str, float]:
        if "pelvis" in observation:
            return self.named_values(self._layout.as_vector(observation))
        return super()._named_dict(observation)

    def get_reward(self) -> float:
        """Return the reward of the last step; asking again changes nothing."""
        return self._reward

    def get_reward_terms(self) -> dict[str, float]:
        """Return the terms of the reward of the last step by name (`RewardAccount.pay`); empty before the first one."""
        return dict(self._terms)

    def reward_term_names(self) -> tuple[str, ...]:
        """Return the names of the reward's terms, those that the next step may not have included."""
        return reward_term_names(second_round=self.difficulty == 3)

    def observation_channels(self) -> tuple[Channel, ...]:
        """Return a channel for every element of the observation vector, in its order."""
        return self._layout.channels()

    def action_names(self) -> tuple[str, ...]:
        """Return the muscle each element of an action excites; the model holds them in another order."""
        muscles = self.osim_model.muscle_names
        return tuple(muscles[_ACT2MUS.index(i)] for i in range(len(_ACT2MUS)))

    def summary(self) -> str:
        """Return the environment in a few words: ``L2M2019Env · 3D · difficulty 3``."""
        return f"{type(self).__name__} · {self.model} · difficulty {self.difficulty}"
