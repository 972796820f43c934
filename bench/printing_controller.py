"""How much a controller that prints 2 MB a step holds up the window, beside the same one that prints nothing.

Both open the real window with the real 3D view. A heartbeat of 5 ms in the window's thread measures how long its event
loop was held up over ten seconds of the run. Prints both and their ratio; asserts nothing.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from heartbeat import make_heart
from noting import note_ratio

ROOT = Path(__file__).parents[1]
SECONDS = 10.0
SOURCE = """
def controller(observation):
    if {prints}:
        for line in range(20_000):
            print("line", line, "x" * 90)
    return [0.1] * 19
"""


def measure(controller: str) -> dict[str, float]:
    """Open the window on a controller and return what was seen of its event loop, ms, its memory, MB, and its steps."""
    import numpy as np
    from PyQt5.QtCore import QTimer
    from PyQt5.QtWidgets import QApplication

    from osimviz.options import parse_options
    from osimviz.ui.app.application import Application

    qt_application = QApplication(["bench"])
    application = Application(parse_options(["--trust", "--controller", controller]))
    heart, gaps_ms = make_heart(5)
    application.session.run_changed.connect(lambda recording: QTimer.singleShot(1000, heart.start))
    application.session.run_changed.connect(
        lambda recording: QTimer.singleShot(int(1e3 * SECONDS), qt_application.quit)
    )
    application.start()
    qt_application.exec_()
    steps = application.session.view.last_index
    status = Path("/proc/self/status").read_text(encoding="ascii")
    memory_kb = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    application.close()
    gaps = np.array(gaps_ms)
    return {
        "median": float(np.median(gaps)),
        "p99": float(np.percentile(gaps, 99)),
        "worst": float(gaps.max()),
        "memory, MB": float(memory_kb) / 1e3,
        "steps": float(steps),
    }


def main() -> None:
    """Measure both in processes of their own and print the comparison."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--controller")
    given = parser.parse_args()
    if given.controller:
        print(json.dumps(measure(given.controller)))
        return
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "XDG_CONFIG_HOME": folder, "XDG_STATE_HOME": folder, "PYTHONPATH": str(ROOT)}
        for name, prints in (("quiet", "False"), ("printing", "True")):
            file = Path(folder, f"{name}.py")
            file.write_text(SOURCE.format(prints=prints), encoding="ascii")
            command = [sys.executable, __file__, "--controller", str(file)]
            output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment).stdout
            results[name] = json.loads(output.splitlines()[-1])
    print("Window's event loop held up while a controller prints 2 MB a step, ms")
    print(f"{'':14}{'quiet':>12}{'printing':>12}{'ratio':>8}")
    for key in results["quiet"]:
        quiet, printing = results["quiet"][key], results["printing"][key]
        print(f"{key:14}{quiet:12.2f}{printing:12.2f}{printing / quiet if quiet else 0:8.2f}")
        if key.startswith(("p95", "p99")):
            note_ratio(
                f"window held up, controller prints 2 MB a step, {key}", printing, "one that is quiet", quiet, "ms"
            )


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
