"""The command line: its options, and every check that can be made before anything is started. No Qt, no OpenSim."""

import argparse
from pathlib import Path
from typing import NoReturn, get_args

from osimviz import __version__
from osimviz.controller_names import BUILTIN_NAMES, SUFFIXES, environment_of, fault_in, parse_builtin
from osimviz.machine_memory import default_limit_gb
from osimviz.options.drawing import add_drawing_options, film_requests, picture_requests, wants_no_window
from osimviz.options.figures import plots_requests
from osimviz.options.input_files import MODEL_SUFFIX, RECORDING_SUFFIXES, compared_file, sort_files
from osimviz.options.output_files import output_path
from osimviz.options.wishes import ActionRange, ObservationKind, Options, UsageError
from osimviz.recording.export import EXPORT_SUFFIXES

_LOG_LEVELS = ("debug", "info", "warning", "error")
#: OpenSim and a model take 0.3 GB, torch 0.15 more (measured as RLIMIT_DATA counts).
_LEAST_MEMORY_GB = 0.5


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
    add_input_options(parser)
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
    add("--record", metavar="FILE.h5", help="write the recording while it runs")
    add(
        "--export",
        metavar="FILE",
        action="append",
        default=[],
        help=f"write the run as {', '.join(EXPORT_SUFFIXES)} (headless); repeatable",
    )
    add(
        "--force", action="store_true", help="overwrite pictures, films, plots and exports that exist, never a --record"
    )
    add("--log-level", metavar="LEVEL", default="warning", help=f"{', '.join(_LOG_LEVELS)} (default: warning)")
    add("--version", action="version", version=f"osimviz {__version__}")
    add_drawing_options(parser)
    return parser


def add_input_options(parser: argparse.ArgumentParser) -> None:
    """Add the files to show or to run."""
    add = parser.add_argument
    add(
        "files",
        nargs="*",
        metavar="FILE",
        help="recordings (.h5) or motions (.sto, .mot; with --model) to show, or a controller file "
        f"({', '.join(SUFFIXES)}) to run",
    )
    add("--model", metavar="MODEL.osim", help="the model that .sto and .mot files are played through")
    add("--episode", metavar="N", help="which episode of a recording, from 0; -1 is the last one (default: -1)")


def add_controller_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how a controller is asked."""
    add = parser.add_argument
    add(
        "--trust",
        action="store_true",
        help="run a controller file's code without asking; else a window asks, and a headless run refuses it, unless "
        "it is harmless or its folder is trusted",
    )
    add("--trusted-folders", action="store_true", help="list the folders whose controllers run without asking, and end")
    add("--revoke", metavar="FOLDER", help="trust a folder no more, and end")
    add("--observation", choices=get_args(ObservationKind), help="what the controller is given (default: what it says)")
    add("--action-repeat", metavar="N", help="hold each action for N steps (frame skip)")
    add(
        "--worker-memory",
        metavar="GB",
        help="memory that the worker process may use (default: 8, or three quarters of this machine's if that is less)",
    )
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
    inputs = sort_files(given)
    is_headless = given.headless or wants_no_window(given, inputs.recordings)
    if given.json and not is_headless:
        raise UsageError("--json prints a summary of a headless run", "Add --headless.")
    # With no word at all: a skeleton that walks.
    controller = _controller(inputs.controller, given.controller) if arguments else "reflex"
    env_name = environment_of(controller) if given.env is None else given.env
    return Options(
        env_name=env_name,
        env_args=_environment_arguments(env_name or "prosthetics", given.env_arg),
        controller=controller,
        seed=_whole_number(given.seed, "--seed", least=0, most=2**32 - 1),
        n_steps=None if given.steps is None else _whole_number(given.steps, "--steps", least=1),
        is_headless=is_headless,
        prints_json=given.json,
        pictures=picture_requests(given, inputs.recordings),
        log_level=level,
        is_trusted=given.trust,
        observation_kind=given.observation,
        action_repeat=(
            None if given.action_repeat is None else _whole_number(given.action_repeat, "--action-repeat", least=1)
        ),
        action_range=given.action_range,
        recordings=inputs.recordings,
        model=inputs.model,
        episode=-1 if given.episode is None else _whole_number(given.episode, "--episode", least=-(10**9), most=10**9),
        record_to=_record_path(given),
        exports=tuple(
            output_path(path, "--export", EXPORT_SUFFIXES, is_headless=is_headless, may_overwrite=given.force)
            for path in given.export
        ),
        may_overwrite=given.force,
        films=film_requests(given, inputs.recordings),
        figures=plots_requests(given, inputs.recordings),
        compared=compared_file(given),
        worker_memory_gb=_memory(given.worker_memory),
        lists_trusted_folders=given.trusted_folders,
        revoked_folder=None if given.revoke is None else Path(given.revoke).expanduser().absolute(),
    )


def _record_path(given: argparse.Namespace) -> Path | None:
    if given.record is None:
        return None
    # A recording never replaces a file while it runs: a crash would leave neither.
    return output_path(given.record, "--record", (".h5",), is_headless=True, may_overwrite=None)


def _controller(file: str | None, named: str | None) -> str:
    if file is not None and named is not None:
        raise UsageError(f"two controllers: {file} and {named}", "Name one, as FILE or with --controller.")
    name = file if file is not None else named
    if name is None:
        return "random"
    suffix = Path(name).suffix.lower()
    if suffix == MODEL_SUFFIX:
        raise UsageError(f"{name} is a model", f"To move it: --env {name} --controller random.")
    if suffix in RECORDING_SUFFIXES and parse_builtin(name) is None:
        raise UsageError(f"{name} is a recording", f"To run its actions again: --controller replay:{name}.")
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


def _check_foreign(env_name: str) -> None:
    """Check what can be known of a user's own environment before it is loaded: its form, and that its file is there."""
    from osimviz.envs.foreign_names import parse_foreign_name

    wanted = parse_foreign_name(env_name)
    if (wanted.is_file or wanted.is_model) and not Path(wanted.place).expanduser().is_file():
        raise UsageError(f"there is no file {wanted.place}", "Check the path in --env.")


def _memory(text: str | None) -> float:
    if text is None:
        return default_limit_gb()
    try:
        limit_gb = float(text)
    except ValueError:
        limit_gb = 0.0
    if not _LEAST_MEMORY_GB <= limit_gb < float("inf"):
        raise UsageError(f"--worker-memory {text!r} is no limit", f"Give a number of GB, {_LEAST_MEMORY_GB} or more.")
    return limit_gb


def _whole_number(text: str, option: str, *, least: int, most: int | None = None) -> int:
    try:
        number = int(text)
    except ValueError:
        raise UsageError(f"{option} needs a whole number, not {text!r}") from None
    if number < least or (most is not None and number > most):
        bounds = f"{least} or more" if most is None else f"from {least} to {most}"
        raise UsageError(f"{option} {number} is out of range", f"Give a number {bounds}.")
    return number
