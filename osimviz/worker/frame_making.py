"""Make frames of what was read from an engine, many at once. Knows no engine: any process can make them.

Reading must happen at once, for the next step writes over the state. What follows from the numbers need not: one by one
the many small products cost more than the reading.
"""

from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from osimviz.frames import CONTACT_SHARE, GRAVITY_M_S2, Array, Frame, ModelGeometry
from osimviz.recording.row_layout import FrameColumns
from osimviz.worker.sampled_bodies import BodySample, body_motions, quaternions
from osimviz.worker.sampled_paths import PathMaker, PathSample


class Reading(NamedTuple):
    """What is known of muscles and feet in one state.

    Attributes
    ----------
    muscles : list of float
        Activation, fibre force (N), fibre length (m) and fibre velocity (m/s), one after the other, each of all
        muscles.
    feet : list of float
        Force (N) on the ground and torque (N m) about its origin of each foot, six numbers each, in the order of
        `FEET`; empty without feet.
    """

    muscles: list[float]
    feet: list[float]


class FrameSample(NamedTuple):
    """What only the engine knows of a state, as plain numbers, and what came with the step that led there.

    Attributes
    ----------
    step, time_s, reward, wall_time_s, observation, action, excitation, state, reward_terms, n_clipped, target_velocity,
    target_reached
        As in `osimviz.frames.Frame`.
    reading : Reading
        Of muscles and feet.
    bodies : BodySample
        The bodies.
    paths : PathSample
        The muscle paths.
    """

    step: int
    time_s: float
    reward: float
    wall_time_s: float
    observation: Array
    action: Array
    excitation: Array
    reading: Reading
    bodies: BodySample
    paths: PathSample
    state: Array
    reward_terms: Array
    n_clipped: float
    target_velocity: Array
    target_reached: float


#: Fields of a frame that a sample holds as they are.
_AS_READ = (
    "time_s",
    "reward",
    "wall_time_s",
    "observation",
    "action",
    "excitation",
    "state",
    "reward_terms",
    "n_clipped",
    "target_velocity",
    "target_reached",
)


class FrameMaker:
    """Makes the frames of one model.

    Parameters
    ----------
    geometry : ModelGeometry
        Of the model.
    paths : PathMaker
        Makes those of the muscle paths.
    value_rows, speed_rows : int array (n_coordinates,)
        Where the values and the speeds of the coordinates stand in Y.
    """

    def __init__(
        self,
        geometry: ModelGeometry,
        paths: PathMaker,
        value_rows: NDArray[np.intp],
        speed_rows: NDArray[np.intp],
    ) -> None:
        self._paths = paths
        self._value_rows, self._speed_rows = value_rows, speed_rows
        self._optimal_fiber_length_m = geometry.optimal_fiber_length_m
        self._least_load_n = CONTACT_SHARE * geometry.mass_kg * GRAVITY_M_S2

    def frames(self, samples: Sequence[FrameSample]) -> list[Frame]:
        """Return the frames of samples, in their order."""
        derived, paths = self._derived(samples, np.array([sample.state for sample in samples]))
        return [
            Frame(
                step=sample.step,
                **{name: getattr(sample, name) for name in _AS_READ},
                coordinates=sample.state[self._value_rows],
                speeds=sample.state[self._speed_rows],
                **{name: values[i] for name, values in derived.items()},
                path_points_m=points,
                path_counts=counts,
            )
            for i, (sample, (points, counts)) in enumerate(zip(samples, paths, strict=True))
        ]

    def columns(self, samples: Sequence[FrameSample], **known: Array) -> FrameColumns:
        """Return the same numbers field by field, for a file: without an object for each frame.

        Parameters
        ----------
        samples : sequence of FrameSample
            As for `frames`.
        known : array (n_samples, ...)
            Fields to be taken in the place of those of the samples.
        """
        read = dict(zip(FrameSample._fields, zip(*samples, strict=True), strict=True))
        fields = known | {name: _stacked(read[name]) for name in _AS_READ if name not in known}
        derived, paths = self._derived(samples, fields["state"])
        derived["coordinates"] = fields["state"][:, self._value_rows]
        derived["speeds"] = fields["state"][:, self._speed_rows]
        return FrameColumns(fields | derived, [points for points, _ in paths], [counts for _, counts in paths])

    def _derived(
        self, samples: Sequence[FrameSample], states: Array
    ) -> tuple[dict[str, Array], list[tuple[Array, NDArray[np.int32]]]]:
        """Return what follows from samples, by field of a frame, (n, ...) each, and points and counts of the paths.

        `states` are those of the samples, (n, n_states).
        """
        n = len(samples)
        readings = [sample.reading for sample in samples]
        muscles = _numbers([reading.muscles for reading in readings]).reshape(n, 4, -1)
        # Length and velocity, in optimal fibre lengths.
        fibers = muscles[:, 2:] / self._optimal_fiber_length_m
        force, pressure = self._ground_reaction(_numbers([reading.feet for reading in readings]).reshape(n, -1, 6))
        poses, centres = body_motions([sample.bodies for sample in samples])
        derived = {
            "activation": muscles[:, 0],
            "fiber_force_n": muscles[:, 1],
            "fiber_length": fibers[:, 0],
            "fiber_velocity": fibers[:, 1],
            "ground_reaction_n": force,
            "centre_of_pressure_m": pressure,
            "centre_of_mass_m": centres[:, 0],
            "centre_of_mass_velocity": centres[:, 1],
            "body_positions_m": poses[:, :, 3],
            "body_quaternions": quaternions(poses.reshape(-1, 4, 3)).reshape(n, -1, 4),
        }
        return derived, self._paths.points([sample.paths for sample in samples], poses, states)

    def _ground_reaction(self, records: Array) -> tuple[Array, Array]:
        """Return force on the feet and centre of pressure on y = 0, (n, n_feet, 3) each.

        Source: block 0 of HuntCrossleyForce's record is force and torque on the ground about its origin, so the
        reaction is its negative and the centre of pressure is (τz / Fy, 0, −τx / Fy), in which the signs cancel.
        """
        force = -records[:, :, :3]
        pressure = np.full(force.shape, np.nan)
        # Force up and down the height, and the torques about the other two axes, of the feet that stand.
        stands = force[:, :, 1] > self._least_load_n
        fy, tx, tz = (records[stands][:, k] for k in (1, 3, 5))
        pressure[stands] = np.stack((tz / fy, np.zeros_like(fy), -tx / fy), axis=-1)
        return force, pressure


def _stacked(values: Sequence[Any]) -> Array:
    """Return numbers, or arrays of one shape, as one array; NumPy takes three times as long for arrays in a list."""
    if not isinstance(values[0], np.ndarray):
        return np.array(values)
    return np.concatenate(values).reshape(len(values), *values[0].shape)


def _numbers(lists: list[list[float]]) -> Array:
    """Return the numbers of lists of one length one after the other; NumPy takes twice as long for lists in a list."""
    return np.fromiter(chain.from_iterable(lists), dtype=np.float64, count=sum(map(len, lists)))
