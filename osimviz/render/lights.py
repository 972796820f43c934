"""Three directional lights that go round the model with the camera: every side is lit like the first one seen."""

import math

from vtkmodules.vtkRenderingCore import vtkLight, vtkRenderer

#: Direction towards the light, intensity and colour of key, fill and rim, for a camera at `_DESIGNED_FOR_RAD`; chosen
#: by eye. The key is warm, the others cool: a lit bone and a shaded one differ in more than brightness.
_LIGHTS = (
    ((2.2, 3.6, 3.2), 0.88, (1.0, 0.965, 0.90)),
    ((-4.0, 1.3, 3.0), 0.34, (0.70, 0.82, 1.0)),
    ((-1.5, 2.1, -4.5), 0.55, (0.85, 0.92, 1.0)),
)
#: Azimuth of the default view.
_DESIGNED_FOR_RAD = math.atan2(2.75, 1.75)


class Lights:
    """Key, fill and rim light."""

    def __init__(self) -> None:
        self._lights: list[vtkLight] = []
        for _, intensity, colour in _LIGHTS:
            light = vtkLight()
            light.SetLightTypeToSceneLight()
            light.SetPositional(False)
            light.SetFocalPoint(0.0, 0.0, 0.0)
            light.SetIntensity(intensity)
            light.SetColor(*colour)
            self._lights.append(light)
        self.turn_to(_DESIGNED_FOR_RAD)

    def shine_in(self, renderer: vtkRenderer) -> None:
        """Light a renderer, and nothing else."""
        renderer.SetAutomaticLightCreation(False)
        for light in self._lights:
            renderer.AddLight(light)

    def turn_to(self, azimuth_rad: float) -> None:
        """Go round the model to where the camera is; the heights stay."""
        turn = azimuth_rad - _DESIGNED_FOR_RAD
        cosine, sine = math.cos(turn), math.sin(turn)
        for light, ((x, y, z), _, _) in zip(self._lights, _LIGHTS, strict=True):
            light.SetPosition(cosine * x - sine * z, y, sine * x + cosine * z)
