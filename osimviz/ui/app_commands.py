"""What the playback commands do to a session, and the run a command line asks for."""

from collections.abc import Callable

from osimviz.options import Options
from osimviz.ui.session import Session
from osimviz.worker.messages import RunRequest


def playback_handlers(session: Session) -> dict[str, Callable[[], object]]:
    """Return what each playback command does, by its id; every change is shown at once."""
    playback = session.playback

    def shown(change: Callable[[], object]) -> Callable[[], None]:
        def act() -> None:
            change()
            session.refresh()

        return act

    def last() -> int:
        return session.view.last_index

    def here() -> int:
        return max(session.view.index, 0)

    changes: dict[str, Callable[[], object]] = {
        "play": lambda: playback.toggle_play(last(), is_growing=session.is_running),
        "step_back": lambda: playback.step_by(-1, last()),
        "step_forward": lambda: playback.step_by(1, last()),
        "ten_back": lambda: playback.step_by(-10, last()),
        "ten_forward": lambda: playback.step_by(10, last()),
        "start": lambda: playback.seek(0),
        "end": lambda: playback.seek(last()),
        "follow": playback.follow,
        "loop_start": lambda: playback.set_loop_start(here()),
        "loop_end": lambda: playback.set_loop_end(here()),
        "loop": playback.toggle_loop,
        "faster": lambda: playback.change_speed(1),
        "slower": lambda: playback.change_speed(-1),
    }
    return {name: shown(change) for name, change in changes.items()}


def request_of(options: Options) -> RunRequest:
    """Return the run a command line asks for."""
    return RunRequest(
        options.env_name,
        options.env_args,
        options.controller,
        options.seed,
        options.n_steps,
        options.log_level,
        # Whoever types a file's name has decided; files that are opened in the window are asked about.
        True,
        options.observation_kind,
        options.action_repeat,
        options.action_range,
    )
