"""One OpenSim model under a controller: actuate, integrate, reset, describe.

Faithful stepping is osim-rl's (one Manager for an episode, constants changed under the running integrator), so that its
numbers are reproduced; branchable stepping starts a Manager for every step, which makes a step a function of state and
action. Repairs what breaks on OpenSim 4.6. One model belongs to one thread.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osimviz.envs.actions import checked_action
from osimviz.envs.engine import opensim
from osimviz.envs.engine_memory import is_realised
from osimviz.envs.errors import ResetNeededError, SimulatorError
from osimviz.envs.integrator_steps import NEEDS_STORAGE, steps_taken
from osimviz.envs.integrators import INTEGRATORS, checked_integrator, checked_stepping
from osimviz.envs.model_loading import first_line, load_model
from osimviz.envs.shared_reading import SharedReading, muscle_reader
from osimviz.envs.snapshots import ModelSnapshot
from osimviz.envs.state_description import StateDescription, StateReader, components
from osimviz.envs.state_numbers import Numbers, numbers_of, problem_with, set_numbers

Array = NDArray[np.float64]


class OsimModel:
    """A model, its state and its integrator.

    Parameters
    ----------
    model_path : str or Path
        The model file.
    integrator_accuracy : float
        Accuracy of the integrator.
    stepping : {"faithful", "branchable"}
        One Manager for an episode, or one for every step.
    integrator : str
        Name of the integrator (`osimviz.envs.integrators.INTEGRATORS`).
    extend : callable, optional
        Takes the model as loaded and adds to it what the file does not hold.

    Attributes
    ----------
    stepsize : float
        Simulated time of one step, s (osim-rl).
    model : opensim.Model
        The model.
    state : opensim.State
        The state now, realised to Acceleration; None before the first reset. After a step it is the integrator's own,
        which the next step writes over: keep `get_state()` instead. It keeps its Manager alive.
    manager : opensim.Manager
        The integrator of the episode or of the last step; None where a reset is needed.
    istep : int
        Steps since the reset.
    last_action : array (n_muscles,)
        The excitations in force, 0..1; ones after a reset.
    n_clipped : int
        How many values of the last action were outside 0..1.
    n_integrator_steps : int
        How many steps of its own the integrator took in the last step.
    reader : StateReader
        Handles of the model's components by name.
    revision : int
        Changes whenever the state does.
    """

    stepsize = 0.01

    def __init__(
        self,
        model_path: str | Path,
        integrator_accuracy: float = 5e-5,
        *,
        stepping: str = "faithful",
        integrator: str = INTEGRATORS[0],
        extend: Callable[[Any], None] | None = None,
    ) -> None:
        self.integrator_accuracy = integrator_accuracy
        self.stepping = checked_stepping(stepping)
        self.integrator = checked_integrator(integrator)
        self._method = getattr(opensim.Manager, f"IntegratorMethod_{self.integrator}")
        self.model, self._excitations = load_model(Path(model_path), extend)
        muscles = components(self.model.getMuscles())
        self.muscle_names: tuple[str, ...] = tuple(muscles)
        self.reader = StateReader(self.model)
        self._muscle_values = SharedReading(muscle_reader(muscles.values()))
        self.state: Any = None
        self.manager: Any = None
        self.istep = 0
        self.last_action: Array = np.ones(len(muscles))
        self.n_clipped = 0
        self.n_integrator_steps = 0
        self.revision = 0
        # Y of the state that bears this number.
        self._y: Array = np.empty(0)
        # Time and Y one step earlier, and the state of them, made when asked for.
        self._previous_numbers: Numbers | None = None
        self._previous_state: Any = None
        self._is_fresh = True
        self._n_taken = 0
        self._description: StateDescription | None = None
        self._previous_description: StateDescription | None = None
        self.maxforces = [muscle.getMaxIsometricForce() for muscle in muscles.values()]
        self.curforces = [1.0] * len(muscles)

    def get_action_space_size(self) -> int:
        """Return the number of muscles."""
        return len(self.muscle_names)

    def actuate(self, action: object) -> None:
        """Set the excitations of the next step.

        Parameters
        ----------
        action : array_like (n_muscles,)
            One number for each muscle in model order; clipped to 0..1.

        Raises
        ------
        ActionError
            If it is not a vector of one number for each muscle.
        """
        given = checked_action(action, len(self.muscle_names), self.istep + 1).tolist()
        # Python's own arithmetic: on so few numbers NumPy's calls cost several times as much.
        excitation = [0.0 if value < 0.0 else 1.0 if value > 1.0 else value for value in given]
        self.n_clipped = 0 if excitation == given else sum(map(float.__ne__, excitation, given))
        self._excite(excitation)

    def _excite(self, excitation: list[float]) -> None:
        self.last_action = np.array(excitation)
        for function, value in zip(self._excitations, excitation, strict=True):
            function.setValue(value)

    def reset(self, arrange: Callable[[Any], None] | None = None) -> None:
        """Return to the model's default state at time 0, muscles in equilibrium.

        Parameters
        ----------
        arrange : callable, optional
            Takes the default state and changes its coordinates and speeds before the muscles find their equilibrium.

        Raises
        ------
        SimulatorError
            If OpenSim cannot bring the model into that state.
        """
        # The first stage of the first step still sees the excitations that are in force here: those of a fresh
        # model, whatever the last episode ended with, make every episode start alike.
        self._excite([1.0] * len(self.muscle_names))
        self.n_clipped = self.n_integrator_steps = 0
        try:
            state = opensim.State(self.model.initializeState())
            if arrange is not None:
                arrange(state)
            self.model.equilibrateMuscles(state)
            state.setTime(0.0)
            self._take_up(state, istep=0)
        except RuntimeError as error:
            self.manager = None
            raise SimulatorError(f"OpenSim cannot bring the model to its start: {first_line(error)}") from error

    def integrate(self) -> None:
        """Simulate one step.

        Raises
        ------
        ResetNeededError
            If there is no running simulation.
        SimulatorError
            If OpenSim fails, stops short of the end of the step, or leaves a state that is not finite. The state
            stays the one before the step, and only a reset makes further steps possible.
        """
        if self.manager is None:
            raise ResetNeededError("There is no running simulation to step; call reset() first.")
        end_s = self.stepsize * (self.istep + 1)
        before = numbers_of(self.state)
        try:
            if self.stepping == "branchable":
                self._start_manager()
            reached = self.manager.integrate(end_s)
            y = reached.getY().to_numpy()
            problem = problem_with(reached, y, end_s)
            if not problem:
                # Before the excitations change: the next step starts from this state, and in faithful stepping its
                # first stage is under the excitations that the state was realised with.
                self.model.realizeAcceleration(reached)
                n_taken = steps_taken(self.manager)
        except RuntimeError as error:
            problem = first_line(error)
        if problem:
            self._fail(before)
            raise SimulatorError(
                f"The simulation failed in step {self.istep + 1}, from {end_s - self.stepsize:.2f} s to {end_s:.2f} s: "
                f"{problem} Look at the last states before it, or try another integrator accuracy."
            )
        # The state is a part of its Manager and dies with it: whoever holds the one needs the other. A copy would cost
        # 0.4 ms a step, and as much again to be realised.
        reached.manager = self.manager
        self.n_integrator_steps, self._n_taken = n_taken - self._n_taken, n_taken
        self._is_fresh = False
        self.state = reached
        self._previous_numbers, self._previous_state = before, None
        self._previous_description, self._description = self._description, None
        self.istep += 1
        self.revision += 1
        self._y = y

    def _fail(self, before: Numbers) -> None:
        """End the simulation in the state before the step, which the integrator may have written over."""
        self.manager = None
        self._forget_previous()
        state = opensim.State(self.state)
        set_numbers(state, before)
        self.model.realizeAcceleration(state)
        self.state = state

    def _forget_previous(self) -> None:
        self._previous_numbers = self._previous_state = self._previous_description = None

    def reset_manager(self) -> None:
        """Start a new integrator from the state now; its step size starts afresh."""
        # Whoever changes the state by OpenSim's own means calls this, for the integrator to take it up.
        self.revision += 1
        self._forget_previous()
        self._start_manager()

    def _start_manager(self) -> None:
        self.manager = opensim.Manager(self.model)
        # It knows its model by address only, and a state held by a program may keep it alive longer than this object.
        self.manager.simulated_model = self.model
        self.manager.setIntegratorMethod(self._method)
        self.manager.setIntegratorAccuracy(self.integrator_accuracy)
        # What osim-rl never reads costs a third of its step and grows with the episode. Its numbers need but one side
        # effect of it: every state returned is realised (see `integrate`).
        self.manager.setPerformAnalyses(False)
        self.manager.setWriteToStorage(NEEDS_STORAGE)
        self.manager.initialize(self.state)
        self._is_fresh = True
        self._n_taken = 0

    def _take_up(self, state: Any, istep: int) -> None:
        """Continue from `state`, which this object owns from now on."""
        self.state = state
        self.istep = istep
        self._description = None
        self.reset_manager()
        self.model.realizeAcceleration(state)
        self._y = state.getY().to_numpy()

    def realise(self) -> Array:
        """Return Y of the state now, realised to Acceleration: a program may have changed it by OpenSim's own setters.

        It is another state then for all who have read it. The program may have realised it as well: its numbers tell.
        """
        is_whole = is_realised(self.state)
        if not is_whole:
            self.model.realizeAcceleration(self.state)
        y: Array = self.state.getY().to_numpy()
        if not is_whole or y.tobytes() != self._y.tobytes():
            self.revision += 1
            self._y = y
        return y

    def get_state(self) -> Any:
        """Return a copy of the state."""
        return opensim.State(self.state)

    def set_state(self, state: Any) -> None:
        """Continue from a copy of `state`, a state of this model since its last reset, at the step of its time."""
        self._take_up(opensim.State(state), istep=round(state.getTime() / self.stepsize))

    @property
    def previous_state(self) -> Any:
        """The state one step earlier, realised to Acceleration; None where there was no step. A copy."""
        if self._previous_state is None and self._previous_numbers is not None:
            state = opensim.State(self.state)
            set_numbers(state, self._previous_numbers)
            self.model.realizeAcceleration(state)
            self._previous_state = state
        return self._previous_state

    @property
    def previous_y(self) -> Array | None:
        """Y one step earlier; None where there was no step."""
        return None if self._previous_numbers is None else self._previous_numbers[1]

    def _coordinates(self) -> dict[str, Any]:
        """Return the coordinates by path."""
        coordinates = components(self.model.getCoordinateSet()).values()
        return {coordinate.getAbsolutePathString(): coordinate for coordinate in coordinates}

    def snapshot(self) -> ModelSnapshot:
        """Return the physics of the step now as plain numbers; `ResetNeededError` if there is no simulation."""
        if self.manager is None:
            raise ResetNeededError("There is no running simulation to take a snapshot of; call reset() first.")
        time_s, y = numbers_of(self.state)
        previous = self._previous_numbers
        return ModelSnapshot(
            istep=self.istep,
            time_s=time_s,
            y=y,
            previous_time_s=None if previous is None else previous[0],
            previous_y=None if previous is None else previous[1].copy(),
            excitation=self.last_action.copy(),
            n_clipped=self.n_clipped,
            locked=tuple(path for path, coordinate in self._coordinates().items() if coordinate.getLocked(self.state)),
            strength=tuple(self.curforces),
            is_fresh=self._is_fresh,
        )

    def restore(self, snapshot: ModelSnapshot) -> None:
        """Continue from a snapshot of this model, whatever happened since, with a new integrator.

        What was locked by a program or an environment is locked where it is in the snapshot.
        """
        state = opensim.State(self.model.getWorkingState())
        set_numbers(state, (snapshot.time_s, snapshot.y))
        for path, coordinate in self._coordinates().items():
            if coordinate.getLocked(state) != (path in snapshot.locked):
                coordinate.setLocked(state, path in snapshot.locked)
        if tuple(self.curforces) != snapshot.strength:
            self.set_strength(snapshot.strength)
        self._excite(snapshot.excitation.tolist())
        self.n_clipped = snapshot.n_clipped
        self._take_up(state, snapshot.istep)
        if snapshot.previous_time_s is not None and snapshot.previous_y is not None:
            self._previous_numbers = snapshot.previous_time_s, snapshot.previous_y.copy()

    def get_state_desc(self) -> StateDescription:
        """Return the description of the state now (`StateReader.describe`); one object for each step."""
        if self.state is None:
            raise ResetNeededError("There is no state to describe; call reset() first.")
        if self._description is None:
            self._description = self.reader.describe(self.state)
        return self._description

    def get_prev_state_desc(self) -> StateDescription | None:
        """Return the description of the state one step earlier; None where there was no step."""
        if self._previous_numbers is not None and self._previous_description is None:
            self._previous_description = self.reader.describe(self.previous_state)
        return self._previous_description

    def get_activations(self) -> list[float]:
        """Return the activation of every muscle in model order, 0..1."""
        # Asked afresh: a program may have changed the state by OpenSim's own setters.
        return [muscle.getActivation(self.state) for muscle in self.reader.muscles.values()]

    def muscle_values(self, quantity: str) -> list[float]:
        """Return one of `osimviz.envs.shared_reading.MUSCLE_GETTERS` of every muscle, in model order; shared."""
        return self._muscle_values.of(self.state, self.revision)[quantity]

    def set_activations(self, activations: Sequence[float]) -> None:
        """Set the activation of every muscle in the state now; `ActionError` as `actuate`."""
        vector = checked_action(activations, len(self.muscle_names), self.istep + 1)
        state = self.get_state()
        for muscle, value in zip(self.reader.muscles.values(), vector.tolist(), strict=True):
            muscle.setActivation(state, value)
        self._take_up(state, self.istep)

    def set_strength(self, strength: Sequence[float]) -> None:
        """Scale the maximal isometric force of every muscle by a factor, from that of the model file."""
        self.curforces = list(strength)
        for muscle, force_n, factor in zip(self.reader.muscles.values(), self.maxforces, strength, strict=True):
            muscle.setMaxIsometricForce(force_n * factor)

    def set_integrator_accuracy(self, integrator_accuracy: float) -> None:
        """Set the accuracy of the integrators that start from now on."""
        self.integrator_accuracy = integrator_accuracy

    def get_body(self, name: str) -> Any:
        """Return a body by name."""
        return self.model.getBodySet().get(name)

    def get_joint(self, name: str) -> Any:
        """Return a joint by name."""
        return self.model.getJointSet().get(name)

    def get_muscle(self, name: str) -> Any:
        """Return a muscle by name."""
        return self.model.getMuscles().get(name)

    def get_marker(self, name: str) -> Any:
        """Return a marker by name."""
        return self.model.getMarkerSet().get(name)

    def get_force(self, name: str) -> Any:
        """Return a force by name."""
        return self.model.getForceSet().get(name)

    def get_contact_geometry(self, name: str) -> Any:
        """Return a contact geometry by name."""
        return self.model.getContactGeometrySet().get(name)

    def close(self) -> None:
        """End the simulation; may be called again. A reset starts it anew."""
        self.manager = None
