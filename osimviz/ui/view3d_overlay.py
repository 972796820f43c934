"""What is written over the 3D view: legend, time and step, camera, force labels. Painted with Qt's fonts."""

from collections.abc import Callable

import numpy as np
from PyQt5.QtCore import QPointF, QRect, QRectF, Qt
from PyQt5.QtGui import QColor, QFontMetrics, QImage, QPainter, QPen, QPolygonF

from osimviz.frames import FEET, GRAVITY_M_S2, Frame, RunInfo
from osimviz.palette import MapName, muscle_colours
from osimviz.render.forces import arrow_ends
from osimviz.ui.theme import Theme
from osimviz.view_choices import LEGENDS, VIEW_TITLES
from osimviz.view_state import ViewState

_MARGIN_PX = 12
_EMPTY_TITLE = "Nothing to show yet"
_EMPTY_HINT = "Ctrl+O opens a controller, Ctrl+R runs it."


class Overlay:
    """Paints over a view; keeps fonts and the legend's strip between paints."""

    def __init__(self, theme: Theme) -> None:
        self.set_theme(theme)
        self._strips: dict[MapName, QImage] = {}

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
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
        """
        painter.setRenderHint(QPainter.Antialiasing)
        if info is None or frame is None or view is None:
            self.paint_words(painter, area, view)
            return
        self._paint_forces(painter, area, info, frame, view, to_widget)
        self._paint_legend(painter, area, view, has_feet=len(frame.ground_reaction_n) > 0)
        self._paint_time(painter, area, frame)
        self._paint_camera(painter, area, info, view)

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

    def _box(self, painter: QPainter, rectangle: QRectF) -> None:
        colour = QColor(self._theme.colour("panel"))
        colour.setAlphaF(0.88)
        painter.setPen(Qt.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(rectangle, 3, 3)
        painter.setBrush(Qt.NoBrush)

    def _paint_legend(self, painter: QPainter, area: QRect, view: ViewState, *, has_feet: bool) -> None:
        show_forces = "ground_reaction" in view.settings.layers and has_feet
        show_centre = "centre_of_mass" in view.settings.layers
        scale = LEGENDS[view.settings.colour_source]
        rows = (1 if show_forces else 0) + (1 if show_centre else 0)
        height = 54 + (22 * rows + 10 if rows else 0) + (14 if show_forces else 0)
        box = QRectF(area.right() - _MARGIN_PX - 131, area.top() + _MARGIN_PX, 132, height)
        self._box(painter, box)
        left, top = box.left() + 12, box.top()
        painter.setPen(self._theme.colour("text"))
        painter.setFont(self._bold)
        painter.drawText(QRectF(left, top + 6, 108, 16), Qt.AlignVCenter, scale.heading)
        painter.drawImage(QRectF(left, top + 26, 108, 8), self._strip(view.settings.colour_map))
        painter.setFont(self._small)
        painter.setPen(self._theme.colour("text_mid"))
        alignments = (Qt.AlignLeft, Qt.AlignHCenter, Qt.AlignRight)
        for text, alignment in zip(scale.marks, alignments, strict=True):
            painter.drawText(QRectF(left, top + 36, 108, 14), alignment | Qt.AlignVCenter, text)
        row_top = top + 60
        if rows:
            painter.setPen(QPen(self._theme.colour("line"), 1))
            painter.drawLine(QPointF(left, row_top - 4), QPointF(left + 108, row_top - 4))
        if show_forces:
            self._paint_force_legend(painter, left, row_top)
            row_top += 36
        if show_centre:
            paint_centre_of_mass(painter, QPointF(left + 6, row_top + 9), 5.0)
            painter.setPen(self._theme.colour("text_mid"))
            painter.drawText(QRectF(left + 20, row_top, 96, 18), Qt.AlignVCenter, "centre of mass")

    def _paint_force_legend(self, painter: QPainter, left: float, top: float) -> None:
        painter.setPen(self._theme.colour("text_weak"))
        painter.drawText(QRectF(left, top, 112, 16), Qt.AlignVCenter, "Ground reaction")
        for x, side in ((left + 4, "right"), (left + 17, "left")):
            self._paint_arrow_icon(painter, x, top + 18, self._theme.colour(side))
        painter.setPen(self._theme.colour("text_mid"))
        painter.drawText(QRectF(left + 30, top + 16, 90, 16), Qt.AlignVCenter, "0.8 m per BW")

    def _paint_arrow_icon(self, painter: QPainter, x: float, top: float, colour: QColor) -> None:
        painter.setPen(QPen(colour, 2))
        painter.drawLine(QPointF(x, top + 5), QPointF(x, top + 12))
        painter.setPen(Qt.NoPen)
        painter.setBrush(colour)
        head = QPolygonF([QPointF(x - 4, top + 6), QPointF(x + 4, top + 6), QPointF(x, top)])
        painter.drawPolygon(head)
        painter.setBrush(Qt.NoBrush)

    def _strip(self, name: MapName) -> QImage:
        if name not in self._strips:
            colours = np.ascontiguousarray(muscle_colours(np.linspace(0.0, 1.0, 108), name))
            self._strips[name] = QImage(colours.data, 108, 1, 3 * 108, QImage.Format_RGB888).copy()
        return self._strips[name]

    def _paint_time(self, painter: QPainter, area: QRect, frame: Frame) -> None:
        parts = [
            (f"{frame.time_s:.3f}", self._bold, "text"),
            (" s", self._font, "text_weak"),
            ("    step ", self._font, "text_mid"),
            (f"{frame.step}", self._bold, "text"),
        ]
        width = sum(QFontMetrics(font).horizontalAdvance(text) for text, font, _ in parts)
        box = QRectF(area.left() + _MARGIN_PX, area.bottom() - _MARGIN_PX - 23, width + 20, 24)
        self._box(painter, box)
        x = box.left() + 10
        for text, font, colour in parts:
            painter.setFont(font)
            painter.setPen(self._theme.colour(colour))
            advance = QFontMetrics(font).horizontalAdvance(text)
            painter.drawText(QRectF(x, box.top(), advance + 2, 24), Qt.AlignVCenter, text)
            x += advance

    def _paint_camera(self, painter: QPainter, area: QRect, info: RunInfo, view: ViewState) -> None:
        name = VIEW_TITLES.get(view.settings.camera, view.settings.camera)
        followed = info.geometry.body_names[info.geometry.followed_body_index]
        text = f"{name} · follows the {followed}" if view.settings.is_camera_following else f"{name} · stands still"
        if area.width() < 640:
            text = f"{name} · follows" if view.settings.is_camera_following else f"{name} · still"
        width = QFontMetrics(self._font).horizontalAdvance(text) + 20
        box = QRectF(area.right() - _MARGIN_PX - width + 1, area.bottom() - _MARGIN_PX - 23, width, 24)
        self._box(painter, box)
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
            self._box(painter, box)
            painter.setPen(self._theme.colour(FEET[i]))
            painter.drawText(box, Qt.AlignCenter, text)


def paint_centre_of_mass(painter: QPainter, centre: QPointF, radius_px: float) -> None:
    """Paint the quartered disc that marks a centre of mass."""
    box = QRectF(centre.x() - radius_px, centre.y() - radius_px, 2 * radius_px, 2 * radius_px)
    painter.setPen(Qt.NoPen)
    painter.setBrush(QColor("#ffffff"))
    painter.drawEllipse(box)
    painter.setBrush(QColor("#000000"))
    painter.drawPie(box, 0, 90 * 16)
    painter.drawPie(box, 180 * 16, 90 * 16)
    painter.setPen(QPen(QColor("#000000"), 1))
    painter.setBrush(Qt.NoBrush)
    painter.drawEllipse(box)


def _label_box(tip: np.ndarray, width: float, area: QRect, others: list[QRectF]) -> QRectF:
    """Place a label right of an arrow's tip, or left of it near the edge, without covering an earlier one."""
    x = tip[0] + 14 if tip[0] + 14 + width < area.right() - 150 else tip[0] - 14 - width
    box = QRectF(x, tip[1] - 9, width, 18)
    for other in others:
        if box.intersects(other):
            box.moveTop(other.bottom() + 4)
    return box
