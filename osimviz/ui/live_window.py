"""The window that another program opened: started with the number of the pipe it streams into.

A program of its own, ``python -m osimviz.ui.live_window FD``, so that neither disturbs the other.
"""

import sys
from multiprocessing.connection import Connection

from osimviz.options import parse_options
from osimviz.system_check import check_window_possible
from osimviz.ui.app.application import run_window


def main(arguments: list[str]) -> int:
    """Open the window on a stream and return when the user closes it.

    Parameters
    ----------
    arguments : list of str
        The file descriptor of the window's end of the pipe.
    """
    connection = Connection(int(arguments[0]))
    fault = check_window_possible()
    if fault is not None:
        sys.stderr.write(f"osimviz: error: {'. '.join(fault)}\n")
        return 2
    return run_window(parse_options([]), connection)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
