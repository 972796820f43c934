"""How the end of a run is told in one sentence. Where the environment steps: in the worker or in the user's process."""

from collections.abc import Sequence

from osimviz.frames import EndedBy, EndLimit

#: Endings that are no failure of a program, which tells itself what happened.
_WORDS: dict[EndedBy, str] = {
    "fell": "fell",
    "time_limit": "reached the environment's time limit",
    "step_limit": "reached the step limit",
    "stopped": "stopped by the user",
    "simulator_error": "the simulator failed",
}


def ending_sentence(ended_by: EndedBy, time_s: float, limits: Sequence[EndLimit] = ()) -> str:
    """Return why and when a run ended.

    Parameters
    ----------
    ended_by : EndedBy
        Why.
    time_s : float
        Simulated time of the last frame.
    limits : sequence of EndLimit
        The environment's own conditions; the first says what a fall is.
    """
    sentence = f"{_WORDS.get(ended_by, 'the environment ended the run')} at {time_s:.2f} s"
    return f"{sentence}: {limits[0].sentence}" if ended_by == "fell" and limits else sentence
