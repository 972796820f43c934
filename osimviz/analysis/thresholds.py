"""The thresholds of what is called unusual: proposals, so that users may change them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where on something is marked.

    Attributes
    ----------
    band_s : float
        Length of the time before a step whose margins make its usual band, s (the design's tokens).
    band_deviations : float
        How many standard deviations below the mean that band ends (a proposal of the gait notes).
    slow_medians : float
        A step is slow from so many times the median of all others (the gait notes' proposal for a stall).
    target_radius_m : float
        A hand so near to its target has reached it, m: a proposal, as Arm2DEnv rewards nearness and says nothing more.
    """

    band_s: float = 0.30
    band_deviations: float = 2.0
    slow_medians: float = 20.0
    target_radius_m: float = 0.05


DEFAULT_THRESHOLDS = Thresholds()
