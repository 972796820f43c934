"""Encoders: what a player decodes is what was drawn. Real files of every kind, decoded again."""

import struct
import zlib
from collections import deque
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from osimviz.film.encoders import open_encoder
from osimviz.film.encoding_thread import EncodingThread
from osimviz.film.gif_palette import SharedPalette
from osimviz.film.settings import Kind
from osimviz.render.png_file import Pixels
from tests.film.decoding import decoded

WIDTH, HEIGHT, N = 160, 96, 24
COLOURS = {"white": (255, 255, 255), "red": (255, 0, 0), "blue": (0, 0, 255), "right": (245, 149, 90)}
#: Where each colour stands: top row first.
PLACES = {"white": (8, 20), "red": (8, 60), "blue": (8, 100), "right": (8, 140)}


def picture(number: int) -> Pixels:
    pixels = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    pixels[..., :3] = (16, 19, 23)
    for i, colour in enumerate(COLOURS.values()):
        pixels[0:24, 40 * i : 40 * i + 40, :3] = colour
    pixels[60:80, 4 * number : 4 * number + 16, :3] = (0, 200, 0)
    return pixels


def encoded(kind: Kind, path: Path, fps: float) -> None:
    encoder = open_encoder(kind, path, (WIDTH, HEIGHT), fps, lambda: [picture(0), picture(N - 1)], lambda number: {})
    for number in range(N):
        encoder.add(picture(number))
    encoder.finish()
    encoder.abandon()


@pytest.mark.parametrize(
    ("kind", "fps", "codec"),
    [("mp4", 30.0, "h264"), ("mp4", 24.0, "h264"), ("webm", 30.0, "vp9"), ("gif", 25.0, "gif")],
)
def test_that_count_rate_size_colours_and_orientation_survive(
    tmp_path: Path, kind: Kind, fps: float, codec: str
) -> None:
    path = tmp_path / "film.part"
    encoded(kind, path, fps)
    film = decoded(path)
    assert len(film.pictures) == N
    assert film.size_px == (WIDTH, HEIGHT)
    assert film.fps == pytest.approx(fps)
    assert codec in film.codec
    if kind != "gif":
        assert film.duration_s == pytest.approx(N / fps, abs=0.002)
        assert film.pixel_format == "yuv420p"
    for number in (0, N // 2, N - 1):
        shown = film.pictures[number].astype(int)
        for name, (row, column) in PLACES.items():
            assert np.abs(shown[row, column] - COLOURS[name]).max() < 12, (name, number)
        assert shown[70, 4 * number + 8, 1] > 120, "the mark is where this picture has it"
        assert shown[90, 80].max() < 60, "the bottom is dark: the film stands upright"


def test_that_an_mp4_begins_with_its_index(tmp_path: Path) -> None:
    encoded("mp4", tmp_path / "film.mp4", 30.0)
    data = (tmp_path / "film.mp4").read_bytes()
    assert 0 < data.find(b"moov") < data.find(b"mdat")


def test_that_pictures_of_a_gif_share_one_palette(tmp_path: Path) -> None:
    encoded("gif", tmp_path / "film.gif", 25.0)
    data = (tmp_path / "film.gif").read_bytes()
    assert data[10] & 0x80, "a palette for all"
    assert data.count(b"NETSCAPE2.0") == 1
    # The flags of an image descriptor come after its separator, place and size; bit 7 is a palette of its own.
    first_image = data.index(b"\x2c", 13 + 3 * 2 ** ((data[10] & 7) + 1))
    assert not data[first_image + 9] & 0x80


def test_that_a_palette_keeps_a_small_red_muscle_beside_a_large_sky() -> None:
    sky = np.zeros((200, 200, 3), np.uint8)
    sky[..., 2] = np.arange(200)[:, None]
    sky[..., 1] = np.arange(200)[None, :]
    sky[90:94, 90:94] = (250, 0, 10)
    palette = SharedPalette.of([sky])
    shown = palette.argb[palette.indices(sky)][..., 1:].astype(int)
    assert np.abs(shown[92, 92] - (250, 0, 10)).max() < 10
    assert np.abs(shown - sky).max() < 32
    assert len(np.unique(palette.argb[:, 1:], axis=0)) > 200


def test_that_numbered_pictures_hold_the_pixels_and_what_they_show(tmp_path: Path) -> None:
    encoder = open_encoder("png", tmp_path, (WIDTH, HEIGHT), 30.0, list, lambda number: {"step": str(number)})
    for number in range(3):
        encoder.add(picture(number))
    encoder.finish()
    names = sorted(file.name for file in tmp_path.glob("*.png"))
    assert names == ["00001.png", "00002.png", "00003.png"]
    pixels, texts = read_png(tmp_path / "00003.png")
    assert np.array_equal(pixels, picture(2)[..., :3])
    assert texts == {"step": "2"}


class Full:
    """An encoder on a full disk."""

    def __init__(self, *, until_the_end: bool) -> None:
        self._until_the_end = until_the_end
        self.is_abandoned = False

    def add(self, picture: Pixels) -> None:
        if not self._until_the_end:
            raise OSError(28, "No space left on device")

    def finish(self) -> None:
        raise OSError(28, "No space left on device")

    def abandon(self) -> None:
        self.is_abandoned = True


def test_that_a_fault_of_the_encoder_reaches_whoever_draws() -> None:
    encoder = Full(until_the_end=False)
    thread = EncodingThread(encoder)
    add_many = partial(deque, (thread.add(picture(0)) for _ in range(20)), 0)
    with pytest.raises(OSError, match="No space"):
        add_many()
    with pytest.raises(OSError, match="No space"):
        thread.finish()
    assert encoder.is_abandoned


def test_that_a_fault_at_the_very_end_is_told_as_well() -> None:
    encoder = Full(until_the_end=True)
    thread = EncodingThread(encoder)
    thread.add(picture(0))
    with pytest.raises(OSError, match="No space"):
        thread.finish()
    assert encoder.is_abandoned


def read_png(path: Path) -> tuple[Pixels, dict[str, str]]:
    """Return pixels and texts of a PNG that was written with filter 2 in every row."""
    data = path.read_bytes()
    position, body, texts = 8, b"", {}
    while position < len(data):
        length = struct.unpack(">I", data[position : position + 4])[0]
        kind, content = data[position + 4 : position + 8], data[position + 8 : position + 8 + length]
        assert (
            zlib.crc32(kind + content) == struct.unpack(">I", data[position + 8 + length : position + 12 + length])[0]
        )
        if kind == b"IHDR":
            width, height, _, colour_type = struct.unpack(">IIBB", content[:10])
        elif kind == b"IDAT":
            body += content
        elif kind == b"iTXt":
            keyword, _, rest = content.partition(b"\0")
            texts[keyword.decode()] = rest[4:].decode("utf-8")
        position += 12 + length
    n_channels = 4 if colour_type == 6 else 3
    rows = np.frombuffer(zlib.decompress(body), np.uint8).reshape(height, width * n_channels + 1)
    return np.cumsum(rows[:, 1:], axis=0, dtype=np.uint8).reshape(height, width, n_channels), texts
