"""The scene: everything that is drawn of a frame, put together. A scene needs no window of the system.

One thread at a time may use a scene, the one that made it.
"""

import logging
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from vtkmodules.vtkRenderingCore import vtkActor

from osimviz.frames import Array, Frame, ModelGeometry
from osimviz.palette import Palette
from osimviz.render import camera as cameras
from osimviz.render.blending import mix_into
from osimviz.render.blown_up import without_blown_up
from osimviz.render.bones import Bones
from osimviz.render.camera import Camera
from osimviz.render.capture import Pixels
from osimviz.render.follower import Follower
from osimviz.render.forces import Forces
from osimviz.render.ghosts import Ghosts
from osimviz.render.ground import Ground
from osimviz.render.highlight import Highlight
from osimviz.render.marks import Marks
from osimviz.render.muscles import Muscles
from osimviz.render.options import Ghost, Level, Quality, SceneOptions
from osimviz.render.picking import Picked, pick
from osimviz.render.shadow import Samples, muscle_samples, shade_of
from osimviz.render.stage import Stage, is_doubled
from osimviz.render.tiles import tiles_of, uncovered
from osimviz.render.vtk_messages import redirect_vtk_messages
from osimviz.scenery import NO_SCENERY, Scenery
from osimviz.view_choices import CENTRE_OF_MASS

log = logging.getLogger(__name__)

#: Height of the lowest bone of a model that was not made to stand on the plane y = 0.
_SUNK_M = -0.3
#: How much of a translucent ghost is seen; chosen by eye.
_GHOST_SHARE = 0.5
#: A figure as far from the main one, which the sky (60 m) hides, has no part in where the floor is.
_FAR_M = 60.0


