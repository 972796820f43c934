"""What of the system must be there before a window or a picture is tried: Qt and VTK abort the process otherwise."""

import contextlib
import ctypes
import importlib.util
import os
import socket
import sys
import time
from pathlib import Path

#: Libraries the Qt platform plugin `xcb` and OpenGL need on Linux, and the Debian package that brings each.
_WINDOW_LIBRARIES = (
    ("libGL.so.1", "libgl1"),
    ("libglib-2.0.so.0", "libglib2.0-0"),
    ("libfontconfig.so.1", "libfontconfig1"),
    ("libdbus-1.so.3", "libdbus-1-3"),
    ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
    ("libxcb-icccm.so.4", "libxcb-icccm4"),
    ("libxcb-image.so.0", "libxcb-image0"),
    ("libxcb-keysyms.so.1", "libxcb-keysyms1"),
    ("libxcb-randr.so.0", "libxcb-randr0"),
    ("libxcb-render-util.so.0", "libxcb-render-util0"),
    ("libxcb-shape.so.0", "libxcb-shape0"),
    ("libxcb-xinerama.so.0", "libxcb-xinerama0"),
    ("libxcb-xkb.so.1", "libxcb-xkb1"),
)
#: Between attempts: a server that starts anew because its last client left is there again after 0.1 s.
_PAUSES_S = (0.05, 0.2)
#: Open connections to the X display.
_held: list[int] = []


def missing_packages(libraries: tuple[tuple[str, str], ...] = _WINDOW_LIBRARIES) -> list[str]:
    """Return the Debian packages whose library cannot be loaded; empty on systems other than Linux."""
    if sys.platform != "linux":
        return []
    return [package for library, package in libraries if not _can_load(library)]


def check_window_possible() -> tuple[str, str] | None:
    """Return why no window can be opened here as (sentence, hint), or None if one can.

    Looks before Qt does, for Qt ends the process when a library or the display is missing. Where there is a Wayland
    display only, QT_QPA_PLATFORM is set to it: Qt would look for an X display. The connection to an X display stays
    open until `release_display`.
    """
    if sys.platform != "linux":
        return None
    platform = os.environ.get("QT_QPA_PLATFORM", "").split(":")[0]
    if platform and platform not in _platform_names():
        return f"QT_QPA_PLATFORM names no platform of Qt: {platform}", f"It has {', '.join(sorted(_platform_names()))}."
    if platform not in ("", "xcb"):
        return None
    missing = missing_packages()
    if missing:
        noun = "a system library is" if len(missing) == 1 else "system libraries are"
        return f"{noun} missing ({', '.join(missing)})", f"sudo apt-get install {' '.join(missing)}"
    if os.environ.get("DISPLAY"):
        if _can_connect_to_display():
            return None
        display = os.environ["DISPLAY"]
        return f"the display {display} cannot be reached", "Check DISPLAY, use --headless, or start with xvfb-run -a."
    if os.environ.get("WAYLAND_DISPLAY") and _can_connect_to_wayland():
        os.environ["QT_QPA_PLATFORM"] = "wayland"
        return None
    return "there is no display to open a window on", "Use --headless, or start with xvfb-run -a."


def release_display() -> None:
    """Close the connection with which the display was found, when Qt has its own or none will be needed. Idempotent.

    An X server whose last client leaves may start anew, as Xvfb does, and turns away who comes meanwhile.
    """
    while _held:
        _xcb().xcb_disconnect(_held.pop())


def provide_runtime_folder(folder: Path) -> None:
    """Give Qt the private folder that a desktop session provides; in a container it warns of its absence."""
    if sys.platform == "linux" and not os.environ.get("XDG_RUNTIME_DIR"):
        with contextlib.suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.environ["XDG_RUNTIME_DIR"] = str(folder)


def _platform_names() -> set[str]:
    """Return the platforms of the installed Qt, from the names of its plugins: Qt aborts on any other name."""
    spec = importlib.util.find_spec("PyQt5")
    folders = list(spec.submodule_search_locations or []) if spec is not None else []
    plugins = [file for folder in folders for file in Path(folder).glob("Qt5/plugins/platforms/libq*.so")]
    names = {file.stem[4:].removesuffix("-generic") for file in plugins}
    return names | {"xcb", "wayland"}


def _can_connect_to_wayland() -> bool:
    name = os.environ["WAYLAND_DISPLAY"]
    path = Path(name) if name.startswith("/") else Path(os.environ.get("XDG_RUNTIME_DIR", "/")) / name
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(str(path))
        except OSError:
            return False
    return True


def _can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _can_connect_to_display() -> bool:
    """Try the X server of DISPLAY through libxcb, which says no instead of aborting; hold the connection."""
    xcb = _xcb()
    for pause_s in (*_PAUSES_S, 0.0):
        connection = xcb.xcb_connect(None, None)
        if not xcb.xcb_connection_has_error(connection):
            _held.append(connection)
            return True
        xcb.xcb_disconnect(connection)
        time.sleep(pause_s)
    return False


def _xcb() -> ctypes.CDLL:
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    return xcb
