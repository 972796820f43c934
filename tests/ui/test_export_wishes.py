"""From the fields of the export dialog to what is drawn: ranges that the fields can only show rounded."""

from dataclasses import replace

import numpy as np
import pytest
from PyQt5.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from osimviz.film.cast import Cast
from osimviz.film.plan import film_range
from osimviz.film.settings import CameraPath
from osimviz.recording import Recording
from osimviz.render.options import SceneOptions
from osimviz.ui.export.fields import Fields
from osimviz.ui.export.pages import figures_page, film_page, picture_page, shared_form
from osimviz.ui.export.range_row import RangeRow
from osimviz.ui.export.subject import Subject
from osimviz.ui.export.wishes import film_settings, picture_settings
from tests.sample_runs import sample_frame, sample_info


@pytest.mark.parametrize(("first_s", "step_s"), [(0.0, 0.001), (0.6044, 0.001), (0.6, 0.01), (12.3456, 0.0005)])
def test_that_a_strobe_and_a_film_of_the_whole_run_are_of_the_whole_run(
    qtbot: QtBot, first_s: float, step_s: float
) -> None:
    recording = Recording(replace(sample_info(), step_s=step_s))
    for step in range(38):
        recording.append(replace(sample_frame(step), time_s=first_s + step_s * step))
    camera, scene = CameraPath(), SceneOptions()
    subject = Subject(Cast(recording), "run.h5", "", True, 0, None, camera, scene, "dark", ())
    fields, parts = Fields(), QWidget()
    qtbot.addWidget(parts)
    pages = [film_page(fields), picture_page(fields), figures_page(fields), RangeRow(fields, subject.range_s, None)]
    for page in pages:
        page.setParent(parts)
    rest = QWidget(parts)
    rest.setLayout(shared_form(fields, has_second=False, stored_cameras=()))
    fields.set_values({"strobe": True})

    picture, film = picture_settings(fields.values(), subject), film_settings(fields.values(), subject)

    times_s = recording.time_s()
    whole = (pytest.approx(times_s[0]), pytest.approx(times_s[-1]))
    assert film_range(times_s, picture.strobe_from_s, picture.strobe_to_s) == whole
    assert film_range(times_s, film.from_s, film.to_s) == whole
    assert np.all(np.diff(times_s) > 0.0)
