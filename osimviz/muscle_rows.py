"""Muscles as rows, right and left of one muscle together, and the quantities they can be shown by. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from osimviz.channels import Side, side_of, without_side
from osimviz.frames import Array, RunInfo
from osimviz.recording import Recording
from osimviz.view_choices import LEGENDS

MuscleQuantity = Literal["activation", "excitation", "action", "fiber_force", "fiber_length"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a muscle can be shown by.

    Attributes
    ----------
    title : str
        In words.
    unit : str
        SI unit of its values; empty for a share.
    ends : tuple of str
        The numbers at the two ends of the colour map.
    """

    title: str
    unit: str
    ends: tuple[str, str]


QUANTITIES: dict[MuscleQuantity, Quantity] = {
    "activation": Quantity("Activation", "", ("0", "1")),
    "excitation": Quantity("Excitation", "", ("0", "1")),
    "action": Quantity("Action", "", ("0", "1")),
    "fiber_force": Quantity("Fibre force", "N", ("0", "Fmax")),
    "fiber_length": Quantity("Fibre length", "opt", ("0.5", "1.5")),
}
#: Field of a frame that holds each.
FIELDS: dict[MuscleQuantity, str] = {
    "activation": "activation",
    "excitation": "excitation",
    "action": "action",
    "fiber_force": "fiber_force_n",
    "fiber_length": "fiber_length",
}


@dataclass(frozen=True, slots=True)
class Strip:
    """One muscle.

    Attributes
    ----------
    muscle : int
        Its index in the model.
    name : str
        Its name in the model.
    side : {"right", "left", ""}
        Its side.
    """

    muscle: int
    name: str
    side: Side


@dataclass(frozen=True, slots=True)
class MuscleRow:
    """A muscle of both sides, or one without a side.

    Attributes
    ----------
    title : str
        The name without its side.
    strips : tuple of Strip
        Right above left; one only where the model has no other.
    """

    title: str
    strips: tuple[Strip, ...]


def muscle_rows(names: Sequence[str]) -> tuple[MuscleRow, ...]:
    """Return the rows for muscles, in the order in which their names first come."""
    # One without a side that is called as a pair is has a row of its own.
    by_title: dict[tuple[str, bool], list[Strip]] = {}
    for index, name in enumerate(names):
        side = side_of(name)
        title = without_side(name) if side else name
        by_title.setdefault((title, bool(side)), []).append(Strip(index, name, side))
    rows = []
    for (title, _), strips in by_title.items():
        strips.sort(key=lambda strip: ("right", "left", "").index(strip.side))
        rows.append(MuscleRow(title.replace("_", " "), tuple(strips)))
    return tuple(rows)


def quantities_of(info: RunInfo) -> tuple[MuscleQuantity, ...]:
    """Return the quantities a run can show: what it has of its muscles, and actions if some of them drive a muscle.

    A motion of other programs has no forces of its muscles and perhaps no activations.
    """
    has_actions = bool(set(info.action_names) & set(info.geometry.muscle_names))
    known = {channel.field for channel in info.channels}
    return tuple(
        quantity for quantity in QUANTITIES if (has_actions if quantity == "action" else FIELDS[quantity] in known)
    )


def muscle_values(recording: Recording, quantity: MuscleQuantity, start: int = 0) -> Array:
    """Return a quantity of all muscles at the frames from `start` on.

    Returns
    -------
    array (n, n_muscles)
        In model order, in the quantity's unit; NaN for a muscle that no action drives.
    """
    values = recording.field(FIELDS[quantity], start)
    if values.ndim != 2:
        return np.empty((0, len(recording.info.geometry.muscle_names)))
    return by_muscle(values, quantity, recording.info)


def by_muscle(values: Array, quantity: MuscleQuantity, info: RunInfo) -> Array:
    """Return a field of frames in the order of the model's muscles, shape (..., n_muscles); actions have their own."""
    if quantity != "action":
        return values
    columns = {name: i for i, name in enumerate(info.action_names[: values.shape[-1]])}
    ordered = np.full((*values.shape[:-1], len(info.geometry.muscle_names)), np.nan)
    for muscle, name in enumerate(info.geometry.muscle_names):
        if name in columns:
            ordered[..., muscle] = values[..., columns[name]]
    return ordered


def shares(values: Array, quantity: MuscleQuantity, info: RunInfo) -> Array:
    """Return values as positions in the colour map, 0 to 1 (not clipped), shape as given; NaN stays NaN."""
    if quantity == "fiber_force":
        strongest = info.geometry.max_isometric_force_n
        return values / np.where(strongest > 0.0, strongest, np.nan)
    if quantity == "fiber_length":
        scale = LEGENDS[quantity]
        return (values - scale.lower) / (scale.upper - scale.lower)
    return values


def reduced_columns(shown: NDArray[np.floating], starts: NDArray[np.intp]) -> NDArray[np.floating]:
    """Return one value a pixel column: the largest of the samples that fall into it, so that no burst is hidden.

    Parameters
    ----------
    shown : array (n, n_muscles)
        Samples; NaN is passed over where another sample of the column exists.
    starts : int array (n_columns,)
        First sample of each column, rising; a column that begins with the next one shows that one sample.

    Returns
    -------
    array (n_columns, n_muscles)
    """
    if not len(shown) or not len(starts):
        return np.empty((0, shown.shape[1]))
    columns: NDArray[np.floating] = np.fmax.reduceat(shown, starts, axis=0)
    return columns
