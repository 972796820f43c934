"""The program's entry: read the command line, then run headless or open the window."""

import contextlib
import logging
import os
import sys
import traceback
from pathlib import Path

from osimviz.options import Options, UsageError, parse_options
from osimviz.options.input_files import RECORDING_SUFFIXES

#: Exit status of a program ended by Ctrl+C before it had anything to keep (128 + SIGINT).
INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> int:
    """Run osimviz and return its exit status.

    Parameters
    ----------
    arguments : list of str, optional
        The command line without the program's name; ``sys.argv`` by default.
    """
    _mend_streams()
    try:
        _check_folder()
        options = parse_options(sys.argv[1:] if arguments is None else arguments)
        logging.basicConfig(level=options.log_level.upper(), format="osimviz: %(levelname)s: %(message)s")
        return _run(options)
    except UsageError as error:
        print_error(str(error), error.hint)
        return 2
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001
        # The last resort: one line for the user, the traceback for whoever asks for it.
        print_error(f"unexpected {type(error).__name__}: {error}", "Run again with --log-level debug and report it.")
        if logging.getLogger().isEnabledFor(logging.DEBUG):
            traceback.print_exc()
        return 1


def print_error(sentence: str, hint: str = "") -> None:
    """Print the one line an error gets: ``osimviz: error: WHAT. HINT``; silent where stderr is broken."""
    line = " ".join(f"{sentence.rstrip('.')}. {hint}".split()) if hint else " ".join(sentence.split())
    with contextlib.suppress(OSError):
        sys.stderr.write(f"osimviz: error: {line}\n")
        sys.stderr.flush()


def _run(options: Options) -> int:
    if options.lists_trusted_folders or options.revoked_folder is not None:
        from osimviz.headless.trusted_folders import list_folders, revoke_folder

        return list_folders() if options.revoked_folder is None else revoke_folder(options.revoked_folder)
    if options.is_headless:
        from osimviz.headless import run_headless

        return run_headless(options)
    from osimviz.system_check import check_window_possible

    fault = check_window_possible()
    if fault is not None:
        raise UsageError(*fault)
    for path in options.recordings:
        if path.suffix.lower() in RECORDING_SUFFIXES:
            _check_recording(path, options.episode)
    from osimviz.ui.app.application import run_window

    return run_window(options)


def _check_recording(path: Path, episode: int) -> None:
    """Find out before a window opens whether a recording can be read."""
    from osimviz.recording import RecordingError, RecordingFile

    try:
        with RecordingFile(path) as file:
            file.episode(episode)
    except RecordingError as error:
        raise UsageError(str(error)) from error


def _mend_streams() -> None:
    """Put something harmless where a standard stream was closed, and write what an encoding lacks as an escape.

    Otherwise the first file that is opened takes a stream's number, and receives what is printed.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    if sys.stdin is None:
        sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _check_folder() -> None:
    try:
        Path.cwd()
    except OSError as error:
        raise UsageError("the current folder no longer exists", "Change to another folder.") from error
