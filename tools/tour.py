"""Play a run that falls in the real window and write a picture of every panel to docs/tour/.

Needs a display (``xvfb-run -a -s "-screen 0 1600x1000x24" python tools/tour.py``). The pictures are for people to look
at: nothing compares them.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QImage, qRgb
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QListWidget, QWidget

import osimviz
from osimviz.frames import Array
from osimviz.options import parse_options
from osimviz.system_check import provide_runtime_folder
from osimviz.ui.app.application import Application
from osimviz.ui.dialogs.settings import SettingsDialog

ROOT = Path(__file__).parents[1]
WALKING = ROOT / "resources" / "controllers" / "reflex_2d_walk.txt"
FALLING = ROOT / "resources" / "controllers" / "reflex_2d_fall.txt"
LONGEST_WAIT_S = 120.0
BROKEN = """
n = 0


def controller(observation):
    global n
    n += 1
    past = [0.05] * 40
    return [past[n]] * 19
"""


class Tour:
    """The window and what has been photographed of it.

    Parameters
    ----------
    folder : Path
        Where pictures go.
    size : tuple of int
        Width and height of the window, px.
    """

    def __init__(self, folder: Path, size: tuple[int, int]) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.qt = QApplication(["osimviz"])
        self.application = Application(parse_options(["--controller", str(FALLING), "--trust"]))
        self.window = self.application.window
        self.application.start()
        self.window.resize(*size)
        QApplication.setActiveWindow(self.window)

    @property
    def step(self) -> int:
        """The newest step of the run."""
        return self.application.session.view.last_index

    @property
    def is_drawn(self) -> bool:
        """Whether the 3D view shows the model."""
        drawing = self.window.view3d.drawing
        return drawing is not None and drawing.frame is not None

    def wait(self, until: Callable[[], bool] | float) -> None:
        """Let the window live until something holds, or for some seconds."""
        begun = time.monotonic()
        while time.monotonic() - begun < (until if isinstance(until, float) else LONGEST_WAIT_S):
            self.qt.processEvents()
            if callable(until) and until():
                return
            time.sleep(0.005)
        if callable(until):
            raise TimeoutError("the window did not come to where the tour waits for it")

    def shoot(self, name: str, widget: QWidget | None = None) -> None:
        """Write a picture of a widget, or of the whole window, in 256 colours."""
        self.wait(0.7)
        picture = (widget or self.window).grab().toImage()
        path = self.folder / f"{name}.png"
        in_few_colours(picture).save(str(path), "PNG", 0)
        print(f"{path.relative_to(self.folder.parent.parent)}  {picture.width()} × {picture.height()}")

    def key(self, key: int, modifiers: int = Qt.NoModifier) -> None:
        """Press a key in the window."""
        QTest.keyClick(self.window, key, modifiers)

    def command(self, name: str) -> None:
        """Carry out a command of the table."""
        self.window.actions_by_id[name].trigger()


def chosen_colours(colours: Array, counts: Array) -> list[int]:
    """Return which 256 of some colours to keep: one after the other that which the others stand for worst."""
    chosen = [int(np.argmax(counts))]
    far = ((colours - colours[chosen[0]]) ** 2).sum(axis=1)
    while len(chosen) < min(256, len(colours)):
        chosen.append(int(np.argmax(far * np.sqrt(counts))))
        far = np.minimum(far, ((colours - colours[chosen[-1]]) ** 2).sum(axis=1))
    return chosen


def in_few_colours(picture: QImage) -> QImage:
    """Return a picture in 256 of its colours: a third of the bytes, and hardly a difference to be seen."""
    rgb = picture.convertToFormat(QImage.Format_RGB888)
    data = np.frombuffer(rgb.constBits().asarray(rgb.sizeInBytes()), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    pixels = data[:, : 3 * rgb.width()].reshape(-1, 3)
    # Of colours that differ in their last two bits, the first one stands for all.
    boxes = (pixels >> 2).astype(np.int32) @ np.array([4096, 64, 1])
    present, first, counts = np.unique(boxes, return_index=True, return_counts=True)
    colours = pixels[first].astype(np.int32)
    kept = colours[chosen_colours(colours, counts)]
    distances = ((colours[:, None, :] - kept[None, :, :]) ** 2).sum(axis=2)
    nearest = np.zeros(2**18, dtype=np.uint8)
    nearest[present] = distances.argmin(axis=1)
    rows = np.zeros((rgb.height(), (rgb.width() + 3) // 4 * 4), dtype=np.uint8)
    rows[:, : rgb.width()] = nearest[boxes].reshape(rgb.height(), rgb.width())
    few = QImage(rows.tobytes(), rgb.width(), rgb.height(), rows.shape[1], QImage.Format_Indexed8)
    few.setColorTable([qRgb(*map(int, colour)) for colour in kept])
    # Its numbers are its own from here on.
    return few.copy()


def play_until_it_falls(tour: Tour) -> None:
    """Photograph the run as it starts, pauses where a condition becomes true, and falls."""
    session = tour.application.session
    tour.wait(lambda: tour.step >= 12 and tour.is_drawn)
    tour.shoot("01-running")
    tour.window.first_steps.hide()
    tour.command("find")
    field = tour.window.find.findChild(QWidget, "condition")
    field.setText("pelvis/height < 0.85 and time > 0.5")
    tour.window.find.findChild(QWidget, "pause_when").click()
    tour.wait(lambda: session.view.is_paused)
    tour.shoot("02-paused-at-a-condition")
    tour.window.find.findChild(QListWidget, "pauses").item(0).setCheckState(Qt.Unchecked)
    tour.command("pause_run")
    tour.wait(lambda: session.view.phase == "ended")
    session.seek(140)
    tour.shoot("03-find", tour.window.find)
    tour.window.plot_tabs.setCurrentWidget(tour.window.plots)


def look_at_panels(tour: Tour) -> None:
    """Photograph the window and each of its panels."""
    window, session = tour.window, tour.application.session
    tour.command("departure")
    tour.application.marks.keep_bookmark(120, "right knee gives way")
    tour.application.session.playback.set_loop(150, 169)
    session.refresh()
    tour.shoot("04-fell")
    tour.shoot("05-timeline", window.timeline)
    tour.shoot("06-why-it-ended", window.ending)
    tour.shoot("07-plots", window.plots)
    for name, panel in (("08-muscles", "muscles"), ("09-gait", "gait"), ("10-phase", "phase")):
        window.plot_tabs.setCurrentWidget(getattr(window.plot_tabs, panel))
        tour.shoot(name, window.plot_tabs)
    window.plot_tabs.setCurrentWidget(window.runs_panel)
    tour.shoot("11-runs", window.plot_tabs)
    window.plot_tabs.setCurrentWidget(window.plots)
    tour.command("search")
    window.channels.search.setText("pelvis")
    tour.shoot("12-channels", window.channels)
    window.channels.search.clear()
    window.view3d.setFocus()


def open_what_pops_up(tour: Tour) -> None:
    """Photograph palette, dialogs and the other theme."""
    window = tour.window
    tour.command("palette")
    tour.shoot("13-command-palette", window.palette_popup)
    window.palette_popup.hide()
    tour.application.search.derive(["coordinates/knee_angle_r/value"])
    dialog = QApplication.activeModalWidget()
    tour.shoot("14-derived-channel", dialog)
    dialog.accept()
    tour.command("settings")
    settings = window.findChild(SettingsDialog)
    tour.shoot("15-settings", settings)
    settings.close()
    tour.command("theme")
    tour.shoot("16-light")
    tour.command("theme")


def break_a_controller(tour: Tour, folder: Path) -> None:
    """Photograph the window after a controller raised an error."""
    file = folder / "broken.py"
    file.write_text(BROKEN)
    session = tour.application.session
    request = tour.application.runs.request
    session.run(type(request)(controller=str(file), env_name="prosthetics", is_trusted=True))
    tour.wait(lambda: session.view.phase == "ended" and session.view.outcome is not None)
    tour.shoot("17-error")
    tour.shoot("18-error-panel", tour.window.failure_panel)
    tour.command("theme")
    tour.shoot("19-error-light")
    tour.command("theme")


def compare_two_runs(tour: Tour) -> None:
    """Photograph a run that walks beside the one that fell, and the log."""
    window, session = tour.window, tour.application.session
    fallen = session.runs.recordings[0]
    request = tour.application.runs.request
    session.run(replace(request, controller=str(WALKING), n_steps=169))
    tour.wait(lambda: session.view.phase == "ended" and session.recording is session.runs.recordings[-1])
    window.plot_tabs.setCurrentWidget(window.plots)
    session.compare(fallen)
    session.seek(150)
    tour.shoot("20-compared")
    window.plot_tabs.setCurrentWidget(window.log)
    tour.shoot("21-log", window.plot_tabs)


def draw_the_fall(tour: Tour) -> None:
    """Draw the fall into one picture, as ``--strobe`` does."""
    fallen = tour.application.session.runs.recordings[0]
    path = tour.folder / "22-strobe.png"
    end_s = float(fallen.time_s(fallen.last_index)[0])
    osimviz.render_picture(fallen, path, at="end", size=(1200, 500), strobe=(0.0, end_s, 6), force=True)
    print(f"{path}  1200 × 500")


def main() -> None:
    """Take the tour."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / "docs" / "tour")
    parser.add_argument("--size", default="1600x1000")
    given = parser.parse_args()
    width, height = map(int, given.size.split("x"))
    with tempfile.TemporaryDirectory() as settings:
        # The tour is the same for everybody, and leaves nobody's settings changed.
        os.environ["XDG_CONFIG_HOME"] = settings
        provide_runtime_folder(Path(settings) / "runtime")
        tour = Tour(given.folder, (width, height))
        try:
            play_until_it_falls(tour)
            look_at_panels(tour)
            open_what_pops_up(tour)
            break_a_controller(tour, Path(settings))
            compare_two_runs(tour)
            draw_the_fall(tour)
        finally:
            tour.application.close()


if __name__ == "__main__":
    main()
