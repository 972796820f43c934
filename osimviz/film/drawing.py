"""What the drawing process does with a job. Runs in that process only."""

from collections.abc import Sequence
from dataclasses import replace
from multiprocessing.connection import Connection

import numpy as np

from osimviz.film.answering import faults_told
from osimviz.film.composer import Composer, Moment
from osimviz.film.encoders import Encoder, open_encoder
from osimviz.film.encoding_thread import EncodingThread
from osimviz.film.interpolation import between
from osimviz.film.messages import (
    Answer,
    Drawn,
    FilmJob,
    Finished,
    Frames,
    PictureJob,
    Progress,
    Shown,
    WantFrames,
)
from osimviz.film.plan import FilmPlan
from osimviz.film.settings import Look
from osimviz.film.spoken import Spoken, pace_text
from osimviz.frames import Frame
from osimviz.render.png_file import Pixels, PngTexts, write_png

#: Frames asked for at once: 0.5 MB.
_CHUNK = 32
#: Pictures whose colours make a GIF's palette.
_N_SAMPLES = 8


class Artist:
    """Draws films and pictures; the next picture of the same runs with the same look is drawn by the same scenes.

    Parameters
    ----------
    incoming, outgoing : Connection
        To the program that wants them.
    """

    def __init__(self, incoming: Connection, outgoing: Connection) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._composer: Composer | None = None
        self._look: Look | None = None
        self._shown: Shown | None = None

    def work(self, job: FilmJob | PictureJob) -> None:
        """Do one job and tell how it ended.

        Raises
        ------
        EOFError, ConnectionError
            If nobody listens any more.
        """
        with faults_told(job.name, self._tell):
            if isinstance(job, FilmJob):
                self._film(job)
            else:
                self._picture(job)

    def _tell(self, answer: Answer) -> None:
        self._outgoing.send(answer)

    def _film(self, job: FilmJob) -> None:
        composer = _composer(job.shown, job.settings.look)
        try:
            reel = _Reel(job, [_Feed(self, number, plan) for number, plan in enumerate(job.plans)])
            encoder = self._encoder(job, composer, reel)
            try:
                self._draw_all(reel, composer, encoder)
            finally:
                encoder.abandon()
            self._tell(Finished(composer.n_plots_left_out))
        finally:
            composer.close()

    def _draw_all(self, reel: "_Reel", composer: Composer, encoder: Encoder) -> None:
        thread = EncodingThread(encoder)
        try:
            last_key: tuple[object, ...] | None = None
            picture: Pixels | None = None
            for number in range(len(reel)):
                key = reel.key(number)
                # A state that is held is drawn once.
                if picture is None or key != last_key:
                    picture, last_key = composer.draw(reel.moment(number)), key
                thread.add(picture)
                self._tell(Progress(number + 1, len(reel)))
        finally:
            thread.finish()

    def _encoder(self, job: FilmJob, composer: Composer, reel: "_Reel") -> Encoder:
        look = job.settings.look

        def samples() -> Sequence[Pixels]:
            places = np.unique(np.linspace(0, len(reel) - 1, _N_SAMPLES).astype(int))
            drawn = [composer.draw(reel.moment(int(place))) for place in places]
            reel.rewind()
            return drawn

        def texts(number: int) -> PngTexts:
            plan = job.plans[0]
            moment = {"step": str(int(plan.indices[number])), "time_s": f"{plan.times_s[number]:.6f}"}
            return {**job.shown.texts, **moment}

        size = (look.width_px, look.height_px)
        return open_encoder(job.kind, job.path, size, job.plans[0].fps, samples, texts)

    def frames(self, run: int, indices: Sequence[int]) -> Frames:
        """Ask for frames and wait for them."""
        self._tell(WantFrames(run, tuple(indices)))
        answer = self._incoming.recv()
        assert isinstance(answer, Frames)
        return answer

    def _picture(self, job: PictureJob) -> None:
        composer = self._composer_for(job)
        moment = Moment(job.frames, job.spoken, job.spoken[0].step, strobe=job.strobe)
        if job.is_draft and not job.settings.is_transparent:
            pixels = composer.draw(moment)[..., :3]
        else:
            pixels = composer.draw_still(moment, is_transparent=job.settings.is_transparent)
        if job.path is None:
            self._tell(Drawn(np.ascontiguousarray(pixels)))
            return
        assert self._shown is not None
        write_png(job.path, pixels, self._shown.texts)
        self._tell(Finished(composer.n_plots_left_out))

    def _composer_for(self, job: PictureJob) -> Composer:
        """Return the last composer where the same is drawn with the same look, else another."""
        look = replace(job.settings.look, quality="still" if job.is_draft else "best")
        is_same_cast = job.shown is None
        if job.shown is not None:
            self._shown = job.shown
        assert self._shown is not None
        if self._composer is None or not is_same_cast or look != self._look or any(job.strobe):
            self.close()
            self._look = look
            self._composer = _composer(self._shown, look)
        return self._composer

    def close(self) -> None:
        """Free the scenes. Idempotent."""
        if self._composer is not None:
            self._composer.close()
            self._composer = None


