"""The numbers of OpenSim's small values, read from where its wrapper says that they are.

Each getter of the wrapper costs a call and most cost an object; a rotation, a place or a velocity is a few doubles in a
row, which one copy reads. `IS_LAYOUT_KNOWN` tells, once for a process, whether this OpenSim keeps them so; the getters
are asked where it does not.
"""

import ctypes
import struct
from typing import Any

from osimviz.envs.engine import opensim
from osimviz.envs.engine_library import reference_function

_N_DOUBLE_BYTES = 8
#: ``SimTK::Vec3``.
N_VEC3_BYTES = 3 * _N_DOUBLE_BYTES
#: ``SimTK::SpatialVec``: the rotational part, then the translational one.
N_SPATIAL_BYTES = 2 * N_VEC3_BYTES
#: ``SimTK::Transform``: the columns of the rotation matrix, then the place.
N_TRANSFORM_BYTES = 4 * N_VEC3_BYTES

_VEC3 = struct.Struct("3d")
_SPATIAL = struct.Struct("6d")
_TRANSFORM = struct.Struct("12d")
#: ``SimTK::Stage``: an enumeration.
_STAGE = struct.Struct("i")
_ACCELERATION = opensim.Stage.Acceleration
#: ``SimTK::State::getSystemStage``.
_stage_in = reference_function("_ZNK5SimTK5State14getSystemStageEv", 1)


def bytes_of(value: Any, n_bytes: int) -> bytes:
    """Return a copy of the memory of a value of OpenSim, which must stand for as long as this call."""
    return ctypes.string_at(int(value.this), n_bytes)


def vec3(vector: Any) -> list[float]:
    """Return OpenSim's Vec3 as a list."""
    return [vector.get(0), vector.get(1), vector.get(2)]


def vec3_bytes(vector: Any) -> bytes:
    """Return the numbers of OpenSim's Vec3 as they stand in memory: cheaper than a list where many are gathered."""
    return bytes_of(vector, N_VEC3_BYTES) if IS_LAYOUT_KNOWN else _VEC3.pack(*vec3(vector))


def transform_bytes(transform: Any) -> bytes:
    """Return the x, y and z axis and the place of OpenSim's Transform as they stand in memory."""
    if not IS_LAYOUT_KNOWN:
        return b"".join([_VEC3.pack(*row) for row in rows_of(transform)])
    return bytes_of(transform, N_TRANSFORM_BYTES)


def spatial_bytes(vector: Any) -> bytes:
    """Return the rotational and the translational part of OpenSim's SpatialVec as they stand in memory."""
    if not IS_LAYOUT_KNOWN:
        return _SPATIAL.pack(*vec3(vector.get(0)), *vec3(vector.get(1)))
    return bytes_of(vector, N_SPATIAL_BYTES)


def spatial(vector: Any) -> tuple[list[float], list[float]]:
    """Return the rotational and the translational part of OpenSim's SpatialVec."""
    if not IS_LAYOUT_KNOWN:
        return vec3(vector.get(0)), vec3(vector.get(1))
    numbers = _SPATIAL.unpack(bytes_of(vector, N_SPATIAL_BYTES))
    return list(numbers[:3]), list(numbers[3:])


def place(transform: Any) -> list[float]:
    """Return the place of OpenSim's Transform."""
    if not IS_LAYOUT_KNOWN:
        return vec3(transform.p())
    return list(_TRANSFORM.unpack(bytes_of(transform, N_TRANSFORM_BYTES))[9:])


def rows_of(transform: Any) -> list[list[float]]:
    """Return the x, y and z axis and the place of OpenSim's Transform, asked for with its getters."""
    rotation = transform.R()
    axes = [[rotation.get(row, column) for row in range(3)] for column in range(3)]
    return [*axes, vec3(transform.p())]


def is_realised(state: Any) -> bool:
    """Return whether a state is known to be realised to Acceleration: nothing was changed in it since.

    Its stage tells; OpenSim's wrapper has no getter for it as a number.
    """
    return IS_LAYOUT_KNOWN and _system_stage(state) >= _ACCELERATION


def _system_stage(state: Any) -> int:
    if _stage_in is None:
        return _stage_of(state.getSystemStage())
    # Without an object of the wrapper, which costs 13 µs more after a step.
    return ctypes.c_int.from_address(_stage_in(int(state.this))).value


def _stage_of(stage: Any) -> int:
    return int(_STAGE.unpack(bytes_of(stage, _STAGE.size))[0])


def _is_layout_known() -> bool:
    """Return whether values of different numbers stand in memory as they are read here."""
    rotation = opensim.Rotation(0.3, opensim.Vec3(0.48, 0.6, 0.64))
    transform = opensim.Transform(rotation, opensim.Vec3(0.125, 0.25, 0.375))
    numbers = _TRANSFORM.unpack(bytes_of(transform, N_TRANSFORM_BYTES))
    vector = opensim.SpatialVec(opensim.Vec3(1, 2, 3), opensim.Vec3(4, 5, 6))
    return (
        list(numbers) == [number for row in rows_of(transform) for number in row]
        and bytes_of(opensim.Vec3(1, 2, 3), N_VEC3_BYTES) == _VEC3.pack(1, 2, 3)
        and _SPATIAL.unpack(bytes_of(vector, N_SPATIAL_BYTES)) == (1, 2, 3, 4, 5, 6)
        and all(_stage_of(opensim.Stage(stage)) == stage for stage in (opensim.Stage.Position, opensim.Stage.Report))
    )


IS_LAYOUT_KNOWN = _is_layout_known()
