"""Pictures to files: H.264, VP9, GIF and numbered PNGs. PyAV brings the encoders; no external program is needed.

Every encoder takes pictures (height, width, 4), uint8, red green blue alpha, top row first; alpha has no meaning.
"""

import os
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Protocol

import av
import numpy as np
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from av.video.stream import VideoStream

from osimviz.film.gif_palette import SharedPalette
from osimviz.film.settings import Kind
from osimviz.render.png_file import Pixels, PngTexts, write_png

#: *superfast*, with the one thing of *veryfast* that keeps files small: what later pictures build on gets more bits.
#: Without pictures between two others: they save a tenth of the file, for a fifth more work. A walk at 720p, beside
#: *veryfast*: half the processor time (a drawing takes 34 ms, this 10 to 12), a fifth larger, and nearer to what was
#: drawn (36.9 dB, not 36.6). 20 is visually lossless for such scenes.
_H264 = {"preset": "superfast", "crf": "20", "x264-params": "mbtree=1:rc-lookahead=10:bframes=0"}
#: Speed 6 of 8 with rows of blocks in parallel; quality 31 of 63, the value VP9's own guide gives for 720p and 1080p.
_VP9 = {"deadline": "realtime", "cpu-used": "6", "row-mt": "1", "crf": "31", "b": "0"}
#: On few cores the encoder's own threads fight with the drawing's: 28 pictures a second with one, 19 with two (720p).
_FEW_CORES = 4
#: Levels of zlib: numbered pictures are many, so quick before small.
_QUICK_PNG_LEVEL = 2


class Encoder(Protocol):
    """Takes the pictures of a film, one after the other."""

    def add(self, picture: Pixels) -> None:
        """Encode one more picture; `OSError` if it cannot be written."""

    def finish(self) -> None:
        """Write what is still held back and close the file; `OSError` if it cannot be written."""

    def abandon(self) -> None:
        """Let go of the file, whatever is in it. Idempotent, also after `finish`."""


def open_encoder(
    kind: Kind,
    path: Path,
    size_px: tuple[int, int],
    fps: float,
    samples: Callable[[], Sequence[Pixels]],
    texts: Callable[[int], PngTexts],
) -> Encoder:
    """Return an encoder that writes to a path, whatever that is called.

    Parameters
    ----------
    kind : Kind
        What is written.
    path : Path
        File, or folder for ``png``.
    size_px : (int, int)
        Width and height of the pictures.
    fps : float
        Pictures a second.
    samples : callable
        Returns a few pictures spread over the film, for the colours that a GIF's pictures share.
    texts : callable
        Returns what a numbered picture says about itself, by its number from 0.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    if kind == "png":
        return _NumberedPictures(path, texts)
    if kind == "gif":
        return _Gif(path, size_px, fps, SharedPalette.of(samples()))
    return _Video(kind, path, size_px, fps)


class _Container:
    """A file of PyAV's with one stream of pictures; its errors become `OSError`."""

    def __init__(self, path: Path, file_format: str, options: dict[str, str]) -> None:
        with _os_errors():
            self._container = av.open(str(path), "w", format=file_format, options=options)
        self._is_open = True
        self._n_pictures = 0

    def _begin(self, codec: str, size_px: tuple[int, int], fps: float, options: dict[str, str]) -> VideoStream:
        rate = Fraction(fps).limit_denominator(1001)
        self._time_base = 1 / rate
        with _os_errors():
            stream = self._container.add_stream(codec, rate=rate, options=options)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = size_px
        return stream

    def _encode(self, stream: VideoStream, frame: av.VideoFrame | None) -> None:
        if frame is not None:
            frame.pts = self._n_pictures
            frame.time_base = self._time_base
            self._n_pictures += 1
        with _os_errors():
            for packet in stream.encode(frame):
                self._container.mux(packet)

    def _close(self, stream: VideoStream) -> None:
        self._encode(stream, None)
        self._is_open = False
        with _os_errors():
            self._container.close()

    def abandon(self) -> None:
        if self._is_open:
            self._is_open = False
            try:
                with _os_errors():
                    self._container.close()
            except OSError:
                # The file goes anyway.
                return


class _Video(_Container):
    """H.264 in MP4 or VP9 in WebM, with the colours of high-definition video, and said so in the file."""

    def __init__(self, kind: Kind, path: Path, size_px: tuple[int, int], fps: float) -> None:
        # The index goes to the file's front, so that a browser begins to play before it has all.
        super().__init__(path, kind, {"movflags": "+faststart"} if kind == "mp4" else {})
        codec, options = ("libx264", _H264) if kind == "mp4" else ("libvpx-vp9", _VP9)
        self._stream = self._begin(codec, size_px, fps, options)
        self._stream.pix_fmt = "yuv420p"
        context = self._stream.codec_context
        context.thread_count = 1 if (os.cpu_count() or 1) <= _FEW_CORES else 0
        # Unsaid, players guess by the size, and a red muscle turns orange in some.
        context.colorspace, context.color_range = Colorspace.ITU709, ColorRange.MPEG
        context.color_primaries, context.color_trc = ColorPrimaries.BT709, ColorTrc.BT709

    def add(self, picture: Pixels) -> None:
        # Not copied: the pixels are the frame's until it is converted.
        frame = av.VideoFrame.from_numpy_buffer(np.ascontiguousarray(picture), format="rgba")
        self._encode(
            self._stream,
            frame.reformat(
                format="yuv420p",
                src_color_range=ColorRange.JPEG,
                dst_colorspace=Colorspace.ITU709,
                dst_color_range=ColorRange.MPEG,
            ),
        )

    def finish(self) -> None:
        self._close(self._stream)


class _Gif(_Container):
    """A GIF that plays for ever, all pictures in the same 255 colours: small, and nothing flickers."""

    def __init__(self, path: Path, size_px: tuple[int, int], fps: float, palette: SharedPalette) -> None:
        super().__init__(path, "gif", {"loop": "0"})
        self._palette = palette
        self._stream = self._begin("gif", size_px, fps, {})
        self._stream.pix_fmt = "pal8"

    def add(self, picture: Pixels) -> None:
        indices = self._palette.indices(picture)
        # Its type information knows no pictures with a palette; its documentation does.
        frame = av.VideoFrame.from_ndarray((indices, self._palette.argb), format="pal8")  # type: ignore[arg-type]
        self._encode(self._stream, frame)

    def finish(self) -> None:
        self._close(self._stream)


class _NumberedPictures:
    """A folder of 00001.png, 00002.png, ..."""

    def __init__(self, folder: Path, texts: Callable[[int], PngTexts]) -> None:
        self._folder = folder
        self._texts = texts
        self._n_pictures = 0

    def add(self, picture: Pixels) -> None:
        file = self._folder / f"{self._n_pictures + 1:05d}.png"
        write_png(file, np.ascontiguousarray(picture[..., :3]), self._texts(self._n_pictures), level=_QUICK_PNG_LEVEL)
        self._n_pictures += 1

    def finish(self) -> None:
        """Nothing is held back."""

    def abandon(self) -> None:
        """Nothing is open."""


class _os_errors:
    """Turns PyAV's errors into `OSError`, which they are: the file system's number and words."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, av.FFmpegError) and not isinstance(error, OSError):
            raise OSError(error.errno, error.strerror) from error
