"""Draws every model that osim-rl comes with, and every choice for the picture, into `docs/gallery/`.

Run ``python tools/gallery.py [FOLDER]``; OpenSim poses the models and computes a short walk, in worker processes. The
pictures are for looking at: each shows one thing, and its name says which.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.stress_scene import joined_frame, posed_model
from osimviz.frames import Frame, ModelGeometry, RunInfo
from osimviz.palette import ThemeName, load_palette
from osimviz.recording import Recording
from osimviz.render.bones import Bones
from osimviz.render.camera import VIEW_NAMES
from osimviz.render.captions import add_captions
from osimviz.render.options import Ghost, SceneOptions
from osimviz.render.picking import Picked
from osimviz.render.png_file import save_png
from osimviz.render.scene import Scene
from osimviz.scenery import scenery_of
from osimviz.view_choices import CENTRE_OF_MASS, DEFAULT_LAYERS, LAYERS, LEGENDS, Layer
from osimviz.worker.messages import Ended, Loaded, LoadFailed, Message, RunRequest
from osimviz.worker.process import WorkerProcess
from tests.render.recorded_walk import geometry_folder

_SIZE_PX = (640, 400)
_N_STEPS = 130


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: its name, and how it differs from the usual one."""

    name: str
    options: SceneOptions = field(default_factory=SceneOptions)
    view: str = "three-quarter"
    theme: ThemeName = "dark"
    index: int = 112
    level: str = "low"


def run(env: str, controller: str, n_steps: int, *env_args: tuple[str, str]) -> Recording:
    """Return a run of some steps."""
    found: list[Recording] = []
    worker = WorkerProcess(RunRequest(env, env_args, controller, n_steps=n_steps))

    def take(message: Message) -> None:
        if isinstance(message, Loaded):
            found.append(Recording(message.info))
        elif isinstance(message, Frame):
            found[0].append(message)
        elif isinstance(message, LoadFailed):
            raise SystemExit(f"{env}: {message.failure.sentence}")
        elif isinstance(message, Ended):
            found[0].outcome = message.outcome

    worker.run(take, lambda sentence: None)
    return found[0]


def models() -> Iterator[tuple[str, ModelGeometry, Frame]]:
    """Return each model of osim-rl in its default pose; some of them cannot be stepped."""
    for file in sorted(geometry_folder().parent.glob("*.osim")):
        geometry, poses = posed_model(file.stem, n_poses=1, spread_rad=0.0)
        frame = replace(joined_frame([poses[0]], 0), centre_of_mass_m=np.full(3, np.nan))
        yield file.stem, geometry, standing(geometry, frame)


def standing(geometry: ModelGeometry, frame: Frame) -> Frame:
    """Return a frame lifted out of the floor: the default pose of two leg models has the pelvis at the origin."""
    pelvis_m = frame.body_positions_m[geometry.followed_body_index]
    has_contacts = any(solid.is_contact for solid in geometry.solids)
    if not has_contacts or pelvis_m[1] > 0.3:
        return frame
    bones = Bones(geometry, load_palette("dark"))
    bones.pose(frame.body_positions_m, frame.body_quaternions)
    extent = bones.extent_m()
    lift_m = np.array([0.0, -extent[0][1] if extent is not None else 0.0, 0.0])
    return replace(frame, body_positions_m=frame.body_positions_m + lift_m, path_points_m=frame.path_points_m + lift_m)


def option_shots() -> Iterator[Shot]:
    """List a picture of every choice."""
    for layer in LAYERS:
        if layer == "joint_limits":
            continue
        layers: frozenset[Layer] = frozenset(("muscles", "shadow"))
        options = SceneOptions(layers=layers ^ {layer} if layer in layers else layers | {layer})
        near = layer in ("contact_points", "base_of_support", "contact_geometry")
        yield Shot(
            f"layer-{layer}" if layer not in layers else f"layer-{layer}-off",
            options,
            view="feet" if near else "three-quarter",
            index=105 if near else 112,
        )
    for source in LEGENDS:
        yield Shot(f"colour-{source}", SceneOptions(colour_source=source))
    yield Shot("colour-safe-dark", SceneOptions(map_name="colour-blind safe"))
    yield Shot("colour-safe-light", SceneOptions(map_name="colour-blind safe"), theme="light")
    yield Shot("colour-tendons-light", SceneOptions(layers=DEFAULT_LAYERS | {"tendons"}), theme="light")
    for view in VIEW_NAMES:
        yield Shot(f"view-{view}", view=view)
    yield Shot("follow-centre-of-mass", SceneOptions(followed=CENTRE_OF_MASS))
    yield Shot("light", theme="light")
    yield Shot("level-high", level="high")
    yield Shot("all-layers-dark", SceneOptions(layers=frozenset(LAYERS) - {"tendons"}))
    yield Shot("all-layers-light", SceneOptions(layers=frozenset(LAYERS) - {"tendons"}), theme="light")


