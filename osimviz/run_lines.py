"""The lines of the list of runs: what is told of each run and episode. NumPy only."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from osimviz.frames import Outcome
from osimviz.recording import EpisodeSummary, Recording
from osimviz.wording import capitalised, counted


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run or episode.

    Attributes
    ----------
    key : tuple of (int, int)
        The group it stands in, and its place there.
    title : str
        What it is called.
    steps : str
        How many steps it has.
    total : str
        The sum of its rewards; a dash where it has none.
    ended : str
        How it ended, in words.
    is_shown, is_growing, is_bad : bool
        Whether it is on the screen, gets more steps, ended by a fall or a failure.
    """

    key: tuple[int, int]
    title: str
    steps: str
    total: str
    ended: str
    is_shown: bool
    is_growing: bool
    is_bad: bool


@dataclass(frozen=True, slots=True)
class RunGroup:
    """The runs of this sitting, or the episodes of a file.

    Attributes
    ----------
    title, note : str
        What it is called, and what is said of it in a weaker voice.
    path : str
        The file; empty for the runs of this sitting.
    lines : tuple of RunLine
        Its runs.
    """

    title: str
    note: str
    path: str
    lines: tuple[RunLine, ...]


def sitting_group(recordings: Sequence[Recording], shown: Recording | None, growing: Recording | None) -> RunGroup:
    """Return the runs that were run here, as group 0."""
    lines = tuple(
        RunLine(
            key=(0, number),
            title=f"{number + 1} · {recording.info.controller}",
            steps=_number(max(recording.last_index, 0)),
            total=_total(recording.episode_return(recording.last_index) if recording.last_index >= 0 else 0.0),
            ended=_ended(recording.outcome, is_growing=recording is growing),
            is_shown=recording is shown,
            is_growing=recording is growing,
            is_bad=_is_bad(recording.outcome),
        )
        for number, recording in enumerate(recordings)
    )
    return RunGroup("This sitting", counted(len(lines), "run"), "", lines)


def file_group(
    place: int, name: str, path: str, summaries: Sequence[EpisodeSummary], shown_number: int, *, is_live: bool
) -> RunGroup:
    """Return the episodes of a file, as the group of that place; `shown_number` is -1 if none is shown."""
    last = summaries[-1].number if summaries else -1
    lines = tuple(
        RunLine(
            key=(place, summary.number),
            title=f"Episode {summary.number}",
            steps=_number(summary.n_steps),
            total=_total(summary.total_reward),
            ended=_ended(summary.outcome, is_growing=is_live and summary.number == last),
            is_shown=summary.number == shown_number,
            # A program that trains between two episodes still writes the file, but not the one that ended.
            is_growing=is_live and summary.number == last and summary.outcome is None,
            is_bad=_is_bad(summary.outcome),
        )
        for summary in summaries
    )
    note = counted(len(lines), "episode")
    return RunGroup(name, f"{note} · being written" if is_live else note, path, lines)


def _ended(outcome: Outcome | None, *, is_growing: bool) -> str:
    if outcome is None:
        return "Growing" if is_growing else "Breaks off"
    return capitalised(outcome.sentence)


def _is_bad(outcome: Outcome | None) -> bool:
    return outcome is not None and (outcome.ended_by == "fell" or outcome.failure is not None)


def _number(n: int) -> str:
    return f"{n:,}".replace(",", "\u202f")


def _total(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.2f}".replace("-", "−")
