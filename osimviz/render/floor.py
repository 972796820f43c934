"""The floor: a checker that fades into the horizon, with the figure's shadow on it, worked out pixel by pixel.

A few large triangles and a small shader cost software OpenGL less than thousands of tiles with colours of their own,
and the tiles' edges are smooth in every picture. The shadow comes as a small picture of how much light arrives.
"""

import numpy as np
from vtkmodules.vtkCommonCore import vtkFloatArray, vtkUnsignedCharArray
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkRenderingCore import vtkActor, vtkTexture

from osimviz.frames import Array
from osimviz.palette import Palette
from osimviz.render.shadow import Shade
from osimviz.render.surface import Surface, mapper_of, numpy_view, opaque_actor

TILE_M = 0.25
#: Fog is complete at 5.1 m, and the disc's middle is at most 0.36 m beside the model.
_RADIUS_M = 5.5
_FOG_FROM_M, _FOG_TO_M = 1.2, 5.1
#: Light around the model: added to the floor, less by 1/e at this distance. On a light floor the same glow would burn
#: out to white.
_GLOW = {"dark": 0.07, "light": 0.02}
_GLOW_M = 1.7
#: Light that a full shadow leaves, by theme; chosen by eye.
_DARKEST = {"dark": 0.46, "light": 0.62}
_N_SIDES = 24

#: After VTK has taken the colour of the surface. A tile's colour is that of its kind, +1 or -1, averaged over the
#: pixel: the kind is a square wave along each axis, and its integral a triangle wave, so the average is a difference.
_COLOUR = """//VTK::Color::Impl
  vec2 place = tcoordVCVSOutput;
  vec2 inTiles = place * TILES_PER_M;
  vec2 pixel = max(abs(dFdx(inTiles)) + abs(dFdy(inTiles)), vec2(1e-4));
  vec2 rise = abs(fract(0.5 * (inTiles + 0.5 * pixel)) - 0.5) - abs(fract(0.5 * (inTiles - 0.5 * pixel)) - 0.5);
  vec2 kind = 2.0 * rise / pixel;
  vec2 away = place - middleM;
  float distance2 = dot(away, away);
  float fog = clamp((sqrt(distance2) - FOG_FROM) / FOG_OVER, 0.0, 1.0);
  fog = fog * fog * (3.0 - 2.0 * fog);
  vec3 ground = mix(darkTile, lightTile, 0.5 - 0.5 * kind.x * kind.y) + glow * exp2(-GLOW_FALL * distance2);
  ambientColor = vec3(0.0);
  diffuseColor = mix(ground, horizon, fog) * texture(actortexture, (place - shadeCornerM) * shadePerM).r;
"""
_CONSTANTS = {
    "TILES_PER_M": 1.0 / TILE_M,
    "FOG_FROM": _FOG_FROM_M,
    "FOG_OVER": _FOG_TO_M - _FOG_FROM_M,
    "GLOW_FALL": 1.0 / (np.log(2.0) * _GLOW_M**2),
}


