"""Lines of many points for Qt's painter."""

import pyqtgraph.functions as functions
from PyQt5.QtGui import QPolygonF

from osimviz.frames import Array


def polygon_of(xs: Array, ys: Array) -> QPolygonF:
    """Return points (n,) as a polygon.

    They are written into Qt's memory: 100,000 of them take half a second as objects of Python, and a millisecond so.
    """
    polygon = functions.create_qpolygonf(len(xs))
    if len(xs):
        places = functions.ndarray_from_qpolygonf(polygon)
        places[:, 0], places[:, 1] = xs, ys
    return polygon
