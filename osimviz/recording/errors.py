"""What can go wrong with a recording on disk."""


class RecordingError(Exception):
    """A recording that cannot be read or written: one sentence saying what, where and what to do."""
