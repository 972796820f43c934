"""Pixels as Qt's images, and back."""

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtGui import QImage


def image_of(pixels: NDArray[np.uint8]) -> QImage:
    """Return pixels (height, width, 3 or 4), top row first, as an image of its own."""
    height, width, n_channels = pixels.shape
    kind = QImage.Format_RGBA8888 if n_channels == 4 else QImage.Format_RGB888
    return QImage(np.ascontiguousarray(pixels).data, width, height, n_channels * width, kind).copy()


def pixels_of(image: QImage) -> NDArray[np.uint8]:
    """Return an image without transparency as pixels of its own, (height, width, 3), top row first."""
    plain = image.convertToFormat(QImage.Format_RGB888)
    rows = np.frombuffer(plain.constBits().asstring(plain.sizeInBytes()), np.uint8)
    # Qt pads each row to whole words.
    rows = rows.reshape(plain.height(), plain.bytesPerLine())[:, : 3 * plain.width()]
    return np.ascontiguousarray(rows).reshape(plain.height(), plain.width(), 3)
