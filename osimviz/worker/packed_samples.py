"""Samples as bytes, after every step: in one call, for a pickle of their many small arrays costs five times as much.

Knows no engine: any process can unpack them.
"""

import marshal
from array import array
from collections.abc import Mapping
from typing import Any

import numpy as np

from osimviz.frames import Array
from osimviz.worker.frame_making import FrameSample, Reading
from osimviz.worker.sampled_bodies import BodySample
from osimviz.worker.sampled_paths import PathSample

#: Of `marshal`: the last one that looks for no object twice.
_VERSION = 2


def packed(sample: FrameSample, infos: Mapping[str, float]) -> bytes:
    """Return a sample and the numbers of its info, for `unpacked` in a process of the same interpreter."""
    muscles, feet = sample.reading
    # Arrays go in as they stand in memory. Lists of numbers may be of any kind of number.
    parts: Any = (
        sample.step,
        sample.time_s,
        sample.reward,
        sample.wall_time_s,
        sample.n_clipped,
        sample.target_reached,
        sample.observation,
        sample.action,
        sample.excitation,
        sample.state,
        sample.reward_terms,
        sample.target_velocity,
        array("d", muscles),
        array("d", feet),
        *sample.bodies,
        *sample.paths,
        infos,
    )
    return marshal.dumps(parts, _VERSION)


def unpacked(data: bytes) -> tuple[FrameSample, Mapping[str, float]]:
    """Return what `packed` was given."""
    step, time_s, reward, wall_time_s, n_clipped, target_reached, *rest = marshal.loads(data)
    *arrays, poses, velocities, shares, centre, slots, places, orders, arcs, infos = rest
    observation, action, excitation, state, reward_terms, target_velocity, muscles, feet = map(_doubles, arrays)
    own_slots = None if slots is None else np.frombuffer(slots, dtype=np.intp)
    sample = FrameSample(
        step=step,
        time_s=time_s,
        reward=reward,
        wall_time_s=wall_time_s,
        observation=observation,
        action=action,
        excitation=excitation,
        reading=Reading(muscles.tolist(), feet.tolist()),
        bodies=BodySample(poses, velocities, _doubles(shares), centre, own_slots),
        paths=PathSample(places, orders, arcs),
        state=state,
        reward_terms=reward_terms,
        n_clipped=n_clipped,
        target_velocity=target_velocity,
        target_reached=target_reached,
    )
    return sample, infos


def _doubles(data: bytes) -> Array:
    return np.frombuffer(data, dtype=np.float64)
