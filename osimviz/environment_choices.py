"""The environments as menus offer them: words, name and arguments. No OpenSim."""

#: Arguments that distinguish the choices, with their defaults by environment (osim-rl's own).
_DEFAULTS: dict[str, dict[str, str]] = {
    "prosthetics": {"model": "3D", "prosthetic": "true", "difficulty": "0"},
    "l2run": {},
    "l2m2019": {"model": "3D", "difficulty": "3"},
    "arm2d": {},
}
_TRUE, _FALSE = ("true", "yes", "on"), ("false", "no", "off")

Arguments = tuple[tuple[str, str], ...]


def choices() -> list[tuple[str, str, Arguments]]:
    """Return the offered environments: words, name, arguments that differ from the defaults."""
    offered: list[tuple[str, str, Arguments]] = []
    for difficulty in ("0", "1"):
        for model in ("3D", "2D"):
            for prosthetic in ("true", "false"):
                words = f"ProstheticsEnv · {model} · {'prosthesis' if prosthetic == 'true' else 'no prosthesis'}"
                words += " · difficulty 1" if difficulty == "1" else ""
                given = {"model": model, "prosthetic": prosthetic, "difficulty": difficulty}
                offered.append((words, "prosthetics", _own("prosthetics", given)))
    offered.append(("L2RunEnv", "l2run", ()))
    for model in ("3D", "2D"):
        for difficulty in ("3", "2", "1", "0"):
            given = {"model": model, "difficulty": difficulty}
            offered.append((f"L2M2019Env · {model} · difficulty {difficulty}", "l2m2019", _own("l2m2019", given)))
    offered.append(("Arm2DEnv", "arm2d", ()))
    return offered


def chosen(name: str, arguments: Arguments) -> tuple[str, Arguments]:
    """Return the choice an environment and its arguments belong to; arguments of other kinds are left out.

    Spellings are made alike: ``model=2d``, ``prosthetic=no``.
    """
    known = _DEFAULTS.get(name, {})
    given = {key: _normal(value) for key, value in arguments if key in known}
    return name, _own(name, {**known, **given}) if name in _DEFAULTS else ()


def other_arguments(name: str, arguments: Arguments) -> Arguments:
    """Return the arguments that no choice of this environment sets (``integrator_accuracy``)."""
    return tuple((key, value) for key, value in arguments if key not in _DEFAULTS.get(name, {}))


def _own(name: str, given: dict[str, str]) -> Arguments:
    return tuple((key, value) for key, value in given.items() if _DEFAULTS[name].get(key) != value)


def _normal(value: str) -> str:
    lowered = value.casefold()
    if lowered in _TRUE:
        return "true"
    if lowered in _FALSE:
        return "false"
    return value.upper() if lowered in ("2d", "3d") else value
