"""Numbers as text: true minus signs, digits by unit, angles in degrees."""

import math

#: Units that are shown in degrees, and how they are then written.
_IN_DEGREES = {"rad": "°", "rad/s": "°/s", "rad/s²": "°/s²"}
#: Decimals by shown unit; other units get four significant digits.
_DECIMALS = {
    "m": 3,
    "m/s": 3,
    "m/s²": 2,
    "°": 1,
    "°/s": 1,
    "°/s²": 0,
    "BW": 2,
    "N": 0,
    "ms": 0,
    "s": 3,
    "opt": 3,
    "opt/s": 2,
    "": 3,
}


def shown_unit(unit: str) -> str:
    """Return the unit as it is printed: degrees for radians."""
    return _IN_DEGREES.get(unit, unit)


def shown_factor(unit: str) -> float:
    """Return the factor from a value in `unit` to the number that is printed."""
    return 180.0 / math.pi if unit in _IN_DEGREES else 1.0


def number(value: float, unit: str = "") -> str:
    """Return a value as text, converted to its shown unit, without the unit; ``–`` for a missing one."""
    shown = value * shown_factor(unit)
    if math.isnan(shown):
        return "–"
    if math.isinf(shown):
        return "∞" if shown > 0 else "−∞"
    decimals = _DECIMALS.get(shown_unit(unit), 3)
    if abs(shown) >= 1e5:
        text = f"{shown:.2e}"
    elif abs(shown) >= 1e3:
        text = f"{shown:.{min(decimals, 1)}f}" if decimals else f"{shown:.0f}"
    elif abs(shown) >= 1e2:
        text = f"{shown:.{min(decimals, 2)}f}"
    else:
        text = f"{shown:.{decimals}f}"
    # No negative zero.
    if float(text) == 0.0:
        text = text.lstrip("-")
    return text.replace("-", "−")


def short_number(value: float) -> str:
    """Return a value with three significant digits, for axes, where room is short: ``3.5``, ``−0.02``."""
    text = f"{value:.3g}" if math.isfinite(value) else number(value)
    return "0" if text == "-0" else text.replace("-", "−")


def speed_text(speed: float) -> str:
    """Return a speed of playback or of a film as ``1×``, ``1/4×`` or ``−2×``; one that is no such share as ``0.3×``."""
    sign = "−" if speed < 0 else ""
    size = abs(speed)
    is_share = size < 1 and math.isclose(1 / size, round(1 / size))
    return f"{sign}1/{1 / size:.0f}×" if is_share else f"{sign}{size:g}×"
