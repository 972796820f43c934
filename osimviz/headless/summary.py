"""The summary of a run: the one thing a headless run writes to stdout."""

import os
import sys
from pathlib import Path

from osimviz.headless.terminal import say_error
from osimviz.options import Options
from osimviz.recording import Recording
from osimviz.wording import capitalised


def summary_of(options: Options, recording: Recording, wall_time_s: float, files: list[str]) -> dict[str, object]:
    """Return the summary with the keys that stay (they are promised to other programs)."""
    assert recording.outcome is not None
    last = recording.last_index
    time_s = recording.frame(last).time_s if last >= 0 else 0.0
    return {
        "env": recording.info.env_name,
        "env_args": dict(recording.info.env_args),
        "controller": options.controller if not options.recordings else recording.info.controller,
        "seed": recording.info.seed,
        "steps": max(last, 0),
        "time_s": round(time_s, 9),
        "total_reward": recording.episode_return(last) if last >= 0 and recording.has_reward else 0.0,
        "ended_by": recording.outcome.ended_by,
        "wall_time_s": round(wall_time_s, 3),
        "real_time_factor": round(time_s / wall_time_s, 4) if wall_time_s > 0 else 0.0,
        "files": files,
    }


def summary_text(summary: dict[str, object], recording: Recording, signature: str) -> str:
    """Return the summary for people."""
    assert recording.outcome is not None
    sentence = recording.outcome.sentence
    rows = (
        ("environment", recording.info.env_summary),
        ("controller", f"{recording.info.controller}, seed {summary['seed']}"),
        *((("asked by", signature),) if signature else ()),
        ("steps", f"{summary['steps']} ({summary['time_s']:.2f} s)"),
        *((("total reward", f"{summary['total_reward']:.3f}"),) if recording.has_reward else ()),
        ("took", f"{summary['wall_time_s']:.1f} s, {summary['real_time_factor']:.2f}× real time"),
        *(() if summary.get("episodes", 1) == 1 else (("episodes", f"{summary['episodes']}, one shown; --episode N"),)),
        *(("written", str(Path(str(file)))) for file in summary["files"]),  # type: ignore[attr-defined]
    )
    return f"{capitalised(sentence)}\n" + "".join(f"  {name:<14}{value}\n" for name, value in rows)


def print_summary(text: str) -> bool:
    """Write the summary to stdout; where nobody takes it, say so and return False."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        # Python would try again, and complain, when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        say_error(f"the summary was not written ({error.strerror or error})")
        return False
    return True
