"""What is shown: the one place that clamps and defaults. A pure function; NumPy only."""

from dataclasses import dataclass
from typing import Literal

from osimviz.analysis.run_pair import RunPair
from osimviz.frames import OSIM_RL_STEP_S, Outcome
from osimviz.palette import MapName, ThemeName
from osimviz.playback import Playback
from osimviz.recording import Recording
from osimviz.view_choices import DEFAULT_LAYERS, ColourSource, Layer, LevelChoice
from osimviz.wording import capitalised, counted

Phase = Literal["idle", "starting", "running", "stopping", "ended"]
Tone = Literal["idle", "good", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class RunStatus:
    """What the worker is doing.

    Attributes
    ----------
    phase : Phase
        Where the run is.
    message : str
        A sentence to show instead of the usual one (a load that failed); empty for none.
    wall_time_s : float
        Real time since the run's first step, pauses left out.
    paused : str or None
        Where the run waits, the condition that became true, or an empty string; None while it does not wait.
    source : str
        The file that another program writes, where the run comes from one; empty for a run of this program.
    is_streamed : bool
        Whether the steps are those of a program of the user's own, which can be paused but not stopped.
    """

    phase: Phase = "idle"
    message: str = ""
    wall_time_s: float = 0.0
    paused: str | None = None
    source: str = ""
    is_streamed: bool = False


@dataclass(frozen=True, slots=True)
class ViewSettings:
    """What the user chose for the picture; remembered between starts.

    Attributes
    ----------
    theme : ThemeName
        Colours of the whole window.
    colour_source, colour_map
        The quantity that colours the muscles, and its colours.
    camera : str
        One of `osimviz.view_choices.VIEW_TITLES`; empty for a view turned by hand.
    is_camera_following : bool
        Whether the camera goes along with the model.
    layers : frozenset of Layer
        What is shown beside the bones.
    followed : str
        The body that the camera follows, or `osimviz.view_choices.CENTRE_OF_MASS`; empty for the model's own.
    level : LevelChoice
        How much a picture may cost.
    is_strobe : bool
        Whether other moments of the run stand in the picture.
    """

    theme: ThemeName = "dark"
    colour_source: ColourSource = "activation"
    colour_map: MapName = "blue-red"
    camera: str = "three-quarter"
    is_camera_following: bool = True
    layers: frozenset[Layer] = DEFAULT_LAYERS
    followed: str = ""
    level: LevelChoice = "auto"
    is_strobe: bool = False


@dataclass(frozen=True, slots=True)
class ViewState:
    """Everything the widgets show, resolved: always within the recording.

    Attributes
    ----------
    index : int
        Frame under the cursor; -1 while there is none.
    last_index : int
        Newest frame; -1 while there is none.
    time_s, end_time_s : float
        Time of these two.
    step_limit : int
        Steps after which the run ends at the latest; 0 while unknown.
    step_s : float
        Simulated time of a step.
    is_following : bool
        Whether the cursor stays on the newest frame of a run that grows.
    is_looping : bool
        As in `Playback`.
    is_playing : bool
        Whether the picture moves: played, or following a run that grows.
    speed : float
        As in `Playback`.
    loop : tuple of int or None
        First and last frame of the loop, if looping.
    phase : Phase
        What the worker is doing.
    is_paused : bool
        Whether the run that is shown waits before its next step.
    can_run, can_stop : bool
        Which of the two commands makes sense.
    status : str
        What is true now, in words.
    hint : str
        What to press next, with the names of commands in braces where the window puts their keys.
    tone : Tone
        Colour of the status dot.
    summary : str
        Steps, return and speed of the run, for the right end of the status line.
    outcome : Outcome or None
        How the run ended.
    settings : ViewSettings
        As given.
    reference_index : int
        Frame under the second cursor; -1 for none.
    reference_time_s : float
        Its time.
    compared_index : int
        Frame of the second run that belongs to the cursor; -1 without one, or where it has none.
    compared_time_s : float
        Its time in the second run.
    loop_s : tuple of float or None
        Times of the loop's two frames, if looping.
    """

    index: int
    last_index: int
    time_s: float
    end_time_s: float
    step_limit: int
    step_s: float
    is_following: bool
    is_playing: bool
    is_looping: bool
    speed: float
    loop: tuple[int, int] | None
    phase: Phase
    is_paused: bool
    can_run: bool
    can_stop: bool
    status: str
    hint: str
    tone: Tone
    summary: str
    outcome: Outcome | None
    settings: ViewSettings
    reference_index: int = -1
    reference_time_s: float = 0.0
    compared_index: int = -1
    compared_time_s: float = 0.0
    loop_s: tuple[float, float] | None = None


def resolve(
    recording: Recording | None,
    playback: Playback,
    settings: ViewSettings,
    status: RunStatus,
    pair: RunPair | None = None,
) -> ViewState:
    """Return what to show for what was recorded, where the cursor is and what the user chose.

    `pair` is the shown run with the one it is compared with.
    """
    last = recording.last_index if recording is not None else -1
    index = last if playback.is_following else min(max(int(playback.position), 0), last)
    times = recording.time_s(last) if recording is not None and last >= 0 else None
    end_time_s = float(times[0]) if times is not None else 0.0
    time_s = recording.frame(index).time_s if recording is not None and index >= 0 else 0.0
    reference = min(playback.reference, last) if playback.reference is not None else -1
    compared = pair.second_index(index) if pair is not None else -1
    outcome = recording.outcome if recording is not None else None
    loop = _loop(playback, last)
    sentence, hint, tone = _status_words(status, outcome, last, end_time_s)
    return ViewState(
        index=index,
        last_index=last,
        time_s=time_s,
        end_time_s=end_time_s,
        step_limit=recording.info.step_limit if recording is not None else 0,
        step_s=recording.info.step_s if recording is not None else OSIM_RL_STEP_S,
        is_following=playback.is_following and status.phase in ("starting", "running", "stopping"),
        is_playing=playback.is_playing
        or (playback.is_following and status.phase in ("starting", "running") and status.paused is None),
        is_looping=playback.is_looping,
        speed=playback.speed,
        loop=loop,
        phase=status.phase,
        is_paused=status.paused is not None,
        can_run=status.phase in ("idle", "ended"),
        can_stop=status.phase in ("starting", "running"),
        status=sentence,
        hint=hint,
        tone=tone,
        summary=_summary(recording, last, end_time_s, status),
        outcome=outcome,
        settings=settings,
        reference_index=reference,
        reference_time_s=recording.frame(reference).time_s if recording is not None and reference >= 0 else 0.0,
        compared_index=compared,
        compared_time_s=pair.second.frame(compared).time_s if pair is not None and compared >= 0 else 0.0,
        loop_s=(recording.frame(loop[0]).time_s, recording.frame(loop[1]).time_s)
        if recording is not None and loop is not None
        else None,
    )


def _loop(playback: Playback, last_index: int) -> tuple[int, int] | None:
    if not playback.is_looping or last_index < 1:
        return None
    first = min(playback.loop_start or 0, last_index)
    last = last_index if playback.loop_end is None else min(playback.loop_end, last_index)
    return (first, last) if last > first else None


def _status_words(status: RunStatus, outcome: Outcome | None, last: int, end_time_s: float) -> tuple[str, str, Tone]:
    if status.message:
        return status.message, "", "bad"
    if status.phase == "starting":
        return "Starting · loading the model", "", "good"
    if status.phase == "stopping":
        return "Stopping · waiting for the current step", "", "good"
    if status.paused is not None:
        reason = f": {status.paused}" if status.paused else ""
        hint = "{pause_run} goes on, {compute_step} computes one step"
        if status.is_streamed:
            hint = "Your program waits: {pause_run} lets it go on, {compute_step} one step, closing the window too"
        return f"Paused at step {max(last, 0)}{reason}", hint, "warn"
    if status.source:
        words = f"Following {status.source} · step {max(last, 0)} · {end_time_s:.2f} s"
        return words, "Another program writes it; {follow} follows, {play} pauses the playback", "good"
    if status.phase == "running":
        factor = end_time_s / status.wall_time_s if status.wall_time_s > 0 else 0.0
        words = f"Running · step {max(last, 0)} · {end_time_s:.2f} s"
        if factor > 0:
            words += f" · {factor:.2f}× real time"
        way = "{pause_run} pauses your program" if status.is_streamed else "{stop} stops"
        return words, way + ", {play} pauses the playback", "good"
    if outcome is None:
        return "Nothing recorded yet", "{run} runs, {open} opens a controller", "idle"
    sentence = capitalised(outcome.sentence)
    # A user's own program begins its next episode by itself.
    again = [] if status.is_streamed else ["{run} runs again"]
    if outcome.failure is not None:
        kept = [f"{counted(last, 'step')} kept, to be scrubbed"] if last > 0 else []
        return sentence, " · ".join(kept + again), "bad"
    tone: Tone = "bad" if outcome.ended_by == "fell" else "idle"
    return sentence, ", ".join(["{start} goes to the start", "{play} plays", *again]), tone


def _summary(recording: Recording | None, last: int, end_time_s: float, status: RunStatus) -> str:
    if recording is None or last < 0:
        return ""
    parts = [counted(last, "step")]
    if recording.has_reward:
        parts.append(f"return {recording.episode_return(last):.3f}".replace("-", "−"))
    if status.phase == "ended" and status.wall_time_s > 0:
        parts.append(f"{end_time_s / status.wall_time_s:.2f}× real time")
    return " · ".join(parts)
