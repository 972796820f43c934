"""The second run beside the shown one: which it is, and which moments of the two belong together."""

from osimviz.analysis.run_pair import Alignment, RunPair
from osimviz.recording import Recording


class Comparison:
    """Keeps the second run while the first changes.

    Attributes
    ----------
    pair : RunPair or None
        The shown run with the one it is compared with; None where there is none, or the two are one.
    """

    def __init__(self) -> None:
        self.pair: RunPair | None = None
        self._second: Recording | None = None
        self._alignment = Alignment()

    def choose(self, second: Recording | None) -> None:
        """Take another second run, aligned as at first; None takes it away."""
        self._second = second
        self._alignment = Alignment()

    def align(self, alignment: Alignment) -> None:
        """Choose which moments belong together."""
        self._alignment = alignment

    def renew(self, shown: Recording | None) -> bool:
        """Make the pair for the run that is shown; return whether there is or was one."""
        before, self.pair = self.pair, None
        # A run beside itself shows nothing; the second comes back with the next run that is shown.
        if shown is not None and self._second is not None and shown is not self._second:
            self.pair = RunPair(shown, self._second, self._alignment)
        return before is not None or self.pair is not None
