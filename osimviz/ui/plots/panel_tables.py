"""What the panels plot as comma-separated values, in SI units. No Qt."""

from collections.abc import Iterable

import numpy as np

from osimviz.analysis.gait_data import GaitData
from osimviz.film.figures import heading, table_text
from osimviz.frames import Array
from osimviz.muscle_rows import QUANTITIES, MuscleQuantity, muscle_values
from osimviz.recording import Recording


def muscles_table(recording: Recording, quantity: MuscleQuantity) -> str:
    """Return a quantity of every muscle over time, one line a frame."""
    unit = QUANTITIES[quantity].unit
    values = muscle_values(recording, quantity)
    columns = [
        (f"muscles/{name}/{quantity} ({unit})" if unit else f"muscles/{name}/{quantity}", column)
        for name, column in zip(recording.info.geometry.muscle_names, values.T, strict=True)
    ]
    return table_text(recording.time_s(), columns)


def channels_table(recording: Recording, names: Iterable[str]) -> str:
    """Return channels over time, one line a frame, as they were recorded."""
    return table_text(
        recording.time_s(), [(heading(recording.channel(name)), recording.column(name)) for name in names]
    )


def gait_table(data: GaitData, names: Iterable[str]) -> str:
    """Return channels over the stride of their foot, 0 to 100 %: mean, standard deviation, and each stride."""
    columns: list[tuple[str, Array]] = []
    for name in dict.fromkeys(names):
        cycles, foot = data.cycles_of(name), data.foot_of(name)
        head = heading(data.recording.channel(name))
        columns += [(f"{head} mean of {foot} strides", cycles.mean), (f"{head} deviation", cycles.deviation)]
        columns += [(f"{head} stride {number}", curve) for number, curve in enumerate(cycles.curves, 1)]
    shares = np.linspace(0.0, 100.0, len(columns[0][1]) if columns else 0)
    return table_text(shares, columns, first="stride (%)")
