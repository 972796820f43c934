"""osimviz, a visual debugger for controllers of musculoskeletal models in OpenSim.

Importing the package loads neither OpenSim, Qt nor VTK.
"""

__version__ = "0.1.0"
