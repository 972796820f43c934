"""The export dialog: what is wanted at the left, what it will look like at the right, the command line below."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PyQt5.QtCore import Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QImage
from PyQt5.QtWidgets import QApplication, QDialog, QHBoxLayout, QSlider, QTabWidget, QVBoxLayout, QWidget

from osimviz.film.command_text import film_command, picture_command
from osimviz.film.curves import usual_plots
from osimviz.film.errors import FilmError
from osimviz.film.messages import Shown
from osimviz.film.plan import film_plan
from osimviz.film.settings import HIGHEST_GIF_FPS, FilmSettings, Kind, Look, PictureSettings, check_film, shown_fps
from osimviz.film.spoken import pace_text
from osimviz.film.tasks import DrawingTask, FilmTask, PictureTask, picture_job
from osimviz.ui.commands import with_keys
from osimviz.ui.export.fields import Fields
from osimviz.ui.export.figures import Figures, command_of, suggested_name, words_of
from osimviz.ui.export.footer import Footer
from osimviz.ui.export.pages import figures_page, film_page, picture_page, shared_form
from osimviz.ui.export.preview import PREVIEW_SIDE_PX, PreviewLink, PreviewPane
from osimviz.ui.export.range_row import RangeRow
from osimviz.ui.export.subject import Subject
from osimviz.ui.export.task_link import TaskLink
from osimviz.ui.export.wishes import SUFFIX_OF, film_settings, picture_settings
from osimviz.ui.theme import Theme
from osimviz.wording import counted

#: Changes of the fields within this time make one preview.
_SETTLE_MS = 120
#: Places of the pages among the tabs.
_FILM_TAB, _PICTURE_TAB, _FIGURES_TAB = range(3)


class ExportDialog(QDialog):
    """Makes films and pictures of a run while the window stays usable.

    Signals
    -------
    saved(str)
        A file was written: its path.
    failed(str)
        It was not: a sentence.

    Parameters
    ----------
    theme : Theme
        Colours and fonts.
    subject : Subject
        What the window shows now.
    remembered : mapping
        Values of the fields of the last time.
    figures : Figures
        Draws plots and writes data.
    ask_target : callable
        Given a suggested name, returns where to write, or None; an existing file is asked about by it.
    """

    saved = pyqtSignal(str)
    failed = pyqtSignal(str)

    def __init__(
        self,
        theme: Theme,
        subject: Subject,
        remembered: Mapping[str, object],
        figures: Figures,
        ask_target: Callable[[str], Path | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export a Film, a Picture, Plots or Data")
        self.setAttribute(Qt.WA_DeleteOnClose)
        self._subject = subject
        self._figures = figures
        self._ask_target = ask_target
        self._usual_plots = usual_plots(subject.cast.recording)
        self._link: TaskLink | None = None
        self._shown: tuple[Look, Shown] | None = None
        self.fields = Fields(self)
        self.preview = PreviewPane(theme)
        self.footer = Footer(theme)
        self.tabs = QTabWidget()
        self.slider = QSlider(Qt.Horizontal)
        self._preview_link = PreviewLink(self)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._lay_out()
        self._fill(remembered)
        self._connect()
        self.resize(1120, 620)
        self._on_fields_changed()

    @property
    def values(self) -> dict[str, Any]:
        """What the fields hold, to be remembered."""
        kept = self.fields.values()
        for name in ("from_s", "to_s", "title"):
            # These belong to the run.
            del kept[name]
        kept["tab"] = self.tabs.currentIndex()
        return kept

    @property
    def is_busy(self) -> bool:
        """Whether a file is being made."""
        return self._link is not None

    def start(self, target: Path) -> None:
        """Write what the fields describe to a file; one that is there is replaced."""
        if self._is_figure:
            self._tell_end(target, self._figures.write(str(self.fields.values()["contents"]), target))
            return
        try:
            task = self._task(target)
        except FilmError as error:
            self._tell_fault(error)
            return
        self._link = TaskLink(task, self)
        self._link.progressed.connect(self._on_link_progressed)
        self._link.ended.connect(self._on_link_ended)
        self.footer.show_progress(0, task.n_pictures, None)
        self.footer.set_busy(True)

    def cancel(self) -> None:
        """End what is being made; its file is removed."""
        if self._link is not None:
            self._link.cancel()

    def shutdown(self) -> None:
        """End everything that runs. Idempotent."""
        self._settle.stop()
        if self._link is not None:
            self._link.close()
            self._link = None
        self._preview_link.close()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.preview.set_theme(theme)
        self.footer.set_theme(theme)

    def reject(self) -> None:
        """Qt's override: Escape and the close button; what is being made is not ended by a slip of the finger."""
        if self.is_busy:
            self.footer.show_words("A file is being made: Cancel ends it", is_bad=False)
            return
        self.shutdown()
        super().reject()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(8)
        self.tabs.insertTab(_FILM_TAB, film_page(self.fields), "Film")
        self.tabs.insertTab(_PICTURE_TAB, picture_page(self.fields), "Picture")
        self.tabs.insertTab(_FIGURES_TAB, figures_page(self.fields), "Plots and Data")
        left.addWidget(self.tabs)
        subject = self._subject
        form = shared_form(
            self.fields, has_second=subject.cast.partner is not None, stored_cameras=subject.stored_cameras
        )
        self._range = RangeRow(self.fields, subject.range_s, subject.loop_s)
        form.insertRow(0, "Range, s", self._range)
        self._shared = QWidget()
        self._shared.setLayout(form)
        left.addWidget(self._shared)
        left.addStretch(1)
        panel = QWidget()
        panel.setLayout(left)
        panel.setFixedWidth(432)
        left.setContentsMargins(0, 0, 0, 0)
        right = QVBoxLayout()
        right.setSpacing(6)
        right.addWidget(self.preview, 1)
        self.slider.setRange(0, self._subject.cast.recording.last_index)
        self.slider.setToolTip("The moment that the preview shows, and that a picture is of")
        right.addWidget(self.slider)
        columns = QHBoxLayout()
        columns.setSpacing(16)
        columns.addWidget(panel)
        columns.addLayout(right, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 12, 16, 12)
        rows.setSpacing(10)
        rows.addLayout(columns, 1)
        rows.addWidget(self.footer)

    def _fill(self, remembered: Mapping[str, object]) -> None:
        subject = self._subject
        self.fields.set_values({"follow": subject.scene.follow, "theme": subject.theme, **remembered})
        tab = remembered.get("tab")
        self.tabs.setCurrentIndex(tab if isinstance(tab, int) else _FILM_TAB)
        if subject.loop_s is not None:
            self.fields.set_values({"from_s": subject.loop_s[0], "to_s": subject.loop_s[1]})
        self.slider.setValue(subject.index)

    def _connect(self) -> None:
        self.fields.changed.connect(self._on_fields_changed)
        self.tabs.currentChanged.connect(self._on_fields_changed)
        self.slider.valueChanged.connect(self._on_fields_changed)
        self._settle.timeout.connect(self._draw_preview)
        self._range.range_requested.connect(self._on_range_requested)
        self._preview_link.drawn.connect(self._on_preview_link_drawn)
        self._preview_link.failed.connect(self.preview.show_words)
        self.footer.export_requested.connect(self._on_footer_export_requested)
        self.footer.copy_requested.connect(self._on_footer_copy_requested)
        self.footer.cancel_requested.connect(self.cancel)
        self.footer.close_requested.connect(self.close)

    @property
    def _is_film(self) -> bool:
        return bool(self.tabs.currentIndex() == _FILM_TAB)

    @property
    def _is_figure(self) -> bool:
        return bool(self.tabs.currentIndex() == _FIGURES_TAB)

    @property
    def _kind(self) -> Kind:
        return next(kind for kind in SUFFIX_OF if kind == self.fields.values()["kind"])

    def _index(self) -> int:
        return int(self.slider.value())

    def _film(self) -> FilmSettings:
        settings = film_settings(self.fields.values(), self._subject)
        if self._kind == "gif":
            settings = replace(settings, fps=min(settings.fps, HIGHEST_GIF_FPS))
        return settings

    def _picture(self) -> PictureSettings:
        return picture_settings(self.fields.values(), self._subject)

    def _suggested_name(self) -> str:
        stem = Path(self._subject.source).stem
        if self._is_figure:
            return suggested_name(self.fields.values(), stem)
        if self._is_film:
            return f"{stem}{SUFFIX_OF[self._kind]}"
        return f"{stem}-strobe.png" if self.fields.values()["strobe"] else f"{stem}-step-{self._index()}.png"

    def _task(self, target: Path) -> DrawingTask:
        cast = self._subject.cast
        if self._is_film:
            name = f"{target}/" if self._kind == "png" else target
            return FilmTask(cast, name, self._film(), may_overwrite=True, is_patient=True)
        return PictureTask(cast, self._index(), target, self._picture(), may_overwrite=True)

    def _draw_preview(self) -> None:
        if self._is_figure:
            if self.fields.values()["contents"] == "plots":
                self.preview.show_image(self._figures.picture())
            else:
                self.preview.show_words(self.footer.words.text())
            return
        film, is_film = self._film(), self._is_film
        settings = PictureSettings(film.look) if is_film else self._picture()
        look = _for_preview(settings.look)
        try:
            kept = self._shown[1] if self._shown is not None and self._shown[0] == look else None
            job = picture_job(self._subject.cast, self._index(), replace(settings, look=look), kept)
        except FilmError as error:
            self.preview.show_words(error.told)
            return
        assert job.shown is not None
        self._shown = (look, job.shown)
        pace = pace_text(film.speed, is_interpolated=film.is_interpolated) if is_film else ""
        spoken = tuple(replace(each, pace=pace) for each in job.spoken)
        self._preview_link.show(replace(job, spoken=spoken, is_draft=True))

    def _show_words(self) -> None:
        """Say how long a film will be, or what is wrong with it; show the command line."""
        subject = self._subject
        name = self._suggested_name()
        if self._is_figure:
            values = self.fields.values()
            command = command_of(values, subject, name, self._figures)
            words = words_of(values, subject.cast.recording, self._figures.n_curves())
            self.footer.show_words(words, is_bad=False)
        elif not self._is_film:
            picture = self._picture()
            at_s = subject.cast.recording.frame(self._index()).time_s
            command = picture_command(subject.source, name, at_s, picture, subject.compared, self._usual_plots)
            moments = f"at {at_s:.3f} s"
            if picture.strobe_from_s is not None:
                moments = f"from {picture.strobe_from_s:.2f} to {picture.strobe_to_s:.2f} s"
            look = picture.look
            self.footer.show_words(f"{look.width_px} × {look.height_px} pixels {moments}", is_bad=False)
        else:
            film = self._film()
            folder = f"{name}/" if self._kind == "png" else name
            command = film_command(subject.source, folder, film, subject.compared, self._usual_plots)
            self._show_film_words(film)
        save_first = with_keys("Save the recording first ({save}), and put its name in place of run.h5.")
        note = "" if subject.is_saved else save_first
        note = note if command else "There is no command line for it: it is what the window shows."
        self.footer.show_command(command, note)

    def _show_film_words(self, film: FilmSettings) -> None:
        try:
            check_film(film, self._kind)
            fps = shown_fps(film.fps, self._kind)
            plan = film_plan(self._subject.cast.recording.time_s(), film, fps)
        except FilmError as error:
            self.footer.show_words(error.told, is_bad=True)
            return
        words = f"{counted(len(plan), 'picture')}, {plan.duration_s:.2f} s of film at {fps:.4g} a second"
        self.footer.show_words(words, is_bad=False)

    def _tell_fault(self, error: FilmError) -> None:
        self.footer.show_words(error.told, is_bad=True)
        self.failed.emit(error.told)

    def _tell_end(self, target: Path, fault: str) -> None:
        self.footer.show_words(fault or f"Saved: {target}", is_bad=bool(fault))
        if fault:
            self.failed.emit(fault)
        else:
            self.saved.emit(str(target))

    def _on_fields_changed(self) -> None:
        # Range, camera and words over a picture are of the 3D view alone.
        self._shared.setVisible(not self._is_figure)
        self.slider.setVisible(not self._is_figure)
        if not self.is_busy:
            self._show_words()
        self._settle.start()

    def _on_range_requested(self, from_s: float, to_s: float) -> None:
        self.fields.set_values({"from_s": from_s, "to_s": to_s})
        self._on_fields_changed()

    def _on_preview_link_drawn(self, image: QImage) -> None:
        # One of the page before may still have been on its way.
        if not self._is_figure:
            self.preview.show_image(image)

    def _on_footer_export_requested(self) -> None:
        target = self._ask_target(self._suggested_name())
        if target is not None:
            self.start(target)

    def _on_footer_copy_requested(self, text: str) -> None:
        QApplication.clipboard().setText(text)

    def _on_link_progressed(self) -> None:
        if self._link is not None:
            task = self._link.task
            self.footer.show_progress(task.n_done, task.n_pictures, task.remaining_s)

    def _on_link_ended(self) -> None:
        link, self._link = self._link, None
        if link is None:
            return
        task = link.task
        link.close()
        link.deleteLater()
        self.footer.set_busy(False)
        if task.fault is not None:
            self._tell_fault(task.fault)
            return
        self.footer.show_words(" ".join((f"Saved: {task.target}", *task.notices)), is_bad=False)
        self.saved.emit(str(task.target))


def _for_preview(look: Look) -> Look:
    """Return a look of the same shape, as large as the preview needs."""
    scale = PREVIEW_SIDE_PX / max(look.width_px, look.height_px)
    if scale >= 1.0:
        return look
    return replace(
        look, width_px=max(round(look.width_px * scale), 16), height_px=max(round(look.height_px * scale), 16)
    )
