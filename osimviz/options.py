"""The command line: its options, and every check that can be made before anything is started. No Qt, no OpenSim."""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NoReturn, get_args

from osimviz import __version__
from osimviz.controller_names import BUILTIN_NAMES, SUFFIXES, environment_of, fault_in, parse_builtin

#: When a picture is taken: a time in s, or one of these.
Moment = float | Literal["end", "failure"]

#: What a controller may be given, and what its numbers may mean.
ObservationKind = Literal["vector", "dict", "state_desc"]
ActionRange = Literal["unit", "tanh"]

_EXPORT_SUFFIXES = (".csv", ".npz", ".sto", ".mot", ".h5")
_LOG_LEVELS = ("debug", "info", "warning", "error")
#: Largest side of a picture: what software OpenGL draws in one piece.
_LARGEST_SIDE_PX = 8192
_RECORDING_SUFFIXES = (".h5", ".hdf5")


class UsageError(Exception):
    """Bad usage or bad input: one sentence and a hint, exit status 2."""

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class PictureRequest:
    """One ``--screenshot``.

    Attributes
    ----------
    path : Path
        File to write, ``.png``.
    moment : float or {"end", "failure"}
        Time in s, or the last frame, or the last frame before the run failed or fell.
    width_px, height_px : int
        Size of the picture.
    """

    path: Path
    moment: Moment
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for; every value checked.

    `env_name` is empty where neither the user nor the controller's name tells it: the controller may, once loaded.
    """

    env_name: str
    env_args: tuple[tuple[str, str], ...]
    controller: str
    seed: int
    n_steps: int | None
    is_headless: bool
    prints_json: bool
    pictures: tuple[PictureRequest, ...]
    log_level: str
    is_trusted: bool = False
    observation_kind: ObservationKind | None = None
    action_repeat: int | None = None
    action_range: ActionRange | None = None
    recording: Path | None = None
    record_to: Path | None = None
    exports: tuple[Path, ...] = ()
    may_overwrite: bool = False


class _Parser(argparse.ArgumentParser):
    """Argparse whose errors are `UsageError`."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, "See osimviz --help.")


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = _Parser(
        prog="osimviz",
        description="Watch a controller move a musculoskeletal model, and scrub back to what went wrong.",
        epilog="Exit status: 0 done; 1 the run failed (what was recorded is kept); 2 bad usage or bad input.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add(
        "file",
        nargs="?",
        metavar="FILE",
        help=f"a recording (.h5) to show, or a controller file ({', '.join(SUFFIXES)})",
    )
    add(
        "--controller",
        metavar="FILE|NAME",
        help=f"the policy to run: a file, or {', '.join(BUILTIN_NAMES)} "
        "(default: random; with no argument at all, reflex)",
    )
    add(
        "--env",
        metavar="NAME|MODULE:CLASS|FILE.py:CLASS|MODEL.osim",
        help="the environment: prosthetics, l2run, l2m2019, arm2d, a class of your own, or a bare model "
        "(default: what the controller declares, else prosthetics)",
    )
    add(
        "--env-arg",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="an argument of the environment by osim-rl's name, for example model=2D; repeatable",
    )
    add("--seed", metavar="N", default="0", help="seeds everything; the same seed gives the same run (default: 0)")
    add("--steps", metavar="N", help="stop after N steps (default: the environment's own time limit)")
    add_controller_options(parser)
    add("--headless", action="store_true", help="no window: run to the end, print the summary, write the files")
    add("--json", action="store_true", help="the summary as one JSON object on the last line (headless)")
    add("--screenshot", metavar="FILE.png", action="append", default=[], help="write a picture; repeatable")
    add(
        "--at",
        metavar="SECONDS|end|failure",
        action="append",
        default=[],
        help="when the picture is taken (default: end); give one for all pictures or one for each",
    )
    add("--record", metavar="FILE.h5", help="write the recording while it runs (headless)")
    add(
        "--export",
        metavar="FILE",
        action="append",
        default=[],
        help=f"write the run as {', '.join(_EXPORT_SUFFIXES)} (headless); repeatable",
    )
    add("--size", metavar="WxH", default="1280x720", help="size of pictures in pixels (default: 1280x720)")
    add("--force", action="store_true", help="overwrite files that exist")
    add("--log-level", metavar="LEVEL", default="warning", help=f"{', '.join(_LOG_LEVELS)} (default: warning)")
    add("--version", action="version", version=f"osimviz {__version__}")
    return parser