class Floor:
    """A disc around the actor's position, whose own middle is on a corner of four tiles.

    Attributes
    ----------
    actor : vtkActor
        Draws it; move it by whole pairs of tiles, so that the checker stands still.
    """

    def __init__(self, palette: Palette) -> None:
        self._surface, places = _disc()
        self._coordinates = vtkFloatArray()
        self._coordinates.SetNumberOfComponents(2)
        self._coordinates.SetNumberOfTuples(len(places))
        numpy_view(self._coordinates)[:] = places
        self._surface.polydata.GetPointData().SetTCoords(self._coordinates)
        self._surface.changed()
        self.actor: vtkActor = opaque_actor(mapper_of(self._surface, coloured=False), is_closed=False)
        self.actor.GetProperty().LightingOff()
        self._light = _LightTexture()
        self.actor.SetTexture(self._light.texture)
        code = _COLOUR
        for name, value in _CONSTANTS.items():
            code = code.replace(name, f"{value:.8f}")
        shader = self.actor.GetShaderProperty()
        shader.AddFragmentShaderReplacement("//VTK::Color::Impl", True, code, False)
        # The texture is read with the colour, at a place of its own.
        shader.AddFragmentShaderReplacement("//VTK::TCoord::Impl", True, "", False)
        self._uniforms = shader.GetFragmentCustomUniforms()
        self._uniforms.SetUniform2f("middleM", (0.0, 0.0))
        self._put_shade((0.0, 0.0), 1.0)
        self.set_palette(palette)

    def set_palette(self, palette: Palette) -> None:
        """Take the theme's horizon and ground."""
        for name, colour in (("lightTile", "ground_b"), ("darkTile", "ground_a"), ("horizon", "horizon")):
            self._uniforms.SetUniform3f(name, palette.rgb(colour))
        self._uniforms.SetUniformf("glow", _GLOW[palette.name])
        self._light.darkest = _DARKEST[palette.name]

    def brighten(self, middle_m: Array) -> None:
        """Put the glow, and the middle of the fog, at x and z (2,) from the actor's position."""
        x_m, z_m = (float(part) for part in middle_m)
        self._uniforms.SetUniform2f("middleM", (x_m, z_m))

    def cast(self, shade: Shade | None, position_m: Array) -> None:
        """Take a shadow, or none; x and z (2,) of the actor's position."""
        self._light.take(shade)
        if shade is not None:
            x_m, z_m = (float(part) for part in np.array(shade.corner_m) - position_m)
            self._put_shade((x_m, z_m), shade.side_m)

    def _put_shade(self, corner_m: tuple[float, float], side_m: float) -> None:
        self._uniforms.SetUniform2f("shadeCornerM", corner_m)
        self._uniforms.SetUniformf("shadePerM", 1.0 / side_m)


class _LightTexture:
    """How much light arrives, 255 for all of it.

    Attributes
    ----------
    texture : vtkTexture
        The picture.
    darkest : float
        How much light a full shadow leaves; takes effect with the next shadow.
    """

    def __init__(self) -> None:
        self.texture = vtkTexture()
        self.texture.InterpolateOn()
        self.texture.MipmapOff()
        # What lies outside the picture takes the colour of its rim.
        self.texture.SetWrap(vtkTexture.ClampToEdge)
        self.texture.SetColorModeToDirectScalars()
        self.darkest = 0.5
        self._is_lit = False
        self._resize(4)
        self.take(None)

    def take(self, shade: Shade | None) -> None:
        """Show a shadow, or full light."""
        if shade is None:
            if self._is_lit:
                return
            self._pixels[:] = 255
        else:
            if len(shade.darkness) != self._image.GetDimensions()[0]:
                self._resize(len(shade.darkness))
            np.multiply(shade.darkness, 255.0 * (self.darkest - 1.0), out=shade.darkness)
            self._pixels[:] = shade.darkness + 255.5
        self._is_lit = shade is None
        self._values.Modified()
        self._image.Modified()

    def _resize(self, n: int) -> None:
        self._image = vtkImageData()
        self._image.SetDimensions(n, n, 1)
        self._values = vtkUnsignedCharArray()
        self._values.SetNumberOfComponents(1)
        self._values.SetNumberOfTuples(n * n)
        self._image.GetPointData().SetScalars(self._values)
        self._pixels = numpy_view(self._values).reshape(n, n)
        self.texture.SetInputData(self._image)


def _disc() -> tuple[Surface, Array]:
    """Return a disc of few triangles about the origin, and x and z (n, 2) of its points."""
    angle = np.linspace(0.0, 2.0 * np.pi, _N_SIDES, endpoint=False)
    rim = _RADIUS_M / np.cos(np.pi / _N_SIDES) * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    places = np.concatenate([np.zeros((1, 2)), rim])
    side = np.arange(_N_SIDES)
    triangles = np.stack([np.zeros_like(side), 1 + (side + 1) % _N_SIDES, 1 + side], axis=1)
    surface = Surface(len(places), triangles, normals=False, colours=False)
    surface.points[:] = np.stack([places[:, 0], np.zeros(len(places)), places[:, 1]], axis=1)
    return surface, places
