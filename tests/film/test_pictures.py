"""Pictures as files: tiles that fit, transparency, what a file says about itself, strobes. Real drawing processes."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import osimviz
from osimviz.film.cast import Cast
from osimviz.film.composer import Composer, Moment
from osimviz.film.errors import FilmError
from osimviz.film.making import finish
from osimviz.film.settings import CameraPath, Look, PairMode, PictureSettings
from osimviz.film.tasks import PictureTask, picture_index, picture_job
from osimviz.palette import load_palette
from osimviz.recording import Recording
from osimviz.render import tiles
from osimviz.render.options import SceneOptions
from osimviz.render.scene import Scene
from osimviz.view_choices import Layer
from tests.film.conftest import filmed_run, walking_run
from tests.film.test_encoders import read_png
from tests.render.pixel_measures import changed, near


def test_that_tiles_fit_together_to_the_pixel(monkeypatch: pytest.MonkeyPatch) -> None:
    run = filmed_run(2)
    scene = Scene(64, 64, load_palette("dark"))
    scene.build(run.info.geometry)
    scene.show(run.frame(1), SceneOptions())
    whole = scene.picture(501, 300)
    monkeypatch.setattr(tiles, "_LARGEST_SIDE_PX", 128)
    assert len(list(tiles.tiles_of(501, 300))) == 12
    tiled = scene.picture(501, 300)
    after = scene.picture(501, 100)
    scene.close()
    difference = np.abs(whole.astype(int) - tiled).max(axis=2)
    assert (difference > 8).mean() < 0.002, "rounding at edges, and no seam"
    assert np.percentile(difference, 99) <= 2
    assert after.shape == (100, 501, 3)


def test_that_a_picture_says_what_it_shows(tmp_path: Path, run_file: Path) -> None:
    path = osimviz.render_picture(run_file, tmp_path / "a.png", at=0.3, size=(320, 240))
    pixels, texts = read_png(path)
    assert pixels.shape == (240, 320, 3)
    assert texts["step"] == "10"
    assert float(texts["time_s"]) == pytest.approx(0.3)
    assert texts["run"] == "walk.h5"
    assert texts["Software"] == f"osimviz {osimviz.__version__}"
    assert {"environment", "controller", "seed", "vtk", "model"} <= texts.keys()


def test_that_a_transparent_picture_holds_the_figure_alone(tmp_path: Path) -> None:
    path = osimviz.render_picture(
        filmed_run(2), tmp_path / "a.png", size=(300, 300), transparent=True, legend=False, time=False
    )
    pixels, _ = read_png(path)
    alpha = pixels[..., 3]
    assert pixels.shape == (300, 300, 4)
    assert alpha[:20].max() == 0
    assert alpha[-10:, :60].max() == 0
    assert 0.02 < (alpha == 255).mean() < 0.5
    assert ((alpha > 0) & (alpha < 255)).any(), "edges are smooth"
    # Bones are bright where they are seen, as before the sky: nothing dark shines through.
    solid = pixels[alpha == 255][:, :3]
    assert np.percentile(solid.max(axis=1), 90) > 150


def test_that_a_strobe_shows_several_figures(tmp_path: Path) -> None:
    run_far = walking_run(0.12)
    shown = {}
    for name, strobe in (("one", None), ("many", (0.0, 0.57, 4))):
        path = osimviz.render_picture(
            run_far,
            tmp_path / f"{name}.png",
            size=(600, 300),
            camera="side",
            transparent=True,
            legend=False,
            time=False,
            strobe=strobe,
        )
        shown[name] = read_png(path)[0][..., 3] > 128
    columns = {name: np.flatnonzero(mask.any(axis=0)) for name, mask in shown.items()}
    assert np.ptp(columns["many"]) > 2 * np.ptp(columns["one"])
    assert columns["many"].min() > 5, "all are in the picture"
    assert columns["many"].max() < 594


def test_that_the_figures_of_a_strobe_of_a_long_walk_are_all_seen(tmp_path: Path) -> None:
    path = osimviz.render_picture(
        walking_run(1.5),
        tmp_path / "strobe.png",
        size=(1600, 300),
        camera="right",
        transparent=True,
        legend=False,
        time=False,
        scene=SceneOptions(layers=frozenset()),
        strobe=(0.0, 0.57, 8),
    )
    columns = (read_png(path)[0][..., 3] > 128).any(axis=0)
    assert (np.diff(columns.astype(int)) == 1).sum() == 8
    assert not columns[:3].any()
    assert not columns[-3:].any()


@pytest.mark.parametrize("camera", ["three-quarter", "right", "front"])
def test_that_the_figures_of_a_strobe_that_come_near_are_whole(tmp_path: Path, camera: str) -> None:
    path = osimviz.render_picture(
        walking_run(0.12),
        tmp_path / "strobe.png",
        size=(600, 300),
        camera=camera,
        transparent=True,
        legend=False,
        time=False,
        strobe=(0.0, 0.57, 4),
    )
    seen = read_png(path)[0][..., 3] > 128
    assert not seen[:3].any()
    assert not seen[-3:].any()
    assert not seen[:, :3].any()
    assert not seen[:, -3:].any()


@pytest.mark.parametrize("size", [(180, 500), (100, 800)])
def test_that_a_model_is_whole_in_a_narrow_picture(tmp_path: Path, size: tuple[int, int]) -> None:
    scene = SceneOptions(layers=frozenset())
    path = osimviz.render_picture(
        filmed_run(), tmp_path / "a.png", size=size, camera="right", transparent=True, time=False, scene=scene
    )
    seen = read_png(path)[0][..., 3] > 128
    assert seen.any()
    assert not seen[:, :2].any()
    assert not seen[:, -2:].any()


def test_that_a_strobe_ends_with_its_range_not_with_the_run() -> None:
    cast = Cast(walking_run(0.12))
    settings = PictureSettings(Look(600, 300), strobe_from_s=0.06, strobe_to_s=0.3, strobe_count=4)

    job = picture_job(cast, picture_index(cast, "end", settings), settings)

    assert job.spoken[0].strobe == (pytest.approx(0.06), pytest.approx(0.3), 4)
    assert picture_index(cast, 0.45, settings) == 15
    assert picture_index(cast, "end", PictureSettings()) == 19


@pytest.mark.parametrize("pair_mode", ["beside", "ghost"])
def test_that_a_strobe_of_two_runs_shows_as_many_figures_of_each_unless_one_is_a_ghost(pair_mode: PairMode) -> None:
    cast = Cast(walking_run(0.12), walking_run(0.05))
    look = Look(600, 300, pair_mode=pair_mode)

    job = picture_job(cast, 19, PictureSettings(look, strobe_from_s=0.0, strobe_to_s=0.57, strobe_count=4))

    first, second = job.spoken
    assert first.strobe == (0.0, pytest.approx(0.57), 4)
    assert second.strobe == (first.strobe if pair_mode == "beside" else None)


def test_that_two_strobes_beside_each_other_are_seen_from_equally_far(tmp_path: Path) -> None:
    settings = PictureSettings(
        Look(1200, 300, CameraPath("right"), SceneOptions(layers=frozenset()), show_time=False, show_legend=False),
        True,
        *(0.0, 0.57, 4),
    )
    cast = Cast(walking_run(0.0), walking_run(0.2))
    finish(PictureTask(cast, 19, tmp_path / "two.png", settings))
    seen = read_png(tmp_path / "two.png")[0][:270, :, 3] > 128
    heights_px = [np.ptp(np.flatnonzero(half.any(axis=1))) for half in (seen[:, :600], seen[:, 600:])]
    assert heights_px[0] == pytest.approx(heights_px[1], rel=0.15)
    assert np.ptp(np.flatnonzero(seen[:, 600:].any(axis=0))) > 1.5 * np.ptp(np.flatnonzero(seen[:, :600].any(axis=0)))


def test_that_a_strobe_counts_only_the_figures_that_are_somewhere() -> None:
    run = walking_run(0.12)
    broken = Recording(run.info)
    for index in range(len(run)):
        scale = 1.0 if index < 10 else 1e200 if index < 15 else np.nan
        frame = run.frame(index)
        broken.append(replace(frame, body_positions_m=frame.body_positions_m * scale))

    job = picture_job(Cast(broken), 19, PictureSettings(strobe_from_s=0.0, strobe_to_s=0.57, strobe_count=20))

    assert job.spoken[0].strobe == (0.0, pytest.approx(0.27), 10)


def test_that_a_strobe_says_which_time_it_is_of_and_how_many_figures_it_has() -> None:
    cast = Cast(walking_run(0.12))
    look = Look(600, 300, CameraPath("side"), SceneOptions())
    job = picture_job(cast, 1, PictureSettings(look, strobe_from_s=0.3, strobe_to_s=0.54, strobe_count=4))
    alone = picture_job(cast, 1, PictureSettings(look))

    # The figure at the cursor is one of them, here before the range.
    assert job.spoken[0].strobe == (pytest.approx(0.03), pytest.approx(0.54), 5)
    assert alone.spoken[0].strobe is None


def composed(
    cast: Cast, indices: Iterable[int], layers: frozenset[Layer], *, forces: bool = False
) -> list[NDArray[np.int64]]:
    """Return pictures from the right, 640 x 360, of some frames of a cast, drawn one after the other."""
    scene = SceneOptions(layers=layers)
    look = Look(640, 360, CameraPath("right"), scene, show_time=False, show_legend=False, show_forces=forces)
    shown = cast.shown(look, (0.0, 1.0), {})
    composer = Composer(shown.runs, look, shown.sheet, shown.range_s, shown.paths)
    try:
        return [
            composer.draw(Moment(cast.frames(0, [i]).frames, (cast.spoken(0, i),), i))[..., :3].astype(int)
            for i in indices
        ]
    finally:
        composer.close()


def test_that_a_trail_follows_the_pelvis_through_the_pictures_of_a_film() -> None:
    cast = Cast(walking_run(0.1))
    with_trails = composed(cast, (4, 19, 4), frozenset({"trails"}))
    without = composed(cast, (4, 19), frozenset())
    short, long = (changed(a, b) for a, b in zip(with_trails, without, strict=False))
    assert not changed(with_trails[2], with_trails[0]).any(), "the same moment looks the same after a jump back"
    # It ends at the pelvis, in the middle of the picture, and reaches back to the left: 1.9 m of about 4 m.
    px_per_m = 360 / (2 * 3.6 * np.tan(np.radians(17)))
    for trail, length_m in ((short, 0.4), (long, 1.9)):
        columns = np.flatnonzero(trail[:200].any(axis=0))
        assert columns.max() == pytest.approx(320, abs=30)
        assert columns.min() == pytest.approx(columns.max() - length_m * px_per_m, abs=30)


def test_that_the_numbers_of_the_forces_stand_beside_their_arrows() -> None:
    # The right foot alone bears, 1.8 body weights.
    run = filmed_run(4)
    layers = frozenset[Layer](["ground_reaction"])
    arrow, labelled = (composed(Cast(run), [3], layers, forces=forces)[0] for forces in (False, True))
    orange = load_palette("dark").rgb("right")
    tip_row, tip_column = np.argwhere(near(arrow, orange, 40))[0]
    rows, columns = np.nonzero(changed(labelled, arrow))
    assert len(rows) > 100
    assert 2 <= columns.min() - tip_column < 30, "right of the tip"
    assert rows.min() - 12 < tip_row < rows.max() + 12
    assert np.ptp(rows) < 24
    unlike = composed(Cast(run), [3], frozenset(), forces=True)[0]
    assert not near(unlike, orange, 40).any(), "no arrow, no number"
    assert np.ptp(columns) < 80
    words = labelled[rows.min() : rows.max(), columns.min() : columns.max()]
    assert (words[..., 0] - words[..., 2] > 60).sum() > 20, "in the colour of the side"


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("a.jpg", {}, ".png"),
        ("a.png", {"size": (8193, 100)}, "out of range"),
        ("a.png", {"size": (0, 100)}, "out of range"),
        ("no/a.png", {}, "does not exist"),
    ],
)
def test_that_an_impossible_picture_is_refused_in_words(
    tmp_path: Path, name: str, arguments: dict[str, tuple[int, int]], words: str
) -> None:
    with pytest.raises(FilmError) as caught:
        osimviz.render_picture(filmed_run(2), tmp_path / name, **arguments)  # type: ignore[arg-type]
    assert words in f"{caught.value.sentence} {caught.value.hint}"
    assert list(tmp_path.glob("*.png")) == []
