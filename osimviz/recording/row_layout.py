"""How a frame's numbers lie in one row of the store."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from osimviz.frames import Array, Frame

#: Every fixed-size attribute of a frame, in row order; the muscle paths are ragged and kept beside the rows.
ROW_FIELDS = (
    "time_s",
    "reward",
    "wall_time_s",
    "observation",
    "action",
    "excitation",
    "activation",
    "fiber_force_n",
    "fiber_length",
    "fiber_velocity",
    "coordinates",
    "speeds",
    "ground_reaction_n",
    "centre_of_pressure_m",
    "centre_of_mass_m",
    "centre_of_mass_velocity",
    "body_positions_m",
    "body_quaternions",
    "state",
    "reward_terms",
    "n_clipped",
    "target_velocity",
    "target_reached",
)
#: What a frame has of a field that recordings of an older format lack: by field, shape and value.
LATER_FIELDS: dict[str, tuple[tuple[int, ...], float]] = {
    "reward_terms": ((0,), np.nan),
    "n_clipped": ((), np.nan),
    "target_velocity": ((0,), np.nan),
    "target_reached": ((), np.nan),
}
#: Sum of the rewards so far; the store's own, no attribute of a frame.
RETURN_FIELD = "episode_return"


@dataclass(frozen=True, slots=True)
class FrameColumns:
    """Frames that follow each other, field by field.

    Attributes
    ----------
    fields : dict of str to array (n_frames, ...)
        Every attribute of a frame that a row holds, by name.
    path_points_m : list of array (n_points, 3)
        The muscle paths of each frame.
    path_counts : list of int array (n_muscles,)
        Points of each path.
    """

    fields: dict[str, Array]
    path_points_m: list[Array]
    path_counts: list[NDArray[np.int32]]

    def part(self, start: int, stop: int) -> "FrameColumns":
        """Return some of the frames."""
        fields = {name: values[start:stop] for name, values in self.fields.items()}
        return FrameColumns(fields, self.path_points_m[start:stop], self.path_counts[start:stop])


@dataclass(frozen=True, slots=True)
class RowLayout:
    """Where each field lies in a row, fixed by a run's first frame.

    Attributes
    ----------
    offsets : dict of str to int
        First column of each field.
    shapes : dict of str to tuple of int
        Shape of each field; ``()`` for a scalar.
    width : int
        Columns of a row.
    fields : tuple of str
        The attributes of a frame that a row holds, in row order; the return comes behind them.
    """

    offsets: dict[str, int]
    shapes: dict[str, tuple[int, ...]]
    width: int
    fields: tuple[str, ...] = field(init=False)
    _packed_shapes: list[tuple[int, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        names = tuple(name for name in ROW_FIELDS if name in self.offsets)
        object.__setattr__(self, "fields", names)
        object.__setattr__(self, "_packed_shapes", [self.shapes[name] for name in names])

    @classmethod
    def of(cls, frame: Frame) -> "RowLayout":
        """Return the layout that holds frames shaped like `frame`."""
        offsets: dict[str, int] = {}
        shapes: dict[str, tuple[int, ...]] = {}
        width = 0
        for name in ROW_FIELDS:
            shape = np.shape(getattr(frame, name))
            offsets[name], shapes[name] = width, shape
            width += math.prod(shape)
        offsets[RETURN_FIELD], shapes[RETURN_FIELD] = width, ()
        return cls(offsets, shapes, width + 1)

    def pack(self, frame: Frame, row: Array) -> None:
        """Write `frame` into `row` (width,); the return is left to the store, a field the layout lacks is left out.

        Raises
        ------
        ValueError
            If a field of the frame has another shape than the run's first frame.
        """
        values = [getattr(frame, name) for name in self.fields]
        if [getattr(value, "shape", ()) for value in values] != self._packed_shapes:
            self._refuse(frame)
        # One copy of all: a slice for each would take four times as long.
        flat = [value.ravel() if isinstance(value, np.ndarray) else (value,) for value in values]
        np.concatenate(flat, out=row[: self.width - 1], casting="unsafe")

    def check_columns(self, columns: FrameColumns) -> None:
        """Raise `ValueError` where fields of frames have other shapes than those of the run's first frame."""
        for name, shape in zip(self.fields, self._packed_shapes, strict=True):
            own = columns.fields[name].shape[1:]
            if own != shape:
                raise ValueError(f"frames have {name} of shape {own}, the run's first frame had {shape}")

    def pack_columns(self, columns: FrameColumns, rows: Array) -> None:
        """Write frames into `rows` (n_frames, width), as `pack` does one; `ValueError` as there."""
        self.check_columns(columns)
        for name, shape in zip(self.fields, self._packed_shapes, strict=True):
            offset, size = self.offsets[name], math.prod(shape)
            rows[:, offset : offset + size] = columns.fields[name].reshape(len(rows), size)

    def _refuse(self, frame: Frame) -> None:
        for name in self.fields:
            shape = np.shape(getattr(frame, name))
            if shape != self.shapes[name]:
                raise ValueError(
                    f"frame of step {frame.step} has {name} of shape {shape}, "
                    f"the run's first frame had {self.shapes[name]}"
                )

    def unpack(self, row: Array, field: str) -> Array:
        """Return `field` of `row` in its shape, as a view; NaN for a later field than the row's format knows."""
        if field not in self.offsets:
            return np.full(*LATER_FIELDS[field])
        shape = self.shapes[field]
        offset = self.offsets[field]
        return row[offset : offset + math.prod(shape)].reshape(shape)
