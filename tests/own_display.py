"""A virtual display for one test process."""

import os
import subprocess

#: What the window's mock pictures are drawn for.
_SCREEN = "1600x1000x24"


class OwnDisplay:
    """Starts an X server without a screen and points this process and its children to it.

    Raises
    ------
    RuntimeError
        If the server does not start.
    """

    def __init__(self) -> None:
        reading, writing = os.pipe()
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", _SCREEN, "-nolisten", "tcp"]
        # In a session of its own: Ctrl+C ends the tests first, which need it until their end.
        self._server = subprocess.Popen(
            command, pass_fds=[writing], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        os.close(writing)
        with os.fdopen(reading, encoding="ascii") as answer:
            number = answer.readline().strip()
        if not number:
            self.close()
            raise RuntimeError("no virtual display for the tests: Xvfb did not start")
        os.environ["DISPLAY"] = f":{number}"
        os.environ.pop("XAUTHORITY", None)

    def close(self) -> None:
        """End the server. Idempotent."""
        self._server.terminate()
        self._server.wait()
