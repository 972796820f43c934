"""Start osimviz from a checkout: ``python main.py`` is the command ``osimviz``."""

import sys

if __name__ == "__main__":
    # Inside the guard: the worker process imports this file again, and needs none of it.
    from osimviz.cli import main

    sys.exit(main())
