"""The menu of the 3D view: what is drawn, what the camera follows, how much a picture may cost."""

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QMouseEvent
from PyQt5.QtWidgets import QAction, QActionGroup, QMenu, QWidget

from osimviz.frames import RunInfo
from osimviz.view_choices import CENTRE_OF_MASS, LAYER_WORDS, LAYERS, LEVEL_TITLES
from osimviz.view_state import ViewSettings


class LayerMenu(QMenu):
    """Lists the layers with ticks; stays open while they are ticked.

    Attributes
    ----------
    layer_actions : dict of str to QAction
        What shows and hides each layer, by its name.

    Signals
    -------
    layers_requested(object)
        The layers to be shown: a frozenset of their names.
    followed_requested(str)
        What the camera is to follow: a body, ``centre of mass``, or nothing for the model's own choice.
    level_requested(str)
        How much a picture may cost.
    """

    layers_requested = pyqtSignal(object)
    followed_requested = pyqtSignal(str)
    level_requested = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Layers", parent)
        self.setToolTipsVisible(True)
        self.layer_actions: dict[str, QAction] = {}
        for layer in LAYERS:
            words = LAYER_WORDS[layer]
            action = self.addAction(words.title)
            action.setCheckable(True)
            action.setToolTip(words.help)
            action.triggered.connect(self._on_layer_triggered)
            self.layer_actions[layer] = action
        self.addSeparator()
        self._followed = self.addMenu("Camera Follows")
        self._followed_group = QActionGroup(self)
        self._followed_group.triggered.connect(self._on_followed_triggered)
        levels = self.addMenu("Picture Quality")
        self._level_group = QActionGroup(self)
        for level, title in LEVEL_TITLES.items():
            action = levels.addAction(title)
            action.setCheckable(True)
            action.setData(level)
            self._level_group.addAction(action)
        self._level_group.triggered.connect(self._on_level_triggered)

    def show_run(self, info: RunInfo | None) -> None:
        """Offer the bodies of a run's model."""
        for action in self._followed_group.actions():
            self._followed_group.removeAction(action)
        self._followed.clear()
        names = ("", CENTRE_OF_MASS, *(info.geometry.body_names if info is not None else ()))
        for name in names:
            action = self._followed.addAction(name or "The Model's Own Choice")
            action.setCheckable(True)
            action.setData(name)
            self._followed_group.addAction(action)

    def show_settings(self, settings: ViewSettings) -> None:
        """Tick what is chosen."""
        for layer, action in self.layer_actions.items():
            action.setChecked(layer in settings.layers)
        for action in self._followed_group.actions():
            action.setChecked(action.data() == settings.followed)
        for action in self._level_group.actions():
            action.setChecked(action.data() == settings.level)

    def _on_layer_triggered(self) -> None:
        shown = frozenset(layer for layer, action in self.layer_actions.items() if action.isChecked())
        self.layers_requested.emit(shown)

    def _on_followed_triggered(self, action: QAction) -> None:
        self.followed_requested.emit(action.data())

    def _on_level_triggered(self, action: QAction) -> None:
        self.level_requested.emit(action.data())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt's override: a tick does not close the menu."""
        action = self.activeAction()
        if action is not None and action.isCheckable() and event.button() == Qt.LeftButton:
            action.trigger()
            return
        super().mouseReleaseEvent(event)
