"""An ONNX model with one input, the observation, and one output, the action. Executes operators of ONNX only."""

from pathlib import Path
from typing import Any

import numpy as np

from osimviz.frames import Array
from osimviz.worker.controller_errors import ControllerLoadError, first_line, required
from osimviz.worker.forms.loaded_form import LoadedForm

_NUMBER_TYPES = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(float16)": np.float16}
#: onnxruntime's level of its own log that prints errors only; they are raised as well.
_FATAL_ONLY = 4


class OnnxController:
    """Runs a session of onnxruntime on the observation vector.

    Parameters
    ----------
    session : onnxruntime.InferenceSession
        With one input.
    """

    observation_kind = "vector"

    def __init__(self, session: Any) -> None:
        self._session = session
        taken = session.get_inputs()[0]
        self._input, self._number_type = taken.name, _NUMBER_TYPES[taken.type]
        shape = list(taken.shape)
        self._is_batched = len(shape) != 1
        self.n_inputs = shape[-1] if shape and isinstance(shape[-1], int) else None
        names = [output.name for output in session.get_outputs()]
        self._output = next((name for name in names if "action" in name.casefold()), names[0])

    def act(self, observation: list[float]) -> Array:
        """Return the model's output."""
        values = np.asarray(observation, dtype=self._number_type)
        (answer,) = self._session.run([self._output], {self._input: values[None] if self._is_batched else values})
        return np.asarray(answer)


def load_onnx(path: Path, *, is_trusted: bool) -> LoadedForm:
    """Open an ONNX model; needs the package onnxruntime.

    Raises
    ------
    ControllerLoadError
        If onnxruntime is not installed or cannot read it, or it takes anything but one vector.
    """
    onnxruntime = required("onnxruntime", path)
    settings = onnxruntime.SessionOptions()
    # The worker stays single-threaded, so that it can be forked.
    settings.intra_op_num_threads = 1
    settings.inter_op_num_threads = 1
    settings.log_severity_level = _FATAL_ONLY
    try:
        session = onnxruntime.InferenceSession(str(path), settings, providers=["CPUExecutionProvider"])
    except Exception as error:
        # onnxruntime's errors have no class in common but Exception.
        what = first_line(error).replace(str(path), "it")
        raise ControllerLoadError(
            f"{path.name} cannot be read as an ONNX model ({what})", "Export it again."
        ) from error
    taken = session.get_inputs()
    if len(taken) != 1:
        names = ", ".join(entry.name for entry in taken[:5])
        raise ControllerLoadError(
            f"{path.name} takes {len(taken)} inputs ({names}), not one observation",
            "Wrap it in a Python file that keeps the others.",
        )
    if taken[0].type not in _NUMBER_TYPES or len(taken[0].shape) > 2:
        raise ControllerLoadError(
            f"{path.name} takes {taken[0].type} of shape {taken[0].shape}, not one vector of numbers",
            "Wrap it in a Python file that makes its input.",
        )
    return LoadedForm(f"{path.name} · ONNX", OnnxController(session))
