"""Recorded runs: the store in memory. NumPy only; opening one never needs OpenSim."""

from osimviz.recording.store import Recording

__all__ = ["Recording"]
