"""The page of the export dialog for plots and data: its fields, what they ask for, and who carries it out."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from PyQt5.QtGui import QImage
from PyQt5.QtWidgets import QFormLayout, QLabel, QWidget

from osimviz.film.command_text import plots_command
from osimviz.film.curves import usual_plots
from osimviz.recording import Recording
from osimviz.ui.export.fields import Fields, Value
from osimviz.ui.export.subject import Subject
from osimviz.wording import counted

_CONTENTS: dict[str, Value] = {
    "Plots, as the window shows them": "plots",
    "Plotted curves, as a table": "curves",
    "The whole run": "run",
}
_PLOT_KINDS: dict[str, Value] = {"SVG · for papers": ".svg", "PDF · for LaTeX": ".pdf", "PNG · pixels": ".png"}
_RUN_KINDS: dict[str, Value] = {
    "CSV · every channel": ".csv",
    "NPZ · arrays for NumPy": ".npz",
    "STO · states for OpenSim": ".sto",
    "MOT · coordinates for OpenSim": ".mot",
}
_RUN_WORDS = {
    ".csv": "every channel, SI units",
    ".npz": "every array, SI units",
    ".sto": "states, SI units",
    ".mot": "coordinates, degrees and metres",
}


class Figures(Protocol):
    """Draws the window's plots and writes the run."""

    def picture(self) -> QImage:
        """Return the plots as they are written."""

    def n_curves(self) -> int:
        """Return how many channels are plotted."""

    def plots(self) -> tuple[tuple[str, ...], ...]:
        """Return the channels of each plot over time; none where another panel is in front."""

    def range_s(self) -> tuple[float, float] | None:
        """Return the range of time of the plots; None where it is the whole run."""

    def write(self, contents: str, path: Path) -> str:
        """Write ``plots``, ``curves`` or the ``run``, by the suffix; return what went wrong, empty if nothing did."""


def fill_figures_form(fields: Fields, form: QFormLayout, label: QLabel) -> None:
    """Add the fields of plots and data to a form, the first with a label; a kind shows where there is a choice."""
    form.addRow(label, fields.choice("contents", _CONTENTS))
    plot_kind: QWidget = fields.choice("plot_kind", _PLOT_KINDS, "Always in light colours, for paper")
    run_kind: QWidget = fields.choice("run_kind", _RUN_KINDS)
    form.addRow("Kind", plot_kind)
    form.addRow("Kind", run_kind)

    def offer() -> None:
        contents = fields.values()["contents"]
        for widget, chosen in ((plot_kind, "plots"), (run_kind, "run")):
            widget.setVisible(contents == chosen)
            form.labelForField(widget).setVisible(contents == chosen)

    fields.changed.connect(offer)
    fields.filled.connect(offer)
    offer()


def suggested_name(values: Mapping[str, Any], stem: str) -> str:
    """Return what the file may be called."""
    contents = values["contents"]
    if contents == "run":
        return f"{stem}{values['run_kind']}"
    return f"{stem}-plots{values['plot_kind']}" if contents == "plots" else f"{stem}-curves.csv"


def command_of(values: Mapping[str, Any], subject: Subject, name: str, figures: Figures) -> str:
    """Return the command line that writes the same; empty where only the window can."""
    if values["contents"] == "run":
        return " ".join(shlex.quote(word) for word in ("osimviz", subject.source, "--export", name))
    is_table, recording = values["contents"] == "curves", subject.cast.recording
    plots = subject.plots if is_table else figures.plots()
    own = {channel.name for channel in recording.info.channels}
    # Channels made by a formula are the window's.
    if not plots or not own.issuperset(each for names in plots for each in names):
        return ""
    # A table is of the whole run.
    range_s = None if is_table else figures.range_s()
    return plots_command(subject.source, name, plots, range_s, subject.compared, usual_plots(recording))


def words_of(values: Mapping[str, Any], recording: Recording, n_curves: int) -> str:
    """Return what will be written, in words."""
    samples = counted(len(recording), "frame")
    if values["contents"] == "run":
        return f"{samples}: {_RUN_WORDS[values['run_kind']]}"
    curves = counted(n_curves, "curve")
    return f"{curves}, {samples}, SI units" if values["contents"] == "curves" else f"{curves}, in light colours"
