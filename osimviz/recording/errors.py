"""What can go wrong with a recording on disk."""

from collections.abc import Callable

#: Told which share of a long writing is done, 0 to 1; returns whether to go on.
Progress = Callable[[float], bool]


class RecordingError(Exception):
    """A recording that cannot be read or written: one sentence saying what, where and what to do."""


class WritingStopped(RecordingError):
    """The user did not want to wait any longer; nothing was written."""


def told(progress: Progress | None, share: float) -> None:
    """Tell how far a writing is.

    Raises
    ------
    WritingStopped
        If it is not to go on.
    """
    if progress is not None and not progress(share):
        raise WritingStopped("the writing was cancelled")
