"""What a user can choose for the picture, with the words it goes by in menus, legends and labels. No Qt, no VTK."""

from typing import Literal

#: The quantity that colours the muscles; `fiber_force` is relative to the maximal isometric force.
ColourSource = Literal["activation", "excitation", "action", "fiber_force"]

#: Quantity in words, and the numbers under the legend's strip (start, middle, end).
LEGENDS: dict[ColourSource, tuple[str, tuple[str, str, str]]] = {
    "activation": ("Activation", ("0", "0.5", "1")),
    "excitation": ("Excitation", ("0", "0.5", "1")),
    "action": ("Action", ("0", "0.5", "1")),
    "fiber_force": ("Fibre force", ("0", "", "Fmax")),
}

#: Named views in the order of the keys 1 to 6; the empty name is a view the user turned by hand.
VIEW_TITLES: dict[str, str] = {
    "three-quarter": "Right front",
    "right": "Right",
    "left": "Left",
    "front": "Front",
    "back": "Back",
    "top": "Top",
    "": "Free",
}