def add_controller_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how a controller is asked."""
    add = parser.add_argument
    add(
        "--trust",
        action="store_true",
        help="run a controller file's code without asking (only files opened in the window are asked about)",
    )
    add("--observation", choices=get_args(ObservationKind), help="what the controller is given (default: what it says)")
    add("--action-repeat", metavar="N", help="hold each action for N steps (frame skip)")
    add(
        "--action-range",
        choices=get_args(ActionRange),
        help="what the controller's numbers mean: excitations, or -1..1 mapped to 0..1 (tanh)",
    )


def parse_options(arguments: list[str]) -> Options:
    """Parse and check a command line.

    Raises
    ------
    UsageError
        At the first thing that is wrong.
    SystemExit
        After ``--help`` and ``--version``.
    """
    given = build_parser().parse_args(arguments)
    try:
        return _checked(given, arguments)
    except OSError as error:
        raise UsageError(f"a file name cannot be used: {error.strerror or error}", "Choose a shorter one.") from error
    except RuntimeError as error:
        # What `expanduser` raises for the home of a user that does not exist.
        raise UsageError(f"a file name cannot be used: {error}", "Write the path without ~.") from error


def _checked(given: argparse.Namespace, arguments: list[str]) -> Options:
    level = given.log_level.lower()
    if level not in _LOG_LEVELS:
        raise UsageError(f"there is no log level {given.log_level!r}", f"Levels are {', '.join(_LOG_LEVELS)}.")
    if given.json and not given.headless:
        raise UsageError("--json prints a summary of a headless run", "Add --headless.")
    # With no word at all: a skeleton that walks.
    recording = _recording(given)
    file = given.file if recording is None else None
    controller = _controller(file, given.controller) if arguments else "reflex"
    env_name = environment_of(controller) if given.env is None else given.env
    return Options(
        env_name=env_name,
        env_args=_environment_arguments(env_name or "prosthetics", given.env_arg),
        controller=controller,
        seed=_whole_number(given.seed, "--seed", least=0, most=2**32 - 1),
        n_steps=None if given.steps is None else _whole_number(given.steps, "--steps", least=1),
        is_headless=given.headless,
        prints_json=given.json,
        pictures=_pictures(given.screenshot, given.at, given.size, may_overwrite=given.force),
        log_level=level,
        is_trusted=given.trust,
        observation_kind=given.observation,
        action_repeat=(
            None if given.action_repeat is None else _whole_number(given.action_repeat, "--action-repeat", least=1)
        ),
        action_range=given.action_range,
        recording=recording,
        record_to=_output(given.record, "--record", (".h5",), given) if given.record is not None else None,
        exports=tuple(_output(path, "--export", _EXPORT_SUFFIXES, given) for path in given.export),
        may_overwrite=given.force,
    )


def _recording(given: argparse.Namespace) -> Path | None:
    """Return the recording to open, if FILE is one; nothing is run then."""
    if given.file is None or Path(given.file).suffix.lower() not in _RECORDING_SUFFIXES:
        return None
    path = Path(given.file).expanduser()
    if not path.is_file():
        raise UsageError(f"there is no file {given.file}", "Check the path.")
    if given.controller is not None or given.record is not None:
        raise UsageError(f"{given.file} is a recording, which is shown and not run", "Leave the other one out.")
    return path


def _controller(file: str | None, named: str | None) -> str:
    if file is not None and named is not None:
        raise UsageError(f"two controllers: {file} and {named}", "Name one, as FILE or with --controller.")
    name = file if file is not None else named
    if name is None:
        return "random"
    if file is not None and Path(file).suffix.lower() == ".osim":
        raise UsageError(f"{file} is a model", f"To move it: --env {file} --controller random.")
    if file is not None and parse_builtin(file) is not None:
        raise UsageError(f"there is no file {file}", f"For the built-in controller: --controller {file}.")
    fault = fault_in(name)
    if fault is not None:
        raise UsageError(*fault)
    return name


def _environment_arguments(env_name: str, pairs: list[str]) -> tuple[tuple[str, str], ...]:
    from osimviz.envs.arguments import parse_arguments
    from osimviz.envs.errors import EnvironmentArgumentError
    from osimviz.envs.foreign_names import is_foreign

    arguments: dict[str, str] = {}
    for pair in pairs:
        key, separator, value = pair.partition("=")
        if not separator or not key:
            raise UsageError(f"--env-arg {pair!r} is not KEY=VALUE", "For example --env-arg model=2D.")
        arguments[key] = value
    try:
        if is_foreign(env_name):
            _check_foreign(env_name)
        else:
            parse_arguments(env_name, arguments)
    except EnvironmentArgumentError as error:
        raise UsageError(str(error)) from error
    return tuple(arguments.items())


def _output(text: str, option: str, suffixes: tuple[str, ...], given: argparse.Namespace) -> Path:
    """Return the path of a file to be written by a headless run, checked before the run."""
    path = Path(text).expanduser()
    if not given.headless:
        raise UsageError(f"{option} writes the file of a headless run", "Add --headless.")
    if path.suffix.lower() not in suffixes:
        raise UsageError(f"{option} writes {', '.join(suffixes)}, not {text}")
    if not path.parent.is_dir():
        raise UsageError(f"the folder of {text} does not exist", f"Create {path.parent} first.")
    # A recording never replaces a file while it runs: a crash would leave neither.
    may_overwrite = given.force and option != "--record"
    if path.is_dir() or (path.exists() and not may_overwrite):
        raise UsageError(f"{text} exists", "Choose another name.")
    return path


def _check_foreign(env_name: str) -> None:
    """Check what can be known of a user's own environment before it is loaded: its form, and that its file is there."""
    from osimviz.envs.foreign_names import parse_foreign_name

    wanted = parse_foreign_name(env_name)
    if (wanted.is_file or wanted.is_model) and not Path(wanted.place).expanduser().is_file():
        raise UsageError(f"there is no file {wanted.place}", "Check the path in --env.")


