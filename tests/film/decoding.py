"""What a player sees of a film: its pictures, rate, length and size."""

from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Decoded:
    pictures: list[NDArray[np.uint8]]
    fps: float
    duration_s: float
    codec: str
    pixel_format: str

    @property
    def size_px(self) -> tuple[int, int]:
        height, width, _ = self.pictures[0].shape
        return width, height


def decoded(path: Path) -> Decoded:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        pictures = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
        duration_s = container.duration / 1e6 if container.duration else float("nan")
        rate = float(stream.average_rate or 0)
        context = stream.codec_context
        return Decoded(pictures, rate, duration_s, context.name, str(context.pix_fmt))


def redness(picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return where a picture is clearly red."""
    rgb = picture.astype(int)
    red: NDArray[np.bool_] = (rgb[..., 0] > 140) & (rgb[..., 1] < 80) & (rgb[..., 2] < 80)
    return red
