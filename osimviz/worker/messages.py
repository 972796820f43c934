"""What crosses the pipe between the window (or a headless run) and its worker. Finished numbers, frozen."""

from dataclasses import dataclass
from typing import Literal

from osimviz.frames import Array, Failure, Frame, Outcome, RunInfo


@dataclass(frozen=True, slots=True)
class Watch:
    """Conditions at which a run pauses; sent to a run at work, it replaces those before.

    Attributes
    ----------
    conditions : tuple of str
        As `osimviz.expressions` understands them; the run pauses at each step at which one becomes true.
    formulas : tuple of (str, str)
        Title and formula of the derived channels they may use, in the order they were made.
    """

    conditions: tuple[str, ...] = ()
    formulas: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What to run.

    Attributes
    ----------
    env_name : str
        A built-in environment's name; empty for the one the controller declares, prosthetics where it declares none.
    env_args : tuple of (str, str)
        ``KEY=VALUE`` pairs as given.
    controller : str
        A file or a built-in name (``random``, ``zero``, ``constant:0.3``, ``reflex:params.txt``, ``replay:run.h5``).
    seed : int
        Seeds the environment, action sampling and the worker's global generators.
    n_steps : int or None
        Stop after so many steps; None is the environment's own limit.
    log_level : str
        Level of the worker's log on stderr.
    is_trusted : bool
        Whether the user consented to run the controller's code: whoever makes the request has inspected the file
        (`osimviz.trust`). False loads harmless files only, whatever anybody inspected before.
    observation_kind : {"vector", "dict", "state_desc"} or None
        What the controller is given; None leaves it to the controller.
    action_repeat : int or None
        Steps each action is held for; None leaves it to the controller.
    action_range : {"unit", "tanh"} or None
        What the controller's numbers mean; None leaves it to the controller.
    watch : Watch or None
        Where the run pauses; None for a run that can be stopped but not paused.
    worker_memory_gb : float
        Memory that the worker and what it starts may use, 10⁹ bytes.
    """

    env_name: str = "prosthetics"
    env_args: tuple[tuple[str, str], ...] = ()
    controller: str = "random"
    seed: int = 0
    n_steps: int | None = None
    log_level: str = "warning"
    is_trusted: bool = False
    observation_kind: Literal["vector", "dict", "state_desc"] | None = None
    action_repeat: int | None = None
    action_range: Literal["unit", "tanh"] | None = None
    watch: Watch | None = None
    worker_memory_gb: float = 8.0


@dataclass(frozen=True, slots=True)
class StopRequest:
    """Window to worker: end the run before the next step."""


@dataclass(frozen=True, slots=True)
class PauseRequest:
    """Window to worker: wait before the next step."""


@dataclass(frozen=True, slots=True)
class ContinueRequest:
    """Window to worker: go on after a pause.

    Attributes
    ----------
    n_steps : int or None
        Pause again after so many steps; None goes on until something else ends or pauses the run.
    """

    n_steps: int | None = None


#: Everything a worker takes while it runs.
Request = StopRequest | PauseRequest | ContinueRequest | Watch


@dataclass(frozen=True, slots=True)
class Loaded:
    """The environment and the controller are ready; frames follow.

    Attributes
    ----------
    info : RunInfo
        What is known of the run.
    signature : str
        How the controller is asked and with what, in one line; empty for a built-in one that looks at nothing.
    """

    info: RunInfo
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Acting:
    """The controller answered and the simulator begins a step.

    Sent so that a step which never returns, or kills the process, can be told apart from a controller that does, and
    its action is known.
    """

    step: int
    action: Array


@dataclass(frozen=True, slots=True)
class LoadFailed:
    """Nothing could be run: bad input, found before the first step."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class Paused:
    """The run waits before its next step.

    Attributes
    ----------
    step : int
        The last step done.
    reason : str
        The condition that became true there; empty where the user asked.
    """

    step: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """The run is over; the last message of a run."""

    outcome: Outcome


#: Everything a worker sends.
Message = Loaded | Acting | Frame | Paused | LoadFailed | Ended