def _whole_number(text: str, option: str, *, least: int, most: int | None = None) -> int:
    try:
        number = int(text)
    except ValueError:
        raise UsageError(f"{option} needs a whole number, not {text!r}") from None
    if number < least or (most is not None and number > most):
        bounds = f"{least} or more" if most is None else f"from {least} to {most}"
        raise UsageError(f"{option} {number} is out of range", f"Give a number {bounds}.")
    return number


def _pictures(paths: list[str], moments: list[str], size: str, *, may_overwrite: bool) -> tuple[PictureRequest, ...]:
    if moments and not paths:
        raise UsageError("--at says when a picture is taken", "Add --screenshot FILE.png.")
    if len(moments) > 1 and len(moments) != len(paths):
        raise UsageError(f"{len(moments)} times --at for {len(paths)} pictures", "Give one for all or one for each.")
    twice = next((path for path in paths if paths.count(path) > 1), None)
    if twice is not None:
        raise UsageError(f"two pictures are to be written to {twice}", "Give each its own name.")
    width_px, height_px = _size(size)
    when = [_moment(text) for text in moments] or ["end"]
    when = when * len(paths) if len(when) == 1 else when
    return tuple(
        PictureRequest(_picture_path(path, may_overwrite=may_overwrite), moment, width_px, height_px)
        for path, moment in zip(paths, when, strict=True)
    )


def _picture_path(text: str, *, may_overwrite: bool) -> Path:
    path = Path(text).expanduser()
    if path.suffix.lower() != ".png":
        raise UsageError(f"--screenshot writes .png files, not {text}", f"For example {path.stem or 'picture'}.png.")
    if not path.parent.is_dir():
        raise UsageError(f"the folder of {text} does not exist", f"Create {path.parent} first.")
    if path.is_dir():
        raise UsageError(f"{text} is a folder", "Name a file.")
    if path.exists() and not may_overwrite:
        raise UsageError(f"{text} exists", "Choose another name, or add --force to overwrite it.")
    return path


def _size(text: str) -> tuple[int, int]:
    width, separator, height = text.lower().partition("x")
    try:
        sides = int(width), int(height)
    except ValueError:
        sides = (0, 0)
    if not separator or not all(16 <= side <= _LARGEST_SIDE_PX for side in sides):
        raise UsageError(f"--size {text!r} is no size", f"WIDTHxHEIGHT in pixels, 16 to {_LARGEST_SIDE_PX} each.")
    return sides


def _moment(text: str) -> Moment:
    if text == "end":
        return "end"
    if text == "failure":
        return "failure"
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise UsageError(f"--at {text!r} is no moment", "Seconds from the start, end, or failure.")
    return seconds
