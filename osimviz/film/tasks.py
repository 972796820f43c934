"""One film or picture being made: begun, fed with frames, followed, cancelled. Waits nowhere; no VTK, no Qt."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from osimviz.film.cast import Cast
from osimviz.film.errors import FilmError
from osimviz.film.messages import Answer, Failed, FigureJob, FilmJob, Finished, PictureJob, Progress, Shown, WantFrames
from osimviz.film.output_files import PendingFile, not_written
from osimviz.film.plan import FilmPlan, film_plan, film_range, partner_plan
from osimviz.film.process import DrawingProcess
from osimviz.film.settings import (
    LARGEST_PICTURE_SIDE_PX,
    FilmSettings,
    PictureSettings,
    check_film,
    check_size,
    kind_of,
    shown_fps,
)
from osimviz.frames import Frame
from osimviz.moments import Moment, frame_at
from osimviz.recording import RecordingError
from osimviz.render.blown_up import without_blown_up


class DrawingTask:
    """A film or a picture on its way into a file.

    Whoever made it calls `take` each time its process has something to say, until `is_over`. One thread may use it, the
    one that may read the recordings.

    Parameters
    ----------
    cast : Cast
        What is shown.
    target : Path
        The file or folder.
    job : FilmJob, PictureJob or FigureJob
        What to draw; its path is put in.
    is_folder, may_overwrite : bool
        As of `PendingFile`.
    is_patient : bool
        Whether it gives way to everything else, as beside a window.
    program : str
        As of `DrawingProcess`.

    Attributes
    ----------
    target : Path
        As given.
    n_done, n_pictures : int
        Pictures drawn, and in all.
    fault : FilmError or None
        Why it was not made; None while it is made, and if it was.
    is_over : bool
        Whether it is finished, failed or cancelled.
    notices : list of str
        What turned out otherwise than asked for, a sentence each.

    Raises
    ------
    FilmError
        If nothing can be written there, or no process can be started; nothing is left then.
    """

    def __init__(
        self,
        cast: Cast,
        target: Path,
        job: FilmJob | PictureJob | FigureJob,
        *,
        is_folder: bool = False,
        may_overwrite: bool = False,
        is_patient: bool = False,
        program: str = "osimviz.film.child",
    ) -> None:
        self.target = target
        self.notices: list[str] = []
        self.fault: FilmError | None = None
        self.is_over = False
        self.n_done = 0
        self.n_pictures = len(job.plans[0]) if isinstance(job, FilmJob) else 1
        self._cast = cast
        self._first_done_s = 0.0
        self._pending = PendingFile(target, is_folder=is_folder, may_overwrite=may_overwrite)
        try:
            self._process = DrawingProcess(self._pending.path, is_patient=is_patient, program=program)
        except OSError as error:
            self._pending.discard()
            raise not_written(target.name, error) from error
        self._process.send(replace(job, path=self._pending.path))

    @property
    def pid(self) -> int:
        """Number of the drawing process."""
        return self._process.pid

    @property
    def remaining_s(self) -> float | None:
        """How long it will still take, from the pace so far; None before two pictures are drawn."""
        if self.n_done < 2:
            return None
        pace_s = (time.monotonic() - self._first_done_s) / (self.n_done - 1)
        return pace_s * (self.n_pictures - self.n_done)

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when `take` has something to do."""
        return self._process.fileno()

    def has_answer(self) -> bool:
        """Whether `take` would return at once."""
        return not self.is_over and self._process.has_answer()

    def take(self) -> None:
        """Take one answer of the process and do what it asks for; waits for it if there is none."""
        if not self.is_over:
            self._act_on(self._process.receive())

    def cancel(self) -> None:
        """End the process at once and remove what it wrote. Idempotent; after the end it does nothing."""
        if not self.is_over:
            self._end(FilmError(f"cancelled: {self.target.name} was not written"))

    def _act_on(self, answer: Answer) -> None:
        if isinstance(answer, Progress):
            self.n_done = answer.n_done
            if answer.n_done == 1:
                self._first_done_s = time.monotonic()
        elif isinstance(answer, WantFrames):
            try:
                self._process.send(self._cast.frames(answer.run, answer.indices))
            except RecordingError as error:
                self._end(FilmError(f"the recording can no longer be read: {error}"))
        elif isinstance(answer, Failed):
            self._end(FilmError(answer.sentence, answer.hint))
        elif isinstance(answer, Finished):
            self.n_done = self.n_pictures
            if answer.n_plots_left_out:
                self.notices.append(f"There was no room for {answer.n_plots_left_out} of the plots.")
            try:
                self._pending.keep()
            except FilmError as fault:
                self._end(fault)
                return
            self._end(None)

    def _end(self, fault: FilmError | None) -> None:
        self.is_over = True
        self.fault = fault
        self._process.close()
        self._pending.discard()


