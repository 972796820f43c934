"""What a picture shows of a run that a frame alone does not say: trails, and the field of targets. NumPy only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from osimviz.frames import OSIM_RL_STEP_S, Array, Frame, RunInfo
from osimviz.recording import Recording
from osimviz.view_choices import Layer

#: Time a trail reaches back, s, and the most places it has.
TRAIL_S = 1.0
_TRAIL_PLACES = 51
#: Bodies that leave a trail, the first there is of each row: pelvis, right foot, left foot; the hand of an arm.
_TRAILED = (
    ("pelvis",),
    ("calcn_r", "pros_foot_r", "talus_r", "foot_r"),
    ("calcn_l", "pros_foot_l", "talus_l", "foot_l"),
    ("r_ulna_radius_hand", "hand_r", "hand"),
)
#: Side of L2M2019Env's field of targets, and its middle, where the pelvis is; nodes are 1 m apart.
_N_SEEN, _MIDDLE = 11, 5


@dataclass(frozen=True, slots=True)
class Scenery:
    """What stands around a frame.

    Attributes
    ----------
    trails_m : tuple of array (n, 3)
        Places of some bodies over the last `TRAIL_S`, oldest first, world space.
    trail_bodies : tuple of str
        Their bodies.
    field_places_m, field_velocities : array (n, 3)
        Where on the floor the environment's field of targets is known, and the target velocity there, m/s, world space.
    """

    trails_m: tuple[Array, ...] = ()
    trail_bodies: tuple[str, ...] = ()
    field_places_m: Array = field(default_factory=lambda: np.empty((0, 3)))
    field_velocities: Array = field(default_factory=lambda: np.empty((0, 3)))


NO_SCENERY = Scenery()


@dataclass(frozen=True, slots=True)
class BodyPaths:
    """Where the bodies that leave trails were over a whole run, for whoever draws it without the recording.

    Attributes
    ----------
    bodies : tuple of str
        Their names.
    times_s : array (n_frames,)
        Times of the frames.
    places_m : array (n_frames, n_bodies, 3)
        Where they were, world space.
    step_s : float
        Time between two frames.
    """

    bodies: tuple[str, ...] = ()
    times_s: Array = field(default_factory=lambda: np.empty(0))
    places_m: Array = field(default_factory=lambda: np.empty((0, 0, 3)))
    step_s: float = OSIM_RL_STEP_S


NO_PATHS = BodyPaths()


def scenery_of(recording: Recording, index: int, layers: Iterable[Layer]) -> Scenery:
    """Return what stands around a frame; only what the layers show is looked up."""
    shown = set(layers) & {"trails", "target_field"}
    if not shown or not 0 <= index <= recording.last_index:
        return NO_SCENERY
    trails: tuple[Array, ...] = ()
    bodies: tuple[str, ...] = ()
    if "trails" in shown:
        bodies, trails = _trails(recording, index)
    places, velocities = np.empty((0, 3)), np.empty((0, 3))
    if "target_field" in shown:
        places, velocities = target_field(recording.info, recording.frame(index))
    return Scenery(trails, bodies, places, velocities)


def body_paths(recording: Recording, layers: Iterable[Layer]) -> BodyPaths:
    """Return the paths that the trails of a run are made of; none if the layers show no trails."""
    if "trails" not in set(layers) or recording.last_index < 0:
        return NO_PATHS
    names = recording.info.geometry.body_names
    bodies = _trailed_bodies(names)
    # Both to the same end: a run may grow meanwhile.
    times_s = recording.time_s()
    places = recording.field("body_positions_m", 0, len(times_s))
    return BodyPaths(bodies, times_s, places[:, [names.index(name) for name in bodies]], recording.info.step_s)


def frame_scenery(info: RunInfo, frame: Frame, layers: Iterable[Layer], paths: BodyPaths = NO_PATHS) -> Scenery:
    """Return what stands around a frame, which may lie between two recorded ones, as `scenery_of` does."""
    shown = set(layers)
    places, velocities = target_field(info, frame) if "target_field" in shown else (np.empty((0, 3)),) * 2
    trails = _trails_to(frame, info, paths) if "trails" in shown and len(paths.times_s) else ()
    if not trails and not len(places):
        return NO_SCENERY
    return Scenery(trails, paths.bodies if trails else (), places, velocities)


def target_field(info: RunInfo, frame: Frame) -> tuple[Array, Array]:
    """Return where the field that a frame observed is known, and the target velocity there; none if it observed none.

    Source: osim-rl 3.0.11 ``v_tgt_field``: a map in the heading of the pelvis, x forward and y left, 1 m a node.
    """
    forward = _first_of_field(info, "forward")
    leftward = _first_of_field(info, "leftward")
    if forward is None or leftward is None or not len(frame.body_positions_m):
        return np.empty((0, 3)), np.empty((0, 3))
    n = _N_SEEN * _N_SEEN
    ahead_m_s, left_m_s = frame.observation[forward : forward + n], frame.observation[leftward : leftward + n]
    ahead, left = (
        axis.ravel() for axis in np.meshgrid(*[np.arange(_N_SEEN, dtype=float) - _MIDDLE] * 2, indexing="ij")
    )
    yaw = _yaw(frame.body_quaternions[info.geometry.followed_body_index])
    cosine, sine = np.cos(yaw), np.sin(yaw)

    def in_world(forward_part: Array, left_part: Array) -> Array:
        # Left is -z, and a positive yaw turns x towards it.
        x, y = cosine * forward_part - sine * left_part, sine * forward_part + cosine * left_part
        return np.stack([x, np.zeros_like(x), -y], axis=1)

    pelvis = frame.body_positions_m[info.geometry.followed_body_index] * np.array([1.0, 0.0, 1.0])
    return pelvis + in_world(ahead, left), in_world(ahead_m_s, left_m_s)


def _first_of_field(info: RunInfo, component: str) -> int | None:
    """Return where a component of the field begins in the observation; its nodes follow each other."""
    name = f"v_tgt_field/{component}/0_0"
    return next((c.index for c in info.channels if c.field == "observation" and c.name.endswith(name)), None)


def _yaw(quaternion: Array) -> float:
    """Return the heading of a body's x axis about y, rad, positive to the left."""
    w, x, y, z = quaternion
    return float(np.arctan2(-2.0 * (x * z - w * y), 1.0 - 2.0 * (y * y + z * z)))


