"""How long a key press in the channel search and in the search over a run takes, until its pixels are there.

The channel list holds 1,000 channels in a real window; every letter of a few searches is typed and the list is
painted before the clock stops. Beside it: the same list without the search (one repaint), and a condition over
100,000 frames beside the same one over 1,000. Prints figures and ratios; asserts nothing.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from noting import note_growth, note_ratio

sys.path.insert(0, str(Path(__file__).parents[1]))

from PyQt5.QtWidgets import QApplication

from osimviz.channels import Channel
from osimviz.expressions import NameTable, compile_condition
from osimviz.frames import Array
from osimviz.palette import load_palette
from osimviz.ui.channel_tree.view import ChannelView
from osimviz.ui.theme import Theme, apply_theme

N_CHANNELS = 1_000
SEARCHES = ("pelvis height", "soleus_r act", "kneer", "velocity", "zzz", "r")
_QUANTITIES = ("activation", "excitation", "fiber_force", "fiber_length", "fiber_velocity")


def table() -> list[Channel]:
    """Return channels named like those of a large model."""
    muscles = [f"{name}{i}_{side}" for i in range(20) for name in ("soleus", "vasti", "knee_rot") for side in "rl"]
    names = [f"muscles/{muscle}/{quantity}" for muscle in muscles for quantity in _QUANTITIES]
    names += [f"body/pelvis{i}/{axis}" for i in range(200) for axis in ("height", "velocity")]
    return [Channel(name, "state", i, "m", description=f"Quantity {i}.") for i, name in enumerate(names[:N_CHANNELS])]


def median_ms(act: Callable[[], object], n_times: int = 40) -> float:
    """Return the median time of a call, ms."""
    took = []
    for _ in range(n_times):
        started = time.perf_counter()
        act()
        took.append((time.perf_counter() - started) * 1e3)
    return statistics.median(took)


def channel_search() -> None:
    """Print what typing in the channel search costs."""
    application = QApplication(["bench"])
    theme = Theme(load_palette("dark"))
    apply_theme(application, theme)
    view = ChannelView(theme)
    view.resize(304, 500)
    channels = table()
    view.show_run(channels, None, ())
    view.show()
    application.processEvents()
    repaint_ms = median_ms(view.viewport().repaint)
    took: list[float] = []
    for search in SEARCHES:
        view.search("")
        application.processEvents()
        for n_letters in range(1, len(search) + 1):
            started = time.perf_counter()
            view.search(search[:n_letters])
            view.viewport().repaint()
            application.processEvents()
            took.append((time.perf_counter() - started) * 1e3)
    print(f"{len(channels)} channels, {len(took)} key presses: median {statistics.median(took):.1f} ms, ", end="")
    print(f"slowest {max(took):.1f} ms; a repaint alone {repaint_ms:.1f} ms (the aim: at most 20 ms a key press)")
    note_ratio("key press in the channel search", statistics.median(took), "a repaint of the list", repaint_ms, "ms")


class LongRun:
    """Frames that exist as arrays only."""

    def __init__(self, n_frames: int) -> None:
        self._times = 0.01 * np.arange(n_frames)
        self._values = np.sin(self._times)

    def __len__(self) -> int:
        return len(self._times)

    def time_s(self, start: int = 0) -> Array:
        """Return the times."""
        return np.asarray(self._times[start:])

    def column(self, name: str, start: int = 0) -> Array:
        """Return the same values for every channel."""
        return np.asarray(self._values[start:])


def condition_search() -> None:
    """Print what a condition over a long run costs."""
    names = NameTable(table())
    text = "body/pelvis7/height < 0.75 and deriv(smooth(soleus3_r/activation, 0.1)) > 0.1 and time > 0.3"
    compile_ms = median_ms(lambda: compile_condition(text, names))
    condition = compile_condition(text, names)
    short, long = LongRun(1_000), LongRun(100_000)
    short_ms, long_ms = median_ms(lambda: condition.holds(short)), median_ms(lambda: condition.holds(long))
    print(f"condition understood in {compile_ms:.2f} ms; over 1,000 frames {short_ms:.2f} ms, over 100,000 ", end="")
    print(f"{long_ms:.1f} ms: {long_ms / short_ms:.0f} times for 100 times the frames")
    for n_steps, cost_ms in ((1_000, short_ms), (100_000, long_ms)):
        note_growth("find when a condition holds", n_steps, cost_ms, "ms")


if __name__ == "__main__":
    channel_search()
    condition_search()
