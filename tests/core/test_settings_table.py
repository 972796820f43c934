"""The table of settings."""

import pytest

from osimviz.settings_table import SETTINGS, Setting

BY_KEY = {setting.key: setting for setting in SETTINGS}


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_that_every_setting_takes_its_own_default_and_nothing_of_another_kind(setting: Setting) -> None:
    assert setting.checked(setting.default) == setting.default
    assert setting.help
    for value in (None, "", "nonsense", [], {"a": 1}, float("nan")):
        assert setting.checked(value) == setting.default


def test_that_numbers_are_kept_in_range_and_read_from_text() -> None:
    band = BY_KEY["analysis/band_s"]
    assert band.checked("0.5") == 0.5
    assert band.checked(1e9) == band.highest
    assert band.checked(float("-inf")) == band.lowest


def test_that_a_choice_takes_its_values_only_and_a_truth_what_the_settings_file_writes() -> None:
    assert BY_KEY["view/theme"].checked("light") == "light"
    assert BY_KEY["view/theme"].checked("blue") == "dark"
    assert BY_KEY["view/is_camera_following"].checked("false") is False


def test_that_keys_are_there_once() -> None:
    assert len(BY_KEY) == len(SETTINGS)
