"""The program's entry: read the command line, then run headless or open the window."""

import logging
import sys
import traceback

from osimviz.options import Options, UsageError, parse_options


def main(arguments: list[str] | None = None) -> int:
    """Run osimviz and return its exit status.

    Parameters
    ----------
    arguments : list of str, optional
        The command line without the program's name; ``sys.argv`` by default.
    """
    try:
        options = parse_options(sys.argv[1:] if arguments is None else arguments)
        logging.basicConfig(level=options.log_level.upper(), format="osimviz: %(levelname)s: %(message)s")
        return _run(options)
    except UsageError as error:
        print_error(str(error), error.hint)
        return 2
    except Exception as error:  # noqa: BLE001
        # The last resort: one line for the user, the traceback for whoever asks for it.
        print_error(f"unexpected {type(error).__name__}: {error}", "Run again with --log-level debug and report it.")
        if logging.getLogger().isEnabledFor(logging.DEBUG):
            traceback.print_exc()
        return 1


def print_error(sentence: str, hint: str = "") -> None:
    """Print the one line an error gets: ``osimviz: error: WHAT. HINT``."""
    line = " ".join(f"{sentence}. {hint}".split()) if hint else " ".join(sentence.split())
    print(f"osimviz: error: {line}", file=sys.stderr, flush=True)


def _run(options: Options) -> int:
    if options.is_headless:
        from osimviz.headless import run_headless

        return run_headless(options)
    from osimviz.system_check import check_window_possible

    fault = check_window_possible()
    if fault is not None:
        raise UsageError(*fault)
    from osimviz.ui.app import run_window

    return run_window(options)
