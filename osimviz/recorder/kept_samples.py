"""Memory that the user's program shares with the process that writes: what waits in a program does not die with it.

One process puts, the other one looks, at any moment: a record counts once it is there as a whole, by its checksum.
"""

import mmap
import os
import struct
import zlib

from osimviz.child_processes import without_stream_numbers

#: Chosen: sixty-four samples of a model with a hundred muscles; more of them are sent earlier.
_N_BYTES = 2**21
#: Length of a record, number of its episode, its step, and the checksum of all.
_HEAD = struct.Struct("=IIQI")


class KeptSamples:
    """Samples that wait to be sent, in their order.

    Parameters
    ----------
    descriptor : int
        Of the memory, as `shared_samples` makes it; stays the caller's.
    """

    def __init__(self, descriptor: int) -> None:
        # It keeps a descriptor of its own.
        with without_stream_numbers():
            self._memory = mmap.mmap(descriptor, 0)
        self._n_all = len(self._memory)
        self._n_bytes = 0

    def put(self, episode: int, step: int, data: bytes) -> bool:
        """Keep one more; False where there is no room for it.

        Parameters
        ----------
        episode : int
            Number of the question that named the episode.
        step : int
            Steps done in it.
        data : bytes
            The sample, packed; not empty.
        """
        start = self._n_bytes + _HEAD.size
        end = start + len(data)
        if end > self._n_all:
            return False
        self._memory[start:end] = data
        _HEAD.pack_into(self._memory, self._n_bytes, len(data), episode, step, _checksum(episode, step, data))
        self._n_bytes = end
        return True

    def clear(self) -> None:
        """Put the next one in the place of the first, for all were sent; found are those that are whole."""
        self._n_bytes = 0

    def found(self, episode: int, step: int) -> list[bytes]:
        """Return what is kept of an episode from a step on, one step after the other, as far as it is whole."""
        found: list[bytes] = []
        start = 0
        while start + _HEAD.size <= self._n_all:
            n_bytes, own_episode, own_step, checksum = _HEAD.unpack_from(self._memory, start)
            start += _HEAD.size
            end = start + n_bytes
            data = self._memory[start:end]
            if not n_bytes or end > self._n_all or _checksum(own_episode, own_step, data) != checksum:
                break
            start = end
            if own_episode == episode and own_step == step + len(found):
                found.append(data)
        return found

    def close(self) -> None:
        """Let go of the memory. Idempotent."""
        self._memory.close()


def shared_samples() -> tuple[KeptSamples, int] | None:
    """Return samples of which a child sees the same by a descriptor, the caller's to close.

    None where no memory can be shared. It is taken at once: were there none left later, the first look at it would end
    the program.
    """
    if not hasattr(os, "memfd_create") or not _may_be_written():
        return None
    try:
        with without_stream_numbers():
            descriptor = os.memfd_create("osimviz")
    except OSError:
        return None
    try:
        os.posix_fallocate(descriptor, 0, _N_BYTES)
        return KeptSamples(descriptor), descriptor
    except OSError:
        os.close(descriptor)
        return None


def _may_be_written() -> bool:
    """Whether a file may be so long; trying it raises SIGXFSZ in the program, whatever that does there."""
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    return limit == resource.RLIM_INFINITY or limit >= _N_BYTES


def _checksum(episode: int, step: int, data: bytes) -> int:
    return zlib.crc32(data, (episode << 20 ^ step) & 0xFFFFFFFF)
