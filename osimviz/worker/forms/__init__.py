"""The forms people keep controllers in, one module each. In the worker only; heavy libraries are imported when needed.

A form gives an object that `osimviz.worker.signatures` can ask, or a factory of it, and nothing of its file's code runs
here unless the user consented (`is_trusted`).
"""

from importlib import import_module
from typing import Any

from osimviz.trust import Form, Inspection
from osimviz.worker.controller_errors import ControllerLoadError
from osimviz.worker.forms.loaded_form import LoadedForm

#: Module and function that loads each form: ``function(path, is_trusted=...)``.
_LOADERS: dict[Form, tuple[str, str]] = {
    "python": ("python_file", "load_python"),
    "pickle": ("pickled", "load_pickle"),
    "joblib": ("pickled", "load_joblib"),
    "torch": ("torch_file", "load_torch"),
    "torch_old": ("torch_file", "load_torch"),
    "torchscript": ("torch_file", "load_torchscript"),
    "sb3": ("sb3_model", "load_sb3"),
    "onnx": ("onnx_model", "load_onnx"),
    "npz": ("numpy_file", "load_npz"),
    "npy": ("numpy_file", "load_npy"),
    "reflex": ("reflex", "load_reflex"),
    "table": ("excitation_table", "load_table"),
}


def load_form(inspection: Inspection, *, is_trusted: bool) -> LoadedForm:
    """Load an inspected file.

    Raises
    ------
    ControllerLoadError
        If it holds no controller, or needs a package that is not here.
    """
    if inspection.form not in _LOADERS:
        raise ControllerLoadError(inspection.fault or f"{inspection.path.name} is no controller", inspection.hint)
    module, function = _LOADERS[inspection.form]
    loaded: LoadedForm = getattr(import_module(f"{__name__}.{module}"), function)(
        inspection.path, is_trusted=is_trusted
    )
    return loaded


def load_builtin(kind: str, value: Any) -> LoadedForm:
    """Make a built-in controller of a kind and value as `osimviz.controller_names.parse_builtin` gives them.

    Raises
    ------
    ControllerLoadError
        If the file it names cannot be used.
    """
    module = {"reflex": "reflex", "replay": "recorded_actions"}.get(kind, "built_in")
    loaded: LoadedForm = import_module(f"{__name__}.{module}").builtin_form(kind, value)
    return loaded


__all__ = ["LoadedForm", "load_builtin", "load_form"]
