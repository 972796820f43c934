"""Read a frame after every step of the user's environment and write it down."""

import logging
import os
import warnings
import weakref
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, get_args

import numpy as np

from osimviz.channels import Channel
from osimviz.frames import Array, EndedBy, Failure, Outcome, RunInfo
from osimviz.recorder.ended_file import EndedFile
from osimviz.recorder.episode_files import EpisodeFiles
from osimviz.recorder.file_writers import FileWriters
from osimviz.recorder.interruptions import is_interruption
from osimviz.recorder.model_access import ModelAccess
from osimviz.recorder.observation_vectors import ObservationVectors
from osimviz.recorder.sample_columns import SampleColumns
from osimviz.recorder.waiting_samples import WaitingSamples
from osimviz.recording.errors import RecordingError
from osimviz.recording.row_layout import RowLayout
from osimviz.worker.channel_table import with_reward_terms
from osimviz.worker.ending_sentence import ending_sentence
from osimviz.worker.frame_making import FrameSample
from osimviz.worker.step_info import numbers_in, reward_in, term_keys

log = logging.getLogger(__name__)

_ENDINGS = get_args(EndedBy)
#: Calls between a warning and the line of the user's program that it is shown with, from a step of Gymnasium's.
_CALLS_DEEP = 7


class Recorder:
    """Follows one environment; never lets a fault of its own reach the user's program after the start.

    Parameters
    ----------
    env : object
        The user's environment.
    path, keep, controller, provenance
        As in `osimviz.recorder.record`.

    Raises
    ------
    RecordingError
        As `osimviz.recorder.record`.
    """

    def __init__(
        self, env: Any, path: Path, *, keep: str | int, controller: str, provenance: Mapping[str, str]
    ) -> None:
        self._access = ModelAccess(env)
        self._files = EpisodeFiles(path, keep)
        self._vectors = ObservationVectors()
        self._controller = str(controller or "the user's program")
        self._provenance = {str(name): str(value) for name, value in provenance.items()}
        self._observer: Any = None
        #: The model of the observer, and how many state variables it has.
        self._observed: tuple[Any, int] | None = None
        self._writers = FileWriters()
        self._samples: WaitingSamples | None = None
        self._ended: EndedFile | None = None
        self._finalizer: weakref.finalize[Any, Any] | None = None
        self._first: tuple[Any, Array] | None = None
        self._is_episode_open = False
        self._process = os.getpid()
        self._has_stopped = False
        self._has_told_gap = False
        self._is_interrupted = False
        #: Whether a step was begun of which neither an answer nor an error has been taken.
        self._is_stepping = False
        self._seed = 0
        self._last: FrameSample | None = None
        self._term_names: tuple[str, ...] = ()
        self._step_limit = 0
        self._layout: tuple[Any, RowLayout] | None = None
        self._channel_table: tuple[Any, tuple[Channel, ...]] | None = None

    @property
    def path(self) -> Path | None:
        """The file being written, or the last one; None before the first step. Ended episodes are whole in it."""
        if os.getpid() == self._process:
            self._guard(self._settle)
            if self._samples is not None:
                self._guard(self._samples.writer.flush)
        return self._samples.writer.path if self._samples is not None else None

    def after_reset(self, observation: Any, seed: object) -> None:
        """Take the start of an episode; it is written with its first step."""
        if self._is_silent():
            return
        self._is_interrupted = self._is_stepping = False
        self._end("stopped", "another episode was begun")
        self._seed = _seed_of(seed, self._seed)
        # The state of the reset is gone after the step, and its names are known only then.
        self._guard(self._keep_reset, observation)

    def before_step(self) -> None:
        """Expect a step; the one before is missing where nothing came of it, interrupted on its way here."""
        self._is_interrupted |= self._is_stepping
        self._is_stepping = True

    def after_step(self, action: Any, result: Any, wall_time_s: float) -> None:
        """Take a step: the environment's answer, of four or of five values."""
        if not self._is_silent() and (self._first is not None or self._is_episode_open):
            if self._is_interrupted:
                # A step is missing: an episode has no holes.
                self._is_interrupted = False
                self._leave_out_rest("the program interrupted the recording of a step")
            else:
                self._guard(self._take_step, action, result, wall_time_s)
        self._is_stepping = False

    def after_error(self, action: Any, error: BaseException) -> None:
        """Note that a step raised; the episode ends with it."""
        self._is_stepping = False
        if self._is_silent() or not self._is_episode_open:
            return
        what = " ".join(str(error).split()) or type(error).__name__
        failure = Failure(
            f"the environment raised {type(error).__name__}: {what}",
            observation=None if self._last is None else self._last.observation,
            action=self._guarded_vector(action),
        )
        self._end("simulator_error", failure.sentence, failure)

    def close(self) -> None:
        """End the recording. Idempotent."""
        if os.getpid() != self._process:
            return
        self._end("stopped", "the environment was closed")
        self._close_writer()
        self._writers.close()
        self._has_stopped = True

    def _keep_reset(self, observation: Any) -> None:
        from osimviz.worker.observer import Observer

        # The model is read while the process that writes comes up.
        self._writers.start()
        vector = self._vectors.vector(observation)
        self._access.renew()
        # Length and names of actions come with the first one; the observer is made anew for another model only, or
        # for one that a program has added parts to.
        model, n_states = self._access.model, self._access.state.getNY()
        if self._observed is None or self._observed[0] is not model or self._observed[1] != n_states:
            self._access.learn(observation, np.empty(model.getMuscles().getSize()))
            self._observer, self._observed = Observer(self._access), (model, n_states)
        self._first = (observation, vector)
        self._last = self._observer.sample(step=0, observation=vector)

    def _take_step(self, action: Any, result: Any, wall_time_s: float) -> None:
        observation, reward, info = result[0], result[1], result[-1]
        vector = np.array(action, dtype=np.float64).ravel()
        if self._first is not None:
            self._begin(vector, info)
        assert self._last is not None
        assert self._samples is not None
        observed = self._vectors.vector(observation)
        if (observed.size, vector.size) != (self._last.observation.size, self._last.action.size):
            # Rows of one episode are of one length. Those that wait are kept.
            self._leave_out_rest(
                f"the observation and the action of step {self._last.step + 1} are {observed.size} and {vector.size} "
                f"numbers, they were {self._last.observation.size} and {self._last.action.size} before"
            )
            return
        excitation: Any = info.get("excitation") if type(info) is dict or isinstance(info, Mapping) else None
        sample = self._observer.sample(
            step=self._last.step + 1,
            observation=observed,
            action=vector,
            excitation=excitation if np.shape(excitation) == self._last.excitation.shape else None,
            reward=reward if type(reward) is float else reward_in(reward),
            wall_time_s=wall_time_s,
        )
        self._samples.add(sample, numbers_in(info))
        self._last = sample
        ended_by = _ended_by(result, sample.step, self._step_limit)
        if ended_by is not None:
            self._end(ended_by, ending_sentence(ended_by, sample.time_s, self._observer.end_limits))

    def _begin(self, action: Array, info: Any) -> None:
        from osimviz.worker.observer import Observer

        assert self._first is not None
        assert self._last is not None
        observation, vector = self._first
        self._first = None
        terms = term_keys(info)
        self._term_names = tuple(terms)
        self._step_limit = self._access.step_limit
        if action.size != self._last.action.size:
            self._access.learn(observation, action)
            self._observer = Observer(self._access)
        sample = self._last = self._last._replace(action=np.full(action.size, np.nan), observation=vector)
        if self._samples is None:
            self._open_writer()
        assert self._samples is not None
        self._samples.writer.begin_rows(self._run_info(), self._layout_of(sample), tuple(numbers_in(info)))
        self._samples.begin(SampleColumns(self._observer.maker, tuple(terms.values()), self._access.range_of_actions()))
        # Written with the first steps: a flush for it alone takes as long as one for half a second.
        self._samples.add(sample, {})
        self._is_episode_open = True

    def _layout_of(self, sample: FrameSample) -> RowLayout:
        """Return how the frames of an episode lie in rows, as its reset has them; made anew where that differs."""
        sizes = [getattr(sample, name).size for name in ("observation", "action", "excitation", "target_velocity")]
        key = self._observer, self._term_names, sizes
        if self._layout is None or self._layout[0] != key:
            (first,) = self._observer.frames([sample._replace(reward_terms=np.full(len(self._term_names), np.nan))])
            self._layout = key, RowLayout.of(first)
        return self._layout[1]

    def _open_writer(self) -> None:
        # Its name may be free again, and it was completed while the environment was reset.
        self._settle()
        self._samples = WaitingSamples(self._writers.open(self._files.next_path(), self._provenance))
        self._finish_at_exit(self._samples.close)

    def _finish_at_exit(self, finish: Callable[[], None]) -> None:
        """Have a program that ends without closing lose nothing."""
        if self._finalizer is not None:
            self._finalizer.detach()
        self._finalizer = weakref.finalize(self, _finish_quietly, finish, self._writers)

    def _settle(self) -> None:
        """Wait for the file that is being completed; `RecordingError` if it could not be."""
        if self._ended is not None:
            self._ended.settle()
            self._ended = None

    def _run_info(self) -> RunInfo:
        access, observer = self._access, self._observer
        kind = type(access.environment)
        return RunInfo(
            env_name=f"{kind.__module__}:{kind.__qualname__}",
            # A text of a class of the program's own could be read by nobody else.
            env_summary=str(access.summary()),
            env_args=(),
            controller=self._controller,
            seed=self._seed,
            step_s=observer.step_s,
            step_limit=access.step_limit,
            geometry=observer.geometry,
            channels=self._channels(),
            end_limits=observer.end_limits,
            action_names=access.action_names(),
            state_names=observer.state_names,
            reward_term_names=self._term_names,
            provenance=access.provenance(),
        )

    def _channels(self) -> tuple[Channel, ...]:
        """Return the channel table; the same object while it stays the same, whose text the file need not make anew."""
        key = self._observer, self._term_names
        if self._channel_table is None or self._channel_table[0] != key:
            self._channel_table = key, with_reward_terms(self._observer.channels, self._term_names)
        return self._channel_table[1]

    def _end(self, ended_by: EndedBy, sentence: str, failure: Failure | None = None) -> None:
        if not self._is_episode_open or self._samples is None or self._last is None:
            return
        self._is_episode_open = False
        step = self._last.step + (failure is not None)
        outcome = Outcome(ended_by, step, self._last.time_s, sentence, failure)
        try:
            self._guard(self._end_file, outcome)
        except BaseException:
            # Interrupted: it is ended by whatever comes next.
            self._is_episode_open = True
            raise

    def _end_file(self, outcome: Outcome) -> None:
        assert self._samples is not None
        self._samples.write()
        self._samples.writer.end_episode(outcome)
        if self._files.is_one_for_each:
            self._ended = EndedFile(self._samples, self._files, outcome)
            self._finish_at_exit(self._ended.settle)
            self._samples = None

    def _close_writer(self) -> None:
        self._guard(self._settle)
        if self._samples is not None:
            self._guard(self._samples.close)
        if self._finalizer is not None:
            self._finalizer.detach()
            self._finalizer = None

    def _is_silent(self) -> bool:
        """Whether nothing is recorded; after a fork the child starts a file of its own."""
        if os.getpid() != self._process:
            self._process = os.getpid()
            self._finalizer = None
            self._writers = FileWriters()
            self._files.forget()
            self._samples, self._ended, self._first, self._is_episode_open = None, None, None, False
            if not self._files.has_pattern:
                self._stop("the process was forked, and two processes cannot write one recording; name it with {pid}")
        return self._has_stopped

    def _guard(self, work: Any, *arguments: Any) -> None:
        """Do something that may fail; the user's program goes on without its recording then."""
        try:
            work(*arguments)
        except RecordingError as error:
            self._stop(str(error))
        except BaseException as error:
            if is_interruption(error):
                self._is_interrupted = True
                raise
            # Reading a frame meets any environment there is: its faults must not end hours of training.
            log.debug("a frame could not be recorded", exc_info=True)
            self._leave_out_rest(f"a step could not be read ({type(error).__name__}: {error})")

    def _leave_out_rest(self, sentence: str) -> None:
        """End the episode as far as it was read; the next one is recorded again."""
        self._first = None
        if not self._has_told_gap:
            self._has_told_gap = True
            _warn(f"osimviz leaves out the rest of this episode: {sentence}; the next one is recorded again.")
        self._end("stopped", f"recorded to here: {sentence}")

    def _stop(self, sentence: str) -> None:
        self._has_stopped = True
        self._is_episode_open = False
        if self._samples is not None:
            _finish_quietly(self._samples.close, self._writers)
        _warn(f"osimviz records no more: {sentence}.")

    def _guarded_vector(self, action: Any) -> Array | None:
        try:
            return np.array(action, dtype=np.float64).ravel()
        except (TypeError, ValueError):
            return None


