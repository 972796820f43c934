"""What watching a run costs the simulation: a frame for the window beside OpenSim's own window, in turn, in one run.

    python bench/watching.py [--steps N]

Both show every step of the same episodes of L2M2019Env. simbody-visualizer, which comes with OpenSim, is handed the
state and holds the simulation up until it can take another picture. osimviz reads the frame and sends it to another
process, which draws when it likes. Wall time, for that is what the simulation waits; it needs a display.
"""

import argparse
import multiprocessing
import os
import statistics
import time
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import psutil
from noting import note_ratio

from osimviz.envs.engine import opensim
from osimviz.envs.models import model_path
from osimviz.envs.registry import make_environment
from osimviz.worker.observer import Observer

_MODEL = "gait14dof22musc_20170320.osim"


def take_frames(connection: Connection) -> None:
    """Take frames as the window's process does, until there are no more."""
    while connection.recv() is not None:
        pass


class SimbodyWindow:
    """OpenSim's own window with a model of its own; `RuntimeError` where it does not start."""

    def __init__(self) -> None:
        # Simbody looks for it along PATH; `osimviz.envs.engine` undoes what OpenSim's import changes there.
        folder = Path(str(opensim.__file__)).parent
        os.environ["PATH"] = f"{folder}{os.pathsep}{os.environ['PATH']}"
        self._model = opensim.Model(str(model_path(_MODEL)))
        self._model.setUseVisualizer(True)
        self._state = self._model.initSystem()
        self._visualizer = self._model.updVisualizer()
        # The first picture loads the meshes.
        self._visualizer.show(self._state)

    def take(self, state: np.ndarray) -> None:
        """Put the model into a state, Y."""
        self._state.setY(opensim.Vector.createFromMat(state))
        self._model.realizePosition(self._state)

    def show(self) -> None:
        """Show it."""
        self._visualizer.show(self._state)

    def close(self) -> None:
        """End the other program, which may not listen."""
        self._visualizer.updSimbodyVisualizer().shutdown()
        for child in psutil.Process().children():
            if child.name().startswith("simbody"):
                child.kill()
                child.wait()


def measured(n_steps: int, window: SimbodyWindow) -> tuple[list[float], list[float], list[float]]:
    """Return the seconds of every step, of reading and sending its frame, and of showing it in OpenSim's window."""
    env = make_environment("l2m2019", {"model": "3D"})
    env.reset(seed=0)
    observer = Observer(env)
    receiving, sending = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(target=take_frames, args=(receiving,), daemon=True)
    process.start()
    step_s, ours_s, theirs_s = [], [], []
    for step in range(1, n_steps + 1):
        started_s = time.perf_counter()
        _, reward, done, info = env.step(np.full(env.get_action_space_size(), 0.05))
        stepped_s = time.perf_counter()
        frame = observer.read(step=step, observation=env.get_observation(), action=info["excitation"], reward=reward)
        sending.send(frame)
        sent_s = time.perf_counter()
        window.take(frame.state)
        shown_s = time.perf_counter()
        window.show()
        theirs_s.append(time.perf_counter() - shown_s)
        step_s.append(stepped_s - started_s)
        ours_s.append(sent_s - stepped_s)
        if done:
            env.reset(seed=step)
    sending.send(None)
    process.join()
    return step_s, ours_s, theirs_s


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=200)
    n_steps = parser.parse_args().steps
    if not os.environ.get("DISPLAY"):
        print("simbody-visualizer needs a display; start this with xvfb-run -a where there is none.")
        return
    try:
        window = SimbodyWindow()
    except RuntimeError as error:
        print(f"simbody-visualizer did not start: {error}")
        return
    seconds = measured(n_steps, window)
    window.close()
    step_ms, ours_ms, theirs_ms = (1e3 * statistics.median(times_s) for times_s in seconds)
    print("a step, and what is added to it        time   of the step")
    for what, time_ms in (
        ("step of L2M2019Env", step_ms),
        ("its frame, read and sent", ours_ms),
        ("shown in simbody-visualizer", theirs_ms),
    ):
        print(f"{what:<32} {time_ms:7.2f} ms   {100 * time_ms / step_ms:7.1f} %")
    note_ratio("step of l2m2019, watched", step_ms + ours_ms, "in simbody-visualizer", step_ms + theirs_ms, "ms")


if __name__ == "__main__":
    main()
