"""What is written over the 3D view: legend, time and step, camera, force labels. Painted with Qt's fonts."""

from collections.abc import Callable

import numpy as np
from PyQt5.QtCore import QRect, QRectF, Qt
from PyQt5.QtGui import QFontMetrics, QPainter

from osimviz.frames import FEET, GRAVITY_M_S2, Frame, RunInfo
from osimviz.legend import legend_rows
from osimviz.render.forces import arrow_ends
from osimviz.render.picking import Picked
from osimviz.ui.theme import Theme
from osimviz.ui.view3d_hover import paint_hover
from osimviz.ui.view3d_legend import Legend, paint_box
from osimviz.view_choices import CENTRE_OF_MASS, VIEW_TITLES
from osimviz.view_state import ViewState

_MARGIN_PX = 12
_EMPTY_TITLE = "Nothing to show yet"
_EMPTY_HINT = "Ctrl+O opens a controller, Ctrl+R runs it."


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
        self._legend.paint(painter, area, view.settings, legend_rows(view.settings.layers, frame))
        self._paint_time(painter, area, frame)
        self._paint_camera(painter, area, info, view)
        if picked is not None:
            paint_hover(painter, area, picked, frame, info, to_widget, self._theme)

    def paint_words(self, painter: QPainter, area: QRect, view: ViewState | None, fault: str = "") -> None:
        """Say in the middle of an empty view what goes there, or why nothing can be drawn."""
        is_loading = view is not None and view.phase in ("starting", "running")
        title = "The 3D view cannot be drawn" if fault else "Loading the model" if is_loading else _EMPTY_TITLE
        hint = fault or ("" if is_loading else _EMPTY_HINT)
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
        if area.width() < 640:
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
        if "ground_reaction" not in view.settings.layers or not len(frame.ground_reaction_n):
            return
        weight_n = info.geometry.mass_kg * GRAVITY_M_S2
        _, tips_m = arrow_ends(frame, info.geometry.mass_kg)
        tips = to_widget(tips_m)
        painter.setFont(self._small)
        drawn: list[QRectF] = []
        for i in np.argsort(tips[:, 0]):
            if not np.all(np.isfinite(tips[i])):
                continue
            # The upward part, as in the plots and the stance lanes; the arrow shows the whole force.
            share = float(frame.ground_reaction_n[i, 1]) / weight_n
            text = f"{FEET[i][0].upper()} {share:.2f} BW"
            box = _label_box(tips[i], QFontMetrics(self._small).horizontalAdvance(text) + 12, area, drawn)
            drawn.append(box)
            paint_box(painter, box, self._theme)
            painter.setPen(self._theme.colour(FEET[i]))
            painter.drawText(box, Qt.AlignCenter, text)


def _label_box(tip: np.ndarray, width: float, area: QRect, others: list[QRectF]) -> QRectF:
    """Place a label right of an arrow's tip, or left of it near the edge, without covering an earlier one."""
    x = tip[0] + 14 if tip[0] + 14 + width < area.right() - 150 else tip[0] - 14 - width
    box = QRectF(x, tip[1] - 9, width, 18)
    for other in others:
        if box.intersects(other):
            box.moveTop(other.bottom() + 4)
    return box
