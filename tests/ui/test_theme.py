"""The look: colours by name, one style sheet."""

import re

import pytest
from PyQt5.QtCore import QPoint
from PyQt5.QtGui import QColor, QFontMetrics, QPalette
from PyQt5.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QSpinBox,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from osimviz.palette import ThemeName, load_palette
from osimviz.ui.theme import Theme, apply_theme, system_theme_name


@pytest.fixture(params=["dark", "light"])
def theme(request: pytest.FixtureRequest, qtbot: QtBot) -> Theme:
    return Theme(load_palette(request.param))


@pytest.fixture
def applied(theme: Theme, qapp: QApplication):  # type: ignore[no-untyped-def]
    style, palette, font = qapp.style().objectName(), qapp.palette(), qapp.font()
    apply_theme(qapp, theme)
    yield theme
    qapp.setStyleSheet("")
    qapp.setStyle(style)
    qapp.setPalette(palette)
    qapp.setFont(font)


def luminance(colour: QColor) -> float:
    """Return the relative luminance of WCAG 2."""
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(a: QColor, b: QColor) -> float:
    lighter, darker = sorted((luminance(a), luminance(b)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_that_a_colour_is_found_by_name_with_an_opacity(theme: Theme) -> None:
    assert theme.colour("accent").name() == theme.palette["accent"]
    assert theme.colour("accent", 0.5).alphaF() == pytest.approx(0.5, abs=0.01)
    assert theme.colour("accent").alphaF() == 1.0
    with pytest.raises(KeyError, match="mauve"):
        theme.colour("mauve")


@pytest.mark.parametrize("strength", ["text", "text_mid", "text_weak"])
@pytest.mark.parametrize("ground", ["window", "panel", "field", "hover"])
def test_that_text_can_be_read_on_every_ground(theme: Theme, strength: str, ground: str) -> None:
    assert contrast(theme.colour(strength), theme.colour(ground)) >= 4.5


def test_that_figures_have_equal_widths(theme: Theme) -> None:
    for font in (theme.font(), theme.font(bold=True), theme.font(small=True)):
        metrics = QFontMetrics(font)
        assert len({metrics.horizontalAdvance(figure) for figure in "0123456789"}) == 1
    assert QFontMetrics(theme.font(small=True)).height() < QFontMetrics(theme.font()).height()


def test_that_the_style_sheet_names_only_colours_of_the_palette(theme: Theme) -> None:
    sheet = theme.style_sheet()
    assert "{" in sheet
    assert "{{" not in sheet
    in_rules = set(re.findall(r"#[0-9a-f]{6}\b", sheet))
    assert in_rules <= set(theme.palette.colours.values())


def test_that_the_palette_of_qt_takes_the_names(applied: Theme, qapp: QApplication) -> None:
    assert qapp.palette().color(QPalette.Base) == applied.colour("field")
    assert qapp.palette().color(QPalette.Disabled, QPalette.Text) == applied.colour("disabled")


def test_that_a_primary_button_has_the_accent_until_it_is_disabled(qtbot: QtBot, applied: Theme) -> None:
    button = QToolButton()
    button.setProperty("primary", True)
    button.setFixedSize(80, 28)
    qtbot.addWidget(button)
    button.show()
    assert button.grab().toImage().pixelColor(10, 14) == applied.colour("accent")
    button.setEnabled(False)
    assert button.grab().toImage().pixelColor(10, 14) == applied.colour("field")


def test_that_controls_are_28_pixels_high(qtbot: QtBot, applied: Theme) -> None:
    for control in (QPushButton("Go"), QComboBox(), QSpinBox(), QLineEdit()):
        qtbot.addWidget(control)
        control.ensurePolished()
        assert control.sizeHint().height() == 28


def test_that_a_theme_can_be_changed_while_widgets_are_shown(qtbot: QtBot, applied: Theme, qapp: QApplication) -> None:
    label = QLabel("x")
    qtbot.addWidget(label)
    label.show()
    other: ThemeName = "light" if applied.palette.name == "dark" else "dark"
    apply_theme(qapp, Theme(load_palette(other)))
    assert label.palette().color(QPalette.WindowText).name() == load_palette(other)["text"]


@pytest.mark.parametrize(("window", "expected"), [("#efefef", "dark"), ("#31363b", "dark"), ("#fafafa", "light")])
def test_that_the_system_decides_between_dark_and_light(qapp: QApplication, window: str, expected: str) -> None:
    before = qapp.palette()
    palette = QPalette(before)
    palette.setColor(QPalette.Window, QColor(window))
    qapp.setPalette(palette)
    try:
        assert system_theme_name() == expected
    finally:
        qapp.setPalette(before)


def test_that_what_an_empty_field_asks_for_can_be_read(applied: Theme, qtbot: QtBot) -> None:
    field = QLineEdit()
    qtbot.addWidget(field)
    field.setPlaceholderText("Find a command")
    field.show()

    words = field.palette().color(QPalette.PlaceholderText)
    assert words == applied.colour("text_weak")
    assert words.alpha() == 255
    assert field.palette().color(QPalette.Text) == applied.colour("text")
    field.setEnabled(False)
    assert field.palette().color(QPalette.Disabled, QPalette.Text) == applied.colour("disabled")


@pytest.mark.parametrize("control", [QComboBox, QSpinBox, QLineEdit, QCheckBox])
def test_that_a_disabled_control_looks_disabled(applied: Theme, qtbot: QtBot, control: type[QWidget]) -> None:
    made = control()
    qtbot.addWidget(made)
    if isinstance(made, QComboBox):
        made.addItem("Side by side")
    elif not isinstance(made, QSpinBox):
        made.setText("Side by side")
    made.show()

    def has(name: str) -> bool:
        image = made.grab().toImage()
        wanted = applied.colour(name)
        pixels = ((x, y) for x in range(image.width()) for y in range(image.height()))
        return any(image.pixelColor(x, y) == wanted for x, y in pixels)

    assert has("text")
    made.setEnabled(False)
    assert has("disabled")
    assert not has("text")


def test_that_ticks_in_menus_stand_off_the_border_in_a_named_colour(applied: Theme, qtbot: QtBot) -> None:
    menu = QMenu()
    qtbot.addWidget(menu)
    ticked = menu.addAction("Checks")
    ticked.setCheckable(True)
    ticked.setChecked(True)
    menu.popup(QPoint(0, 0))
    image = menu.grab().toImage()
    row = menu.actionGeometry(ticked)
    ground = applied.colour("field")
    tick = [x for x in range(1, 26) for y in range(row.top(), row.bottom()) if image.pixelColor(x, y) != ground]
    menu.hide()
    assert tick
    assert min(tick) >= 6
