"""What stands around a frame, from the recording."""

from dataclasses import replace

import numpy as np
import pytest

from osimviz.channels import Channel
from osimviz.frames import Frame
from osimviz.legend import legend_rows, lists_muscles
from osimviz.recording import Recording
from osimviz.scenery import NO_PATHS, NO_SCENERY, body_paths, frame_scenery, scenery_of, target_field
from osimviz.view_choices import LAYER_WORDS, LAYERS
from tests.sample_runs import sample_frame, sample_info


def at(frame: Frame, x_m: float) -> Frame:
    places = frame.body_positions_m.copy()
    places[:, 0] = x_m
    return replace(frame, body_positions_m=places)


def test_that_a_trail_reaches_back_one_second_and_ends_at_the_frame() -> None:
    recording = Recording(sample_info())
    for step in range(250):
        recording.append(at(sample_frame(step), 0.01 * step))
    scenery = scenery_of(recording, 200, {"trails"})
    assert scenery.trail_bodies == ("pelvis",)
    places = scenery.trails_m[0]
    assert places[-1, 0] == pytest.approx(2.0)
    assert places[0, 0] == pytest.approx(1.0)
    assert (np.diff(places[:, 0]) > 0.0).all()
    # The places stay where they are while the end moves on.
    earlier = scenery_of(recording, 199, {"trails"}).trails_m[0]
    assert {round(x, 6) for x in places[:-1, 0]} - {round(x, 6) for x in earlier[:, 0]} == set()


def test_that_a_film_draws_the_same_trails_without_the_recording() -> None:
    recording = Recording(sample_info())
    for step in range(250):
        recording.append(at(sample_frame(step), 0.01 * step))
    paths = body_paths(recording, {"trails"})
    for index in (0, 3, 200, 249):
        there, wanted = (
            frame_scenery(recording.info, recording.frame(index), {"trails"}, paths),
            scenery_of(recording, index, {"trails"}),
        )
        assert there.trail_bodies == wanted.trail_bodies
        assert np.array_equal(there.trails_m[0], wanted.trails_m[0])
    half_way = replace(at(sample_frame(10), 0.105), time_s=recording.frame(10).time_s + 0.005)
    trail = frame_scenery(recording.info, half_way, {"trails"}, paths).trails_m[0]
    assert trail[-2:, 0] == pytest.approx([0.10, 0.105]), "it ends where the pose in between is"
    assert body_paths(recording, {"muscles"}) is NO_PATHS
    assert frame_scenery(recording.info, half_way, {"trails"}) is NO_SCENERY


def test_that_nothing_is_looked_up_for_layers_that_are_hidden() -> None:
    recording = Recording(sample_info())
    recording.append(sample_frame(0))
    assert scenery_of(recording, 0, {"muscles", "shadow"}) is NO_SCENERY
    assert scenery_of(recording, 7, {"trails"}) is NO_SCENERY


def field_frame(yaw_rad: float) -> tuple[object, Frame]:
    """Return a run that observes a field of 1 m/s forward and 0.5 m/s to the left of the body, and a frame of it."""
    info = sample_info()
    channels = tuple(
        Channel(f"observation/v_tgt_field/{name}/0_0", "observation", index)
        for name, index in (("forward", 0), ("leftward", 121))
    )
    frame = sample_frame(0)
    quaternions = np.tile([np.cos(yaw_rad / 2), 0.0, np.sin(yaw_rad / 2), 0.0], (len(frame.body_quaternions), 1))
    observation = np.concatenate([np.full(121, 1.0), np.full(121, 0.5)])
    return replace(info, channels=channels), replace(
        at(frame, 3.0), observation=observation, body_quaternions=quaternions
    )


def test_that_the_field_lies_around_the_body_in_its_heading() -> None:
    info, frame = field_frame(0.0)
    places, velocities = target_field(info, frame)  # type: ignore[arg-type]
    assert places.shape == velocities.shape == (121, 3)
    assert velocities == pytest.approx(np.tile([1.0, 0.0, -0.5], (121, 1)))
    middle = 5 * 11 + 5
    assert places[middle] == pytest.approx([3.0, 0.0, frame.body_positions_m[0, 2]])
    # One column on is 1 m to the left, which is -z.
    assert places[middle + 1] - places[middle] == pytest.approx([0.0, 0.0, -1.0])
    info, turned = field_frame(np.pi / 2)
    places, velocities = target_field(info, turned)  # type: ignore[arg-type]
    # Turned to the left, ahead is -z and left is -x.
    assert velocities[0] == pytest.approx([-0.5, 0.0, -1.0])
    assert places[middle + 11] - places[middle] == pytest.approx([0.0, 0.0, -1.0])


def test_that_a_run_without_a_field_has_none() -> None:
    assert len(target_field(sample_info(), sample_frame(0))[0]) == 0


def test_that_the_legend_names_what_is_shown_and_has_data() -> None:
    frame = replace(sample_frame(0), target_velocity=np.array([1.0, 0.0, 0.0]))
    everything = {row.text for row in legend_rows(LAYERS, frame)}
    assert everything == {LAYER_WORDS[layer].legend for layer in LAYERS} - {""}
    no_target = {row.text for row in legend_rows(LAYERS, sample_frame(0))}
    assert everything - no_target == {"target, 0.4 m per m/s", "target field, 0.4 m per m/s"}
    assert legend_rows((), frame) == ()


def test_that_the_legend_explains_the_colours_of_muscles_where_there_are_any() -> None:
    bare = replace(sample_frame(0), activation=np.empty(0))
    assert lists_muscles(LAYERS, sample_frame(0))
    assert not lists_muscles(LAYERS, bare)
    assert not lists_muscles(("trails",), sample_frame(0))


def test_that_the_legend_knows_an_arms_target_and_what_the_model_lacks() -> None:
    frame, bare = sample_frame(0), sample_info().geometry
    arm = replace(bare, body_names=("r_humerus", "target"))
    assert [row.text for row in legend_rows(("target",), frame, arm)] == ["target, ring 12 cm across"]
    assert legend_rows(("target", "joint_limits", "contact_geometry"), frame, bare) == ()
    limited = [row.text for row in legend_rows(("joint_limits",), frame)]
    assert limited == ["joint limit, ½ turn = 50 N·m"]