def _composer(shown: Shown, look: Look) -> Composer:
    return Composer(shown.runs, look, shown.sheet, shown.range_s, shown.paths)


class _Feed:
    """Frames of one run in the order a plan needs them, a few at a time."""

    def __init__(self, artist: Artist, run: int, plan: FilmPlan) -> None:
        self._artist = artist
        self._run = run
        self._needed = plan.needed
        self.rewind()

    def rewind(self) -> None:
        """Begin again."""
        self._position = 0
        self._kept: dict[int, tuple[Frame, float]] = {}

    def frame(self, index: int) -> tuple[Frame, float]:
        """Return a frame and the sum of rewards up to it."""
        while index not in self._kept:
            wanted = self._needed[self._position : self._position + _CHUNK]
            if index not in wanted and index not in self._needed[self._position :]:
                # A jump back, of the samples for a palette.
                self._position = 0
                continue
            if index not in wanted:
                self._position = self._needed.index(index, self._position)
                continue
            self._position += len(wanted)
            distinct = tuple(dict.fromkeys(wanted))
            answer = self._artist.frames(self._run, distinct)
            newest = dict(list(self._kept.items())[-2:])
            pairs = zip(answer.frames, answer.total_rewards, strict=True)
            self._kept = {**newest, **dict(zip(distinct, pairs, strict=True))}
        return self._kept[index]


class _Reel:
    """The pictures of a film as moments, by their number."""

    def __init__(self, job: FilmJob, feeds: Sequence[_Feed]) -> None:
        self._job = job
        self._feeds = feeds
        settings = job.settings
        self._pace = pace_text(settings.speed, is_interpolated=settings.is_interpolated)
        self._is_moving = bool(settings.look.camera.orbit_turns)

    def __len__(self) -> int:
        return len(self._job.plans[0])

    def key(self, number: int) -> tuple[object, ...]:
        """Return what two pictures have in common if they look the same."""
        parts = [(int(plan.indices[number]), float(plan.shares[number])) for plan in self._job.plans]
        return (*parts, number if self._is_moving else 0)

    def rewind(self) -> None:
        """Begin again."""
        for feed in self._feeds:
            feed.rewind()

    def moment(self, number: int) -> Moment:
        """Return what one picture shows."""
        frames, spoken = [], []
        names = self._job.shown.names
        for feed, plan, name in zip(self._feeds, self._job.plans, names, strict=True):
            index, share = int(plan.indices[number]), float(plan.shares[number])
            frame, total = feed.frame(index)
            if share > 0.0:
                frame = between(frame, feed.frame(index + 1)[0], share)
            frames.append(frame)
            spoken.append(Spoken(frame.time_s, frame.step, frame.reward, total, self._pace, name))
        progress = number / max(len(self) - 1, 1)
        return Moment(tuple(frames), tuple(spoken), int(self._job.plans[0].indices[number]), progress)
