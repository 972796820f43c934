"""The 3D view: draws a `Frame` of a `ModelGeometry` with VTK, on a screen or without one.

Holds no Qt and no OpenSim. `scene.Scene` is the way in; everything else here is a part of it.
"""
