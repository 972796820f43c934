"""The strobe picture of the window: some frames of the loop, or of the whole run, beside the one at the cursor."""

import math
import weakref

from osimviz.recording import Recording
from osimviz.render.options import Ghost
from osimviz.view_state import ViewState

#: Figures beside the one at the cursor: more stand in each other, and each costs as much to draw as the first.
_MOST_FIGURES = 9


class Strobe:
    """Keeps the figures while the range stays the same."""

    def __init__(self) -> None:
        self._key: tuple[weakref.ref[Recording], int, int, int] | None = None
        self._ghosts: tuple[Ghost, ...] = ()

    def ghosts(self, recording: Recording | None, view: ViewState) -> tuple[Ghost, ...]:
        """Return solid figures, evenly spaced in time over the loop or the run; none unless they are asked for."""
        if not view.settings.is_strobe or recording is None or view.last_index < 1:
            self._key, self._ghosts = None, ()
            return ()
        first, last = view.loop or (0, view.last_index)
        # A run that grows moves its end in whole strides, so that the figures are not all new at each step.
        stride = 2 ** math.ceil(math.log2(max((last - first) / _MOST_FIGURES, 1.0)))
        # Not by its `id`, which the next run may get; nor the run itself, whose frames may leave the memory.
        key = (weakref.ref(recording), first, stride, (last - first) // stride)
        if key != self._key:
            self._key = key
            self._ghosts = tuple(
                Ghost(recording.frame(index), None, is_solid=True) for index in range(first, last + 1, stride)
            )
        return self._ghosts
