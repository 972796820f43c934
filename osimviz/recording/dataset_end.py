"""The end of a dataset, where rows are appended."""

from functools import lru_cache
from typing import Any, NamedTuple

import h5py
import numpy as np
from numpy.typing import NDArray


class RowKind(NamedTuple):
    """Shape of a row and NumPy's name of its type."""

    shape: tuple[int, ...]
    type_name: str


class DatasetEnd:
    """Appends to a dataset by HDF5's own calls: h5py's indexing takes ten times as long, and an episode has forty.

    Parameters
    ----------
    group : h5py.Group
        Open for appending.
    name : str
        The dataset's name within it; its first dimension grows, and nobody else resizes it.
    kind : RowKind
        Shape and type of its rows: asking the file takes as long as opening it.
    n_rows : int
        Rows it has.

    Attributes
    ----------
    n_rows : int
        Rows it has now.
    """

    def __init__(self, group: h5py.Group, name: str, kind: RowKind, n_rows: int = 0) -> None:
        self.n_rows = n_rows
        self._id = h5py.h5d.open(group.id, name.encode())
        self._row_shape = kind.shape
        self._type = _type_of(kind.type_name)

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
        place = _place_of(start, values.shape)
        self._id.write(_space_of(values.shape), place, np.ascontiguousarray(values), self._type)

    def replace_last(self, values: NDArray[Any]) -> None:
        """Put rows of the dataset's own type in the place of as many at its end; fewer where it has fewer."""
        values = values[max(len(values) - self.n_rows, 0) :]
        self.n_rows -= len(values)
        self.append(values)


@lru_cache(maxsize=256)
def _space_of(shape: tuple[int, ...]) -> Any:
    return h5py.h5s.create_simple(shape)


@lru_cache(maxsize=64)
def _place_of(start: int, shape: tuple[int, ...]) -> Any:
    """Return the selection of rows of that shape from `start` to the end of a dataset; most datasets share theirs."""
    # Made, as asking the dataset for its space takes three times as long.
    space = h5py.h5s.create_simple((start + shape[0], *shape[1:]))
    space.select_hyperslab((start, *(0,) * (len(shape) - 1)), shape)
    return space


@lru_cache
def _type_of(name: str) -> Any:
    return h5py.h5t.py_create(np.dtype(name))
