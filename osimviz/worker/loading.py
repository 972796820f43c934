"""Load what a request names: the environment, the controller and the reader of their state. In the child only."""

from dataclasses import dataclass
from typing import Any

from osimviz.envs.errors import EnvironmentArgumentError, ModelFileError, SimulatorError
from osimviz.frames import Failure, RunInfo
from osimviz.worker.controllers import BoundController, ControllerLoadError, load_controller
from osimviz.worker.messages import RunRequest
from osimviz.worker.observer import Observer


class LoadError(Exception):
    """Something named by the request cannot be used; `failure` says what, where and what to do."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.sentence)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class LoadedRun:
    """An environment that was reset, its controller, and what reads frames from them."""

    environment: Any
    controller: BoundController
    observer: Observer
    info: RunInfo
    first_observation: Any


def load(request: RunRequest) -> LoadedRun:
    """Build everything a run needs.

    Raises
    ------
    LoadError
        If the environment, its arguments or the controller cannot be used.
    """
    try:
        program = load_controller(request.controller)
        environment = _make_environment(request)
        observation = environment.reset(seed=request.seed)
        controller = program.bind(environment, request.seed)
    except ControllerLoadError as error:
        raise LoadError(error.failure) from error
    except (EnvironmentArgumentError, ModelFileError, SimulatorError) as error:
        raise LoadError(Failure(str(error))) from error
    observer = Observer(environment)
    limit = int(environment.spec.timestep_limit)
    info = RunInfo(
        env_name=request.env_name,
        env_summary=environment.summary(),
        env_args=request.env_args,
        controller=controller.label,
        seed=request.seed,
        step_s=observer.step_s,
        step_limit=limit if request.n_steps is None else min(request.n_steps, limit),
        geometry=observer.geometry,
        channels=observer.channels,
        end_limits=observer.end_limits,
        action_names=environment.action_names(),
    )
    return LoadedRun(environment, controller, observer, info, observation)


def _make_environment(request: RunRequest) -> Any:
    # Imported here: it brings OpenSim, and a controller that cannot be loaded is told half a second earlier.
    from osimviz.envs.registry import make_environment

    return make_environment(request.env_name, dict(request.env_args), seed=request.seed)
