"""How the samples of an episode become rows of its file, in whichever process. Knows no engine."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from osimviz.frames import Array
from osimviz.recording.row_layout import FrameColumns
from osimviz.worker.frame_making import FrameMaker, FrameSample
from osimviz.worker.step_info import n_outside


@dataclass(frozen=True, slots=True)
class SampleColumns:
    """What is needed besides the samples of an episode and the numbers of their infos.

    Attributes
    ----------
    maker : FrameMaker
        Of the model.
    term_keys : tuple of str
        What the terms of the reward are called among the numbers of an info.
    bounds : pair of array (n_actions,), or None
        Lowest and highest action.
    """

    maker: FrameMaker
    term_keys: tuple[str, ...]
    bounds: tuple[Array, Array] | None

    def columns(self, samples: Sequence[FrameSample], infos: Sequence[Mapping[str, float]]) -> FrameColumns:
        """Return the frames of samples, with what the infos tell of the steps."""
        return self.maker.columns(
            samples,
            reward_terms=np.array([[own.get(key, np.nan) for key in self.term_keys] for own in infos]),
            n_clipped=self._n_clipped(samples, infos),
            target_reached=np.array([_as_flag(own.get("target_reached", np.nan)) for own in infos]),
        )

    def _n_clipped(self, samples: Sequence[FrameSample], infos: Sequence[Mapping[str, float]]) -> Array:
        """Return how many elements of each action were cut to their range: told by the environment, else counted."""
        told = np.array([own.get("clipped", np.nan) for own in infos])
        if np.isnan(told).any():
            counted = n_outside(np.array([sample.action for sample in samples]), self.bounds)
            told = np.where(np.isnan(told), counted, told)
        # No action led to the reset.
        told[[sample.step == 0 for sample in samples]] = np.nan
        return told


def _as_flag(told: float) -> float:
    return told if math.isnan(told) else float(bool(told))
