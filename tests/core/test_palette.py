"""Named colours and muscle maps."""

import numpy as np
import pytest

from osimviz.palette import load_palette, muscle_colours

TEXT_ON = ("window", "panel", "field", "hover")


def luminance(rgb: tuple[float, float, float]) -> float:
    """Return the relative luminance (WCAG 2.1)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("text", ["text", "text_mid", "text_weak"])
@pytest.mark.parametrize("surface", TEXT_ON)
def test_that_text_reaches_a_contrast_of_four_and_a_half(theme: str, text: str, surface: str) -> None:
    palette = load_palette(theme)  # type: ignore[arg-type]
    bright, dark = sorted((luminance(palette.rgb(text)), luminance(palette.rgb(surface))), reverse=True)
    assert (bright + 0.05) / (dark + 0.05) >= 4.5


def test_that_both_themes_have_the_same_names() -> None:
    assert load_palette("dark").colours.keys() == load_palette("light").colours.keys()


def test_that_the_default_map_is_opensims_rule() -> None:
    np.testing.assert_array_equal(
        muscle_colours([0.0, 0.2, 1.0, 1.7, -1.0]), [[0, 0, 255], [51, 0, 204], [255, 0, 0], [255, 0, 0], [0, 0, 255]]
    )


def test_that_a_missing_value_is_grey_in_both_maps() -> None:
    for name in ("blue-red", "colour-blind safe"):
        np.testing.assert_array_equal(muscle_colours([np.nan], name), [[128, 128, 128]])  # type: ignore[arg-type]


def test_that_lightness_of_the_safe_map_only_rises() -> None:
    colours = muscle_colours(np.linspace(0, 1, 101), "colour-blind safe") / 255.0
    lightness = [luminance(tuple(rgb)) for rgb in colours]
    assert np.all(np.diff(lightness) > -1e-3)
    assert lightness[-1] - lightness[0] > 0.4
