"""The bundled examples in the File menu, and a controller of one's own made from the template."""

import shutil
from pathlib import Path

from PyQt5.QtWidgets import QMenu

from osimviz.examples import EXAMPLES, TEMPLATE
from osimviz.resource_files import resource_path
from osimviz.ui.app.boxes import show_warning
from osimviz.ui.app.commands import Handler
from osimviz.ui.app.file_questions import ask_save
from osimviz.ui.app.runs import RunActions
from osimviz.ui.commands import key_of
from osimviz.ui.main_window import MainWindow


class ExampleActions:
    """Runs examples and makes controllers from the template.

    Parameters
    ----------
    window : MainWindow
        Gets a menu of the examples.
    runs : RunActions
        Runs them.
    """

    def __init__(self, window: MainWindow, runs: RunActions) -> None:
        self._window = window
        self._runs = runs
        menu = QMenu("Open Example", window)
        menu.setToolTipsVisible(True)
        by_title = {}
        for example in EXAMPLES:
            # What follows the tab stands at the right, where others have their key.
            action = by_title[example.title] = menu.addAction(f"{example.title}\t{example.description}")
            file_name = example.file.rpartition("/")[2]
            action.setToolTip(f"{example.description}. Runs {file_name} in the environment it is made for")
            action.triggered.connect(lambda checked=False, file=example.file: self._run(file))
        self.menu = menu
        window.show_examples(menu, by_title)

    def handlers(self) -> dict[str, Handler]:
        """Return what the commands on examples do."""
        return {"new_controller": self.choose_new}

    def choose_new(self) -> None:
        """Ask for a file, write the template there and run it: a start for one's own."""
        path = ask_save(self._window, "New controller", "my_controller.py")
        if path is not None:
            self.make_new(path)

    def make_new(self, path: Path) -> None:
        """Write the template to a file and run it."""
        try:
            shutil.copyfile(resource_path(TEMPLATE), path)
        except OSError as error:
            show_warning(self._window, f"The controller was not written: {error.strerror or error} ({path})")
            return
        # What was written here a moment ago needs no question.
        self._runs.vouch_for(path)
        self._runs.open_controller(str(path))
        self._window.status.show_notice(f"Edit {path.name} with any editor; {key_of('reload')} runs it again")

    def _run(self, file: str) -> None:
        self._runs.open_controller(str(resource_path(file)), with_own_environment=True)
