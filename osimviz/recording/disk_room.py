"""Room on the disk, taken before it is needed: a full disk is met where the file is whole, and not inside HDF5."""

import os

#: Room kept beyond what is written, so that ending a recording on a full disk needs none.
_SPARE_BYTES = 2**20


class DiskRoom:
    """The room of one file that grows.

    Parameters
    ----------
    descriptor : int
        The file, open for writing; stays the caller's.
    n_bytes : int
        Length of its content.
    """

    def __init__(self, descriptor: int, n_bytes: int) -> None:
        self._descriptor = descriptor
        self._taken_bytes = n_bytes

    def take(self, n_bytes: int, n_coming_bytes: int) -> None:
        """Take room for what comes next; `OSError` where the disk has none.

        Parameters
        ----------
        n_bytes : int
            Length of the content now.
        n_coming_bytes : int
            What the next two flushes may add at most, each.
        """
        needed = n_bytes + 2 * n_coming_bytes + _SPARE_BYTES
        if needed > self._taken_bytes:
            os.posix_fallocate(self._descriptor, self._taken_bytes, needed - self._taken_bytes)
            self._taken_bytes = needed
