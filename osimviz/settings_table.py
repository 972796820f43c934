"""Every setting of the program in one typed table; the dialog and what is remembered are made from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from osimviz.analysis.thresholds import DEFAULT_THRESHOLDS
from osimviz.view_choices import LEGENDS

Value = bool | float | str
Kind = Literal["choice", "truth", "number"]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    Attributes
    ----------
    key : str
        Its name in the settings file.
    group, title, help : str
        The section it stands in, its name, and one sentence on what it does.
    kind : {"choice", "truth", "number"}
        What its values are.
    default : bool, float or str
        Its value until somebody changes it.
    choices : tuple of (str, str)
        Values and what they are called, for a choice.
    lowest, highest, step : float
        Range of a number, and by how much its arrows change it.
    decimals : int
        Digits behind the point of a number.
    unit : str
        Unit of a number, as printed.
    """

    key: str
    group: str
    title: str
    help: str
    kind: Kind
    default: Value
    choices: tuple[tuple[str, str], ...] = ()
    lowest: float = 0.0
    highest: float = 1.0
    step: float = 1.0
    decimals: int = 0
    unit: str = ""

    def checked(self, value: object) -> Value:
        """Return a value as this setting takes it; its default for one it does not take."""
        if self.kind == "truth":
            known: Mapping[str, bool] = {"true": True, "false": False}
            return known.get(str(value).lower(), bool(self.default))
        if self.kind == "choice":
            return str(value) if any(str(value) == name for name, _ in self.choices) else self.default
        try:
            number = float(str(value))
        except ValueError:
            return self.default
        # Also false for a number that is none.
        return min(max(number, self.lowest), self.highest) if number == number else self.default


_SOURCES = tuple((name, legend.title) for name, legend in LEGENDS.items())
_MAPS = (("blue-red", "Blue to red"), ("colour-blind safe", "Colour-blind safe"))
SETTINGS = (
    Setting(
        "view/theme",
        "Look",
        "Theme",
        "Colours of the whole window",
        "choice",
        "dark",
        (("dark", "Dark"), ("light", "Light")),
    ),
    Setting(
        "view/colour_source",
        "Look",
        "Muscle colour",
        "The quantity that colours the muscles",
        "choice",
        "activation",
        _SOURCES,
    ),
    Setting(
        "view/colour_map", "Look", "Colour map", "From the lowest to the highest value", "choice", "blue-red", _MAPS
    ),
    Setting("view/is_camera_following", "Look", "Camera follows the model", "Else it stands still", "truth", True),
    Setting("flags/hints", "Look", "Hints at the start", "Three cards that say what to do first", "truth", True),
    Setting(
        "runs/memory_mb",
        "Runs",
        "Memory for runs",
        "Beyond it older steps are read from a file; none is lost",
        "number",
        1024.0,
        lowest=16,
        highest=1_000_000,
        step=64,
        unit="MB",
    ),
    Setting(
        "analysis/band_s",
        "Marks",
        "Usual band of the margin",
        "The time before a step whose margins make its usual band",
        "number",
        DEFAULT_THRESHOLDS.band_s,
        lowest=0.05,
        highest=5.0,
        step=0.05,
        decimals=2,
        unit="s",
    ),
    Setting(
        "analysis/band_deviations",
        "Marks",
        "First departure from",
        "Standard deviations below the mean of that band",
        "number",
        DEFAULT_THRESHOLDS.band_deviations,
        lowest=0.5,
        highest=10.0,
        step=0.5,
        decimals=1,
        unit="SD",
    ),
    Setting(
        "analysis/slow_medians",
        "Marks",
        "Slow step from",
        "Times the median wall time of all steps",
        "number",
        DEFAULT_THRESHOLDS.slow_medians,
        lowest=2.0,
        highest=1000.0,
        step=1.0,
        unit="×",
    ),
    Setting(
        "analysis/target_radius_m",
        "Marks",
        "Hand at the target within",
        "Distance at which the hand of an arm has reached its target",
        "number",
        DEFAULT_THRESHOLDS.target_radius_m,
        lowest=0.005,
        highest=0.5,
        step=0.005,
        decimals=3,
        unit="m",
    ),
)
