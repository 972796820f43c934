"""Which observation vectors have which length: what to say to a controller that takes another one."""

import re

#: Lengths of observation vectors and what gives them (osim-rl's releases; private layouts of known solutions).
_SIZES = {
    16: "Arm2DEnv",
    41: "RunEnv of 2017, whose order L2RunEnv does not have",
    43: "L2RunEnv",
    97: "the body part of L2M2019Env, without the 242 values of the target field",
    158: "ProstheticsEnv of osim-rl 2.0.0, without vz and az of the centre of mass (values 156 and 159)",
    160: "ProstheticsEnv with the prosthesis",
    167: "ProstheticsEnv without the prosthesis of osim-rl 2.0.0, without vz and az of the centre of mass",
    169: "ProstheticsEnv without the prosthesis",
    339: "L2M2019Env",
    343: "a flattening of its author's own (neurips-18-prosthetics-challenge)",
    344: "a flattening of its author's own",
    347: "a flattening of its author's own (osim-rl-helper)",
}


def size_misfit(n_wanted: int, n_given: int, environment: str) -> tuple[str, str]:
    """Return sentence and hint for a controller that takes another number of values than it is given."""
    sentence = f"this controller takes {n_wanted} values; {environment} gives {n_given}"
    if n_wanted in _SIZES:
        sentence += f": {n_wanted} come from {_SIZES[n_wanted]}"
    if {n_wanted, n_given} in ({158, 160}, {167, 169}) and n_wanted < n_given:
        drop = "156 and 159" if n_wanted == 158 else "165 and 168"
        return sentence, f"Wrap it in a Python file that leaves out values {drop}."
    return sentence, "Choose its environment with --env, or wrap it in a Python file that makes its values."


def misfit_in(error: BaseException, n_given: int, environment: str) -> tuple[str, str] | None:
    """Return what an error of a controller says about its number of inputs, or None if it says nothing of it."""
    numbers = [int(text) for text in re.findall(r"\d+", str(error)[:2000]) if len(text) < 7]
    wanted = [number for number in numbers if number != n_given and number in _SIZES]
    if n_given not in numbers or not wanted:
        return None
    return size_misfit(wanted[0], n_given, environment)
