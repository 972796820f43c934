"""The drawn set of icons."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from PyQt5.QtGui import QColor, QIcon, QImage
from pytestqt.qtbot import QtBot

from osimviz.resource_files import resource_path
from osimviz.ui.icons import icon, icon_file

FILES = sorted(resource_path("icons").glob("*.svg"))


def painted(image: QImage) -> list[QColor]:
    """Return the colours of the opaque pixels."""
    colours = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return [colour for colour in colours if colour.alpha() > 250]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_that_an_icon_is_drawn_in_one_given_colour_inside_its_box(qtbot: QtBot, file: Path) -> None:
    root = ElementTree.parse(file).getroot()
    assert root.get("viewBox") == "0 0 16 16"
    image = icon(file.stem, "#ff0000").pixmap(48, 48).toImage()
    pixels = painted(image)
    assert len(pixels) >= 40
    assert all(colour.red() > 250 and colour.green() < 5 and colour.blue() < 5 for colour in pixels)
    border = [image.pixelColor(i, j) for i in range(image.width()) for j in (0, image.height() - 1)]
    assert all(colour.alpha() == 0 for colour in border)


def test_that_states_have_their_own_colours(qtbot: QtBot) -> None:
    made = icon("stop", "#ff0000", "#00ff00", "#0000ff")
    colours = {
        "normal": made.pixmap(16, 16, QIcon.Normal, QIcon.Off),
        "disabled": made.pixmap(16, 16, QIcon.Disabled, QIcon.Off),
        "on": made.pixmap(16, 16, QIcon.Normal, QIcon.On),
    }
    names = {
        state: pixmap.toImage().pixelColor(pixmap.width() // 2, pixmap.height() // 2).name()
        for state, pixmap in colours.items()
    }
    assert names == {"normal": "#ff0000", "disabled": "#00ff00", "on": "#0000ff"}


@pytest.mark.parametrize("size_px", [16, 32, 48])
def test_that_an_icon_is_drawn_sharp_at_the_size_of_the_screen(qtbot: QtBot, size_px: int) -> None:
    image = icon("stop", "#ff0000").pixmap(size_px, size_px).toImage()
    assert image.width() == size_px
    row = [image.pixelColor(x, size_px // 2).alpha() for x in range(size_px)]
    # A square from 3.5 to 12.5: one half-covered pixel at each side at most, the rest full or empty.
    assert sum(0 < alpha < 255 for alpha in row) <= 2


def test_that_an_unknown_icon_is_refused(qtbot: QtBot) -> None:
    with pytest.raises(FileNotFoundError, match=r"icons/nothing\.svg"):
        icon("nothing", "#000000")


def test_that_style_sheets_get_a_tinted_file_that_follows_its_source(qtbot: QtBot) -> None:
    file = icon_file("down", "#123456")
    assert "#123456" in file.read_text()
    assert "currentColor" not in file.read_text()
    file.write_text("an older version")
    assert "#123456" in icon_file("down", "#123456").read_text()
