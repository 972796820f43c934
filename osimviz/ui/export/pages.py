"""The fields of the export dialog: a page each for films, pictures, and plots and data; what the first two share."""

from collections.abc import Iterable

from PyQt5.QtWidgets import QCheckBox, QComboBox, QFormLayout, QHBoxLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from osimviz.film.settings import LARGEST_FILM_SIDE_PX, LARGEST_PICTURE_SIDE_PX, SMALLEST_SIDE_PX
from osimviz.formatting import speed_text
from osimviz.ui.choice_box import ChoiceBox
from osimviz.ui.export.fields import Fields, Value
from osimviz.ui.export.figures import fill_figures_form
from osimviz.ui.export.wishes import AS_IN_WINDOW, STORED
from osimviz.view_choices import VIEW_TITLES

_KINDS: dict[str, Value] = {
    "MP4 · H.264, plays everywhere": "mp4",
    "WebM · VP9, for web pages": "webm",
    "GIF · for chats and issues": "gif",
    "PNG · a folder of pictures": "png",
}
_FILM_SIZES = ((1280, 720), (1920, 1080), (3840, 2160), (640, 360), (1080, 1080), (1080, 1920))
_PICTURE_SIZES = ((1920, 1080), (3840, 2160), (7680, 4320), (8192, 8192), (2400, 1800), (1280, 720))
_LABEL_WIDTH_PX = 96
_SPEEDS = (0.03125, 0.0625, 0.1, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0)


def film_page(fields: Fields) -> QWidget:
    """Return the fields of films only."""
    form = _form()
    form.addRow(_label("Kind"), fields.choice("kind", _KINDS))
    form.addRow("Size", _size_row(fields, "film", _FILM_SIZES, LARGEST_FILM_SIDE_PX, 2))
    form.addRow("Rate", fields.choice("fps", {f"{fps} pictures a second": float(fps) for fps in (30, 25, 24, 50, 60)}))
    form.addRow("Speed", fields.choice("speed", {_speed_words(speed): speed for speed in _SPEEDS}))
    fields.set_values({"speed": 1.0})
    between: dict[str, Value] = {"Hold the recorded state": False, "Interpolate the pose": True}
    form.addRow(
        "Between states",
        fields.choice("between", between, "A film that is slower than real time says which of the two it shows"),
    )
    form.addRow("Loops", fields.number("loops", 1, 100, 1, tip="How often the range is shown"))
    orbit = fields.real("orbit", 20.0, " turns", "Turns of the camera around the model over the film", lowest=-20.0)
    form.addRow("Orbit", orbit)
    return _page(form)


def picture_page(fields: Fields) -> QWidget:
    """Return the fields of pictures only."""
    form = _form()
    form.addRow(_label("Size"), _size_row(fields, "picture", _PICTURE_SIZES, LARGEST_PICTURE_SIDE_PX, 1))
    transparent = fields.tick("transparent", "Transparent, without ground and sky", False)
    form.addRow("", transparent)
    row = QHBoxLayout()
    strobe: QCheckBox = fields.tick("strobe", "Strobe of the range, figures:", False, "Several moments in one picture")
    row.addWidget(strobe)
    row.addWidget(fields.number("strobe_count", 2, 60, 6))
    row.addStretch(1)
    form.addRow("", _row(row))
    hint = QLabel("Anti-aliased, drawn in tiles; says step, time, run and versions in its metadata.")
    hint.setWordWrap(True)
    hint.setProperty("strength", "weak")
    form.addRow("", hint)
    return _page(form)


def figures_page(fields: Fields) -> QWidget:
    """Return the fields of plots and data."""
    form = _form()
    fill_figures_form(fields, form, _label("Contents"))
    return _page(form)