class Scene:
    """An off-screen 3D view of one model.

    Attributes
    ----------
    camera : Camera
        Where it is seen from; changes take effect with the next `render`.
    is_closed : bool
        Whether `close` was called.
    """

    def __init__(self, width_px: int, height_px: int, palette: Palette, *, level: Level = "low") -> None:
        redirect_vtk_messages()
        self.camera = Camera()
        self.is_closed = False
        self._palette = palette
        self._geometry: ModelGeometry | None = None
        self._bones: Bones | None = None
        self._muscles: Muscles | None = None
        self._samples: Samples | None = None
        self._casts_shadow = False
        self._followed_m = np.zeros(2)
        self._follower = Follower()
        self._must_frame = False
        self._ground = Ground(palette)
        self._forces = Forces(palette)
        self._marks = Marks(palette)
        self._highlight = Highlight(palette)
        self._ghosts = Ghosts()
        self._ghost_actors: set[vtkActor] = set()
        self._stage = Stage(width_px, height_px, level)
        self._stage.add([*self._marks.floor_actors, *self._ground.actors])
        self._stage.add([*self._highlight.actors, *self._marks.overlay_actors, *self._forces.actors], over=True)
        self.camera.set_viewport(*self._stage.size_px)
        self.set_palette(palette)

    def build(self, geometry: ModelGeometry, action_names: tuple[str, ...] | None = None) -> None:
        """Make bones and muscles of a model, in place of those of an earlier one.

        Parameters
        ----------
        geometry : ModelGeometry
            The model. A mesh that cannot be read is drawn as a mark and named in one warning of the log.
        action_names : tuple of str, optional
            The muscle each element of an action excites, where that is not the order of the model.
        """
        self._remove_model()
        bones = Bones(geometry, self._palette)
        muscles = Muscles(geometry, action_names)
        # The surroundings last: what the figure hides of them then fails the depth test before it is shaded.
        self._stage.add([*_actors_of(bones, muscles), *self._ground.actors])
        self._stage.add(_marks_of(bones), over=True)
        self._geometry, self._bones, self._muscles = geometry, bones, muscles
        self._choose_detail()
        self._samples = Samples(bones)
        self._ghosts.set_model(geometry, bones, self._samples)
        self._marks.set_model(geometry)
        self._must_frame = True

    def show(
        self,
        frame: Frame,
        options: SceneOptions,
        *,
        ghosts: Sequence[Ghost] = (),
        scenery: Scenery = NO_SCENERY,
    ) -> None:
        """Write a frame into the scene; nothing is drawn before `render`.

        What is not finite in the frame, or blew up to a size that cannot be drawn, is hidden.

        Parameters
        ----------
        frame : Frame
            The figure that the camera follows and that marks and numbers belong to.
        options : SceneOptions
            What is drawn.
        ghosts : sequence of Ghost
            Other frames in the same picture, each where it is in world space: the frame at the same time of a second
            recording (``Ghost(other, "series2", geometry=other_info.geometry)``), or every k-th frame of a range as a
            strobe picture (``[Ghost(f, None, is_solid=True) for f in frames]``). Each costs about a millisecond here,
            and a picture with translucent ones is drawn twice.
        scenery : Scenery
            What the frame alone does not say, for the layers of trails and target field (`osimviz.scenery.scenery_of`).

        Raises
        ------
        RuntimeError
            No model was built.
        ValueError
            The frame, or a ghost, belongs to another model.
        """
        geometry, bones, muscles = self._geometry, self._bones, self._muscles
        if geometry is None or bones is None or muscles is None:
            raise RuntimeError("a frame was shown before its model was built: call build first")
        frame = without_blown_up(frame)
        bones.show_contact(visible=options.shows("contact_geometry"))
        bones.pose(frame.body_positions_m, frame.body_quaternions)
        muscles.show(frame, options)
        self._ghosts.show(tuple(ghosts), options, self._palette)
        self._add_new_ghosts()
        self._marks.show(frame, geometry, bones.world_from_body, options, scenery)
        self._forces.show_arrows(frame, geometry.mass_kg, visible=options.shows("ground_reaction"))
        self._forces.show_centre_of_mass(frame.centre_of_mass_m, visible=options.shows("centre_of_mass"))
        self._highlight.pose(bones, muscles)
        if len(frame.body_positions_m):
            x, _, z = _followed_of(frame, geometry, options.followed)
            if np.isfinite(x) and np.isfinite(z):
                self._followed_m = np.array([x, z])
        if self._must_frame:
            self._frame_model(geometry, bones)
        # Floor for all figures of a strobe picture.
        others = [g.frame for g in ghosts if g.is_solid and g.geometry is None and len(g.frame.body_positions_m)]
        places = np.array([self._followed_m, *(_followed_of(f, geometry, options.followed)[[0, 2]] for f in others)])
        places = places[np.abs(places - self._followed_m).max(axis=1) < _FAR_M]
        self._ground.follow(*(0.5 * (places.min(axis=0) + places.max(axis=0))).tolist())
        self._casts_shadow = options.shows("shadow")
        self._cast_shadow(fine=self._stage.quality == "best")
        if options.follow:
            self.camera.follow(*(float(part) for part in self._follower.reach(frame.time_s, self._followed_m)))

    def render(self) -> Pixels:
        """Draw the scene.

        Returns
        -------
        uint8 array (height, width, 4)
            Red, green, blue, alpha (without meaning); bottom row first. A view of one kept buffer, overwritten by the
            next `render` of the same size and by nothing else.
        """
        self._stage.aim(self.camera)
        return self._with_ghosts(self._stage.render, self._stage.render_apart)

    def picture(self, width_px: int, height_px: int, *, is_transparent: bool = False) -> Pixels:
        """Draw the scene for a file: every triangle, anti-aliased, in tiles where it is large.

        Parameters
        ----------
        width_px, height_px : int
            Size of the picture.
        is_transparent : bool
            Leave out ground, shadow and sky; the picture then has transparency.

        Returns
        -------
        uint8 array (height, width, 3), or (height, width, 4) if transparent
            Red, green, blue and perhaps alpha; top row first; a copy. Size and quality of the live view stay as they
            are.
        """
        size, quality = self._stage.size_px, self._stage.quality
        self.set_quality("best")
        doubled = is_doubled(width_px, height_px)
        try:
            picture = np.empty((height_px, width_px, 4 if is_transparent else 3), dtype=np.uint8)
            for tile in tiles_of(width_px, height_px):
                self._stage.resize(tile.width, tile.height)
                self._stage.aim(self.camera, tile, (width_px, height_px))
                part = self._without_ground(doubled=doubled) if is_transparent else self._drawn_apart(doubled=doubled)
                picture[tile.top : tile.top + tile.height, tile.left : tile.left + tile.width] = part
            return picture
        finally:
            self.set_quality(quality)
            self.resize(*size)

    def resize(self, width_px: int, height_px: int) -> None:
        """Change the size of the picture, to at least one pixel."""
        self._stage.resize(width_px, height_px)
        self.camera.set_viewport(*self._stage.size_px)

    def set_palette(self, palette: Palette) -> None:
        """Take the colours of a theme."""
        self._palette = palette
        self._stage.set_background(*palette.rgb("horizon"))
        for part in (self._ground, self._forces, self._marks, self._highlight, self._bones):
            if part is not None:
                part.set_palette(palette)

    def set_still(self, still: bool) -> None:
        """Anti-alias a view that rests (`True`), or draw fast while it moves."""
        self.set_quality("still" if still else "moving")

    def set_quality(self, quality: Quality) -> None:
        """Choose the work per picture: `moving` as the level says, `still` smoothed, `best` with all triangles."""
        if quality == self._stage.quality:
            return
        self._stage.set_quality(quality)
        if self._bones is not None:
            self._choose_detail()
            self._ghosts.set_full_detail(quality == "best")
            self._cast_shadow(fine=quality == "best")

    def set_level(self, level: Level) -> None:
        """Choose how much a picture may cost: `low` for software OpenGL, `high` for a graphics card."""
        self._stage.set_level(level)
        self._choose_detail()

    def set_view(self, name: cameras.ViewName) -> None:
        """Take a named view of the model where it is in the frame shown, followed or not."""
        self._follower.forget()
        self.camera.follow(*(float(part) for part in self._followed_m))
        self.camera.set_view(name)

    def fit(self) -> None:
        """Move the camera, without turning it, so that the figure and all ghosts are in the picture."""
        corners = [] if self._bones is None else [self._bones.extent_m(), *self._ghosts.extents_m()]
        known = [extent for extent in corners if extent is not None]
        if known:
            self.camera.fit(np.min([low for low, _ in known], axis=0), np.max([high for _, high in known], axis=0))

    def highlight(self, picked: Picked | None) -> None:
        """Outline what was picked, and nothing else."""
        self._highlight.choose(picked, self._bones, self._muscles)

    def world_to_pixel(self, points_m: Array) -> NDArray[np.float64]:
        """Project world points (n, 3) to pixels (n, 2) from the top-left corner; NaN where behind the camera."""
        return self.camera.world_to_pixel(points_m)

    def pick(self, x_px: float, y_px: float) -> Picked | None:
        """Return the nearest muscle or bone under a pixel, counted from the top-left corner, or None."""
        if self._geometry is None or self._bones is None or self._muscles is None:
            return None
        return pick(self._geometry, self._bones, self._muscles, self.camera, x_px, y_px)

    def close(self) -> None:
        """Give everything back; calling it again does nothing. A closed scene must not be used."""
        if self.is_closed:
            return
        self.is_closed = True
        self._remove_model()
        self._stage.close()
        del self._stage, self._ground, self._forces, self._marks, self._highlight, self._ghosts

    def _choose_detail(self) -> None:
        if self._bones is not None:
            quality, is_high = self._stage.quality, self._stage.level == "high"
            self._bones.set_detail("still" if quality == "moving" and is_high else quality)

    def _frame_model(self, geometry: ModelGeometry, bones: Bones) -> None:
        """Fit the camera's views to a new model, at its first frame; a user's view of a like model stays."""
        self._must_frame = False
        extent = bones.extent_m()
        stands = geometry.body_names[geometry.followed_body_index] == "pelvis"
        # One with its pelvis at the origin and nothing to touch the floor with, as motion files may have it, hangs.
        if stands and extent is not None and extent[0][1] < _SUNK_M:
            stands = any(solid.is_contact for solid in geometry.solids)
        if extent is None or stands:
            # A run may begin in a crouch or a jump: models that stand are all seen alike.
            self._ground.height_m = self.camera.floor_m = 0.0
            self.camera.frame_model(np.array([0.0, cameras.STANDING_CENTRE_M, 0.0]), cameras.STANDING_SIZE_M)
            return
        low, high = extent
        # A model that hangs through the plane y = 0, as an arm about its shoulder, stands over a floor of its own.
        self._ground.height_m = self.camera.floor_m = min(float(low[1]) - 0.02, 0.0) if low[1] < -0.05 else 0.0
        centre = 0.5 * (low + high) - np.array([self._followed_m[0], 0.0, self._followed_m[1]])
        self.camera.frame_model(centre, float(np.linalg.norm(high - low)))

    def _cast_shadow(self, *, fine: bool) -> None:
        bones, muscles, samples = self._bones, self._muscles, self._samples
        if not self._casts_shadow or bones is None or muscles is None or samples is None:
            self._ground.cast(None)
            return
        parts = [*self._ghosts.samples(), (samples.in_world(bones.world_from_body), samples.weights)]
        if muscles.actor.GetVisibility():
            parts.append(muscle_samples(muscles))
        points, covers = (np.concatenate([part[i] for part in parts]) for i in range(2))
        # The shadow's own floor is at 0.
        points[:, 1] -= self._ground.height_m
        self._ground.cast(shade_of(points, covers, self._followed_m, fine=fine))

    def _add_new_ghosts(self) -> None:
        shown = {actor for figure in self._ghosts.shown for actor in figure.actors}
        self._stage.remove(self._ghost_actors - shown)
        if shown - self._ghost_actors:
            self._stage.add([*(shown - self._ghost_actors), *self._ground.actors])
        self._ghost_actors = shown

    def _with_ghosts(self, draw: Callable[[], Pixels], over: Callable[[], Pixels]) -> Pixels:
        """Draw, and let translucent ghosts shine through: `over` draws the picture with them, apart."""
        veiled = self._ghosts.translucent_actors()
        if not veiled:
            return draw()
        for actor in veiled:
            actor.VisibilityOff()
        try:
            pixels = draw()
        finally:
            for actor in veiled:
                actor.VisibilityOn()
        mix_into(pixels, over(), _GHOST_SHARE)
        return pixels

    def _drawn_apart(self, *, doubled: bool) -> Pixels:
        """Draw into a buffer of its own; (height, width, 3), top row first."""

        def draw() -> Pixels:
            return self._stage.render_apart(doubled=doubled)

        return self._with_ghosts(draw, draw)[::-1, :, :3]

    def _without_ground(self, *, doubled: bool) -> Pixels:
        """Draw the figure alone, with transparency; (height, width, 4), top row first."""
        for actor in self._ground.actors:
            actor.VisibilityOff()
        try:
            self._stage.set_background(0.0, 0.0, 0.0)
            on_black = self._drawn_apart(doubled=doubled)
            self._stage.set_background(1.0, 1.0, 1.0)
            return uncovered(on_black, self._drawn_apart(doubled=doubled))
        finally:
            self._stage.set_background(*self._palette.rgb("horizon"))
            for actor in self._ground.actors:
                actor.VisibilityOn()

    def _remove_model(self) -> None:
        if self._bones is not None and self._muscles is not None:
            own = [*_actors_of(self._bones, self._muscles), *_marks_of(self._bones)]
            self._stage.remove([*self._ghost_actors, *own])
        self._highlight.choose(None, None, None)
        self._ghost_actors = set()
        self._ghosts.set_model(None, None, None)
        self._marks.set_model(None)
        self._geometry = self._bones = self._muscles = self._samples = None


def _actors_of(bones: Bones, muscles: Muscles) -> list[vtkActor]:
    return [body.actor for body in bones.bodies if not body.is_placeholder] + [muscles.actor]


def _marks_of(bones: Bones) -> list[vtkActor]:
    """Return the marks of what cannot be drawn, which lie over the figure: inside it nobody would see them."""
    return [body.actor for body in bones.bodies if body.is_placeholder]


def _followed_of(frame: Frame, geometry: ModelGeometry, name: str) -> Array:
    """Return the world position (3,) of what the camera follows; the model's own choice for an unknown name."""
    if name == CENTRE_OF_MASS and np.isfinite(frame.centre_of_mass_m).all():
        return frame.centre_of_mass_m
    index = geometry.body_names.index(name) if name in geometry.body_names else geometry.followed_body_index
    place: Array = frame.body_positions_m[index]
    return place
