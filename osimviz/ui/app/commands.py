"""The commands of the window: which object carries out which, and what the playback commands do to a session."""

from collections.abc import Callable, Mapping
from functools import partial

from osimviz.ui.commands import COMMANDS
from osimviz.ui.session import Session

Handler = Callable[[], object]


class CommandRouter:
    """Leads each command to who carries it out: menus and keys exist before what they act on.

    Attributes
    ----------
    triggers : mapping of str to callable
        For every command of the table, what its menu item and key call.
    """

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}
        self.triggers: Mapping[str, Handler] = {
            command.id: partial(self._carry_out, command.id) for command in COMMANDS
        }

    def add(self, handlers: Mapping[str, Handler]) -> None:
        """Take what some commands do.

        Raises
        ------
        ValueError
            If two carry out the same command.
        """
        twice = self._handlers.keys() & handlers.keys()
        if twice:
            raise ValueError(f"two handlers for {', '.join(sorted(twice))}")
        self._handlers.update(handlers)

    def missing(self) -> set[str]:
        """Return the commands that nobody carries out."""
        return self.triggers.keys() - self._handlers.keys()

    def _carry_out(self, command: str) -> None:
        self._handlers[command]()


def playback_handlers(session: Session, tell: Callable[[str], object]) -> dict[str, Handler]:
    """Return what each playback command does, by its id; every change is shown at once.

    `tell` takes a sentence on a command that does nothing here.
    """
    playback = session.playback

    def shown(change: Handler) -> Callable[[], None]:
        def act() -> None:
            change()
            session.refresh()

        return act

    def last() -> int:
        return session.view.last_index

    def here() -> int:
        return max(session.view.index, 0)

    def start_loop() -> None:
        if here() == last() and not session.is_running:
            tell("A loop cannot begin on the last frame")
        else:
            playback.set_loop_start(here())

    def end_loop() -> None:
        if here() == 0:
            tell("A loop cannot end on the first frame")
        else:
            playback.set_loop_end(here())

    changes: dict[str, Handler] = {
        "play": lambda: playback.toggle_play(last(), is_growing=session.is_running),
        "step_back": lambda: playback.step_by(-1, last()),
        "step_forward": lambda: playback.step_by(1, last()),
        "ten_back": lambda: playback.step_by(-10, last()),
        "ten_forward": lambda: playback.step_by(10, last()),
        "start": lambda: playback.seek(0),
        "end": lambda: playback.seek(last()),
        "follow": playback.follow,
        "loop_start": start_loop,
        "loop_end": end_loop,
        "loop": playback.toggle_loop,
        "faster": lambda: playback.change_speed(1),
        "slower": lambda: playback.change_speed(-1),
    }
    return {name: shown(change) for name, change in changes.items()}
