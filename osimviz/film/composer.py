"""Puts one picture together: 3D views, words over them, plots beside them. Owns scenes, so one thread may use it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from osimviz.film.aiming import aim, step_back
from osimviz.film.curves import PlotSheet
from osimviz.film.layout import Area, Layout, layout_of
from osimviz.film.overlays import GHOST_TINT, add_overlays, scale_of
from osimviz.film.plot_panel import PlotPanel
from osimviz.film.settings import Look
from osimviz.film.spoken import Spoken
from osimviz.frames import Frame, RunInfo
from osimviz.palette import load_palette
from osimviz.render.force_labels import add_force_labels
from osimviz.render.options import Ghost
from osimviz.render.png_file import Pixels
from osimviz.render.scene import Scene
from osimviz.scenery import NO_PATHS, BodyPaths, frame_scenery


@dataclass(frozen=True, slots=True)
class Moment:
    """What one picture shows.

    Attributes
    ----------
    frames : tuple of Frame
        A frame of each run.
    spoken : tuple of Spoken
        The numbers of each run.
    index : int
        Frame of the first run whose values the plots print.
    progress : float
        How far through the film, 0..1, for a camera that moves.
    strobe : tuple of tuple of Frame
        More frames of each run, in the same picture; empty for none of any.
    """

    frames: tuple[Frame, ...]
    spoken: tuple[Spoken, ...]
    index: int = 0
    progress: float = 0.0
    strobe: tuple[tuple[Frame, ...], ...] = ()


class Composer:
    """Draws the pictures of one film.

    Parameters
    ----------
    runs : sequence of RunInfo
        One run, or two that are shown together.
    look : Look
        What the pictures look like.
    sheet : PlotSheet, optional
        The plots beside them.
    range_s : (float, float)
        Range of the plots' time axis.
    paths : sequence of BodyPaths
        Where each run's bodies were, for their trails.
    """

    def __init__(
        self,
        runs: Sequence[RunInfo],
        look: Look,
        sheet: PlotSheet | None = None,
        range_s: tuple[float, float] = (0.0, 1.0),
        paths: Sequence[BodyPaths] = (),
    ) -> None:
        self._runs = tuple(runs)
        self._paths = tuple(paths) or (NO_PATHS,) * len(self._runs)
        self._look = look
        self._palette = load_palette(look.theme)
        has_plots = sheet is not None and bool(sheet.plots)
        n_scenes = len(self._runs) if look.pair_mode == "beside" else 1
        self._layout: Layout = layout_of(look.width_px, look.height_px, n_scenes, has_plots=has_plots)
        self._scenes: list[Scene] = []
        self._has_aimed = False
        self._start_azimuths_rad: list[float] = []
        self._panel: PlotPanel | None = None
        if sheet is not None and self._layout.plots is not None:
            area = self._layout.plots
            scale = scale_of(look.width_px, look.height_px)
            self._panel = PlotPanel(sheet, area.width, area.height, range_s, self._palette, scale)
        for area, info in zip(self._layout.scenes, self._runs, strict=False):
            scene = Scene(area.width, area.height, self._palette)
            self._scenes.append(scene)
            scene.build(info.geometry, info.action_names)
            scene.set_quality(look.quality)

    @property
    def n_plots_left_out(self) -> int:
        """Plots for which there was no room."""
        return self._panel.n_left_out if self._panel is not None else 0

    def draw(self, moment: Moment) -> Pixels:
        """Draw one picture.

        Returns
        -------
        uint8 array (height, width, 4)
            Red, green, blue, and alpha without meaning; top row first; nobody else's.
        """
        self._show(moment)
        picture = np.empty((self._look.height_px, self._look.width_px, 4), dtype=np.uint8)
        for number, (area, scene) in enumerate(zip(self._layout.scenes, self._scenes, strict=True)):
            part = picture[area.rows, area.columns]
            part[...] = scene.render()[::-1]
            self._write_over(part, scene, moment, number)
        self._draw_plots(picture, moment)
        return picture

    def draw_still(self, moment: Moment, *, is_transparent: bool = False) -> Pixels:
        """Draw one picture as fine as can be, in tiles where it is large.

        Returns
        -------
        uint8 array (height, width, 3), or (height, width, 4) if transparent
            Red, green, blue and perhaps alpha; top row first.
        """
        self._show(moment)
        n_channels = 4 if is_transparent else 3
        picture = np.empty((self._look.height_px, self._look.width_px, n_channels), dtype=np.uint8)
        for number, (area, scene) in enumerate(zip(self._layout.scenes, self._scenes, strict=True)):
            part = picture[area.rows, area.columns]
            part[...] = scene.picture(area.width, area.height, is_transparent=is_transparent)
            self._write_over(part, scene, moment, number)
        if is_transparent and self._layout.plots is not None:
            picture[self._layout.plots.rows, self._layout.plots.columns, 3] = 255
        self._draw_plots(picture, moment)
        return picture

    def close(self) -> None:
        """Free the scenes. Idempotent."""
        for scene in self._scenes:
            scene.close()
        self._scenes.clear()

    def _show(self, moment: Moment) -> None:
        for number, scene in enumerate(self._scenes):
            frame, options = moment.frames[number], self._look.scene
            ghosts = self._ghosts(moment, number)
            scenery = frame_scenery(self._runs[number], frame, options.layers, self._paths[number])
            scene.show(frame, options, ghosts=ghosts, scenery=scenery)
            if not self._has_aimed:
                aim(scene, self._look.camera, self._layout.scenes[number])
        if not self._has_aimed:
            if any(moment.strobe):
                step_back(self._scenes, self._layout.scenes)
            self._start_azimuths_rad = [scene.camera.azimuth_rad for scene in self._scenes]
        self._has_aimed = True
        turns = self._look.camera.orbit_turns
        if turns:
            for scene, start_rad in zip(self._scenes, self._start_azimuths_rad, strict=True):
                scene.camera.azimuth_rad = math.remainder(start_rad + 2.0 * math.pi * turns * moment.progress, math.tau)

    def _write_over(self, part: Pixels, scene: Scene, moment: Moment, number: int) -> None:
        """Write over the view of one run, in place."""
        look, frame, geometry = self._look, moment.frames[number], self._runs[number].geometry
        if look.show_forces and look.scene.shows("ground_reaction"):
            scale = scale_of(part.shape[1], part.shape[0])
            add_force_labels(part, frame, geometry.mass_kg, scene.world_to_pixel, self._palette, scale)
        spoken = self._spoken(moment, number)
        add_overlays(part, look, self._palette, spoken, frame, geometry, is_first=number == 0)

    def _spoken(self, moment: Moment, number: int) -> Spoken:
        spoken = moment.spoken[number]
        has_ghost = len(moment.frames) > len(self._scenes)
        return replace(spoken, ghost_name=moment.spoken[1].name) if has_ghost else spoken

    def _ghosts(self, moment: Moment, number: int) -> list[Ghost]:
        strobe = moment.strobe[number] if moment.strobe else ()
        ghosts = [Ghost(frame, None, is_solid=True) for frame in strobe]
        if len(moment.frames) > len(self._scenes):
            ghosts.append(Ghost(moment.frames[1], GHOST_TINT, geometry=self._runs[1].geometry))
        return ghosts

    def _draw_plots(self, picture: Pixels, moment: Moment) -> None:
        area: Area | None = self._layout.plots
        if self._panel is not None and area is not None:
            self._panel.draw(picture[area.rows, area.columns], moment.spoken[0].time_s, moment.index)
