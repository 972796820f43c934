"""Which moment each picture of a film shows, and what lies between two recorded states."""

from dataclasses import replace

import numpy as np
import pytest

from osimviz.film.errors import FilmError
from osimviz.film.interpolation import between
from osimviz.film.plan import check_moment, film_plan, partner_plan
from osimviz.film.settings import FilmSettings, Look, check_film, kind_of, shown_fps
from tests.sample_runs import sample_frame

TIMES_S = np.arange(301) * 0.01


def plan(**settings: object):
    wanted = FilmSettings(**settings)  # type: ignore[arg-type]
    return film_plan(TIMES_S, wanted, wanted.fps)


@pytest.mark.parametrize(
    ("from_s", "to_s", "fps", "speed", "n_pictures"),
    [(None, None, 30.0, 1.0, 90), (1.5, 3.0, 30.0, 0.25, 180), (0.0, 1.0, 25.0, 2.0, 12), (1.0, 1.001, 30.0, 1.0, 1)],
)
def test_that_a_film_lasts_its_range_over_its_speed(
    from_s: float | None, to_s: float | None, fps: float, speed: float, n_pictures: int
) -> None:
    film = plan(from_s=from_s, to_s=to_s, fps=fps, speed=speed)
    assert len(film) == n_pictures
    assert film.duration_s == pytest.approx(n_pictures / fps)


def test_that_pictures_are_evenly_spaced_and_the_last_shows_the_end() -> None:
    film = plan(from_s=1.0, to_s=2.0, fps=30.0, speed=0.5)
    assert np.allclose(np.diff(film.times_s[:-1]), 0.5 / 30.0)
    assert film.times_s[0] == 1.0
    assert film.times_s[-1] == 2.0
    assert film.indices[0] == 100
    assert film.indices[-1] == 200


def test_that_held_frames_are_recorded_states_and_never_from_the_future() -> None:
    film = plan(speed=0.1)
    assert not film.shares.any()
    assert np.all(TIMES_S[film.indices] <= film.times_s + 1e-6)
    assert np.all(film.times_s - TIMES_S[film.indices] < 0.01 + 1e-6)


def test_that_interpolated_frames_lie_between_their_neighbours() -> None:
    film = plan(speed=0.1, is_interpolated=True)
    shown = TIMES_S[film.indices] + 0.01 * film.shares
    assert np.allclose(shown, film.times_s, atol=2e-5)
    assert set(film.needed) == set(range(301))
    assert film.needed == sorted(film.needed)


def test_that_loops_repeat_the_range() -> None:
    once, thrice = plan(from_s=1.0, to_s=2.0), plan(from_s=1.0, to_s=2.0, loops=3)
    assert len(thrice) == 3 * len(once)
    assert np.array_equal(thrice.indices[: len(once) - 1], thrice.indices[len(once) : 2 * len(once) - 1])


def test_that_negative_times_count_from_the_end() -> None:
    assert plan(from_s=-1.0).times_s[0] == pytest.approx(2.0)
    assert plan(from_s=-9.0).times_s[0] == 0.0
    assert plan(to_s=-1.0).times_s[-1] == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"from_s": 3.5}, "outside the recording"),
        ({"to_s": 4.0}, "outside the recording"),
        ({"from_s": 2.0, "to_s": 1.0}, "before it begins"),
        ({"speed": 1e-3, "loops": 1000}, "pictures"),
    ],
)
def test_that_an_impossible_range_is_refused_in_words(settings: dict[str, float], words: str) -> None:
    with pytest.raises(FilmError, match=words) as caught:
        plan(**settings)
    assert caught.value.hint


def test_that_a_picture_of_a_moment_after_the_end_is_refused() -> None:
    times_s = np.array([0.0, 0.01, 0.02])
    for moment in ("end", "failure", 0.0, 0.03):
        check_moment(times_s, moment)
    with pytest.raises(FilmError, match=r"moment at 0\.5 s is outside") as caught:
        check_moment(times_s, 0.5)
    assert caught.value.hint == "The recording goes from 0 to 0.02 s."
    # What Python prints where a program of the user's asked.
    assert str(caught.value) == f"{caught.value.sentence}. The recording goes from 0 to 0.02 s."


