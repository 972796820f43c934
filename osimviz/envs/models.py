"""Where the models that osim-rl brings lie on this machine. Does not load OpenSim."""

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from osimviz.envs.errors import ModelFileError

_INSTALL_HINT = "install it with: pip install --no-deps osim-rl==3.0.11"


def _models_folder() -> Path:
    try:
        return Path(str(distribution("osim-rl").locate_file("osim/models")))
    except PackageNotFoundError:
        raise ModelFileError(
            f"The package osim-rl, which brings the models, is not installed; {_INSTALL_HINT}"
        ) from None


def model_path(file_name: str) -> Path:
    """Return the path of a model of osim-rl.

    Parameters
    ----------
    file_name : str
        Name of the model file (``gait14dof22musc_20170320.osim``).

    Raises
    ------
    ModelFileError
        If osim-rl is not installed or holds no such file.
    """
    path = _models_folder() / file_name
    if not path.is_file():
        raise ModelFileError(f"The installed osim-rl holds no model file {path}; {_INSTALL_HINT}")
    return path


def geometry_folder() -> Path:
    """Return the folder of the bone meshes that osim-rl brings.

    Raises
    ------
    ModelFileError
        If osim-rl is not installed or holds no meshes.
    """
    path = _models_folder() / "Geometry"
    if not path.is_dir():
        raise ModelFileError(f"The installed osim-rl holds no folder of meshes {path}; {_INSTALL_HINT}")
    return path
