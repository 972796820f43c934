"""The cursor, without a window; time is handed in."""

import pytest

from osimviz.playback import SPEEDS, Playback

STEP_S = 0.01


def playing_from(index: int, speed: float = 1.0) -> Playback:
    playback = Playback()
    playback.seek(index)
    playback.set_speed(speed)
    playback.is_playing = True
    return playback


def test_that_playing_moves_one_simulated_second_per_second_times_speed() -> None:
    playback = playing_from(0, speed=0.5)
    playback.advance(0.1, STEP_S, 100, is_growing=False)
    assert playback.position == pytest.approx(5.0)


def test_that_playing_pauses_at_the_end_of_a_finished_run() -> None:
    playback = playing_from(95)
    playback.advance(1.0, STEP_S, 100, is_growing=False)
    assert playback.position == 100
    assert not playback.is_playing


def test_that_playing_waits_at_the_end_of_a_run_that_grows() -> None:
    playback = playing_from(95)
    playback.advance(1.0, STEP_S, 100, is_growing=True)
    assert playback.position == 100
    assert playback.is_playing
    playback.advance(0.02, STEP_S, 110, is_growing=True)
    assert playback.position == pytest.approx(102.0)


def test_that_playing_backwards_pauses_at_the_start() -> None:
    playback = playing_from(3, speed=-1.0)
    playback.advance(1.0, STEP_S, 100, is_growing=False)
    assert playback.position == 0
    assert not playback.is_playing


def test_that_play_at_the_end_starts_again_at_the_beginning() -> None:
    playback = Playback()
    playback.toggle_play(100)
    assert playback.is_playing
    assert playback.position == 0
    assert not playback.is_following


def test_that_play_backwards_from_the_start_begins_at_the_end() -> None:
    playback = Playback()
    playback.seek(0)
    playback.set_speed(-1.0)
    playback.toggle_play(100)
    assert playback.position == 100


def test_that_a_loop_starts_again_at_its_start_and_never_leaves_its_range() -> None:
    playback = playing_from(25)
    playback.set_loop(20, 30)
    for _ in range(200):
        playback.advance(0.037, STEP_S, 100, is_growing=False)
        assert 20 <= playback.position <= 30
    assert playback.is_playing


def test_that_a_loop_played_backwards_stays_in_its_range() -> None:
    playback = playing_from(25, speed=-2.0)
    playback.set_loop(20, 30)
    for _ in range(200):
        playback.advance(0.037, STEP_S, 100, is_growing=False)
        assert 20 <= playback.position <= 30


def test_that_a_loop_beyond_a_shorter_run_is_cut_to_it() -> None:
    playback = playing_from(5)
    playback.set_loop(0, 500)
    playback.advance(0.2, STEP_S, 10, is_growing=False)
    assert 0 <= playback.position <= 10


def test_that_setting_loop_ends_in_the_wrong_order_drops_the_other_one() -> None:
    playback = Playback()
    playback.set_loop_start(50)
    playback.set_loop_end(20)
    assert playback.loop_start is None
    assert playback.loop_end == 20
    playback.set_loop_start(30)
    assert playback.loop_end is None


def test_that_a_loop_without_length_is_no_loop() -> None:
    playback = Playback()
    playback.set_loop(7, 7)
    assert not playback.is_looping


def test_that_a_step_is_exactly_one_frame_and_pauses() -> None:
    playback = playing_from(10)
    playback.position = 10.7
    playback.step_by(1, 100)
    assert playback.position == 11
    assert not playback.is_playing
    playback.step_by(-2, 100)
    assert playback.position == 9


def test_that_a_step_back_from_the_live_end_leaves_it() -> None:
    playback = Playback()
    playback.step_by(-1, 100)
    assert playback.position == 99
    assert not playback.is_following


@pytest.mark.parametrize(("start", "n_steps", "expected"), [(0, -1, 0), (100, 1, 100), (0, 10, 10), (95, 10, 100)])
def test_that_steps_stay_within_the_run(start: int, n_steps: int, expected: int) -> None:
    playback = Playback()
    playback.seek(start)
    playback.step_by(n_steps, 100)
    assert playback.position == expected


def test_that_speed_moves_along_its_table_and_keeps_its_direction() -> None:
    playback = Playback()
    playback.set_speed(-1.0)
    playback.change_speed(1)
    assert playback.speed == -2.0
    for _ in range(20):
        playback.change_speed(1)
    assert playback.speed == -SPEEDS[-1]
    for _ in range(20):
        playback.change_speed(-1)
    assert playback.speed == -SPEEDS[0]


def test_that_a_speed_of_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="pause"):
        Playback().set_speed(0.0)


def test_that_nothing_moves_in_an_empty_run() -> None:
    playback = playing_from(0)
    playback.advance(1.0, STEP_S, -1, is_growing=True)
    assert playback.position == 0


def test_that_a_new_run_is_followed_from_its_start_at_the_old_speed() -> None:
    playback = playing_from(50, speed=0.25)
    playback.set_loop(10, 20)
    playback.restart()
    assert playback.is_following
    assert not playback.is_looping
    assert playback.speed == 0.25


def test_that_play_pauses_a_cursor_that_follows_a_growing_run_and_resumes_from_there() -> None:
    playback = Playback()
    playback.toggle_play(40, is_growing=True)
    assert not playback.is_following
    assert not playback.is_playing
    assert playback.position == 40
    playback.toggle_play(60, is_growing=True)
    assert playback.is_playing
    assert playback.position == 40


def test_that_a_second_cursor_stays_until_it_is_put_on_its_own_place_again() -> None:
    playback = Playback()
    playback.toggle_reference(12)
    playback.seek(40)
    assert playback.reference == 12
    playback.toggle_reference(30)
    assert playback.reference == 30
    playback.toggle_reference(30)
    assert playback.reference is None


def test_that_the_two_cursors_change_places() -> None:
    playback = Playback()
    playback.seek(40)
    playback.set_reference(12)
    playback.swap_reference(40)
    assert (playback.position, playback.reference) == (12, 40)

    playback.set_reference(None)
    playback.swap_reference(12)
    assert (playback.position, playback.reference) == (12, None)


def test_that_a_new_run_has_no_second_cursor() -> None:
    playback = Playback()
    playback.set_reference(12)
    playback.restart()
    assert playback.reference is None
