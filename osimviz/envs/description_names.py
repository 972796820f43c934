"""Names for every number of the nested state description, made like the channels' names. Does not load OpenSim."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

_AXES = ("x", "y", "z")
#: Components of L2M2019Env's field, as its channels name them.
_FIELD_COMPONENTS = ("forward", "leftward")


def named_description(
    description: Mapping[str, Any],
    coordinate_names: Mapping[str, Sequence[str]],
    record_labels: Mapping[str, Sequence[str]],
) -> dict[str, float]:
    """Return the numbers of a state description by name.

    Parameters
    ----------
    description : mapping
        What `get_state_desc` returns.
    coordinate_names : mapping of str to sequence of str
        The coordinates of every joint.
    record_labels : mapping of str to sequence of str
        OpenSim's labels of the record of every force.

    Returns
    -------
    dict of str to float
        ``state_desc/<group>/<component>/<quantity>``: ``state_desc/joint_pos/hip_l/hip_flexion_l``,
        ``state_desc/body_vel/pelvis/x``, ``state_desc/forces/foot_r/ground.force.Y``,
        ``state_desc/muscles/soleus_l/activation``.
    """
    values: dict[str, float] = {}
    for group, members in description.items():
        if group == "v_tgt_field":
            numbers = _field(members)
        elif group.startswith("joint_"):
            numbers = _labelled(members, coordinate_names)
        elif group == "forces":
            numbers = _labelled(members, {name: _short(name, labels) for name, labels in record_labels.items()})
        else:
            numbers = _walk("", members)
        values.update({f"state_desc/{group}/{name}": float(value) for name, value in numbers})
    return values


def _short(force: str, labels: Sequence[str]) -> list[str]:
    """Return labels without the force's own name before them; the second block of one body is told from the first."""
    short: list[str] = []
    for label in labels:
        name = label.removeprefix(f"{force}.")
        n_before = sum(known.partition("#")[0] == name for known in short)
        short.append(f"{name}#{n_before + 1}" if n_before else name)
    return short


def _labelled(members: Mapping[str, Any], labels: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, float]]:
    for component, numbers in members.items():
        for label, number in zip(labels[component], numbers, strict=True):
            yield f"{component}/{label}", number


def _walk(path: str, members: Any) -> Iterator[tuple[str, float]]:
    if isinstance(members, Mapping):
        for name, member in members.items():
            yield from _walk(f"{path}/{name}" if path else name, member)
    elif isinstance(members, Sequence):
        for axis, number in zip(_AXES, members, strict=True):
            yield f"{path}/{axis}" if path else axis, number
    else:
        yield path, members


def _field(field: Any) -> Iterator[tuple[str, float]]:
    for component, grid in zip(_FIELD_COMPONENTS, np.asarray(field), strict=True):
        for (ix, iy), value in np.ndenumerate(grid):
            yield f"{component}/{ix}_{iy}", value
