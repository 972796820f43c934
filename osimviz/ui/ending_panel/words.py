"""The words of the panel that says why a run ended. No Qt."""

import math
import re

from osimviz.analysis.ending import Ending
from osimviz.formatting import number
from osimviz.frames import EndLimit
from osimviz.recording import Recording
from osimviz.wording import capitalised, counted

#: Names of the outcomes that need no sentence of their own.
_HEADS = {
    "time_limit": "Time limit reached",
    "step_limit": "Step limit reached",
    "stopped": "Stopped",
    "done": "Ended by the environment",
    "controller_error": "Error in the controller",
    "simulator_error": "Error in the simulator",
    "worker_died": "The worker died",
}

#: Rows of the panel; the last ones come where those before have nothing to say.
_N_ROWS = 3


def waiting_words(*, is_running: bool, has_limit: bool) -> str:
    """Return what stands in the panel while nothing has ended; `has_limit` says whether there is a margin to follow."""
    if is_running and not has_limit:
        return "Nothing has ended yet. This environment has no fall condition; why the run ends stands here."
    if is_running:
        return "Nothing has ended yet. The margin to the fall condition is followed here."
    return "Nothing has ended yet. When a run ends, the condition, its margin and the first departure stand here."


def headline(ending: Ending) -> tuple[str, str]:
    """Return the condition and the step it held at, for a run that ended."""
    outcome = ending.outcome
    assert outcome is not None
    if outcome.ended_by == "fell" and ending.limit is not None:
        what = capitalised(ending.limit.sentence)
    elif outcome.ended_by == "worker_died" and outcome.failure is None:
        # Of a file whose writer went without a word: nobody knows why.
        what = "The recording breaks off"
    elif outcome.ended_by == "done" and outcome.sentence.startswith("the motion ends"):
        # Of a motion file: there was no environment.
        what = "The motion ends"
    else:
        what = _HEADS.get(outcome.ended_by, "Ended")
        raised = re.search(r"the controller raised (\w+)", outcome.sentence)
        if raised is not None:
            what = f"{raised.group(1)} in the controller"
    # The step that failed is named in its sentence; the last one recorded is the one before it.
    failed = re.search(r"\bat step (\d+)", outcome.sentence) if outcome.failure is not None else None
    step = int(failed.group(1)) if failed is not None else outcome.step
    return what, f"step {step} · {outcome.time_s:.2f} s"


def curve_title(limit: EndLimit) -> str:
    """Return what the curve of the margin shows: ``Pelvis height − 0.6 m``."""
    watched = limit.channel.removeprefix("body/").replace("/", " ")
    return f"{capitalised(watched)} − {limit.lower:g} m"


def margin_words(margin_m: float) -> str:
    """Return a margin with its unit; every ending condition of the environments is a height, m."""
    return f"{number(margin_m, 'm')} m"


def rows(recording: Recording, ending: Ending) -> list[tuple[str, str]]:
    """Return name and value pairs, most telling first, for a run that ended."""
    outcome, step_s = ending.outcome, recording.info.step_s
    assert outcome is not None
    last, times_s = recording.last_index, recording.time_s()
    found: list[tuple[str, str]] = []
    if ending.departure is not None:
        k = ending.departure
        found.append(("First departure", f"step {k} · {times_s[k]:.2f} s"))
        there = margin_words(float(ending.margin[k]))
        found.append(("Margin there", f"{there}, {times_s[last] - times_s[k]:.2f} s to the end"))
    elif ending.limit is not None and ending.margin.size:
        is_met = outcome.ended_by == "fell"
        margin = margin_words(float(ending.margin[-1]))
        found.append(("Fall condition", "met" if is_met else f"not met, margin {margin}"))
    posture = _posture(recording, last)
    if outcome.failure is not None:
        found.append(("Kept", f"{counted(last, 'step')}, {times_s[last] - times_s[0]:.2f} s"))
    elif posture:
        found.append(("At the end", posture))
    steps_left = recording.info.step_limit - last
    if len(found) < _N_ROWS and steps_left > 0:
        found.append(("To the time limit", f"{steps_left * step_s:.2f} s, {counted(steps_left, 'step')}"))
    if len(found) < _N_ROWS and recording.has_reward:
        found.append(("Return", f"{recording.episode_return(last):.3f}".replace("-", "−")))
    return found


def _posture(recording: Recording, index: int) -> str:
    """Return pitch (forward positive) and roll of the pelvis in words; empty where they are not known.

    Signs: pelvis_tilt is backward lean positive, pelvis_list roll to the right positive (the environments' notes).
    """
    names = ("coordinates/pelvis_tilt/value", "coordinates/pelvis_list/value")
    if not all(recording.has_channel(name) for name in names):
        return ""
    tilt, roll = (math.degrees(float(recording.column(name, index)[0])) for name in names)
    if not (math.isfinite(tilt) and math.isfinite(roll)):
        return ""
    if round(tilt) == 0 and round(roll) == 0:
        return "upright"
    lean = f"leaning {abs(tilt):.0f}° {'back' if tilt > 0 else 'forward'}"
    return f"{lean}, {abs(roll):.0f}° {'right' if roll > 0 else 'left'}"
