"""Samples as bytes, after every step: a fifth of what a pickle of their many small arrays and lists costs.

Knows no engine: any process can unpack them.
"""

import pickle
from array import array
from collections.abc import Mapping

import numpy as np

from osimviz.frames import Array
from osimviz.worker.frame_making import FrameSample, Reading
from osimviz.worker.sampled_bodies import BodySample
from osimviz.worker.sampled_paths import PathSample


def packed(sample: FrameSample, infos: Mapping[str, float]) -> bytes:
    """Return a sample and the numbers of its info, for `unpacked` in a process of the same interpreter."""
    bodies = sample.bodies
    return pickle.dumps(
        (
            (sample.step, sample.time_s, sample.reward, sample.wall_time_s, sample.n_clipped, sample.target_reached),
            (
                sample.observation.tobytes(),
                sample.action.tobytes(),
                sample.excitation.tobytes(),
                sample.state.tobytes(),
                sample.reward_terms.tobytes(),
                sample.target_velocity.tobytes(),
            ),
            [array("d", numbers).tobytes() for numbers in sample.reading],
            (bodies.poses, bodies.velocities, bodies.shares.tobytes(), bodies.centre_of_mass),
            None if bodies.slots is None else bodies.slots.tobytes(),
            tuple(sample.paths),
            infos,
        ),
        protocol=pickle.HIGHEST_PROTOCOL,
    )


def unpacked(data: bytes) -> tuple[FrameSample, Mapping[str, float]]:
    """Return what `packed` was given; raises as `pickle.loads` if it is something else."""
    numbers, arrays, reading, bodies, slots, paths, infos = pickle.loads(data)
    step, time_s, reward, wall_time_s, n_clipped, target_reached = numbers
    observation, action, excitation, state, reward_terms, target_velocity = map(_doubles, arrays)
    poses, velocities, shares, centre = bodies
    sample = FrameSample(
        step=step,
        time_s=time_s,
        reward=reward,
        wall_time_s=wall_time_s,
        observation=observation,
        action=action,
        excitation=excitation,
        reading=Reading(*[_doubles(own).tolist() for own in reading]),
        bodies=BodySample(
            poses, velocities, _doubles(shares), centre, None if slots is None else np.frombuffer(slots, dtype=np.intp)
        ),
        paths=PathSample(*paths),
        state=state,
        reward_terms=reward_terms,
        n_clipped=n_clipped,
        target_velocity=target_velocity,
        target_reached=target_reached,
    )
    return sample, infos


def _doubles(data: bytes) -> Array:
    return np.frombuffer(data, dtype=np.float64)
