"""Pictures as files: tiles that fit, transparency, what a file says about itself, strobes. Real drawing processes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import osimviz
from osimviz.film.errors import FilmError
from osimviz.palette import load_palette
from osimviz.render import tiles
from osimviz.render.options import SceneOptions
from osimviz.render.scene import Scene
from tests.film.conftest import filmed_run
from tests.film.test_encoders import read_png


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
    run = filmed_run(20)
    run_far = type(run)(run.info)
    for index in range(len(run)):
        frame = run.frame(index)
        offset = np.array([0.12 * index, 0.0, 0.0])
        run_far.append(
            replace(
                frame,
                body_positions_m=frame.body_positions_m + offset,
                path_points_m=frame.path_points_m + offset,
                centre_of_mass_m=frame.centre_of_mass_m + offset,
            )
        )
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
