"""A model file with nothing around it: excite its muscles and look. No reward, no end but the limit of steps."""

from pathlib import Path
from typing import Any

from osimviz.channels import Channel, side_of
from osimviz.envs.engine import opensim
from osimviz.envs.environment import OsimEnv
from osimviz.envs.errors import EnvironmentArgumentError, ModelFileError
from osimviz.envs.integrators import INTEGRATORS
from osimviz.envs.osim_model import OsimModel
from osimviz.envs.state_description import coordinates_in_tree_order

#: Steps of an episode: 10 s, as the longer ones of osim-rl's.
_TIME_LIMIT = 1000


class BareModelEnv(OsimEnv):
    """Any OpenSim model under its muscles' excitations.

    Parameters
    ----------
    model_path : str or Path
        The model file.
    visualize : bool
        As in the other environments.
    integrator_accuracy : float
        Accuracy of the integrator.
    seed : int or None
        Seeds the samples of the action space; the environment itself draws nothing.
    time_limit : int
        Steps after which an episode ends.
    stepping, integrator : str
        As `OsimEnv` describes them.

    Raises
    ------
    EnvironmentArgumentError
        If an argument has a value it cannot have.
    ModelFileError
        If the model file is missing or OpenSim cannot read it.

    Notes
    -----
    The observation is, for every coordinate in multibody-tree order, value (rad or m) and speed, then the activation
    of every muscle in model order. The reward is 0 in every step. Actuators that are no muscles stay at 0.
    """

    def __init__(
        self,
        model_path: str | Path,
        visualize: bool = True,
        integrator_accuracy: float = 5e-5,
        seed: int | None = None,
        *,
        time_limit: int = _TIME_LIMIT,
        stepping: str = "faithful",
        integrator: str = INTEGRATORS[0],
    ) -> None:
        if not isinstance(time_limit, int) or time_limit < 1:
            raise EnvironmentArgumentError(f"The time_limit of BareModelEnv is a number of steps, not {time_limit!r}.")
        if not isinstance(integrator_accuracy, float) or not 0.0 < integrator_accuracy < 1.0:
            raise EnvironmentArgumentError(
                f"The integrator_accuracy of BareModelEnv is a number between 0 and 1, not {integrator_accuracy!r}."
            )
        path = Path(model_path)
        if not path.is_file():
            raise ModelFileError(f"There is no model file {model_path}; name an .osim file.")
        super().__init__(visualize, integrator_accuracy, stepping=stepping, integrator=integrator)
        self.time_limit = time_limit
        self.load_model(path)
        self.action_space.seed(seed)

    def _own_model_path(self) -> Path:
        return Path(str(self.model_path))

    def _model_loaded(self, loaded: OsimModel) -> None:
        self._coordinates = coordinates_in_tree_order(loaded.model)
        self._muscle_names = loaded.reader.muscles.keys()

    def _read_observation(self) -> list[float]:
        state = self.osim_model.state
        values: list[float] = []
        for coordinate in self._coordinates:
            values += (coordinate.getValue(state), coordinate.getSpeedValue(state))
        return values + self.osim_model.muscle_values("activation")

    def get_reward_terms(self) -> dict[str, float]:
        """Return nothing: there is no reward."""
        return {}

    def observation_channels(self) -> tuple[Channel, ...]:
        """Return a channel for every element of the observation vector, in its order."""
        elements: list[tuple[str, str, float, float, str]] = []
        infinity = float("inf")
        for coordinate in self._coordinates:
            name, unit = coordinate.getName(), _unit(coordinate)
            elements.append((f"{name}/value", unit, -infinity, infinity, f"{name}."))
            elements.append((f"{name}/speed", f"{unit}/s", -infinity, infinity, f"Speed of {name}."))
        for name in self._muscle_names:
            elements.append((f"muscles/{name}/activation", "", 0.0, 1.0, f"Activation of {name}, 0 to 1."))
        return tuple(
            Channel(f"observation/{name}", "observation", i, unit, lower, upper, text, side_of(name))
            for i, (name, unit, lower, upper, text) in enumerate(elements)
        )

    def summary(self) -> str:
        """Return the model in a few words: ``arm26 · bare model``."""
        return f"{self.osim_model.model.getName()} · bare model"


def _unit(coordinate: Any) -> str:
    return "rad" if coordinate.getMotionType() == opensim.Coordinate.Rotational else "m"
