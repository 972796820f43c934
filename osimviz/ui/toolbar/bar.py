"""The bar on top: run, stop, what is run, and what the picture shows. Reports wishes; decides nothing."""

from dataclasses import replace

from PyQt5.QtCore import QSize, Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QAction,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QToolButton,
    QWidget,
)

from osimviz.controller_names import environment_of, parse_builtin
from osimviz.environment_choices import choices, chosen, other_arguments
from osimviz.palette import MapName
from osimviz.ui.choice_box import ChoiceBox
from osimviz.ui.icons import icon, map_icon
from osimviz.ui.theme import Theme
from osimviz.ui.toolbar.compare_box import CompareBox
from osimviz.ui.window_place import NARROW_WINDOW_PX
from osimviz.view_choices import LEGENDS, VIEW_TITLES
from osimviz.view_state import ViewState
from osimviz.worker.messages import RunRequest

#: The only environment whose controllers run in no other.
_REFLEX_ENV = "l2m2019"
_BUILTIN_CONTROLLERS = (
    ("reflex · walks", "reflex"),
    ("random · uniform in 0–1", "random"),
    ("zero", "zero"),
    ("constant · 0.3", "constant:0.3"),
)
_OPEN = "open"
#: What the name of a colour map adds to that of a quantity.
_COLOUR_MAPS: dict[MapName, str] = {"blue-red": "", "colour-blind safe": " · colour-blind safe"}
_ENVIRONMENT_TIP = "What is simulated (takes effect with the next run)"
#: In narrow windows the labels of environment and controller go, below this width those of camera and colour, too.
_VERY_NARROW_PX = 1150


