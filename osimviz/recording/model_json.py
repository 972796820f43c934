"""What recordings say of a model beyond their first format: solids, joint limits, looks. Absent in older files."""

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, get_args

import numpy as np

from osimviz.frames import Array, BoneMesh, JointLimit, ModelGeometry, Solid
from osimviz.model_geometry import Colour, SolidKind

_NUMBERS = ("upper", "lower", "upper_stiffness", "lower_stiffness", "transition", "damping")
_VECTORS = ("centre_in_body", "axis_in_body")


def look_to_json(part: BoneMesh | Solid) -> dict[str, Any]:
    """Return colour, opacity and kind of a mesh or solid, as far as they are not the usual ones."""
    document: dict[str, Any] = {}
    if part.colour is not None:
        document["colour"] = list(part.colour)
    if part.opacity != 1.0:
        document["opacity"] = part.opacity
    if part.is_contact:
        document["is_contact"] = True
    return document


def look_from_json(entry: Mapping[str, Any]) -> tuple[Colour | None, float, bool]:
    """Return colour, opacity and whether it is contact geometry; `ValueError` or `TypeError` if they are none."""
    colour = entry.get("colour")
    if colour is not None:
        red, green, blue = (_share(part) for part in colour)
        colour = (red, green, blue)
    return colour, _share(entry.get("opacity", 1.0)), bool(entry.get("is_contact", False))


def later_to_json(geometry: ModelGeometry) -> dict[str, Any]:
    """Return what a model has beside bodies, bones and muscles."""
    return {
        "solids": [
            {
                "name": solid.name,
                "kind": solid.kind,
                "body_index": solid.body_index,
                "body_from_solid": solid.body_from_solid.tolist(),
                **({"tube": solid.tube} if solid.kind == "torus" else {}),
                **look_to_json(solid),
            }
            for solid in geometry.solids
        ],
        "joint_limits": [
            {
                field.name: value.tolist() if isinstance(value := getattr(limit, field.name), np.ndarray) else value
                for field in fields(limit)
            }
            for limit in geometry.joint_limits
        ],
        "disabled_muscles": list(geometry.disabled_muscles),
    }


def later_from_json(entry: Mapping[str, Any], n_bodies: int) -> dict[str, Any]:
    """Return arguments of `ModelGeometry`; empty ones for a file of an older format.

    Raises
    ------
    ValueError, TypeError, KeyError
        If the entry does not hold what it should.
    """
    return {
        "solids": tuple(_solid(part, n_bodies) for part in entry.get("solids", ())),
        "joint_limits": tuple(_limit(part, n_bodies) for part in entry.get("joint_limits", ())),
        "disabled_muscles": tuple(str(name) for name in entry.get("disabled_muscles", ())),
    }


def _solid(entry: Mapping[str, Any], n_bodies: int) -> Solid:
    if entry["kind"] not in get_args(SolidKind):
        raise ValueError(f"a solid of kind {entry['kind']!r}")
    index, matrix = _body(entry["body_index"], n_bodies), _array(entry["body_from_solid"], (4, 4))
    tube = finite(entry.get("tube", 0.25))
    return Solid(str(entry["name"]), entry["kind"], index, matrix, *look_from_json(entry), tube=tube)


def _limit(entry: Mapping[str, Any], n_bodies: int) -> JointLimit:
    numbers: dict[str, Any] = {name: finite(entry[name]) for name in _NUMBERS}
    vectors: dict[str, Any] = {name: _array(entry[name], (3,)) for name in _VECTORS}
    coordinate = int(entry["coordinate_index"])
    if coordinate < 0 or numbers["transition"] <= 0.0:
        raise ValueError("a limit of no coordinate")
    return JointLimit(
        name=str(entry["name"]),
        coordinate_index=coordinate,
        body_index=_body(entry["body_index"], n_bodies),
        axis_body_index=_body(entry["axis_body_index"], n_bodies),
        **vectors,
        **numbers,
    )


def _body(value: Any, n_bodies: int) -> int:
    index = int(value)
    if not -1 <= index < n_bodies:
        raise ValueError(f"body {index} of {n_bodies}")
    return index


def _array(values: Any, shape: tuple[int, ...]) -> Array:
    array = np.array(values, dtype=np.float64)
    if array.shape != shape or not np.isfinite(array).all():
        raise ValueError(f"numbers of shape {array.shape} where {shape} belong")
    return array


def finite(value: Any) -> float:
    """Return a number of a document; `ValueError` or `TypeError` if it is none, or not finite."""
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("a number that is not finite")
    return number


def _share(value: Any) -> float:
    number = finite(value)
    if not 0.0 <= number <= 1.0:
        raise ValueError(f"a share of {number}")
    return number
