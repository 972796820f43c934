"""Play OpenSim's motion and state files (``.sto``, ``.mot``) through a model into a recording.

The child's side of `osimviz.worker.motion_player`; OpenSim is imported inside the functions.
"""

from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from osimviz.frames import Array, Frame, ModelGeometry, Outcome, RunInfo
from osimviz.recording.errors import RecordingError
from osimviz.recording.storage_table import StorageTable, read_storage

#: Rows after which it is told how far it is: they take about 0.1 s.
_ROWS_BETWEEN_NEWS = 50
#: Fields of a frame that a motion does not have, by the channels that would show them.
_UNKNOWN = ("fiber_force_n", "fiber_length", "fiber_velocity", "excitation", "wall_time_s", "reward", "episode_return")


def write_motion(connection: Connection, model: Path, motion: Path, target: Path) -> None:
    """Do the work in the child; send the share that is done, then an empty text, or what went wrong."""
    try:
        _write(model, motion, target, connection)
        connection.send("")
    except (BrokenPipeError, ConnectionResetError):
        # Nobody waits for it any more.
        return
    except RecordingError as error:
        connection.send(str(error))
    except (RuntimeError, OSError, ValueError) as error:
        what = " ".join(str(error).split())
        connection.send(f"{motion.name} cannot be played through {model.name}: {what}")
    finally:
        connection.close()


def _write(model_path: Path, motion: Path, target: Path, connection: Connection) -> None:
    from osimviz.recording.provenance import file_digest
    from osimviz.recording.writer import RecordingWriter

    table = read_storage(motion)
    player = _Player(model_path, table, motion.name)
    provenance = {
        "model_file": model_path.name,
        "model_sha256": file_digest(model_path),
        "motion_file": motion.name,
        "motion_sha256": file_digest(motion),
    }
    writer = RecordingWriter(target, provenance)
    try:
        writer.begin_episode(player.info, player.frame(0))
        for row in range(1, len(table.time_s)):
            writer.append(player.frame(row))
            if row % _ROWS_BETWEEN_NEWS == 0:
                connection.send(row / len(table.time_s))
        last_s = float(table.time_s[-1])
        writer.end_episode(Outcome("done", len(table.time_s) - 1, last_s, f"the motion ends at {last_s:.2f} s"))
    finally:
        writer.close()


