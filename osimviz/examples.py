"""The controllers that come with the program, as menus offer them."""

from dataclasses import dataclass

#: The file a user's own controller may start from.
TEMPLATE = "controllers/template.py"


@dataclass(frozen=True, slots=True)
class Example:
    """A bundled controller.

    Attributes
    ----------
    file : str
        Its place in `resources/`.
    title : str
        A few words for a menu.
    description : str
        What is to be seen, one sentence.
    """

    file: str
    title: str
    description: str


EXAMPLES = (
    Example(
        "controllers/reflex_2d_walk.txt",
        "Walks 10 s · reflexes, 2D",
        "Song's reflex controller with parameters found for this program: walks the whole 10 s, 13.7 m",
    ),
    Example(
        "controllers/reflex_2d_fall.txt",
        "Falls after 1.7 s · reflexes, 2D",
        "The same, tuned at a coarser integrator: falls at step 169, a real failure to look at",
    ),
    Example(
        "controllers/held_random.py",
        "Random, held 0.2 s · prosthesis, 3D",
        "A controller file of 15 lines: muscles full on or off at random, each held for 20 steps",
    ),
)
