"""Tell what a program does to itself from what goes wrong in reading it."""

import signal
from types import CodeType


def is_interruption(error: BaseException) -> bool:
    """Return whether an exception is meant for the program: no fault, or raised by a handler of its signals.

    Handlers run between any two instructions of the main thread: a program's own limit of time may end where this
    package reads a step, and must not be taken for a fault of it.
    """
    return not isinstance(error, Exception) or bool(_codes_in(error) & _handler_codes())


def _codes_in(error: BaseException) -> set[CodeType]:
    codes, traceback = set(), error.__traceback__
    while traceback is not None:
        codes.add(traceback.tb_frame.f_code)
        traceback = traceback.tb_next
    return codes


def _handler_codes() -> set[CodeType]:
    """Return the code of every handler that is written in Python, a method or an object that is called included."""
    codes = set()
    for number in signal.valid_signals():
        handler = signal.getsignal(number)
        if callable(handler):
            function = getattr(handler, "__func__", handler)
            code = getattr(function, "__code__", None) or getattr(type(handler).__call__, "__code__", None)
            if isinstance(code, CodeType):
                codes.add(code)
    return codes
