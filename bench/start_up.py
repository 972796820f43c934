"""From the command to the first moving picture: a fresh process, the real window, real random actions.

Prints the median of several starts, the time of its parts, and the ratio to loading OpenSim and its model alone, which
no start can undercut. Asserts nothing.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from noting import note_ratio

ROOT = Path(__file__).parents[1]
N_STARTS = 5


def start_once(started: float) -> dict[str, float]:
    """Open the window in this process; return the seconds since `started` until each thing was seen."""
    from PyQt5.QtCore import QTimer
    from PyQt5.QtWidgets import QApplication

    from osimviz.options import parse_options
    from osimviz.ui.app.application import Application

    qt_application = QApplication(["bench"])
    application = Application(parse_options(["--steps", "30"]))
    seen = {"modules loaded": time.time() - started}

    def note(name: str) -> None:
        seen.setdefault(name, time.time() - started)

    def on_drawn() -> None:
        drawing = application.window.view3d.drawing
        if drawing is not None and drawing.frame is not None:
            note("first picture")
            if drawing.frame.step >= 1:
                note("first moving picture")
                qt_application.quit()
                return
        QTimer.singleShot(2, on_drawn)

    application.start()
    note("window shown")
    application.session.run_changed.connect(lambda recording: note("environment loaded"))
    QTimer.singleShot(0, on_drawn)
    QTimer.singleShot(30_000, qt_application.quit)
    qt_application.exec_()
    application.close()
    return seen


def bare_load() -> float:
    """Return the seconds a fresh process takes to import OpenSim and build the environment."""
    program = "from osimviz.envs import ProstheticsEnv; ProstheticsEnv(visualize=False).reset()"
    started = time.time()
    subprocess.run([sys.executable, "-c", program], check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    return time.time() - started


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--since", type=float)
    given = parser.parse_args()
    if given.since is not None:
        print(json.dumps(start_once(given.since)))
        return
    runs, loads = [], []
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": folder, "XDG_CACHE_HOME": folder}
        for _ in range(N_STARTS + 1):
            command = [sys.executable, __file__, "--since", str(time.time())]
            output = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
            runs.append(json.loads(output.splitlines()[-1]))
            loads.append(bare_load())
    print(f"Seconds since the command: the first start ever, and the median of {N_STARTS} later ones")
    for name in runs[0]:
        later = statistics.median(run[name] for run in runs[1:])
        print(f"{name:24}{runs[0][name]:8.2f}{later:8.2f}")
    moving = statistics.median(run["first moving picture"] for run in runs[1:])
    load = statistics.median(loads[1:])
    print(f"{'OpenSim and model alone':24}{loads[0]:8.2f}{load:8.2f}")
    print(f"ratio of the first moving picture to loading alone: {moving / load:.2f}")
    note_ratio("command to the first moving picture", moving, "loading OpenSim and the model alone", load, "s")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
