"""The environment that `osimviz.record` returns: the user's own, with an eye on reset and step."""

import sys
import time
from typing import Any

from osimviz.recorder.recorder import Recorder


class RecordedEnv:
    """Passes everything on to the user's environment and shows the recorder what came back.

    Parameters
    ----------
    env : object
        The user's environment.
    recorder : Recorder
        Writes.

    Attributes
    ----------
    env : object
        As given.
    """

    def __init__(self, env: Any, recorder: Recorder) -> None:
        self.env = env
        self._recorder = recorder

    def __getattr__(self, name: str) -> Any:
        # Asked for what this object has not; without the test, unpickling would ask for `env` for ever.
        if name in ("env", "_recorder"):
            raise AttributeError(name)
        return getattr(self.env, name)

    @property
    def unwrapped(self) -> Any:
        """The environment inside all wrappers."""
        return getattr(self.env, "unwrapped", self.env)

    @property
    def recording_path(self) -> Any:
        """The file being written, or the last one; None before the first step."""
        return self._recorder.path

    def reset(self, *arguments: Any, **options: Any) -> Any:
        """Start an episode as the environment does, and in the recording."""
        result = self.env.reset(*arguments, **options)
        # Gymnasium's reset returns a pair of observation and info.
        is_pair = isinstance(result, tuple) and len(result) == 2 and isinstance(result[1], dict)
        self._recorder.after_reset(result[0] if is_pair else result, options.get("seed"))
        return result

    def step(self, action: Any, *arguments: Any, **options: Any) -> Any:
        """Do one step as the environment does, and record it."""
        self._recorder.before_step()
        started_s = time.perf_counter()
        try:
            result = self.env.step(action, *arguments, **options)
        except BaseException as error:
            self._recorder.after_error(action, error)
            raise
        self._recorder.after_step(action, result, time.perf_counter() - started_s)
        return result

    def close(self) -> Any:
        """Complete the file, and close the environment if it can be closed. Idempotent as far as that is."""
        self._recorder.close()
        close = getattr(self.env, "close", None)
        return close() if callable(close) else None

    def __enter__(self) -> "RecordedEnv":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def wrapped(env: Any, recorder: Recorder) -> Any:
    """Return `env` recorded; a `gymnasium.Wrapper` where `env` is of Gymnasium, whose own wrappers insist on one."""
    gymnasium = sys.modules.get("gymnasium")
    if gymnasium is None or not isinstance(env, gymnasium.Env):
        return RecordedEnv(env, recorder)

    class RecordedGymnasiumEnv(gymnasium.Wrapper):  # type: ignore[misc,name-defined]
        """`RecordedEnv` for environments of Gymnasium."""

        def __init__(self) -> None:
            super().__init__(env)
            self._recorded = RecordedEnv(env, recorder)

        @property
        def recording_path(self) -> Any:
            return self._recorded.recording_path

        def reset(self, **options: Any) -> Any:
            return self._recorded.reset(**options)

        def step(self, action: Any) -> Any:
            return self._recorded.step(action)

        def close(self) -> Any:
            return self._recorded.close()

    return RecordedGymnasiumEnv()
