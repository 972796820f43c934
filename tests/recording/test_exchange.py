"""Files of other programs: written here, read by OpenSim itself, NumPy and a spreadsheet's rules; and read back."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest

import osimviz
from osimviz.envs.engine import opensim
from osimviz.envs.models import model_path
from osimviz.recording import Recording, RecordingError
from osimviz.recording.export import export_recording
from osimviz.recording.storage_table import read_storage
from osimviz.worker.motion_player import motion_to_recording
from tests.recording.walking import record_prosthetics
from tests.sample_runs import sample_frame, sample_info

MODEL = "gait14dof22musc_pros_20180507.osim"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("walk") / "run.h5"
    record_prosthetics(path)
    return path


@pytest.fixture(scope="module")
def sto(run: Path) -> Path:
    path = run.with_suffix(".sto")
    with osimviz.load(run) as loaded:
        export_recording(loaded.recording, path)
    return path


def test_that_opensim_reads_the_states_and_puts_the_bodies_where_they_were(run: Path, sto: Path) -> None:
    table = opensim.TimeSeriesTable(str(sto))
    model = opensim.Model(str(model_path(MODEL)))
    for coordinate in model.getCoordinateSet():
        # OpenSim 4.6 leaves locked coordinates NaN when it reads states, those of its own tables too.
        coordinate.setDefaultLocked(False)
    model.initSystem()
    trajectory = opensim.StatesTrajectory.createFromStatesTable(model, table)
    with osimviz.load(run) as loaded:
        assert trajectory.getSize() == len(loaded) == 26
        np.testing.assert_array_equal(table.getIndependentColumn(), loaded.time_s)
        for step in range(len(loaded)):
            state, frame = trajectory[step], loaded.frame(step)
            model.realizePosition(state)
            poses = [body.getTransformInGround(state) for body in model.getBodySet()]
            places = np.array([pose.p().to_numpy() for pose in poses])
            turns = np.array([[pose.R().convertRotationToQuaternion().get(k) for k in range(4)] for pose in poses])
            np.testing.assert_allclose(places, frame.body_positions_m, rtol=0, atol=1e-9)
            np.testing.assert_allclose(turns, frame.body_quaternions, rtol=0, atol=1e-9)
            np.testing.assert_array_equal(state.getY().to_numpy(), frame.state)


def test_that_opensim_reads_the_coordinates_as_degrees(run: Path) -> None:
    path = run.with_suffix(".mot")
    with osimviz.load(run) as loaded:
        export_recording(loaded.recording, path)
        knee, height = loaded.channel("coordinates/knee_angle_l/value"), loaded.channel("coordinates/pelvis_ty/value")
    table = opensim.TimeSeriesTable(str(path))
    assert table.getTableMetaDataString("inDegrees") == "yes"
    np.testing.assert_allclose(table.getDependentColumn("knee_angle_l").to_numpy(), np.degrees(knee), atol=1e-12)
    np.testing.assert_array_equal(table.getDependentColumn("pelvis_ty").to_numpy(), height)
    storage = opensim.Storage(str(path))
    assert storage.isInDegrees()


@pytest.mark.parametrize("suffix", [".sto", ".mot"])
def test_that_a_motion_opens_as_a_recording_with_the_same_poses(
    run: Path, sto: Path, tmp_path: Path, suffix: str
) -> None:
    motion = tmp_path / f"run{suffix}"
    with osimviz.load(run) as original:
        export_recording(original.recording, motion)
        motion_to_recording(model_path(MODEL), motion, tmp_path / "motion.h5")
        with osimviz.load(tmp_path / "motion.h5") as played:
            assert len(played) == len(original)
            np.testing.assert_allclose(played.body_positions_m, original.body_positions_m, rtol=0, atol=1e-9)
            np.testing.assert_allclose(
                np.abs((played.body_quaternions * original.body_quaternions).sum(axis=2)), 1.0, atol=1e-9
            )
            for step in (0, 25):
                np.testing.assert_allclose(
                    played.frame(step).path_points_m, original.frame(step).path_points_m, rtol=0, atol=1e-9
                )
            has_activation = any(channel.field == "activation" for channel in played.channels)
            assert has_activation == (suffix == ".sto")
            if has_activation:
                np.testing.assert_allclose(played.field("activation"), original.field("activation"), atol=1e-12)
            assert all(bone.surface is not None for bone in played.info.geometry.bones)
            # Nobody rewarded it: that is another thing than a return of nought.
            (summary,) = played.episodes
            assert math.isnan(summary.total_reward)
            assert math.isnan(played.recording.episode_return(25))


def test_that_a_motion_of_another_model_or_no_motion_is_told(tmp_path: Path) -> None:
    motion = tmp_path / "other.mot"
    motion.write_text("other\nnRows=2\nnColumns=2\ninDegrees=yes\nendheader\ntime\telbow\n0\t1\n1\t2\n")
    with pytest.raises(RecordingError, match="names no coordinate of the model"):
        motion_to_recording(model_path(MODEL), motion, tmp_path / "out.h5")
    broken = tmp_path / "broken.osim"
    broken.write_text("<OpenSimDocument/>")
    with pytest.raises(RecordingError, match="cannot read the model"):
        motion_to_recording(broken, motion, tmp_path / "out.h5")
    with pytest.raises(RecordingError, match="there is no motion"):
        motion_to_recording(broken, tmp_path / "none.mot", tmp_path / "out.h5")
    assert not (tmp_path / "out.h5").exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("nothing", "has no line 'endheader'"),
        ("a\nendheader\n", "holds no rows"),
        ("a\nendheader\nx\ty\n1\t2\n", "has no column 'time' at first"),
        ("a\nendheader\ntime\ty\n1\t2\n2\n", "rows of different lengths"),
        ("a\nendheader\ntime\ty\n1\tb\n", "something other than numbers"),
        ("a\nendheader\ntime\ty\n1\t2\n1\t3\n", "do not grow"),
        ("a\nendheader\ntime\ty\tz\n1\t2\n2\t3\n", "3 columns by name and 2 in its rows"),
    ],
)
def test_that_a_table_that_is_none_is_told_with_why(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "x.sto").write_text(text)
    with pytest.raises(RecordingError, match=sentence):
        read_storage(tmp_path / "x.sto")


def test_that_the_older_header_of_motions_is_read(tmp_path: Path) -> None:
    text = "name x.mot\ndatacolumns 2\ndatarows 2\notherdata 1\nrange 0 1\nendheader\ntime hip\n0 1.5\n1 2.5\n"
    (tmp_path / "x.mot").write_text(text)
    table = read_storage(tmp_path / "x.mot")
    assert (table.names, table.values.tolist(), table.is_in_degrees) == (("hip",), [[1.5], [2.5]], False)


@pytest.fixture
def memory() -> Recording:
    recording = Recording(sample_info())
    for step in range(700):
        recording.append(sample_frame(step))
    return recording


def test_that_a_table_of_all_channels_names_units_and_keeps_every_digit(memory: Recording, tmp_path: Path) -> None:
    export_recording(memory, tmp_path / "run.csv")
    with (tmp_path / "run.csv").open(newline="") as file:
        titles, *rows = csv.reader(file)
    assert titles[:3] == ["time [s]", "observation/pelvis/height [m]", "observation/pelvis/speed [m/s]"]
    assert len(rows) == 700
    for channel in memory.info.channels:
        title = f"{channel.name} [{channel.unit}]" if channel.unit else channel.name
        column = np.array([float(row[titles.index(title)]) for row in rows])
        np.testing.assert_array_equal(column, memory.column(channel.name))


def test_that_the_arrays_of_a_run_are_all_in_one_archive(memory: Recording, tmp_path: Path) -> None:
    export_recording(memory, tmp_path / "run.npz")
    with np.load(tmp_path / "run.npz", allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["observation"], memory.field("observation"))
        np.testing.assert_array_equal(arrays["time_s"], memory.time_s())
        assert arrays["path_counts"].sum() == len(arrays["path_points_m"])
        assert arrays["body_names"].tolist() == ["pelvis", "torso"]


def test_that_an_export_replaces_nothing_unasked_and_leaves_no_half_file(memory: Recording, tmp_path: Path) -> None:
    path = tmp_path / "run.csv"
    path.write_text("precious")
    with pytest.raises(RecordingError, match="exists"):
        export_recording(memory, path)
    assert path.read_text() == "precious"
    export_recording(memory, path, replace=True)
    assert path.read_text().startswith("time [s]")
    with pytest.raises(RecordingError, match="does not name its states"):
        export_recording(memory, tmp_path / "run.sto")
    with pytest.raises(RecordingError, match=r"no known kind; exports are \.csv"):
        export_recording(memory, tmp_path / "run.xlsx")
    with pytest.raises(RecordingError, match="was not written"):
        export_recording(memory, tmp_path / "missing" / "run.npz")
    assert sorted(entry.name for entry in tmp_path.glob("*run*")) == ["run.csv"]
