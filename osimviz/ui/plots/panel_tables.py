"""What the panels plot as comma-separated values, in SI units. No Qt."""

import csv
import io
from collections.abc import Iterable

import numpy as np

from osimviz.film.figures import heading, table_text
from osimviz.muscle_rows import QUANTITIES, MuscleQuantity, muscle_values
from osimviz.recording import Recording
from osimviz.ui.plots.gait_data import GaitData


def muscles_table(recording: Recording, quantity: MuscleQuantity) -> str:
    """Return a quantity of every muscle over time, one line a frame."""
    unit = QUANTITIES[quantity].unit
    values = muscle_values(recording, quantity)
    columns = [
        (f"muscles/{name}/{quantity} ({unit})" if unit else f"muscles/{name}/{quantity}", column)
        for name, column in zip(recording.info.geometry.muscle_names, values.T, strict=True)
    ]
    return table_text(recording.time_s(), columns)


def phase_table(recording: Recording, names: Iterable[str]) -> str:
    """Return the channels of both axes over time, one line a frame."""
    return table_text(
        recording.time_s(), [(heading(recording.channel(name)), recording.column(name)) for name in names]
    )


def gait_table(data: GaitData, names: Iterable[str]) -> str:
    """Return channels over the stride of their foot, 0 to 100 %: mean, standard deviation, and each stride."""
    heads, columns = [], []
    for name in dict.fromkeys(names):
        cycles, foot = data.cycles_of(name), data.foot_of(name)
        head = heading(data.recording.channel(name))
        heads += [f"{head} mean of {foot} strides", f"{head} deviation"]
        heads += [f"{head} stride {number}" for number in range(1, len(cycles.curves) + 1)]
        columns += [cycles.mean, cycles.deviation, *cycles.curves]
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["stride (%)", *heads])
    shares = np.linspace(0.0, 100.0, len(columns[0]) if columns else 0)
    for row in zip(shares, *columns, strict=True):
        table.writerow(["" if value != value else repr(float(value)) for value in row])
    return text.getvalue()
