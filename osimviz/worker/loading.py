"""Load what a request names: the environment, the controller and the reader of their state. In the child only."""

from dataclasses import dataclass
from typing import Any

from osimviz.envs.errors import EnvironmentArgumentError, ModelFileError, SimulatorError
from osimviz.envs.foreign_names import is_foreign
from osimviz.frames import Failure, RunInfo
from osimviz.worker.channel_table import with_reward_terms
from osimviz.worker.controllers import (
    BoundController,
    ControllerLoadError,
    ControllerOptions,
    ControllerProgram,
    load_controller,
)
from osimviz.worker.messages import RunRequest
from osimviz.worker.observer import Observer
from osimviz.worker.run_provenance import run_provenance
from osimviz.worker.step_info import declared_terms

#: The environment whose episodes may start in a pose that the controller declares.
_HAS_POSE = "l2m2019"


class LoadError(Exception):
    """Something named by the request cannot be used; `failure` says what, where and what to do."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.sentence)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class LoadedRun:
    """An environment that was reset, its controller, and what reads frames from them.

    `has_unnamed_terms` says that the first step may bring terms of the reward whose names are not known yet.
    """

    environment: Any
    controller: BoundController
    observer: Observer
    info: RunInfo
    first_observation: Any
    has_unnamed_terms: bool = False


def load(request: RunRequest, engine_log_level: str = "error") -> LoadedRun:
    """Build everything a run needs.

    Parameters
    ----------
    request : RunRequest
        What to run.
    engine_log_level : str
        Level of OpenSim's own log.

    Raises
    ------
    LoadError
        If the environment, its arguments or the controller cannot be used.
    """
    options = ControllerOptions(
        request.is_trusted, request.observation_kind, request.action_repeat, request.action_range
    )
    try:
        program = load_controller(request.controller, options=options)
        env_name, env_args = _environment_asked_for(request, program)
        environment = _make_environment(env_name, env_args, request.seed, engine_log_level)
        observation = environment.reset(seed=request.seed)
        controller = program.bind(environment, request.seed)
    except ControllerLoadError as error:
        raise LoadError(error.failure) from error
    except (EnvironmentArgumentError, ModelFileError, SimulatorError) as error:
        raise LoadError(Failure(str(error))) from error
    observer = Observer(environment)
    terms = declared_terms(environment)
    if terms is None and not is_foreign(env_name):
        terms = tuple(environment.get_reward_terms())
    limit = int(environment.spec.timestep_limit)
    info = RunInfo(
        env_name=env_name,
        env_summary=environment.summary(),
        env_args=env_args,
        controller=controller.label,
        seed=request.seed,
        step_s=observer.step_s,
        step_limit=limit if request.n_steps is None else min(request.n_steps, limit),
        geometry=observer.geometry,
        channels=with_reward_terms(observer.channels, terms or ()),
        end_limits=observer.end_limits,
        action_names=environment.action_names(),
        state_names=observer.state_names,
        reward_term_names=terms or (),
        provenance=(
            *run_provenance((environment, environment.osim_model), environment.osim_model.model, request.controller),
            *((("controller_asked_by", controller.in_words()),) if controller.in_words() else ()),
        ),
    )
    return LoadedRun(environment, controller, observer, info, observation, has_unnamed_terms=terms is None)


def _environment_asked_for(request: RunRequest, program: ControllerProgram) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return name and arguments: the user's word first, then what the controller declares."""
    declared = program.declaration
    name = request.env_name or declared.environment or "prosthetics"
    arguments = dict(declared.environment_args) if name == declared.environment else {}
    if declared.init_pose and name == _HAS_POSE:
        arguments["init_pose"] = ",".join(map(repr, declared.init_pose))
    return name, tuple({**arguments, **dict(request.env_args)}.items())


def _make_environment(name: str, arguments: tuple[tuple[str, str], ...], seed: int, engine_log_level: str) -> Any:
    # Imported here: it brings OpenSim, and a controller that cannot be loaded is told half a second earlier.
    from osimviz.envs.engine import opensim

    if is_foreign(name):
        from osimviz.envs.foreign_loading import make_foreign_environment

        opensim.Logger.setLevelString(engine_log_level)
        return make_foreign_environment(name, dict(arguments), seed=seed)
    from osimviz.envs.registry import make_environment

    environment = make_environment(name, dict(arguments), seed=seed)
    # After it, for what it says while it reads osim-rl's models is known and harmless.
    opensim.Logger.setLevelString(engine_log_level)
    return environment
