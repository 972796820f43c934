"""The end of a dataset, where rows are appended."""

from functools import lru_cache
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray


class DatasetEnd:
    """Appends to a dataset by HDF5's own calls: h5py's indexing takes ten times as long, and an episode has forty.

    Parameters
    ----------
    group : h5py.Group
        Open for appending.
    name : str
        The dataset's name within it; its first dimension grows, and nobody else resizes it.

    Attributes
    ----------
    n_rows : int
        Rows it has.
    """

    def __init__(self, group: h5py.Group, name: str) -> None:
        self._id = h5py.h5d.open(group.id, name.encode())
        self.n_rows, *row = self._id.shape
        self._row_shape = tuple(row)
        self._origin = (0,) * len(row)
        self._type = _type_of(self._id.dtype)

    @property
    def dataset(self) -> h5py.Dataset:
        """The dataset, for what is not appending."""
        return h5py.Dataset(self._id)

    def append(self, values: NDArray[Any]) -> None:
        """Put rows of the dataset's own type at its end."""
        n = len(values)
        if not n:
            return
        start = self.n_rows
        self.n_rows += n
        self._id.set_extent((self.n_rows, *self._row_shape))
        place = self._id.get_space()
        place.select_hyperslab((start, *self._origin), values.shape)
        self._id.write(_space_of(values.shape), place, np.ascontiguousarray(values), self._type)


@lru_cache(maxsize=256)
def _space_of(shape: tuple[int, ...]) -> Any:
    return h5py.h5s.create_simple(shape)


@lru_cache
def _type_of(kind: np.dtype[Any]) -> Any:
    return h5py.h5t.py_create(kind)
