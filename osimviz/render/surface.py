"""Triangle meshes that NumPy writes and VTK draws: the one bridge between the two."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util import numpy_support
from vtkmodules.vtkCommonCore import vtkDataArray, vtkFloatArray, vtkIntArray, vtkPoints, vtkUnsignedCharArray
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData
from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper

from osimviz.render.mesh import Mesh

Float32Array = NDArray[np.float32]
IndexArray = NDArray[np.int32]

#: A NumPy view of a VTK array's own memory; NumPy keeps the VTK array alive.
numpy_view: Callable[[vtkDataArray], NDArray[Any]] = numpy_support.vtk_to_numpy


#: The sharpness of highlights, with which `opaque_actor` draws lit surfaces.
GLOSS = 32.0
_GLOSS_FUNCTION = """//VTK::Light::Dec
float gloss32(float x, float unused) { x *= x; x *= x; x *= x; x *= x; return x * x; }
"""


class Surface:
    """One triangle mesh of fixed topology whose points, normals and colours are written in place.

    Attributes
    ----------
    points, normals : float32 array (n_points, 3)
        Views of VTK's own memory; call `changed` after writing. Without normals, `normals` has no rows.
    colours : uint8 array (n_points, 3)
        Likewise; without colours it has no rows.
    triangles : int32 array (n_triangles, 3)
        Vertex indices, counter-clockwise seen from outside; never changed.
    polydata : vtkPolyData
        What a mapper draws.
    """

    def __init__(self, n_points: int, triangles: NDArray[np.integer], *, normals: bool, colours: bool) -> None:
        self.polydata = vtkPolyData()
        self._point_array = _floats(n_points)
        points = vtkPoints()
        points.SetData(self._point_array)
        self.polydata.SetPoints(points)
        connectivity = vtkIntArray()
        connectivity.SetNumberOfTuples(triangles.size)
        self.triangles: IndexArray = numpy_view(connectivity).reshape(-1, 3)
        self.triangles[:] = triangles
        cells = vtkCellArray()
        cells.SetData(3, connectivity)
        self.polydata.SetPolys(cells)

        self._normal_array = _floats(n_points if normals else 0)
        if normals:
            self._normal_array.SetName("Normals")
            self.polydata.GetPointData().SetNormals(self._normal_array)
        self._colour_array = vtkUnsignedCharArray()
        self._colour_array.SetNumberOfComponents(3)
        self._colour_array.SetNumberOfTuples(n_points if colours else 0)
        if colours:
            self._colour_array.SetName("Colours")
            self.polydata.GetPointData().SetScalars(self._colour_array)

        self.points: Float32Array = numpy_view(self._point_array)
        self.normals: Float32Array = numpy_view(self._normal_array)
        self.colours: NDArray[np.uint8] = numpy_view(self._colour_array)

    @classmethod
    def of(
        cls,
        points: NDArray[np.floating],
        triangles: NDArray[np.integer],
        *,
        normals: NDArray[np.floating] | None = None,
        colours: NDArray[np.uint8] | None = None,
    ) -> "Surface":
        """Return a surface filled with the given arrays."""
        surface = cls(len(points), triangles, normals=normals is not None, colours=colours is not None)
        surface.points[:] = points
        if normals is not None:
            surface.normals[:] = normals
        if colours is not None:
            surface.colours[:] = colours
        surface.changed()
        return surface

    @classmethod
    def of_mesh(cls, mesh: Mesh, *, normals: bool = True) -> "Surface":
        """Return a surface of one colour; a shadow needs no normals."""
        return cls.of(mesh.points, mesh.triangles, normals=mesh.normals if normals else None)

    def changed(self) -> None:
        """Tell VTK that points, normals and colours were written."""
        self._point_array.Modified()
        self.polydata.GetPoints().Modified()
        self._normal_array.Modified()
        self.recoloured()

    def recoloured(self) -> None:
        """Tell VTK that only the colours were written."""
        self._colour_array.Modified()
        self.polydata.Modified()


def _floats(n_points: int) -> vtkFloatArray:
    array = vtkFloatArray()
    array.SetNumberOfComponents(3)
    array.SetNumberOfTuples(n_points)
    return array


def mapper_of(surface: Surface, *, coloured: bool) -> vtkPolyDataMapper:
    """Return a mapper that draws the surface, with its own colours (`coloured`) or the actor's one."""
    mapper = vtkPolyDataMapper()
    mapper.SetInputData(surface.polydata)
    mapper.SetStatic(False)
    if coloured:
        mapper.SetColorModeToDirectScalars()
    else:
        mapper.ScalarVisibilityOff()
    return mapper


def opaque_actor(mapper: vtkPolyDataMapper, *, is_closed: bool) -> vtkActor:
    """Return an actor that VTK draws in its one opaque pass and leaves out of bounds and picks of its own.

    Of a closed surface the back faces are left out: a fifth of the time of a picture. Highlights are powers of `GLOSS`
    by five products instead of VTK's logarithms; should another VTK write its shaders otherwise, its own ones stay.
    """
    actor = vtkActor()
    actor.GetProperty().SetSpecularPower(GLOSS)
    shader = actor.GetShaderProperty()
    shader.AddFragmentShaderReplacement("//VTK::Light::Dec", True, _GLOSS_FUNCTION, False)
    shader.AddFragmentShaderReplacement("sign(df)*pow(", False, "sign(df)*gloss32(", True)
    actor.GetProperty().SetBackfaceCulling(is_closed)
    actor.SetMapper(mapper)
    actor.ForceOpaqueOn()
    actor.PickableOff()
    actor.UseBoundsOff()
    return actor
