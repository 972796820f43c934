"""What the plotted curves read at the cursors."""

from osimviz.compared_data import ComparedData
from osimviz.plot_data import PlotData
from osimviz.ui.plots.legend import Reading
from osimviz.view_state import ViewState


def readings_at(view: ViewState, names: list[str], data: PlotData, compared: ComparedData | None) -> list[Reading]:
    """Return the readings of channels at the cursor of a view state, in their own units."""
    values = data.values_at(view.index, names)
    missing = [float("nan")] * len(names)
    others = compared.values_at(view.index, names) if compared is not None else missing
    befores = data.values_at(view.reference_index, names) if view.reference_index >= 0 else missing
    return [Reading(value, other, value - before) for value, other, before in zip(values, others, befores, strict=True)]
