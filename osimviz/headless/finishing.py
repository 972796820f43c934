"""The end of a headless run or of a recording that is shown: files first, the summary last."""

import json
from pathlib import Path

from osimviz.analysis.run_pair import RunPair
from osimviz.analysis.run_pair_words import parting_summary, parting_words
from osimviz.headless.drawings import write_drawings
from osimviz.headless.outputs import write_exports
from osimviz.headless.summary import print_summary, summary_of, summary_text
from osimviz.options import Options
from osimviz.recording import Recording, RecordingError, RecordingFile


def finish(
    options: Options,
    recording: Recording,
    wall_time_s: float,
    files: list[str],
    signature: str = "",
    *,
    source: Path | None = None,
    title: str = "",
    n_episodes: int = 1,
) -> int:
    """Write exports, pictures and films, then the summary, last; return 0, or 1 if something was not written."""
    is_written = write_exports(options, recording, files)
    is_written = write_drawings(options, recording, source, files) and is_written
    summary = summary_of(options, recording, wall_time_s, files)
    if options.compared is not None:
        words, summary["compared"] = _compared(options.compared, recording)
        title = f"{title}\n{words}" if title else words
    if options.recordings:
        summary["episodes"] = n_episodes
    heading = f"{title}\n" if title else ""
    text = json.dumps(summary) + "\n" if options.prints_json else heading + summary_text(summary, recording, signature)
    return 0 if print_summary(text) and is_written else 1


def _compared(path: Path, recording: Recording) -> tuple[str, dict[str, object]]:
    """Return where a run parts from a recorded one, in words and for the summary; a fault is told there, too."""
    try:
        with RecordingFile(path) as file:
            pair = RunPair(recording, file.episode().recording)
            return f"{parting_words(pair)} ({path})", {"file": str(path), **parting_summary(pair)}
    except RecordingError as error:
        return f"Not compared: {error}", {"file": str(path), "error": str(error)}
