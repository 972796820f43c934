"""PyTorch files: TorchScript runs without consent, whole modules only with it, weights alone not at all."""

import sys
import traceback
from pathlib import Path
from typing import Any

from osimviz.worker.controller_errors import ControllerLoadError, first_line, missing_module, required
from osimviz.worker.forms.loaded_form import LoadedForm
from osimviz.worker.forms.pickled import held_by


def load_torch(path: Path, *, is_trusted: bool) -> LoadedForm:
    """Load what ``torch.save`` wrote: with consent a whole module or object, otherwise tensors and containers only.

    Raises
    ------
    ControllerLoadError
        If torch is not installed, the file cannot be read, or it holds weights alone.
    """
    torch = _torch(path)
    if is_trusted:
        sys.path.insert(0, str(path.parent))
    try:
        held = torch.load(path, map_location="cpu", weights_only=not is_trusted)
    except ModuleNotFoundError as error:
        raise missing_module(path, error) from error
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        raise _unreadable(path, error) from error
    if isinstance(held, torch.Tensor):
        return held_by(held.detach().numpy(), path)
    if isinstance(held, dict) and not any(callable(value) for value in held.values()):
        raise ControllerLoadError(
            f"{path.name} holds weights without the network they belong to",
            "Open the Python file that builds the network and loads them, or save the module with torch.jit.script.",
        )
    return held_by(held, path)


def load_torchscript(path: Path, *, is_trusted: bool) -> LoadedForm:
    """Load a TorchScript module.

    Raises
    ------
    ControllerLoadError
        If torch is not installed or cannot read it.
    """
    torch = _torch(path)
    try:
        module = torch.jit.load(path, map_location="cpu")
    except (Exception, SystemExit) as error:
        raise _unreadable(path, error) from error
    return LoadedForm(f"{path.name} · TorchScript", module, speakers=(module,))


def _torch(path: Path) -> Any:
    torch = required("torch", path)
    # The worker stays single-threaded, so that it can be forked.
    torch.set_num_threads(1)
    return torch


def _unreadable(path: Path, error: BaseException) -> ControllerLoadError:
    what = first_line(error) or type(error).__name__
    if isinstance(error, AttributeError):
        hint = "Put the module that defines its class beside it, or save it with torch.jit.script."
    else:
        hint = "Save it again with torch.save or torch.jit.save."
    return ControllerLoadError(f"{path.name} cannot be read by PyTorch ({what})", hint, traceback.format_exc())
