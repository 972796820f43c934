"""NumPy archives: a plain network (`W0, b0, W1, b1, …` and `activations`), or a series of actions. Executes nothing."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from osimviz.frames import Array
from osimviz.worker.controller_errors import ControllerLoadError, first_line
from osimviz.worker.forms.excitation_table import rows_form
from osimviz.worker.forms.loaded_form import LoadedForm

_ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "linear": lambda x: x,
    "relu": lambda x: np.maximum(x, 0.0),
    "tanh": np.tanh,
    # Written with tanh it cannot overflow.
    "sigmoid": lambda x: 0.5 * (1.0 + np.tanh(0.5 * x)),
    "elu": lambda x: np.where(x > 0.0, x, np.expm1(np.minimum(x, 0.0))),
    "leaky_relu": lambda x: np.where(x > 0.0, x, 0.01 * x),
    "softplus": lambda x: np.logaddexp(0.0, x),
}
_HINT = (
    "A network has arrays W0, b0, W1, b1, … (W of shape (inputs, outputs)) and activations, one name for each layer: "
    f"{', '.join(_ACTIVATIONS)}."
)


class PlainNetwork:
    """A feed-forward network: ``x = activation(x W + b)``, layer after layer.

    Parameters
    ----------
    weights : list of array (n_inputs, n_outputs)
        By layer.
    biases : list of array (n_outputs,)
        By layer.
    activations : list of str
        By layer.
    mean, std : array (n_observations,) or None
        The observation is given as ``(observation - mean) / std``.
    """

    observation_kind = "vector"

    def __init__(
        self,
        weights: list[Array],
        biases: list[Array],
        activations: list[str],
        mean: Array | None = None,
        std: Array | None = None,
    ) -> None:
        self.n_inputs = weights[0].shape[0]
        self._layers = list(zip(weights, biases, activations, strict=True))
        self._mean = 0.0 if mean is None else mean
        self._std = 1.0 if std is None else std

    def act(self, observation: list[float]) -> Array:
        """Return the network's output."""
        values: Array = (np.asarray(observation, dtype=np.float64) - self._mean) / self._std
        for weight, bias, activation in self._layers:
            values = _ACTIVATIONS[activation](values @ weight + bias)
        return values


def load_npy(path: Path, *, is_trusted: bool) -> LoadedForm:
    """Read an array of one action a step.

    Raises
    ------
    ControllerLoadError
        If it cannot be read without executing code, or is no series of actions.
    """
    try:
        array = np.load(path, allow_pickle=False)
    except (ValueError, OSError, EOFError, MemoryError, SyntaxError, TypeError) as error:
        raise _unreadable(path, error) from error
    return rows_form(path.name, array)


def load_npz(path: Path, *, is_trusted: bool) -> LoadedForm:
    """Read a plain network, or an array of one action a step.

    Raises
    ------
    ControllerLoadError
        If it cannot be read without executing code, or is neither.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except (ValueError, OSError, EOFError, MemoryError, SyntaxError, TypeError, KeyError, zipfile.BadZipFile) as error:
        raise _unreadable(path, error) from error
    except (RuntimeError, NotImplementedError) as error:
        # zipfile: an encrypted member, an unknown compression.
        raise _unreadable(path, error) from error
    if "W0" in arrays:
        return LoadedForm(f"{path.name} · network", _network(path, arrays))
    name = next((name for name in ("actions", "excitations", "excitation", "arr_0") if name in arrays), None)
    if name is not None or len(arrays) == 1:
        return rows_form(path.name, arrays[name or next(iter(arrays))])
    shown = ", ".join(list(arrays)[:5]) + (", …" if len(arrays) > 5 else "")
    raise ControllerLoadError(f"{path.name} holds neither a network nor actions, but {shown}", _HINT)


def _unreadable(path: Path, error: Exception) -> ControllerLoadError:
    what = first_line(error) or type(error).__name__
    if "allow_pickle" in str(error):
        what = "it holds Python objects, which are not loaded from NumPy files"
    return ControllerLoadError(
        f"{path.name} cannot be read as NumPy arrays ({what})", "Save it again with numpy.savez."
    )


def _network(path: Path, arrays: dict[str, np.ndarray]) -> PlainNetwork:
    n_layers = len([name for name in arrays if re.fullmatch(r"W\d+", name)])
    names = [name for i in range(n_layers) for name in (f"W{i}", f"b{i}")]
    missing = [name for name in names if name not in arrays]
    if missing:
        raise ControllerLoadError(f"{path.name} has {n_layers} layers but no array {missing[0]}", _HINT)
    used = [*names, *(name for name in ("mean", "std") if name in arrays)]
    for name in used:
        if arrays[name].dtype.kind not in "biuf" or not np.all(np.isfinite(arrays[name])):
            raise ControllerLoadError(f"{name} of {path.name} does not hold finite numbers", _HINT)
    numbers = {name: np.asarray(arrays[name], dtype=np.float64) for name in used}
    weights = [numbers[f"W{i}"] for i in range(n_layers)]
    biases = [numbers[f"b{i}"].ravel() for i in range(n_layers)]
    _check_chain(path, weights, biases)
    for name in ("mean", "std"):
        if name in numbers and numbers[name].shape != weights[0].shape[:1]:
            raise ControllerLoadError(
                f"{name} of {path.name} has shape {numbers[name].shape}, W0 takes {weights[0].shape[0]} values", _HINT
            )
    if "std" in numbers and np.any(numbers["std"] == 0.0):
        raise ControllerLoadError(f"std of {path.name} has a zero, by which would be divided", "Put 1 in its place.")
    activations = _activations(path, arrays, n_layers)
    return PlainNetwork(weights, biases, activations, numbers.get("mean"), numbers.get("std"))


def _check_chain(path: Path, weights: list[Array], biases: list[Array]) -> None:
    for i, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        if weight.ndim != 2 or 0 in weight.shape:
            raise ControllerLoadError(f"W{i} of {path.name} has shape {weight.shape}, not (inputs, outputs)", _HINT)
        if bias.shape != weight.shape[1:]:
            raise ControllerLoadError(
                f"W{i} of {path.name} has shape {weight.shape} and b{i} has {bias.size} values, not {weight.shape[1]}",
                _HINT,
            )
        if i and weights[i - 1].shape[1] != weight.shape[0]:
            raise ControllerLoadError(
                f"W{i} of {path.name} takes {weight.shape[0]} values, W{i - 1} gives {weights[i - 1].shape[1]}", _HINT
            )


def _activations(path: Path, arrays: dict[str, np.ndarray], n_layers: int) -> list[str]:
    if "activations" not in arrays:
        raise ControllerLoadError(f"{path.name} does not say its activations", _HINT)
    names = [str(name) for name in arrays["activations"].ravel()]
    unknown = [name for name in names if name not in _ACTIVATIONS]
    if unknown:
        raise ControllerLoadError(f"{path.name} names the activation {unknown[0][:40]!r}, which is not known", _HINT)
    if len(names) != n_layers:
        raise ControllerLoadError(f"{path.name} has {n_layers} layers and names {len(names)} activations", _HINT)
    return names