def shared_form(fields: Fields, *, has_second: bool, stored_cameras: Iterable[int]) -> QFormLayout:
    """Return the fields that films and pictures share; `stored_cameras` are the numbers of those there are."""
    form = _form()
    cameras: dict[str, Value] = {"As in the window": AS_IN_WINDOW}
    cameras |= {f"Stored {number} · Ctrl+{number}": f"{STORED}{number}" for number in stored_cameras}
    cameras |= {title: name for name, title in VIEW_TITLES.items() if name}
    row = QHBoxLayout()
    row.addWidget(fields.choice("camera", cameras), 1)
    row.addWidget(fields.tick("follow", "Follows", True, "The camera goes along with the model"))
    form.addRow(_label("Camera"), _row(row))
    form.addRow("Title", fields.line("title", "None"))
    row = QHBoxLayout()
    row.addWidget(fields.tick("time", "Time", True, "Time, step and speed"))
    row.addWidget(fields.tick("reward", "Reward", False, "Reward of the step, and the return"))
    row.addWidget(fields.tick("legend", "Legend", True, "What the muscles' colours mean"))
    row.addWidget(fields.tick("forces", "Forces", True, "Numbers beside the ground-reaction arrows, in body weights"))
    row.addStretch(1)
    form.addRow("Show", _row(row))
    row = QHBoxLayout()
    row.addWidget(fields.tick("with_plots", "The window's plots beside it", False, "With a moving cursor"))
    row.addStretch(1)
    form.addRow("Plots", _row(row))
    pair: QComboBox = fields.choice("pair", {"Side by side": "beside", "As a ghost": "ghost"})
    pair.setEnabled(has_second)
    pair.setToolTip("" if has_second else "Compare the run with a second one first")
    form.addRow("Second run", pair)
    form.addRow("Colours", fields.choice("theme", {"Dark": "dark", "Light": "light"}))
    return form


def _size_row(fields: Fields, name: str, sizes: tuple[tuple[int, int], ...], largest_px: int, step: int) -> QWidget:
    width: QSpinBox = fields.number(f"{name}_width", SMALLEST_SIDE_PX, largest_px, sizes[0][0], step=step)
    height: QSpinBox = fields.number(f"{name}_height", SMALLEST_SIDE_PX, largest_px, sizes[0][1], step=step)
    presets = ChoiceBox()
    presets.setObjectName(f"{name}_preset")
    for size in sizes:
        presets.addItem(f"{size[0]} × {size[1]}", size)
    presets.addItem("Own", None)

    def take_preset() -> None:
        size = presets.currentData()
        if size is not None:
            width.setValue(size[0])
            height.setValue(size[1])

    def show_preset() -> None:
        # Not `findData`: Qt compares tuples by identity.
        wanted = (width.value(), height.value())
        index = next((i for i in range(presets.count()) if presets.itemData(i) == wanted), -1)
        presets.blockSignals(True)
        presets.setCurrentIndex(index if index >= 0 else presets.count() - 1)
        presets.blockSignals(False)

    presets.activated.connect(take_preset)
    fields.changed.connect(show_preset)
    fields.filled.connect(show_preset)
    row = QHBoxLayout()
    row.addWidget(presets, 1)
    row.addWidget(width)
    row.addWidget(QLabel("×"))
    row.addWidget(height)
    return _row(row)


def _speed_words(speed: float) -> str:
    return f"{speed_text(speed)} · real time" if speed == 1.0 else speed_text(speed)


def _label(words: str) -> QLabel:
    """Return a label as wide as those of the other page: fields stand below each other."""
    label = QLabel(words)
    label.setMinimumWidth(_LABEL_WIDTH_PX)
    return label


def _form() -> QFormLayout:
    form = QFormLayout()
    form.setContentsMargins(0, 0, 0, 0)
    form.setHorizontalSpacing(12)
    form.setVerticalSpacing(6)
    form.setFieldGrowthPolicy(QFormLayout.ExpandingFieldsGrow)
    return form


def _page(form: QFormLayout) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 10, 0, 6)
    column.addLayout(form)
    column.addStretch(1)
    return page


def _row(layout: QHBoxLayout) -> QWidget:
    widget = QWidget()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(6)
    widget.setLayout(layout)
    return widget
