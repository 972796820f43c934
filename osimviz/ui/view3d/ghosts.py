"""The second run in the 3D view: which figure stands beside the shown one at the cursor."""

import numpy as np

from osimviz.analysis.run_pair import RunPair
from osimviz.frames import ModelGeometry
from osimviz.render.options import Ghost
from osimviz.view_state import ViewState


def ghosts_of(pair: RunPair | None, view: ViewState) -> tuple[Ghost, ...]:
    """Return the second run's figure at the moment that belongs to the cursor; nothing where there is none."""
    if pair is None or view.compared_index < 0:
        return ()
    frame = pair.second_frame(view.index)
    if frame is None:
        return ()
    geometry = pair.second.info.geometry
    return (Ghost(frame, geometry=None if _is_same_model(geometry, pair.first.info.geometry) else geometry),)


def are_same(some: tuple[Ghost, ...], others: tuple[Ghost, ...]) -> bool:
    """Whether two sets of ghosts give the same picture; frames of a recording are made anew at each look."""
    return len(some) == len(others) and all(
        one.geometry is other.geometry
        and (one.tint, one.is_solid) == (other.tint, other.is_solid)
        and np.array_equal(one.frame.body_positions_m, other.frame.body_positions_m)
        and np.array_equal(one.frame.body_quaternions, other.frame.body_quaternions)
        for one, other in zip(some, others, strict=True)
    )


def _is_same_model(one: ModelGeometry, other: ModelGeometry) -> bool:
    """Whether the figures of two runs can share their bones and muscles."""
    if (one.body_names, one.muscle_names) != (other.body_names, other.muscle_names) or len(one.bones) != len(
        other.bones
    ):
        return False
    return all(
        mine.name == theirs.name
        and mine.body_index == theirs.body_index
        and np.array_equal(mine.body_from_mesh, theirs.body_from_mesh)
        for mine, theirs in zip(one.bones, other.bones, strict=True)
    )
