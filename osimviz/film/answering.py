"""How a drawing process tells what went wrong."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from osimviz.film.errors import FilmError
from osimviz.film.messages import Answer, Failed
from osimviz.film.output_files import not_written

_log = logging.getLogger(__name__)


@contextmanager
def faults_told(name: str, tell: Callable[[Answer], None]) -> Iterator[None]:
    """Tell whoever wants a drawing why it cannot be had; only a broken pipe goes on as an exception.

    Parameters
    ----------
    name : str
        What the file will be called.
    tell : callable
        Takes the answer.
    """
    try:
        yield
    except FilmError as error:
        tell(Failed(error.sentence, error.hint))
    except (EOFError, ConnectionError):
        raise
    except OSError as error:
        fault = not_written(name, error)
        tell(Failed(fault.sentence, fault.hint))
    except MemoryError:
        tell(Failed("there is not enough memory to draw this", "Choose a smaller size."))
    except Exception as error:  # noqa: BLE001
        # Nobody above could tell it; the traceback is for whoever asks for it.
        _log.debug("a drawing failed", exc_info=True)
        tell(Failed(f"unexpected {type(error).__name__} while drawing: {error}", "Please report it."))
