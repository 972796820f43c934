"""Read a model file so that it changes nothing for the models read after it."""

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from osimviz.envs.engine import opensim

_DEFAULTS = re.compile(rb"<defaults>.*?</defaults>", re.DOTALL)


def read_model(path: Path) -> Any:
    """Return the model in a file, whose ``<defaults>`` hold for itself only.

    OpenSim 4.6 keeps the defaults of every file it read for the whole process, for whatever later files leave out: once
    MoBL_ARMS_J.osim was read, the first step of gait9dof18musc.osim is 3 % shorter.

    Parameters
    ----------
    path : Path
        The model file.

    Raises
    ------
    RuntimeError
        If OpenSim cannot read it.
    """
    try:
        return opensim.Model(str(path))
    finally:
        for name in _types_with_defaults(path):
            kind = getattr(opensim, name, None)
            if kind is not None:
                opensim.OpenSimObject.registerType(kind())


def _types_with_defaults(path: Path) -> list[str]:
    try:
        parts = _DEFAULTS.findall(path.read_bytes())
        return [element.tag for part in parts for element in ElementTree.fromstring(part)]
    except (OSError, ElementTree.ParseError):
        # OpenSim itself says what is wrong with the file.
        return []
