"""A heartbeat in the window's thread: how long its event loop is held up."""

import time
from typing import Any


def make_heart(interval_ms: int) -> tuple[Any, list[float]]:
    """Return a timer, not yet started, and the list it fills with the real times between its beats, ms."""
    from PyQt5.QtCore import Qt, QTimer

    gaps_ms: list[float] = []
    last = [0.0]

    def beat() -> None:
        now = time.perf_counter()
        if last[0]:
            gaps_ms.append((now - last[0]) * 1e3)
        last[0] = now

    heart = QTimer()
    heart.setTimerType(Qt.PreciseTimer)
    heart.setInterval(interval_ms)
    heart.timeout.connect(beat)
    return heart, gaps_ms
