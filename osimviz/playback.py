"""The one cursor of the window: position, follow, play, speed, loop. A plain object; time is handed in."""

#: Speeds offered, slowest first; negative plays backwards.
SPEEDS = (1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0, 2.0, 4.0)


class Playback:
    """Where the cursor stands and how it moves.

    It knows no recording: whoever asks hands in the last index there is. The position may lie beyond it (a shorter
    run was loaded); `osimviz.view_state.resolve` clamps.

    Attributes
    ----------
    position : float
        Index of the frame under the cursor, fractional between two ticks of a slow playback.
    is_following : bool
        Whether the cursor stays on the newest frame.
    is_playing : bool
        Whether `advance` moves the cursor.
    speed : float
        Simulated seconds per second; negative is backwards.
    is_looping : bool
        Whether playing starts again at the loop's start when it reaches its end.
    loop_start, loop_end : int or None
        Frame indices of the loop's ends; None is the recording's own.
    reference : int or None
        Frame of the second cursor, from which differences are measured; None for none.
    """

    def __init__(self) -> None:
        self.position = 0.0
        self.is_following = True
        self.is_playing = False
        self.speed = 1.0
        self.is_looping = False
        self.loop_start: int | None = None
        self.loop_end: int | None = None
        self.reference: int | None = None

    def restart(self) -> None:
        """Begin with a new run: at its start, following its end, no loop, no second cursor; the speed stays."""
        self.position = 0.0
        self.is_following = True
        self.is_playing = False
        self.is_looping = False
        self.loop_start = self.loop_end = None
        self.reference = None

    def seek(self, index: int) -> None:
        """Put the cursor on a frame; it stops following the end, and goes on playing from there if it was playing."""
        self.position = float(max(index, 0))
        self.is_following = False

    def step_by(self, n_steps: int, last_index: int) -> None:
        """Move by whole steps and pause."""
        here = last_index if self.is_following else min(int(self.position), last_index)
        self.seek(min(here + n_steps, last_index))
        self.is_playing = False

    def follow(self) -> None:
        """Keep the cursor on the newest frame."""
        self.is_following = True
        self.is_playing = False

    def toggle_play(self, last_index: int, *, is_growing: bool = False) -> None:
        """Play or pause; playing from the end starts again at the beginning (at the end, if backwards).

        Following a run that grows is a kind of playing: it is paused on the newest frame.
        """
        if self.is_playing:
            self.is_playing = False
            return
        if self.is_following and is_growing:
            self.seek(last_index)
            return
        first, last = self._range(last_index)
        at_end = self.is_following or self.position >= last
        if self.speed > 0 and at_end:
            self.position = float(first)
        elif self.speed < 0 and (self.is_following or self.position <= first):
            self.position = float(last)
        self.is_following = False
        self.is_playing = True

    def set_speed(self, speed: float) -> None:
        """Set simulated seconds per second; zero is refused with `ValueError`."""
        if speed == 0:
            raise ValueError("a playback speed of zero: pause instead")
        self.speed = speed

    def change_speed(self, n_notches: int) -> None:
        """Move along `SPEEDS`, keeping the direction."""
        nearest = min(range(len(SPEEDS)), key=lambda i: abs(SPEEDS[i] - abs(self.speed)))
        notch = min(max(nearest + n_notches, 0), len(SPEEDS) - 1)
        self.speed = SPEEDS[notch] if self.speed > 0 else -SPEEDS[notch]

    def set_loop_start(self, index: int) -> None:
        """Start the loop at a frame and loop; an end that is not later is dropped."""
        self.loop_start = max(index, 0)
        if self.loop_end is not None and self.loop_end <= self.loop_start:
            self.loop_end = None
        self.is_looping = True

    def set_loop_end(self, index: int) -> None:
        """End the loop at a frame and loop; a start that is not earlier is dropped."""
        self.loop_end = max(index, 1)
        if self.loop_start is not None and self.loop_start >= self.loop_end:
            self.loop_start = None
        self.is_looping = True

    def set_loop(self, start: int, end: int) -> None:
        """Loop over a range of frames, given in either order."""
        self.loop_start, self.loop_end = min(start, end), max(start, end)
        self.is_looping = self.loop_end > self.loop_start
        if not self.is_looping:
            self.loop_start = self.loop_end = None

    def toggle_loop(self) -> None:
        """Switch looping; the range stays."""
        self.is_looping = not self.is_looping

    def set_reference(self, index: int | None) -> None:
        """Put the second cursor on a frame; None takes it away."""
        self.reference = max(index, 0) if index is not None else None

    def toggle_reference(self, index: int) -> None:
        """Put the second cursor on a frame; if it stands there already, take it away."""
        self.set_reference(None if self.reference == index else index)

    def swap_reference(self, index: int) -> None:
        """Exchange the cursor, which stands on frame `index`, and the second one, if there is one."""
        if self.reference is not None:
            there, self.reference = self.reference, max(index, 0)
            self.seek(there)

    def advance(self, dt_s: float, step_s: float, last_index: int, *, is_growing: bool) -> None:
        """Move a playing cursor.

        Parameters
        ----------
        dt_s : float
            Real time since the last call.
        step_s : float
            Simulated time between two frames.
        last_index : int
            Index of the newest frame.
        is_growing : bool
            Whether more frames will come: then the cursor waits at the end instead of pausing.
        """
        if not self.is_playing or last_index < 0:
            return
        first, last = self._range(last_index)
        position = self.position + dt_s * self.speed / step_s
        if self.is_looping and last > first:
            if not first <= position <= last:
                position = first + (position - first) % (last - first)
        elif position >= last and self.speed > 0:
            position = float(last)
            self.is_playing = is_growing
        elif position <= first and self.speed < 0:
            position = float(first)
            self.is_playing = False
        self.position = position

    def _range(self, last_index: int) -> tuple[int, int]:
        if not self.is_looping:
            return 0, max(last_index, 0)
        first = self.loop_start if self.loop_start is not None else 0
        last = self.loop_end if self.loop_end is not None else last_index
        return min(first, max(last_index, 0)), min(last, max(last_index, 0))
