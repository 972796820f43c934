"""Print the dependencies at their lower bounds, as constraints for pip: what ``make test BOUNDS=lowest`` tests."""

import re
import tomllib
from pathlib import Path


def main() -> None:
    """Print one constraint a line."""
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    for requirement in sorted({*project["dependencies"], *(line for extra in extras for line in extra)}):
        print(re.sub(r"(?:>=|==)([\d.]+).*", r"==\1", requirement))


if __name__ == "__main__":
    main()
