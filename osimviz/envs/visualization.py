"""``visualize=True``: shows an environment's episodes in a window of another process, as they are stepped."""

import time
from importlib import import_module
from typing import Any

#: The viewer: module and class. Named, not imported, for the environments are a library of their own; the viewer, which
#: reads poses and starts a window, is found only where the whole program is installed.
_VIEWER = ("osimviz.worker.live_viewer", "LiveViewer")


def attach_viewer(environment: Any) -> None:
    """Let an environment show its resets and steps, whatever its class does in them.

    The methods of this one object are wrapped, so that subclasses, the user's own included, need not know of it. The
    window opens at the first reset. Showing costs a step about 0.6 ms and never fails it.
    """
    module, name = _VIEWER
    viewer = getattr(import_module(module), name)(environment)
    reset, step, close = environment.reset, environment.step, environment.close

    def shown_reset(*arguments: Any, **named: Any) -> Any:
        observation = reset(*arguments, **named)
        viewer.show_reset(environment.get_observation())
        return observation

    def shown_step(action: Any, *arguments: Any, **named: Any) -> Any:
        started_s = time.perf_counter()
        result = step(action, *arguments, **named)
        _, reward, _, info = result
        viewer.show_step(environment.get_observation(), action, reward, info, time.perf_counter() - started_s)
        return result

    def shown_close() -> None:
        viewer.close()
        close()

    environment.reset, environment.step, environment.close = shown_reset, shown_step, shown_close
