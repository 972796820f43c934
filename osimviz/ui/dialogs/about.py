"""The About box: versions, licence, credits of the models."""

import platform
from importlib import metadata

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QMessageBox, QWidget

from osimviz import __version__

#: What the program is made of, with the licences that the packages' own metadata name.
_PACKAGES = {
    "opensim": "Apache 2.0",
    "PyQt5": "GPL 3",
    "vtk": "BSD 3-Clause",
    "pyqtgraph": "MIT",
    "numpy": "BSD 3-Clause",
    "h5py": "BSD 3-Clause",
    "av": "BSD 3-Clause",
    "cloudpickle": "BSD 3-Clause",
    "osim-rl": "Apache 2.0",
}
_ICON_PX = 56
#: Who made the bundled models, from the ``<credits>`` of the model files; CC BY 3.0 asks for it.
MODEL_CREDITS = (
    "The leg models come with osim-rl 3.0.11 under CC BY 3.0: gait14dof22musc by Ajay Seth and Carmichael Ong, closely "
    "based on Delp, Loan, Hoy, Zajac, Topp and Rosen 1990 and later work of the OpenSim team; muscle strengths after "
    "Handsfield and Rajagopal; the prosthesis after Lehmann et al. 1998, Fey et al. 2011 and Shamaei et al. 2013."
)


def about_text() -> str:
    """Return the box's text as simple HTML."""
    versions = "".join(
        f"<tr><td>{name}</td><td style='padding-left:12px'>{_version(name)}</td>"
        f"<td style='padding-left:12px'>{licence}</td></tr>"
        for name, licence in {"Python": "PSF", **_PACKAGES}.items()
    )
    return (
        f"<b>osimviz {__version__}</b><br>A visual debugger for controllers of musculoskeletal models in OpenSim."
        f"<p>Free software under the GNU General Public License, version 3 or later.</p>"
        f"<p>{MODEL_CREDITS}</p>"
        f"<table style='margin-top:12px' cellspacing='0'>{versions}</table>"
    )


def about_box(parent: QWidget) -> QMessageBox:
    """Return the box."""
    box = QMessageBox(parent)
    box.setWindowTitle("About osimviz")
    box.setIconPixmap(parent.window().windowIcon().pixmap(_ICON_PX, _ICON_PX))
    box.setTextFormat(Qt.RichText)
    box.setText(about_text())
    box.setStandardButtons(QMessageBox.Close)
    return box


def _version(package: str) -> str:
    if package == "Python":
        return platform.python_version()
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"
