"""Where an axis has its numbers, and the range of a value axis. No Qt."""

import math

#: Steps that read well, within a decade; angles also in multiples of 30.
_STEPS = (1.0, 2.0, 5.0, 10.0)
_DEGREE_STEPS = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 90.0, 180.0, 360.0)
#: The least that a value axis spans, by shown unit: noise of a resting value must not fill a plot. Chosen by eye.
_SMALLEST_SPANS = {"m": 0.02, "m/s": 0.1, "°": 2.0, "°/s": 10.0, "BW": 0.1, "N": 1.0, "ms": 1.0, "": 0.02}
_MARGIN = 0.05
#: Characters of a tick's number that the room beside a plot has.
_LONGEST_TEXT = 6


def tick_step(span: float, n_most: int, unit: str = "") -> float:
    """Return the distance of ticks that gives at most `n_most` of them on a span."""
    least = span / max(n_most, 1)
    if unit == "°" and least > 1.0:
        return next((step for step in _DEGREE_STEPS if step >= least), 360.0 * math.ceil(least / 360.0))
    decade = 10.0 ** math.floor(math.log10(least))
    return next(step * decade for step in _STEPS if step * decade >= least * (1.0 - 1e-9))


def tick_values(low: float, high: float, step: float) -> list[float]:
    """Return the multiples of a step within a range, both ends included."""
    slack = 1e-9 * step
    first, last = math.ceil((low - slack) / step), math.floor((high + slack) / step)
    return [number * step for number in range(first, last + 1)]


def readable_ticks(low: float, high: float, n_most: int, unit: str = "") -> tuple[float, list[float]]:
    """Return step and values of the ticks of a range: at most `n_most`, but two at least, or it could not be read."""
    n_most = max(n_most, 2)
    while True:
        step = tick_step(high - low, n_most, unit)
        values = tick_values(low, high, step)
        if len(values) >= 2:
            return step, values
        n_most += 1


def tick_text(value: float, step: float) -> str:
    """Return a tick's number with the decimals that its step needs and a true minus sign; thousands from 10,000 on.

    Five characters, or fewer, wherever the step allows it: the value axis has room for few more.
    """
    size = max(abs(value), step)
    if size >= 1e6 or step < 1e-3:
        n_digits = max(2, math.floor(math.log10(size)) - math.floor(math.log10(step)) + 1)
        text = "0" if value == 0 else f"{value:.{n_digits}g}"
        text = _without_filler(text)
        if len(text) > _LONGEST_TEXT:
            text = _without_filler(f"{value:.2g}")
    elif size >= 1e4:
        text = f"{value / 1e3:.10g}k" if value else "0"
    else:
        decimals = max(0, -math.floor(math.log10(step) + 1e-9))
        text = f"{value:.{decimals}f}"
        # No negative zero.
        text = text if float(text) else text.lstrip("-")
    return text.replace("-", "−")


def _without_filler(text: str) -> str:
    """Return a number without the signs and noughts of its exponent that say nothing: ``2e150``, not ``2e+150``."""
    return text.replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")


def value_range(low: float, high: float, unit: str) -> tuple[float, float]:
    """Return the range of an axis for values between `low` and `high`: 5 % margins, and a smallest span."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return 0.0, 1.0
    smallest = max(_SMALLEST_SPANS.get(unit, 0.0), 1e-6 * max(abs(low), abs(high)), 1e-9)
    if high - low < smallest:
        middle = 0.5 * (low + high)
        low, high = middle - 0.5 * smallest, middle + 0.5 * smallest
    margin = _MARGIN * (high - low)
    return low - margin, high + margin
