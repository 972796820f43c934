"""Start osimviz from a checkout: ``python main.py`` is the command ``osimviz``."""

import sys

if __name__ == "__main__":
    # Inside the guard: the worker process imports this file again, and needs none of it.
    try:
        from osimviz.cli import main
    except KeyboardInterrupt:
        # Ctrl+C while the modules load: nothing has begun that could be told.
        sys.exit(130)
    sys.exit(main())