def _trails(recording: Recording, index: int) -> tuple[tuple[str, ...], tuple[Array, ...]]:
    names = recording.info.geometry.body_names
    bodies = _trailed_bodies(names)
    frames = [recording.frame(i) for i in (*_places_before(index, recording.info.step_s), index)]
    places = np.array([frame.body_positions_m for frame in frames])
    return bodies, tuple(places[:, names.index(name)] for name in bodies)


def _trails_to(frame: Frame, info: RunInfo, paths: BodyPaths) -> tuple[Array, ...]:
    """Return the trails of a frame, from whole paths."""
    index = int(np.searchsorted(paths.times_s, frame.time_s - 1e-9))
    rows = np.array(_places_before(index, paths.step_s), dtype=np.intp)
    names = info.geometry.body_names
    return tuple(
        np.concatenate([paths.places_m[rows, body], frame.body_positions_m[None, names.index(name)]])
        for body, name in enumerate(paths.bodies)
    )


def _trailed_bodies(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for row in _TRAILED if (name := next((x for x in row if x in names), None)) is not None)


def _places_before(index: int, step_s: float) -> range:
    """Return the frames whose places make a trail that ends at a frame, without that frame."""
    n = min(max(round(TRAIL_S / (step_s if step_s > 0.0 else OSIM_RL_STEP_S)), 1), index)
    stride = max(-(-n // (_TRAIL_PLACES - 1)), 1)
    # Counted from multiples of the stride, so that the places stay where they are while the end moves on.
    return range(-(-(index - n) // stride) * stride, index, stride)
