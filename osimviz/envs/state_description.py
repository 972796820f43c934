"""The nested description of a state that osim-rl calls `state_desc`, read through handles looked up once."""

from collections.abc import Callable
from typing import Any

from osimviz.envs.engine import opensim
from osimviz.envs.engine_memory import place, spatial, vec3

StateDescription = dict[str, Any]


def components(component_set: Any) -> dict[str, Any]:
    """Return the members of an OpenSim set by name, in the set's order. They live as long as their model."""
    members = [component_set.get(i) for i in range(component_set.getSize())]
    return {member.getName(): member for member in members}


def coordinates_in_tree_order(model: Any) -> list[Any]:
    """Return the coordinates of an initialised model in multibody-tree order, that of frames."""
    by_name = components(model.getCoordinateSet())
    paths = model.getCoordinateNamesInMultibodyTreeOrder()
    return [by_name[str(paths.getElt(i)).split("/")[-1]] for i in range(paths.size())]


def state_rows(model: Any) -> dict[str, int]:
    """Return where every state variable of an initialised model stands in Y, by OpenSim's path, in Y's order."""
    return {str(path): row for row, path in enumerate(opensim.createStateVariableNamesInSystemOrder(model))}


class StateReader:
    """Reads states of one model.

    Parameters
    ----------
    model : opensim.Model
        The model, its system initialised. The reader keeps it alive.

    Attributes
    ----------
    bodies, muscles, forces, markers : dict of str to OpenSim component
        The components in model order.
    joint_coordinates : dict of str to list of Coordinate
        The coordinates of every joint; empty for a weld.
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self.bodies = components(model.getBodySet())
        self.muscles = components(model.getMuscles())
        self.forces = components(model.getForceSet())
        self.markers = components(model.getMarkerSet())
        self.joint_coordinates = {
            name: [joint.get_coordinates(i) for i in range(joint.numCoordinates())]
            for name, joint in components(model.getJointSet()).items()
        }

    def coordinate_names(self) -> dict[str, list[str]]:
        """Return the names of the coordinates of every joint, in the order of ``joint_pos``."""
        return {
            name: [coordinate.getName() for coordinate in coordinates]
            for name, coordinates in self.joint_coordinates.items()
        }

    def record_labels(self) -> dict[str, list[str]]:
        """Return OpenSim's labels of the record of every force, in the order of ``forces``."""
        labels = {name: force.getRecordLabels() for name, force in self.forces.items()}
        return {name: [own.get(i) for i in range(own.getSize())] for name, own in labels.items()}

    def describe(self, state: Any) -> StateDescription:
        """Return the whole description.

        Parameters
        ----------
        state : opensim.State
            A state of the model, realised to Acceleration.

        Returns
        -------
        dict
            ``joint_pos``, ``joint_vel``, ``joint_acc`` (lists per joint, rad or m); ``body_pos``, ``body_vel``,
            ``body_acc`` (origins, world space, m); ``body_pos_rot`` (body-fixed XYZ angles, rad), ``body_vel_rot``,
            ``body_acc_rot`` (world space, rad/s, rad/s²); ``forces`` (OpenSim's record values); ``muscles``;
            ``markers``; ``misc`` (centre of mass, world space).
        """
        description: StateDescription = {}
        self._describe_joints(state, description)
        self._describe_bodies(state, description)
        description["forces"] = {name: self._record(force, state) for name, force in self.forces.items()}
        description["muscles"] = {
            name: {
                "activation": muscle.getActivation(state),
                "fiber_length": muscle.getFiberLength(state),
                "fiber_velocity": muscle.getFiberVelocity(state),
                "fiber_force": muscle.getFiberForce(state),
            }
            for name, muscle in self.muscles.items()
        }
        description["markers"] = {
            name: {
                "pos": vec3(marker.getLocationInGround(state)),
                "vel": vec3(marker.getVelocityInGround(state)),
                "acc": vec3(marker.getAccelerationInGround(state)),
            }
            for name, marker in self.markers.items()
        }
        description["misc"] = {
            "mass_center_pos": vec3(self._model.calcMassCenterPosition(state)),
            "mass_center_vel": vec3(self._model.calcMassCenterVelocity(state)),
            "mass_center_acc": vec3(self._model.calcMassCenterAcceleration(state)),
        }
        return description

    def _describe_joints(self, state: Any, description: StateDescription) -> None:
        readers: dict[str, Callable[[Any], float]] = {
            "joint_pos": lambda coordinate: coordinate.getValue(state),
            "joint_vel": lambda coordinate: coordinate.getSpeedValue(state),
            "joint_acc": lambda coordinate: coordinate.getAccelerationValue(state),
        }
        for key, read in readers.items():
            description[key] = {
                name: [read(coordinate) for coordinate in coordinates]
                for name, coordinates in self.joint_coordinates.items()
            }

    def _describe_bodies(self, state: Any, description: StateDescription) -> None:
        positions, velocities, accelerations, rotations, rates, rate_changes = ({} for _ in range(6))
        for name, body in self.bodies.items():
            world_from_body = body.getTransformInGround(state)
            positions[name] = place(world_from_body)
            rotations[name] = vec3(world_from_body.R().convertRotationToBodyFixedXYZ())
            rates[name], velocities[name] = spatial(body.getVelocityInGround(state))
            rate_changes[name], accelerations[name] = spatial(body.getAccelerationInGround(state))
        description.update(
            body_pos=positions,
            body_vel=velocities,
            body_acc=accelerations,
            body_pos_rot=rotations,
            body_vel_rot=rates,
            body_acc_rot=rate_changes,
        )

    @staticmethod
    def _record(force: Any, state: Any) -> list[float]:
        values = force.getRecordValues(state)
        return [values.get(i) for i in range(values.size())]
