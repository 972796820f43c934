"""How long the window stands still while the environment steps, in a worker process and in a thread of its own.

Both open the real window with the real 3D view and run the same random actions. A heartbeat of 2 ms in the window's
thread measures how long its event loop was held up. Prints both and their ratio; asserts nothing.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from heartbeat import make_heart
from noting import note_ratio

ROOT = Path(__file__).parents[1]
N_STEPS = 90


def measure(kind: str) -> dict[str, float]:
    """Open the window, run `N_STEPS` steps, return what the heartbeat saw, ms."""
    from PyQt5.QtCore import QTimer
    from PyQt5.QtWidgets import QApplication

    from osimviz.options import parse_options
    from osimviz.ui.app.application import Application

    qt_application = QApplication(["bench"])
    application = Application(parse_options(["--steps", str(N_STEPS if kind == "worker" else 1)]))
    session = application.session
    stepper = make_thread_stepper()
    heart, gaps_ms = make_heart(2)
    ticks_ms = time_ticks(session)
    application.start()

    def begin() -> None:
        if kind == "thread":
            stepper.start()
            QTimer.singleShot(6000, qt_application.quit)
        heart.start()

    if kind == "worker":
        session.run_changed.connect(lambda recording: QTimer.singleShot(400, begin))
        session.ended.connect(lambda outcome: qt_application.quit())
    else:
        session.ended.connect(lambda outcome: QTimer.singleShot(1500, begin))
    qt_application.exec_()
    stepper.requestInterruption()
    stepper.wait()
    application.close()
    return figures(gaps_ms, ticks_ms)


def make_thread_stepper() -> Any:
    """Return the design that was not taken: the environment in a thread of the window's process."""
    from PyQt5.QtCore import QThread

    class Stepper(QThread):
        def run(self) -> None:
            import numpy as np

            from osimviz.envs import ProstheticsEnv

            env = ProstheticsEnv(visualize=False)
            env.reset()
            generator = np.random.RandomState(0)
            while not self.isInterruptionRequested():
                if env.step(generator.uniform(0, 1, 19))[2]:
                    env.reset()

    return Stepper()


def time_ticks(session: Any) -> list[float]:
    """Time the session's own ticks; return the list they fill, ms."""
    ticks_ms: list[float] = []
    tick = session._tick

    def timed_tick() -> None:
        started = time.perf_counter()
        tick()
        ticks_ms.append((time.perf_counter() - started) * 1e3)

    session._timer.timeout.disconnect()
    session._timer.timeout.connect(timed_tick)
    return ticks_ms


def figures(gaps_ms: list[float], ticks_ms: list[float]) -> dict[str, float]:
    """Return the figures that are compared."""
    import numpy as np

    gaps, ticks = np.array(gaps_ms), np.array(ticks_ms)
    return {
        "median": float(np.median(gaps)),
        "p95": float(np.percentile(gaps, 95)),
        "p99": float(np.percentile(gaps, 99)),
        "worst": float(gaps.max()),
        "share held up over 33 ms": float(gaps[gaps > 33].sum() / gaps.sum()),
        "tick p99": float(np.percentile(ticks, 99)),
        "beats": float(len(gaps)),
    }


def main() -> None:
    """Measure both in processes of their own and print the comparison."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kind", choices=["worker", "thread"])
    given = parser.parse_args()
    if given.kind:
        print(json.dumps(measure(given.kind)))
        return
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "XDG_CONFIG_HOME": folder, "PYTHONPATH": str(ROOT)}
        for kind in ("worker", "thread"):
            output = subprocess.run(
                [sys.executable, __file__, "--kind", kind],
                check=True,
                capture_output=True,
                text=True,
                env=environment,
            ).stdout
            results[kind] = json.loads(output.splitlines()[-1])
    print("Window's event loop held up while the environment steps, ms")
    print(f"{'':28}{'worker process':>16}{'thread':>12}{'ratio':>8}")
    for key in results["worker"]:
        worker, thread = results["worker"][key], results["thread"][key]
        print(f"{key:28}{worker:16.2f}{thread:12.2f}{thread / worker if worker else 0:8.1f}")
        if key in ("p95", "p99", "worst"):
            note_ratio(f"window held up while stepping, {key}", worker, "environment in a thread", thread, "ms")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