def _warn(sentence: str) -> None:
    """Warn the user's program, which goes on even where it has warnings raised."""
    try:
        warnings.warn(sentence, stacklevel=_CALLS_DEEP)
    except UserWarning:
        log.warning("%s", sentence)


def _finish_quietly(finish: Callable[[], None], _writers: FileWriters) -> None:
    """Complete a file; the writers are kept until then, for with them their process goes."""
    try:
        finish()
    except RecordingError as error:
        log.info("%s", error)


def _seed_of(given: object, last: int) -> int:
    """Return the seed of a reset; the last one where none was given, or one that only the environment understands."""
    try:
        return last if given is None else int(given)  # type: ignore[call-overload]
    except (TypeError, ValueError):
        return last


def _ended_by(result: Any, step: int, step_limit: int) -> EndedBy | None:
    # The most frequent case, told apart at once: `done`, or `terminated` and `truncated`.
    if result[2] is False and (len(result) == 4 or result[3] is False):
        return None
    info = result[-1] if isinstance(result[-1], Mapping) else {}
    told = info.get("ended_by")
    is_known = told in _ENDINGS
    if len(result) == 5:
        if result[2]:
            return told if is_known else "done"
        return (told if is_known else "time_limit") if result[3] else None
    if not result[2]:
        return None
    if is_known:
        return told
    is_limit = bool(info.get("TimeLimit.truncated", False)) or (0 < step_limit <= step)
    return "time_limit" if is_limit else "done"
