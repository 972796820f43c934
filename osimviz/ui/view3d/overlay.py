"""What is written over the 3D view: legend, time and step, camera, force labels. Painted with Qt's fonts."""

from collections.abc import Callable

import numpy as np
from PyQt5.QtCore import QRect, QRectF, Qt
from PyQt5.QtGui import QFontMetrics, QPainter

from osimviz.frames import Frame, RunInfo
from osimviz.legend import legend_rows, lists_muscles
from osimviz.render.force_labels import LABEL_HEIGHT, LABEL_PADDING, force_labels, label_places
from osimviz.render.picking import Picked
from osimviz.ui.commands import with_keys
from osimviz.ui.theme import Theme
from osimviz.ui.view3d.hover import paint_hover
from osimviz.ui.view3d.legend import Legend, paint_box
from osimviz.view_choices import CENTRE_OF_MASS, VIEW_TITLES
from osimviz.view_state import ViewState

_MARGIN_PX = 12
#: Below this width the words of the camera are short.
_NARROW_PX = 640
_EMPTY_TITLE = "Nothing to show yet"
_EMPTY_HINT = "{open} opens a controller or a recording, {run} runs.\nFile > Open Example has some to begin with."


def words_of_empty(view: ViewState | None, fault: str) -> tuple[str, str]:
    """Return a title and a hint for a view without a picture.

    Parameters
    ----------
    view : ViewState or None
        What is shown beside it.
    fault : str
        Why nothing can be drawn, if that is so.
    """
    if fault:
        return "The 3D view cannot be drawn", fault
    if view is not None and view.last_index >= 0:
        return "Drawing the model", ""
    if view is not None and view.phase in ("starting", "running"):
        return "Loading the model", ""
    return _EMPTY_TITLE, with_keys(_EMPTY_HINT)


class Overlay:
    """Paints over a view; keeps fonts and the legend's strip between paints."""

    def __init__(self, theme: Theme) -> None:
        self._legend = Legend(theme)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._legend.set_theme(theme)
        self._font = theme.font()
        self._bold = theme.font(bold=True)
        self._small = theme.font(small=True)

    def paint(
        self,
        painter: QPainter,
        area: QRect,
        info: RunInfo | None,
        frame: Frame | None,
        view: ViewState | None,
        to_widget: Callable[[np.ndarray], np.ndarray],
        picked: Picked | None = None,
    ) -> None:
        """Paint everything for one frame.

        Parameters
        ----------
        painter : QPainter
            Of the view.
        area : QRect
            The view's rectangle.
        info, frame, view
            What is shown; all may be None before the first run.
        to_widget : callable
            Projects world points (n, 3) to widget pixels (n, 2); NaN behind the camera.
        picked : Picked, optional
            What is under the pointer.
        """
        painter.setRenderHint(QPainter.Antialiasing)
        if info is None or frame is None or view is None:
            self.paint_words(painter, area, view)
            return
        self._paint_forces(painter, area, info, frame, view, to_widget)
        layers = view.settings.layers
        rows, shows_muscles = legend_rows(layers, frame, info.geometry), lists_muscles(layers, frame)
        self._legend.paint(painter, area, view.settings, rows, shows_muscles=shows_muscles)
        self._paint_time(painter, area, frame)
        self._paint_camera(painter, area, info, view)
        if picked is not None:
            paint_hover(painter, area, picked, frame, info, to_widget, self._theme)

    def paint_words(self, painter: QPainter, area: QRect, view: ViewState | None, fault: str = "") -> None:
        """Say in the middle of an empty view what goes there, or why nothing can be drawn."""
        title, hint = words_of_empty(view, fault)
        painter.setPen(self._theme.colour("text"))
        painter.setFont(self._bold)
        middle = area.center().y()
        painter.drawText(QRect(area.left(), middle - 40, area.width(), 32), Qt.AlignCenter, title)
        painter.setFont(self._font)
        painter.setPen(self._theme.colour("text_mid"))
        below = QRect(area.left() + 40, middle - 4, area.width() - 80, 80)
        painter.drawText(below, Qt.AlignHCenter | Qt.AlignTop | Qt.TextWordWrap, hint)

    def _paint_time(self, painter: QPainter, area: QRect, frame: Frame) -> None:
        parts = [
            (f"{frame.time_s:.3f}", self._bold, "text"),
            (" s", self._font, "text_weak"),
            ("    step ", self._font, "text_mid"),
            (f"{frame.step}", self._bold, "text"),
        ]
        width = sum(QFontMetrics(font).horizontalAdvance(text) for text, font, _ in parts)
        box = QRectF(area.left() + _MARGIN_PX, area.bottom() - _MARGIN_PX - 23, width + 20, 24)
        paint_box(painter, box, self._theme)
        x = box.left() + 10
        for text, font, colour in parts:
            painter.setFont(font)
            painter.setPen(self._theme.colour(colour))
            advance = QFontMetrics(font).horizontalAdvance(text)
            painter.drawText(QRectF(x, box.top(), advance + 2, 24), Qt.AlignVCenter, text)
            x += advance

    def _paint_camera(self, painter: QPainter, area: QRect, info: RunInfo, view: ViewState) -> None:
        name = VIEW_TITLES.get(view.settings.camera, view.settings.camera)
        followed = view.settings.followed
        if followed != CENTRE_OF_MASS and followed not in info.geometry.body_names:
            followed = info.geometry.body_names[info.geometry.followed_body_index]
        text = f"{name} · follows the {followed}" if view.settings.is_camera_following else f"{name} · stands still"
        if area.width() < _NARROW_PX:
            text = f"{name} · follows" if view.settings.is_camera_following else f"{name} · still"
        width = QFontMetrics(self._font).horizontalAdvance(text) + 20
        box = QRectF(area.right() - _MARGIN_PX - width + 1, area.bottom() - _MARGIN_PX - 23, width, 24)
        paint_box(painter, box, self._theme)
        painter.setFont(self._font)
        painter.setPen(self._theme.colour("text_mid"))
        painter.drawText(box, Qt.AlignCenter, text)

    def _paint_forces(
        self,
        painter: QPainter,
        area: QRect,
        info: RunInfo,
        frame: Frame,
        view: ViewState,
        to_widget: Callable[[np.ndarray], np.ndarray],
    ) -> None:
        """Label each ground-reaction arrow beside its tip: side and size in body weights."""
        if "ground_reaction" not in view.settings.layers:
            return
        labels = force_labels(frame, info.geometry.mass_kg)
        if not labels:
            return
        metrics = QFontMetrics(self._small)
        widths = [metrics.horizontalAdvance(label.text) + 2 * LABEL_PADDING for label in labels]
        tips = to_widget(np.array([label.tip_m for label in labels]))
        painter.setFont(self._small)
        places = label_places(tips, widths, (area.width(), area.height()))
        for label, width, place in zip(labels, widths, places, strict=True):
            if place is not None:
                box = QRectF(*place, width, LABEL_HEIGHT)
                paint_box(painter, box, self._theme)
                painter.setPen(self._theme.colour(label.colour))
                painter.drawText(box, Qt.AlignCenter, label.text)