class _Player:
    """A model put into the rows of a table, one after the other."""

    def __init__(self, model_path: Path, table: StorageTable, name: str) -> None:
        from osimviz.envs.engine import opensim
        from osimviz.envs.model_file import read_model
        from osimviz.envs.model_loading import first_line
        from osimviz.envs.state_description import coordinates_in_tree_order
        from osimviz.worker.geometry import read_geometry
        from osimviz.worker.muscle_paths import MusclePaths

        try:
            self._model = read_model(model_path)
            self._state = self._model.initSystem()
        except RuntimeError as error:
            raise RecordingError(f"OpenSim cannot read the model {model_path} ({first_line(error)})") from error
        self._table = table
        self._bodies = list(self._model.getBodySet())
        self._muscles = list(self._model.getMuscles())
        self._coordinates = coordinates_in_tree_order(self._model)
        self._is_angle = [c.getMotionType() == opensim.Coordinate.Rotational for c in self._coordinates]
        geometry = read_geometry(self._model, self._state)
        self._paths = MusclePaths(self._model, geometry.body_names)
        self._value_columns = [_column(table, c.getName(), ("value", "")) for c in self._coordinates]
        if all(column is None for column in self._value_columns):
            raise RecordingError(f"{name} names no coordinate of the model {self._model.getName()}; is it of another?")
        self._values, self._speeds = self._motion()
        self._activations = [_column(table, muscle.getName(), ("activation",)) for muscle in self._muscles]
        self.info = self._run_info(geometry, name)

    def frame(self, row: int) -> Frame:
        """Return the frame of a row of the table."""
        from osimviz.worker.body_poses import read_poses
        from osimviz.worker.sampled_bodies import quaternions

        state = self._state
        state.setTime(float(self._table.time_s[row]))
        for i, coordinate in enumerate(self._coordinates):
            if not coordinate.getLocked(state):
                coordinate.setValue(state, float(self._values[row, i]), False)
                coordinate.setSpeedValue(state, float(self._speeds[row, i]))
        activation = self._activation(row)
        for muscle, value in zip(self._muscles, activation, strict=True):
            if np.isfinite(value):
                muscle.setActivation(state, float(value))
        if self._model.getConstraintSet().getSize():
            self._model.assemble(state)
        self._model.realizeVelocity(state)
        poses = read_poses(self._bodies, state)
        points, counts = self._paths.read(state, poses)
        nothing = np.full(len(self._muscles), np.nan)
        return Frame(
            step=row,
            time_s=float(self._table.time_s[row]),
            reward=float("nan"),
            wall_time_s=float("nan"),
            observation=np.empty(0),
            action=np.empty(0),
            excitation=nothing,
            activation=activation,
            fiber_force_n=nothing,
            fiber_length=nothing,
            fiber_velocity=nothing,
            coordinates=np.array([coordinate.getValue(state) for coordinate in self._coordinates]),
            speeds=np.array([coordinate.getSpeedValue(state) for coordinate in self._coordinates]),
            ground_reaction_n=np.empty((0, 3)),
            centre_of_pressure_m=np.empty((0, 3)),
            centre_of_mass_m=self._model.calcMassCenterPosition(state).to_numpy(),
            centre_of_mass_velocity=self._model.calcMassCenterVelocity(state).to_numpy(),
            body_positions_m=poses[:, 3].copy(),
            body_quaternions=quaternions(poses),
            path_points_m=points,
            path_counts=counts,
            state=state.getY().to_numpy().copy(),
        )

    def _motion(self) -> tuple[Array, Array]:
        """Return values and speeds of all coordinates, (n_rows, n_coordinates) each, rad and m."""
        n_rows = len(self._table.time_s)
        values, speeds = np.empty((n_rows, len(self._coordinates))), np.zeros((n_rows, len(self._coordinates)))
        for i, (coordinate, column) in enumerate(zip(self._coordinates, self._value_columns, strict=True)):
            factor = np.pi / 180.0 if self._table.is_in_degrees and self._is_angle[i] else 1.0
            values[:, i] = coordinate.getDefaultValue() if column is None else column * factor
            speed = _column(self._table, coordinate.getName(), ("speed", "_u"))
            if speed is not None:
                speeds[:, i] = speed * factor
            elif n_rows > 1:
                speeds[:, i] = np.gradient(values[:, i], self._table.time_s)
        if not np.isfinite(values).all():
            raise RecordingError("the motion holds a coordinate that is not finite")
        return values, np.where(np.isfinite(speeds), speeds, 0.0)

    def _activation(self, row: int) -> Array:
        return np.array([np.nan if column is None else column[row] for column in self._activations])

    def _run_info(self, geometry: ModelGeometry, name: str) -> RunInfo:
        from osimviz.envs.state_description import state_rows
        from osimviz.worker.channel_table import run_channels

        names = [(c.getName(), angle) for c, angle in zip(self._coordinates, self._is_angle, strict=True)]
        table = run_channels(geometry, observation=(), action_names=(), coordinates=names, has_feet=False)
        unknown = set(_UNKNOWN)
        if all(column is None for column in self._activations):
            unknown.add("activation")
        times = self._table.time_s
        return RunInfo(
            env_name="motion",
            env_summary=self._model.getName(),
            env_args=(),
            controller=f"motion file {name}",
            seed=0,
            step_s=float(np.median(np.diff(times))) if len(times) > 1 else 0.01,
            step_limit=len(times) - 1,
            geometry=geometry,
            channels=tuple(channel for channel in table if channel.field not in unknown),
            end_limits=(),
            action_names=(),
            state_names=tuple(state_rows(self._model)),
        )


def _column(table: StorageTable, name: str, quantities: Sequence[str]) -> NDArray[np.float64] | None:
    """Return the column of a quantity of a component in any of the ways OpenSim has named it, or None.

    OpenSim 4 writes ``/jointset/hip_r/hip_flexion_r/value``, OpenSim 3 ``hip_flexion_r``, ``hip_flexion_r_u`` for the
    speed and ``soleus_r.activation``.
    """
    for i, title in enumerate(table.names):
        for quantity in quantities:
            plain = f"{name}{quantity}" if quantity.startswith("_") or not quantity else f"{name}/{quantity}"
            title_path = title.replace(".", "/")
            if title_path == plain or title_path.endswith(f"/{plain}"):
                return table.values[:, i]
    return None
