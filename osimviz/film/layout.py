"""Where scene and plots stand in a picture. No VTK."""

from dataclasses import dataclass

#: Share of a picture that plots take: at the right of a wide one, below in a high one.
_SHARE_BESIDE, _SHARE_BELOW = 0.38, 0.40
#: Wider than this times its height, a picture has its plots at the right.
_WIDE = 1.2


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of pixels, counted from the top-left corner."""

    left: int
    top: int
    width: int
    height: int

    @property
    def rows(self) -> slice:
        """Its rows in a picture."""
        return slice(self.top, self.top + self.height)

    @property
    def columns(self) -> slice:
        """Its columns in a picture."""
        return slice(self.left, self.left + self.width)


@dataclass(frozen=True, slots=True)
class Layout:
    """Areas of a picture.

    Attributes
    ----------
    scenes : tuple of Area
        One for each 3D view.
    plots : Area or None
        All plots; None if there are none.
    """

    scenes: tuple[Area, ...]
    plots: Area | None


def layout_of(width_px: int, height_px: int, n_scenes: int, *, has_plots: bool) -> Layout:
    """Divide a picture between 3D views, side by side, and plots."""
    plots: Area | None = None
    width, height = width_px, height_px
    if has_plots and width_px > _WIDE * height_px:
        # Even, as half the colours of a film's pixels are shared by neighbours.
        width = width_px - 2 * round(0.5 * _SHARE_BESIDE * width_px)
        plots = Area(width, 0, width_px - width, height_px)
    elif has_plots:
        height = height_px - 2 * round(0.5 * _SHARE_BELOW * height_px)
        plots = Area(0, height, width_px, height_px - height)
    edges = [round(i * width / n_scenes) for i in range(n_scenes + 1)]
    scenes = tuple(Area(edges[i], 0, edges[i + 1] - edges[i], height) for i in range(n_scenes))
    return Layout(scenes, plots)
