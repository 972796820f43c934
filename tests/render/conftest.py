from collections.abc import Generator

import pytest

from osimviz.frames import Frame, ModelGeometry
from osimviz.palette import load_palette
from osimviz.render.scene import Scene
from tests.render.recorded_walk import load_walk


@pytest.fixture(scope="session")
def walk() -> tuple[ModelGeometry, list[Frame]]:
    return load_walk()


@pytest.fixture(scope="session")
def geometry(walk: tuple[ModelGeometry, list[Frame]]) -> ModelGeometry:
    return walk[0]


@pytest.fixture(scope="session")
def frames(walk: tuple[ModelGeometry, list[Frame]]) -> list[Frame]:
    return walk[1]


@pytest.fixture
def scene(geometry: ModelGeometry) -> Generator[Scene]:
    scene = Scene(640, 360, load_palette("dark"))
    scene.build(geometry)
    yield scene
    scene.close()