def test_that_a_recording_without_a_frame_is_refused() -> None:
    with pytest.raises(FilmError, match="no frame"):
        film_plan(np.empty(0), FilmSettings(), 30.0)


def test_that_a_second_run_is_held_at_its_ends() -> None:
    film = plan(from_s=0.0, to_s=2.0)
    second = partner_plan(film, np.arange(51) * 0.01, film.times_s + 0.1, is_interpolated=False)
    assert len(second) == len(film)
    assert second.indices[0] == 10
    assert second.indices[-1] == 50


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        (FilmSettings(Look(1281, 720)), "mp4", "1280x720"),
        (FilmSettings(Look(1280, 721)), "webm", "even"),
        (FilmSettings(Look(8, 8)), "mp4", "16"),
        (FilmSettings(Look(9000, 100)), "gif", "out of range"),
        (FilmSettings(fps=0.0), "mp4", "out of range"),
        (FilmSettings(fps=float("nan")), "mp4", "out of range"),
        (FilmSettings(fps=60.0), "gif", "50"),
        (FilmSettings(speed=0.0), "mp4", "speed"),
        (FilmSettings(speed=-1.0), "mp4", "speed"),
        (FilmSettings(loops=0), "mp4", "loops"),
    ],
)
def test_that_impossible_settings_are_refused_in_words(settings: FilmSettings, kind: str, words: str) -> None:
    with pytest.raises(FilmError) as caught:
        check_film(settings, kind)  # type: ignore[arg-type]
    assert words in f"{caught.value.sentence} {caught.value.hint}"


def test_that_odd_sizes_are_fine_where_they_can_be() -> None:
    check_film(FilmSettings(Look(101, 77), fps=20.0), "gif")
    check_film(FilmSettings(Look(101, 77)), "png")


def test_that_the_kind_is_told_by_the_name() -> None:
    assert [kind_of(name) for name in ("a.mp4", "b/c.WEBM", "d.gif", "frames/")] == ["mp4", "webm", "gif", "png"]
    for name in ("a.avi", "a", "a.png"):
        with pytest.raises(FilmError, match="cannot be written"):
            kind_of(name)


def test_that_a_gif_gets_a_rate_it_can_hold() -> None:
    assert shown_fps(30.0, "gif") == pytest.approx(100 / 3)
    assert shown_fps(25.0, "gif") == 25.0
    assert shown_fps(50.0, "gif") == 50.0
    assert shown_fps(30.0, "mp4") == 30.0


def test_that_bodies_turn_along_the_shorter_arc_between_two_states() -> None:
    half = np.sqrt(0.5)
    before = replace(sample_frame(1), body_quaternions=np.array([[1.0, 0, 0, 0], [1.0, 0, 0, 0]]))
    # A quarter turn about y, once as its negative, which is the same rotation.
    after = replace(sample_frame(2), body_quaternions=np.array([[half, 0, half, 0], [-half, 0, -half, 0]]))
    middle = between(before, after, 0.5)
    eighth = np.array([np.cos(np.pi / 8), 0, np.sin(np.pi / 8), 0])
    assert np.allclose(middle.body_quaternions, [eighth, eighth])
    assert np.allclose(middle.body_positions_m, 0.5 * (before.body_positions_m + after.body_positions_m))
    assert middle.step == before.step
    assert middle.time_s == pytest.approx(0.015)
    assert between(before, after, 0.0) is before
    assert between(before, after, 1.0) is after


def test_that_a_path_whose_points_change_in_number_is_taken_from_the_nearer_state() -> None:
    before, after = sample_frame(1), sample_frame(2)
    assert not np.array_equal(before.path_counts, after.path_counts)
    for share, nearer in ((0.3, before), (0.7, after)):
        middle = between(before, after, share)
        assert np.array_equal(middle.path_points_m, nearer.path_points_m)
        assert middle.path_counts.sum() == len(middle.path_points_m)


def test_that_a_foot_that_just_landed_has_the_nearer_states_centre_of_pressure() -> None:
    before = replace(sample_frame(1), centre_of_pressure_m=np.full((2, 3), np.nan))
    after = replace(sample_frame(2), centre_of_pressure_m=np.ones((2, 3)))
    assert np.isnan(between(before, after, 0.3).centre_of_pressure_m).all()
    assert np.array_equal(between(before, after, 0.7).centre_of_pressure_m, np.ones((2, 3)))
