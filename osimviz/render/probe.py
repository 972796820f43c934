"""Finds out, in a child process, whether VTK can draw here: where it cannot, it kills its process instead of telling.

Run as a program (``python -m osimviz.render.probe``) it is that child.
"""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from osimviz.child_processes import module_command, module_environment

#: What to install on Debian and Ubuntu for drawing without a graphics card or a display.
DEBIAN_PACKAGES = "libegl1 libgl1 libgl1-mesa-dri libglib2.0-0 libfontconfig1 libdbus-1-3"
#: A cold start takes 2 s; a driver that hangs is given up after this.
_TIME_OUT_S = 30.0
_COLOUR = (51, 153, 102)
_CACHE_NAME = "back-end.json"


@dataclass(frozen=True, slots=True)
class BackEnd:
    """Whether and by what VTK draws here.

    Attributes
    ----------
    works : bool
        Whether a known colour came back.
    window_class : str
        VTK's class of window (``vtkEGLRenderWindow``); empty where it does not work.
    renderer : str
        OpenGL's name of the renderer (``llvmpipe ...``); empty where it does not work.
    sentence : str
        What is wrong and what to do about it; empty where it works.
    """

    works: bool
    window_class: str
    renderer: str
    sentence: str = ""

    @property
    def is_software(self) -> bool:
        """Whether the processor draws, not a graphics card."""
        name = self.renderer.casefold()
        return any(part in name for part in ("llvmpipe", "softpipe", "swrast", "swiftshader"))


def probe(cache: Path | None = None) -> BackEnd:
    """Draw a few pixels in a child process and say whether they came back.

    Takes about a second the first time. A good answer is kept and given at once as long as VTK's version, the display
    and the override of the back end stay the same; a bad one never is.

    Parameters
    ----------
    cache : path, optional
        Folder in which the answer is kept; None keeps nothing.
    """
    key = _key()
    known = None if cache is None else _known(cache / _CACHE_NAME, key)
    if known is not None:
        return known
    back_end = _ask()
    if cache is not None and back_end.works:
        _keep(cache / _CACHE_NAME, key, back_end)
    return back_end


def _ask() -> BackEnd:
    try:
        child = subprocess.run(
            module_command("osimviz.render.probe"),
            capture_output=True,
            text=True,
            timeout=_TIME_OUT_S,
            check=False,
            stdin=subprocess.DEVNULL,
            env=module_environment(),
        )
    except subprocess.TimeoutExpired:
        return _failed(f"the graphics driver did not answer within {_TIME_OUT_S:.0f} s")
    except OSError as error:
        return _failed(f"Python could not be started again to try it ({error})")
    if child.returncode != 0:
        return _failed("the graphics library or its driver is missing or broken")
    try:
        answer = json.loads(child.stdout.splitlines()[-1])
        pixel, window_class, renderer = answer["pixel"], str(answer["window_class"]), str(answer["renderer"])
    except (ValueError, KeyError, IndexError, TypeError):
        return _failed("the attempt gave no answer")
    if max(abs(got - wanted) for got, wanted in zip(pixel, _COLOUR, strict=True)) > 2:
        return _failed(f"{window_class} gave back wrong colours")
    return BackEnd(True, window_class, renderer)


def _failed(reason: str) -> BackEnd:
    return BackEnd(
        False,
        "",
        "",
        f"The 3D view cannot be drawn: {reason}. On Debian or Ubuntu install {DEBIAN_PACKAGES}, then start again.",
    )


def _key() -> str:
    from vtkmodules.vtkCommonCore import vtkVersion

    override = os.environ.get("VTK_DEFAULT_OPENGL_WINDOW", "")
    display = "display" if os.environ.get("DISPLAY") else "no display"
    return f"{vtkVersion.GetVTKVersion()} {sys.platform} {display} {override}".strip()


def _known(file: Path, key: str) -> BackEnd | None:
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        if kept["key"] != key:
            return None
        return BackEnd(True, str(kept["window_class"]), str(kept["renderer"]))
    except (OSError, ValueError, KeyError, TypeError):
        # Not there, or not ours: asking again costs a second and is always right.
        return None


def _keep(file: Path, key: str, back_end: BackEnd) -> None:
    text = json.dumps({"key": key, "window_class": back_end.window_class, "renderer": back_end.renderer})
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=file.parent, suffix=".part", delete=False, encoding="utf-8") as part:
            part.write(text)
        Path(part.name).replace(file)
    except OSError:
        # A cache that cannot be written only costs the second again.
        return


def _draw() -> dict[str, object]:
    """Draw one colour and return what came back; runs in the child."""
    from vtkmodules.vtkRenderingCore import vtkRenderer

    from osimviz.render.capture import OffscreenWindow

    window = OffscreenWindow(8, 8)
    renderer = vtkRenderer()
    renderer.SetBackground(*(part / 255.0 for part in _COLOUR))
    window.add(renderer)
    pixel = [int(part) for part in window.render()[4, 4, :3]]
    lines = str(window.vtk_window.ReportCapabilities()).splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("OpenGL renderer string")]
    answer: dict[str, object] = {
        "pixel": pixel,
        "window_class": window.vtk_window.GetClassName(),
        "renderer": names[0] if names else "",
    }
    window.close()
    return answer


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_draw()) + "\n")
