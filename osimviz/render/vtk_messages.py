"""Sends VTK's own messages to Python's log: by itself VTK prints them, whole shader sources included."""

import logging

from vtkmodules.vtkCommonCore import vtkLogger, vtkObject, vtkOutputWindow

log = logging.getLogger("osimviz.vtk")

#: Characters of one message that are kept; a failed shader brings its source along.
_LONGEST = 2000


def redirect_vtk_messages() -> None:
    """Send errors and warnings of VTK to the log `osimviz.vtk`; calling it again changes nothing."""
    if isinstance(_redirected.get("window"), vtkOutputWindow):
        return
    vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_OFF)
    window = vtkOutputWindow()
    window.SetDisplayModeToNever()
    for event, handler in (("ErrorEvent", _on_error), ("WarningEvent", _on_warning)):
        # VTK reads this attribute to know what the third argument is.
        handler.CallDataType = "string0"  # type: ignore[attr-defined]
        window.AddObserver(event, handler)  # type: ignore[arg-type]  # its type information leaves names of events out
    vtkOutputWindow.SetInstance(window)
    _redirected["window"] = window


_redirected: dict[str, vtkOutputWindow] = {}


def _on_error(_caller: vtkObject, _event: str, message: str) -> None:
    log.error("%s", message.strip()[:_LONGEST])


def _on_warning(_caller: vtkObject, _event: str, message: str) -> None:
    log.warning("%s", message.strip()[:_LONGEST])