class Toolbar(QWidget):
    """Run and stop, environment, controller, seed, second run, camera, colour.

    Attributes
    ----------
    compare : CompareBox
        The second run.

    Signals
    -------
    request_changed(object)
        The user chose another environment, controller or seed: the new `RunRequest`.
    open_requested()
        The user wants to choose a controller file.
    camera_requested(str)
        A named view.
    colour_requested(str, str)
        Colour source and colour map.
    """

    request_changed = pyqtSignal(object)
    open_requested = pyqtSignal()
    camera_requested = pyqtSignal(str)
    colour_requested = pyqtSignal(str, str)

    def __init__(
        self, theme: Theme, run: QAction, stop: QAction, pause: QAction, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("toolbar")
        self.setAttribute(Qt.WA_StyledBackground)
        self.setFixedHeight(40)
        self._request = RunRequest()
        self._theme = theme
        self._run = _button(run, primary=True)
        self._stop = _button(stop, primary=False)
        self._pause = _pause_button(pause)
        self._is_paused = False
        self._labels = [_label("Environment"), _label("Controller")]
        self._right_labels: list[QLabel] = []
        self._environment = ChoiceBox()
        self._environment.setToolTip(_ENVIRONMENT_TIP)
        for text, name, arguments in choices():
            self._environment.addItem(text, (name, arguments))
        self._controller = ChoiceBox()
        self._controller.setToolTip("What drives the muscles (takes effect with the next run)")
        self._seed = QSpinBox()
        self._seed.setRange(0, 2**31 - 1)
        self._seed.setToolTip("Seeds everything: the same seed gives the same run")
        self.compare = CompareBox(theme)
        self._camera = ChoiceBox()
        self._camera.setToolTip(f"Where the model is seen from (keys 1 to {sum(map(bool, VIEW_TITLES))})")
        for name, text in VIEW_TITLES.items():
            self._camera.addItem(text, name)
        self._colour = ChoiceBox()
        self._colour.setToolTip("Quantity and colour map of the muscles")
        for colour_map, words in _COLOUR_MAPS.items():
            for source, scale in LEGENDS.items():
                self._colour.addItem(map_icon(colour_map), f"{scale.title}{words}", (source, colour_map))
        self._tint_pause()
        self._lay_out()
        self._connect()
        self._fill_controllers([])

    def show_request(self, request: RunRequest, recent: list[str]) -> None:
        """Show what will run; `recent` are controller files to offer, newest first."""
        self._request = request
        self._fill_controllers([request.controller, *recent] if parse_builtin(request.controller) is None else recent)
        _select_data(self._controller, request.controller)
        # An empty name is the environment that the controller declares, prosthetics where it declares none.
        wanted = chosen(request.env_name or "prosthetics", request.env_args)
        # Not `findData`: Qt does not compare tuples.
        if all(self._environment.itemData(i) != wanted for i in range(self._environment.count())):
            self._environment.addItem(wanted[0].rsplit("/", 1)[-1], wanted)
        _select_data(self._environment, wanted)
        self._environment.setToolTip("\n".join((_ENVIRONMENT_TIP, *("=".join(pair) for pair in request.env_args))))
        self._seed.blockSignals(True)
        self._seed.setValue(min(request.seed, self._seed.maximum()))
        self._seed.blockSignals(False)

    def show_view(self, view: ViewState) -> None:
        """Show camera and colour of a view state, and whether its run can be paused or continued."""
        self._pause.setEnabled(view.phase == "running")
        if view.is_paused != self._is_paused:
            self._is_paused = view.is_paused
            self._tint_pause()
        _select_data(self._camera, view.settings.camera)
        _select_data(self._colour, (view.settings.colour_source, view.settings.colour_map))

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._tint_pause()
        self.compare.set_theme(theme)

    def fit_labels(self, width_px: int) -> None:
        """Leave labels out where a window of that width has no room for them; tooltips keep what they say."""
        for label in self._labels:
            label.setVisible(width_px >= NARROW_WINDOW_PX)
        self.compare.set_labelled(is_labelled=width_px >= NARROW_WINDOW_PX)
        for label in self._right_labels:
            label.setVisible(width_px >= _VERY_NARROW_PX)

    def minimumSizeHint(self) -> QSize:
        """Qt's override: the boxes shrink before the window has to grow."""
        return QSize(600, 40)

    def _tint_pause(self) -> None:
        palette = self._theme.palette
        name = "play" if self._is_paused else "pause"
        self._pause.setIcon(icon(name, palette["warn" if self._is_paused else "text_mid"], palette["disabled"]))

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 8, 6)
        row.setSpacing(8)
        row.addWidget(self._run)
        row.addWidget(self._pause)
        row.addWidget(self._stop)
        row.addWidget(_rule())
        for label, box in zip(list(self._labels), (self._environment, self._controller), strict=True):
            row.addWidget(label)
            box.setMinimumWidth(96)
            box.setMaximumWidth(236)
            row.addWidget(box, 4)
        row.addWidget(_label("Seed"))
        self._seed.setFixedWidth(64)
        row.addWidget(self._seed)
        row.addWidget(_rule())
        label = _label("Compare")
        self._labels.append(label)
        row.addWidget(label)
        row.addWidget(self.compare, 3)
        # What no box takes any more: in a narrow window nothing is left between them.
        row.addStretch(0)
        for text, box, width in (("Camera", self._camera, 120), ("Colour", self._colour, 150)):
            label = _label(text)
            self._right_labels.append(label)
            row.addWidget(label)
            box.setFixedWidth(width)
            row.addWidget(box)

    def _connect(self) -> None:
        self._environment.activated.connect(self._on_environment_activated)
        self._controller.activated.connect(self._on_controller_activated)
        self._seed.valueChanged.connect(self._on_seed_changed)
        # Return gives the keys back to the window.
        self._seed.editingFinished.connect(self._seed.clearFocus)
        self._camera.activated.connect(self._on_camera_activated)
        self._colour.activated.connect(self._on_colour_activated)

    def _fill_controllers(self, files: list[str]) -> None:
        self._controller.clear()
        for text, name in _BUILTIN_CONTROLLERS:
            self._controller.addItem(text, name)
        wanted = self._request.controller
        if parse_builtin(wanted) is not None and all(wanted != name for _, name in _BUILTIN_CONTROLLERS):
            # With a value or a file of the user's: constant:0.5, reflex:params.txt, replay:run.h5.
            kind, _, value = wanted.partition(":")
            self._controller.addItem(f"{kind} · {value.rsplit('/', 1)[-1]}", wanted)
        for file in dict.fromkeys(files):
            self._controller.addItem(file.rsplit("/", 1)[-1], file)
            self._controller.setItemData(self._controller.count() - 1, file, Qt.ToolTipRole)
        self._controller.insertSeparator(self._controller.count())
        self._controller.addItem("Open a file …", _OPEN)

    def _on_environment_activated(self, index: int) -> None:
        name, arguments = self._environment.itemData(index)
        # Arguments of another kind stay while they mean the same environment.
        kept = other_arguments(name, self._request.env_args) if name == self._request.env_name else ()
        self._change(env_name=name, env_args=(*arguments, *kept))

    def _on_controller_activated(self, index: int) -> None:
        name = self._controller.itemData(index)
        if name == _OPEN:
            _select_data(self._controller, self._request.controller)
            self.open_requested.emit()
        elif name is not None and environment_of(name) == _REFLEX_ENV != self._request.env_name:
            # The reflex controller brings its model and start.
            self._change(controller=name, env_name=_REFLEX_ENV, env_args=())
        elif name is not None:
            self._change(controller=name)

    def _on_seed_changed(self, value: int) -> None:
        self._change(seed=value)

    def _on_camera_activated(self, index: int) -> None:
        self.camera_requested.emit(self._camera.itemData(index))

    def _on_colour_activated(self, index: int) -> None:
        self.colour_requested.emit(*self._colour.itemData(index))

    def _change(self, **changes: object) -> None:
        self._request = replace(self._request, **changes)  # type: ignore[arg-type]
        self.request_changed.emit(self._request)


def _button(action: QAction, *, primary: bool) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonTextBesideIcon)
    button.setFixedHeight(28)
    button.setFocusPolicy(Qt.TabFocus)
    if primary:
        button.setProperty("primary", True)
    return button


def _pause_button(action: QAction) -> QToolButton:
    """Return the button that pauses the run; not the action's own, whose icon stays the same."""
    button = QToolButton()
    button.setObjectName("pause_run")
    button.setFixedSize(28, 28)
    button.setFocusPolicy(Qt.TabFocus)
    button.setAccessibleName(action.text())
    button.setToolTip(action.toolTip())
    button.clicked.connect(action.trigger)
    button.setEnabled(False)
    return button


def _label(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("strength", "mid")
    return label


def _rule() -> QFrame:
    rule = QFrame()
    rule.setFrameShape(QFrame.VLine)
    rule.setFixedWidth(1)
    return rule


def _select_data(box: QComboBox, data: object) -> None:
    """Select the item that carries `data`, without telling anybody."""
    for index in range(box.count()):
        if box.itemData(index) == data:
            box.setCurrentIndex(index)
            return
    box.setCurrentIndex(-1)