class Gallery:
    """Draws into a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.n_bytes = 0

    def draw(self, recording: Recording, shot: Shot, *, size_px: tuple[int, int] = _SIZE_PX) -> None:
        """Draw one picture."""
        scene = self._scene(recording.info, shot)
        index = min(shot.index, recording.last_index)
        frame = recording.frame(index)
        scene.show(frame, shot.options, scenery=scenery_of(recording, index, shot.options.layers))
        if shot.view != "three-quarter":
            scene.set_view(shot.view)  # type: ignore[arg-type]
        self._keep(scene, recording.info.geometry, frame, shot, size_px)

    def draw_model(self, name: str, geometry: ModelGeometry, frame: Frame) -> None:
        """Draw a model without a run."""
        shot = Shot(f"model-{name}")
        scene = Scene(*_SIZE_PX, load_palette(shot.theme))
        scene.build(geometry)
        scene.show(frame, shot.options)
        self._keep(scene, geometry, frame, shot, _SIZE_PX)

    def draw_ghosts(self, recording: Recording) -> None:
        """Draw what stands beside the figure: ghosts, a strobe, an outline."""
        frame = recording.frame(112)
        ghosts = [Ghost(recording.frame(i), tint) for i, tint in ((94, "series2"), (126, "series3"))]
        strobe = [Ghost(recording.frame(i), None, is_solid=True) for i in range(0, 112, 14)]
        tinted = [Ghost(recording.frame(i), "series2") for i in range(0, 112, 14)]
        for theme in ("dark", "light"):
            for name, others in (("ghosts", ghosts), ("strobe", strobe), ("strobe-ghosts", tinted)):
                shot = Shot(f"{name}-{theme}", SceneOptions(), theme=theme)  # type: ignore[arg-type]
                scene = self._scene(recording.info, shot)
                scene.show(frame, shot.options, ghosts=others)
                scene.set_view("right" if "strobe" in name else "three-quarter")
                if "strobe" in name:
                    scene.fit()
                self._keep(scene, recording.info.geometry, frame, shot, (960, 400) if "strobe" in name else _SIZE_PX)
        outlined = recording.info.geometry.muscle_names.index("vasti_r")
        for kind, index in (("muscle", outlined), ("bone", 3)):
            shot = Shot(f"outline-{kind}")
            scene = self._scene(recording.info, shot)
            scene.show(frame, shot.options)
            scene.highlight(Picked(kind, "", index, (0.0, 0.0, 0.0)))  # type: ignore[arg-type]
            self._keep(scene, recording.info.geometry, frame, shot, _SIZE_PX)

    def draw_missing(self, recording: Recording) -> None:
        """Draw the model with some of its meshes not found."""
        info = recording.info
        bones = tuple(replace(b, path="") if "femur" in b.name else b for b in info.geometry.bones)
        shot = Shot("missing-mesh")
        scene = self._scene(replace(info, geometry=replace(info.geometry, bones=bones)), shot)
        scene.show(recording.frame(112), shot.options)
        self._keep(scene, info.geometry, recording.frame(112), shot, _SIZE_PX)

    def draw_disabled(self, recording: Recording) -> None:
        """Draw the model with the muscles of one leg disabled."""
        info = recording.info
        names = tuple(name for name in info.geometry.muscle_names if name.endswith("_r"))
        shot = Shot("disabled-muscles")
        scene = self._scene(replace(info, geometry=replace(info.geometry, disabled_muscles=names)), shot)
        scene.show(recording.frame(112), shot.options)
        self._keep(scene, info.geometry, recording.frame(112), shot, _SIZE_PX)

    def _scene(self, info: RunInfo, shot: Shot) -> Scene:
        scene = Scene(*_SIZE_PX, load_palette(shot.theme), level=shot.level)  # type: ignore[arg-type]
        scene.build(info.geometry, info.action_names)
        return scene

    def _keep(self, scene: Scene, geometry: ModelGeometry, frame: Frame, shot: Shot, size_px: tuple[int, int]) -> None:
        scene.resize(*size_px)
        if "strobe" in shot.name:
            scene.fit()
        picture = scene.picture(*size_px)
        add_captions(picture, frame, shot.options, load_palette(shot.theme), geometry, scene.world_to_pixel)
        path = self._folder / f"{shot.name}.png"
        save_png(path, np.ascontiguousarray(picture))
        scene.close()
        self.n_bytes += path.stat().st_size
        print(f"{path} {path.stat().st_size / 1024:.0f} kB")


def main() -> None:
    """Draw all pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parents[1] / "docs" / "gallery")
    gallery = Gallery(parser.parse_args().folder)
    walk = run("l2m2019", "reflex", _N_STEPS, ("difficulty", "2"))
    for shot in option_shots():
        gallery.draw(walk, shot)
    gallery.draw_ghosts(walk)
    gallery.draw_missing(walk)
    gallery.draw_disabled(walk)
    targets = run("prosthetics", "random", 40, ("difficulty", "1"))
    gallery.draw(targets, Shot("target-velocity", index=36))
    # A walk stays within its joints' limits.
    limits = SceneOptions(layers=frozenset(("muscles", "shadow", "joint_limits")))
    gallery.draw(targets, Shot("layer-joint_limits", limits, index=36))
    gallery.draw(run("arm2d", "random", 20), Shot("target-arm", index=18))
    for name, geometry, frame in models():
        gallery.draw_model(name, geometry, frame)
    print(f"{gallery.n_bytes / 2**20:.1f} MB")


if __name__ == "__main__":
    main()
