"""PNG files of any size, written in bands so that a picture is never held twice, with text that says what it shows."""

import os
import struct
import tempfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

#: What a picture says about itself: keyword (1-79 characters of Latin-1) to text.
PngTexts = Mapping[str, str]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: Pixels that are compressed together.
_BAND_PIXELS = 1 << 21


def save_png(path: Path, picture: Pixels, texts: PngTexts | None = None) -> None:
    """Write a picture (height, width, 3 or 4), top row first, as a PNG file, whole or not at all.

    Parameters
    ----------
    path : Path
        The file.
    picture : uint8 array
        Red, green, blue and perhaps alpha.
    texts : mapping of str to str, optional
        What the picture says about itself.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        temporary = Path(file.name)
    try:
        write_png(temporary, picture, texts)
        # Temporary files are private; a picture is as readable as any other new file.
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def write_png(path: Path, picture: Pixels, texts: PngTexts | None = None, *, level: int = 6) -> None:
    """Write a picture to a file, in place.

    Parameters
    ----------
    path : Path
        The file; `save_png` writes whole or not at all.
    picture : uint8 array (height, width, 3 or 4)
        Red, green, blue and perhaps alpha (not multiplied in); top row first.
    texts : mapping of str to str, optional
        Text chunks (``iTXt``), which every program that reads PNG metadata shows.
    level : int
        Of zlib, 1 quick to 9 small.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    with path.open("wb") as file:
        write_png_to(file, picture, texts, level=level)


def write_png_to(file: BinaryIO, picture: Pixels, texts: PngTexts | None = None, *, level: int = 6) -> None:
    """Write a picture as `write_png` does, to an open file."""
    height, width, n_channels = picture.shape
    colour_type = 6 if n_channels == 4 else 2
    file.write(_SIGNATURE)
    _write_chunk(file, b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colour_type, 0, 0, 0))
    for keyword, text in (texts or {}).items():
        # Keyword, not compressed, no language, no translated keyword. The name of a file may be no text at all.
        body = keyword.encode("latin-1", "replace")[:79] + b"\0\0\0\0\0" + text.encode("utf-8", "replace")
        _write_chunk(file, b"iTXt", body)
    packer = zlib.compressobj(level)
    rows = picture.reshape(height, width * n_channels)
    n_rows = max(_BAND_PIXELS // max(width, 1), 1)
    for top in range(0, height, n_rows):
        data = packer.compress(_filtered(rows, top, min(top + n_rows, height)))
        if data:
            _write_chunk(file, b"IDAT", data)
    _write_chunk(file, b"IDAT", packer.flush())
    _write_chunk(file, b"IEND", b"")


def _filtered(rows: Pixels, top: int, bottom: int) -> bytes:
    """Return some rows with filter 2, each less the row above: a third of the size for smooth skies and floors."""
    filtered = np.empty((bottom - top, rows.shape[1] + 1), dtype=np.uint8)
    filtered[:, 0] = 2
    first = rows[top] if top == 0 else rows[top] - rows[top - 1]
    filtered[0, 1:] = first
    filtered[1:, 1:] = rows[top + 1 : bottom] - rows[top : bottom - 1]
    return filtered.tobytes()


def _write_chunk(file: BinaryIO, kind: bytes, data: bytes) -> None:
    file.write(struct.pack(">I", len(data)) + kind)
    file.write(data)
    file.write(struct.pack(">I", zlib.crc32(data, zlib.crc32(kind))))


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
