"""How a model is stepped: the integrators of OpenSim by name, and the two ways to use one. Does not load OpenSim.

What the faster ones cost in exactness, measured on OpenSim 4.6 with ProstheticsEnv (3D) under random actions: processor
time of a step beside the default's, RungeKuttaMerson at accuracy 5e-5 in the same stepping, and the largest difference
of a coordinate (rad, m) from it within 10 and 30 steps. Branchable stepping itself took three quarters of the time.

================== ======== ============================== ==============================
integrator         accuracy branchable: time, 10, 30 steps faithful: time, 10, 30 steps
================== ======== ============================== ==============================
RungeKuttaMerson   1e-3     0.85, 1e-5, 2e-5               0.60, 2e-4, 3e-4
RungeKuttaMerson   1e-2     0.82, 1e-4, 1e-4               0.54, 6e-4, 6e-4
RungeKutta3        5e-5     1.08, 4e-6, 5e-6               0.90, 6e-6, 1e-5
RungeKutta3        1e-3     0.73, 5e-5, 5e-5               0.55, 1e-4, 1e-4
RungeKutta3        1e-2     0.67, 6e-4, 6e-4               0.46, 3e-4, 6e-4
SemiExplicitEuler2 1e-3     0.52, 4e-4, 2e-3               0.42, 4e-4, 2e-3
SemiExplicitEuler2 1e-2     0.36, 1e-3, 4e-3               0.24, 1e-3, 3e-3
ExplicitEuler      1e-2     0.34, 3e-3, 4e-3               0.22, 3e-3, 3e-3
================== ======== ============================== ==============================

RungeKuttaFeldberg, RungeKutta2, Verlet and CPodes took longer than the default at its accuracy. The default itself is
2e-5 (faithful) and 5e-6 (branchable) off an integration at accuracy 1e-8 after 40 steps.
"""

from typing import Literal, get_args

from osimviz.envs.errors import EnvironmentArgumentError

#: ``faithful``: one integrator for an episode, whose excitations change under it, as osim-rl does. ``branchable``: a
#: new one for every step, so that a step depends on nothing but the state and the action.
Stepping = Literal["faithful", "branchable"]

#: OpenSim's names, ``Manager::IntegratorMethod`` of OpenSim 4.6. The first one is the default, and osim-rl's.
INTEGRATORS = (
    "RungeKuttaMerson",
    "RungeKuttaFeldberg",
    "RungeKutta3",
    "RungeKutta2",
    "SemiExplicitEuler2",
    "ExplicitEuler",
    "Verlet",
    "CPodes",
)


def checked_stepping(stepping: str) -> Stepping:
    """Return a way of stepping; `EnvironmentArgumentError` if there is none of that name."""
    for known in get_args(Stepping):
        if stepping == known:
            return known  # type: ignore[no-any-return]
    raise EnvironmentArgumentError(f"The stepping is 'faithful' or 'branchable', not {stepping!r}.")


def checked_integrator(integrator: str) -> str:
    """Return OpenSim's spelling of an integrator's name; `EnvironmentArgumentError` if there is none of that name."""
    for known in INTEGRATORS:
        if isinstance(integrator, str) and integrator.casefold() == known.casefold():
            return known
    raise EnvironmentArgumentError(f"There is no integrator {integrator!r}; there are {', '.join(INTEGRATORS)}.")
