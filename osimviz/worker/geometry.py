"""Read what is drawn of a model and never changes: bodies, meshes, muscles. In the worker process only."""

from pathlib import Path
from typing import Any

import numpy as np

from osimviz.envs.engine import opensim
from osimviz.envs.state_description import coordinates_in_tree_order
from osimviz.frames import BoneMesh, ModelGeometry
from osimviz.worker.joint_limits import read_joint_limits
from osimviz.worker.solids import look_of, matrix_of, read_solids

#: Bodies a camera follows, best first.
_FOLLOWED = ("pelvis", "torso", "base")


def read_geometry(model: Any, state: Any) -> ModelGeometry:
    """Return the drawable parts of an initialised model.

    Parameters
    ----------
    model, state : opensim.Model, opensim.State
        The model after `initSystem`, and any state of it.
    """
    bodies = [body.getName() for body in model.getBodySet()]
    muscles = [muscle for muscle in model.getMuscles()]
    coordinates = [coordinate.getName() for coordinate in coordinates_in_tree_order(model)]
    followed = next((bodies.index(name) for name in _FOLLOWED if name in bodies), 0)
    return ModelGeometry(
        model_name=model.getName(),
        body_names=tuple(bodies),
        bones=tuple(_meshes(model, bodies)),
        muscle_names=tuple(muscle.getName() for muscle in muscles),
        max_isometric_force_n=np.array([muscle.getMaxIsometricForce() for muscle in muscles]),
        optimal_fiber_length_m=np.array([muscle.getOptimalFiberLength() for muscle in muscles]),
        mass_kg=float(model.getTotalMass(state)),
        followed_body_index=followed,
        solids=read_solids(model, bodies),
        joint_limits=read_joint_limits(model, state, bodies, coordinates),
        disabled_muscles=tuple(muscle.getName() for muscle in muscles if not muscle.get_appliesForce()),
    )


def _meshes(model: Any, bodies: list[str]) -> list[BoneMesh]:
    folders = _mesh_folders(model)
    bones = []
    for component in model.getComponentsList():
        mesh, contact = opensim.Mesh.safeDownCast(component), opensim.ContactMesh.safeDownCast(component)
        if mesh is not None:
            look, name = look_of(mesh), mesh.get_mesh_file()
            in_frame = np.diag([*(mesh.get_scale_factors().get(i) for i in range(3)), 1.0])
        elif contact is not None:
            look, name, in_frame = (None, 1.0), contact.getFilename(), matrix_of(contact.getTransform())
        else:
            continue
        if look is None:
            continue
        frame = (mesh or contact).getFrame()
        body = frame.findBaseFrame().getName()
        path = next((folder / name for folder in folders if (folder / name).is_file()), None)
        bones.append(
            BoneMesh(
                name=name,
                path=str(path) if path is not None else "",
                body_index=bodies.index(body) if body in bodies else -1,
                body_from_mesh=matrix_of(frame.findTransformInBaseFrame()) @ in_frame,
                colour=look[0],
                opacity=look[1],
                is_contact=contact is not None,
            )
        )
    return bones


def _mesh_folders(model: Any) -> list[Path]:
    """Return where meshes are searched: as given, the model's folder, and its `Geometry` folder."""
    file = model.getInputFileName()
    folder = Path(file).absolute().parent if file else Path.cwd()
    return [folder, folder / "Geometry"]
