"""A file seen with some of its bytes replaced, the file itself left alone."""

import io
import os
from collections.abc import Iterator
from typing import Any

#: Written in one piece by file systems and disks.
PAGE = 4096


class Overlay(io.RawIOBase):
    """A file of which nothing is changed: what is written stays in memory, page by page.

    Parameters
    ----------
    descriptor : int
        The file, open for reading.
    n_bytes : int
        Its length.
    pages : dict of int to bytearray, optional
        Pages to be seen in the place of the file's own, by number.

    Attributes
    ----------
    n_bytes : int
        The length as changed.
    pages : dict of int to bytearray
        Those, and the pages written to.
    """

    def __init__(self, descriptor: int, n_bytes: int, pages: dict[int, bytearray] | None = None) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._position = 0
        self.n_bytes = n_bytes
        self.pages: dict[int, bytearray] = {} if pages is None else pages

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to a place; return it."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.n_bytes}[whence]
        self._position = start + offset
        return self._position

    def tell(self) -> int:
        """Return the place."""
        return self._position

    def readable(self) -> bool:
        """Whether it can be read: yes."""
        return True

    def writable(self) -> bool:
        """Whether it can be written: yes."""
        return True

    def seekable(self) -> bool:
        """Whether places can be moved to: yes."""
        return True

    def truncate(self, size: int | None = None) -> int:
        """Set the length, as seen through this object; return it."""
        self.n_bytes = self._position if size is None else size
        return self.n_bytes

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer` from the place on; return how many bytes there were."""
        view = memoryview(buffer).cast("B")
        n_wanted = max(min(len(view), self.n_bytes - self._position), 0)
        for number, start, part in self._parts(n_wanted):
            page = self.pages.get(number)
            content = self._page(number) if page is None else page
            view[part] = content[start : start + part.stop - part.start]
        self._position += n_wanted
        return n_wanted

    def write(self, data: Any) -> int:
        """Replace bytes from the place on, in memory; return how many."""
        view = memoryview(data).cast("B")
        for number, start, part in self._parts(len(view)):
            page = self.pages.setdefault(number, bytearray()) or self._page(number)
            page[start : start + part.stop - part.start] = view[part]
            self.pages[number] = page
        self._position += len(view)
        self.n_bytes = max(self.n_bytes, self._position)
        return len(view)

    def _page(self, number: int) -> bytearray:
        content = bytearray(os.pread(self._descriptor, PAGE, number * PAGE))
        return content + bytes(PAGE - len(content))

    def _parts(self, n: int) -> Iterator[tuple[int, int, slice]]:
        """Yield page number, first byte in the page and the slice of the data, for `n` bytes from the position on."""
        done = 0
        while done < n:
            number, start = divmod(self._position + done, PAGE)
            length = min(PAGE - start, n - done)
            yield number, start, slice(done, done + length)
            done += length
