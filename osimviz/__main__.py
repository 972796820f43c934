"""Start osimviz as ``python -m osimviz``: the command ``osimviz``, where the folder of commands is not searched."""

import sys

if __name__ == "__main__":
    # Inside the guard: the worker process imports this module again, and needs none of it.
    try:
        from osimviz.cli import main
    except KeyboardInterrupt:
        # Ctrl+C while the modules load: nothing has begun that could be told.
        sys.exit(130)
    sys.exit(main())
