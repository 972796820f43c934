"""The numbers and words that a picture tells, as data. No VTK."""

import math
from dataclasses import dataclass

from osimviz.formatting import speed_text


@dataclass(frozen=True, slots=True)
class Spoken:
    """The numbers that one picture tells.

    Attributes
    ----------
    time_s : float
        Simulated time.
    step : int
        Step of the state shown, the last one before it if the pose is interpolated.
    reward, total_reward : float
        Reward of that step, NaN at the reset; sum of all up to it.
    pace : str
        Speed and how the time between two states is filled; empty for real time and for a still picture.
    name : str
        Name of the run, where there are two.
    ghost_name : str
        Name of the run that is shown as a ghost.
    strobe : (float, float, int) or None
        Of a strobe picture: times of the first and the last figure, s, and how many there are.
    """

    time_s: float
    step: int
    reward: float = math.nan
    total_reward: float = 0.0
    pace: str = ""
    name: str = ""
    ghost_name: str = ""
    strobe: tuple[float, float, int] | None = None


def pace_text(speed: float, *, is_interpolated: bool) -> str:
    """Return what a film says of its speed: ``1/4× · interpolated``; empty at real time with held states."""
    if speed >= 1.0:
        return "" if speed == 1.0 else speed_text(speed)
    return f"{speed_text(speed)} · {'interpolated' if is_interpolated else 'states held'}"
