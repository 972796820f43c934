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
        What is to be seen, a line that follows the title.
    """

    file: str
    title: str
    description: str


EXAMPLES = (
    Example(
        "controllers/reflex_2d_walk.txt",
        "Walks 10 s",
        "Song's reflex controller in 2D, parameters found here: 13.7 m",
    ),
    Example(
        "controllers/reflex_2d_fall.txt",
        "Falls after 1.7 s",
        "The same controller, tuned at a coarser integrator: a real failure at step 169",
    ),
    Example(
        "controllers/held_random.py",
        "Random, held 0.2 s",
        "A Python file of 15 lines: muscles on or off, with the prosthesis in 3D",
    ),
)