class FilmTask(DrawingTask):
    """A film on its way into a file.

    Parameters
    ----------
    cast : Cast
        What is shown.
    target : Path or str
        The file; a path that ends in a slash is a folder of numbered pictures.
    settings : FilmSettings
        What it looks like.
    may_overwrite, is_patient : bool
        As of `DrawingTask`.

    Attributes
    ----------
    duration_s : float
        How long the film lasts.

    Raises
    ------
    FilmError
        If something that was asked for is impossible; nothing was written then.
    """

    def __init__(
        self,
        cast: Cast,
        target: Path | str,
        settings: FilmSettings,
        *,
        may_overwrite: bool = False,
        is_patient: bool = False,
    ) -> None:
        kind = kind_of(target)
        check_film(settings, kind)
        fps = shown_fps(settings.fps, kind)
        plans = _plans(cast, settings, fps)
        self.duration_s = plans[0].duration_s
        range_s = film_range(cast.recording.time_s(), settings.from_s, settings.to_s)
        shown = cast.shown(settings.look, range_s, cast.texts())
        super().__init__(
            cast,
            Path(target),
            FilmJob(Path(target), Path(target).name, kind, settings, shown, plans),
            is_folder=kind == "png",
            may_overwrite=may_overwrite,
            is_patient=is_patient,
        )
        if abs(fps - settings.fps) > 1e-6:
            self.notices.append(f"A GIF counts hundredths of a second: {fps:.4g} pictures a second.")


class PictureTask(DrawingTask):
    """A picture of one frame on its way into a PNG file.

    Parameters
    ----------
    cast : Cast
        What is shown.
    index : int
        The frame.
    target : Path or str
        The file.
    settings : PictureSettings
        What it looks like.
    may_overwrite : bool
        As of `DrawingTask`.

    Raises
    ------
    FilmError
        If something that was asked for is impossible; nothing was written then.
    """

    def __init__(
        self, cast: Cast, index: int, target: Path | str, settings: PictureSettings, *, may_overwrite: bool = False
    ) -> None:
        path = Path(target)
        if path.suffix.lower() != ".png":
            raise FilmError(f"pictures are written as .png, not {path.name}", "Choose another name.")
        job = replace(picture_job(cast, index, settings), name=path.name)
        super().__init__(cast, path, job, may_overwrite=may_overwrite)


def picture_job(cast: Cast, index: int, settings: PictureSettings, shown: Shown | None = None) -> PictureJob:
    """Return the job of drawing one frame, with no file yet; `shown` if the same runs and plots were drawn before.

    Raises
    ------
    FilmError
        If something that was asked for is impossible.
    """
    look = settings.look
    check_size(look.width_px, look.height_px, LARGEST_PICTURE_SIDE_PX)
    indices = [index] if cast.partner is None else [index, cast.index_in_partner(index)]
    frames = tuple(recording.frame(i) for recording, i in zip(cast.recordings, indices, strict=True))
    spoken = tuple(cast.spoken(run, i) for run, i in enumerate(indices))
    times_s = cast.recording.time_s()
    range_s = (float(times_s[0]), float(times_s[-1]))
    strobe_of_runs = _strobe_of_runs(cast, settings, indices)
    spoken = tuple(
        replace(told, strobe=_figures(frame, others))
        for told, frame, others in zip(spoken, frames, strobe_of_runs, strict=True)
    )
    shown = shown or cast.shown(look, range_s, cast.texts(index))
    return PictureJob(None, "picture", settings, shown, frames, spoken, strobe_of_runs)


def picture_index(cast: Cast, moment: Moment, settings: PictureSettings) -> int:
    """Return the frame of a picture of a moment; the end of a strobe picture is that of its range."""
    indices = strobe_indices(cast, settings) if moment == "end" else []
    return indices[-1] if indices else frame_at(cast.recording, moment)


def strobe_indices(cast: Cast, settings: PictureSettings) -> list[int]:
    """Return the frames of a strobe picture, evenly spread in time; none if it is not one."""
    if settings.strobe_from_s is None and settings.strobe_to_s is None:
        return []
    times_s = cast.recording.time_s()
    start_s, end_s = film_range(times_s, settings.strobe_from_s, settings.strobe_to_s, of="range")
    moments = np.linspace(start_s, end_s, max(settings.strobe_count, 2))
    return sorted({cast.recording.index_at_time(float(moment)) for moment in moments})


def _strobe_of_runs(cast: Cast, settings: PictureSettings, indices: Sequence[int]) -> tuple[tuple[Frame, ...], ...]:
    """Return the other figures of each run's strobe picture; a run that is a ghost has none."""
    chosen = strobe_indices(cast, settings)
    strobe = [tuple(cast.recording.frame(i) for i in chosen if i != indices[0])]
    if cast.partner is not None:
        is_beside = settings.look.pair_mode == "beside"
        others = sorted({cast.index_in_partner(i) for i in chosen}) if is_beside else []
        strobe.append(tuple(cast.partner.frame(i) for i in others if i != indices[1]))
    return tuple(strobe)


def _figures(frame: Frame, others: Sequence[Frame]) -> tuple[float, float, int] | None:
    """Return from when to when the figures are that can be seen, and how many; None if it is no strobe picture."""
    if not others:
        return None
    seen = [each for each in (frame, *others) if np.isfinite(without_blown_up(each).body_positions_m).any()]
    times_s = [each.time_s for each in seen or (frame, *others)]
    return min(times_s), max(times_s), len(seen)


def _plans(cast: Cast, settings: FilmSettings, fps: float) -> tuple[FilmPlan, ...]:
    plan = film_plan(cast.recording.time_s(), settings, fps)
    if cast.partner is None:
        return (plan,)
    moments = cast.partner_moments_s(plan.times_s)
    second = partner_plan(plan, cast.partner.time_s(), moments, is_interpolated=settings.is_interpolated)
    return plan, second
