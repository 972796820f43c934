"""Sphinx: ``make docs`` writes the site to ``build/docs``; tests/docs builds it with warnings as errors."""

import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

import reference_pages  # noqa: E402  found by the line above

import osimviz  # noqa: E402

project = "osimviz"
copyright = "osimviz contributors"
version = release = osimviz.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["tour", "gallery", "generated/datasets.md"]  # the latter is a part of files.md
html_theme = "furo"
html_title = f"osimviz {version}"
html_static_path = ["style"]
html_css_files = ["wrapped.css"]
html_favicon = html_logo = "../resources/osimviz.svg"
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]
# Docstrings are NumPy's; attributes stand in their class's docstring, once.
napoleon_google_docstring = False
napoleon_use_ivar = True
autodoc_member_order = "bysource"
# Names in docstrings stand in single backticks; those on the same page become links, the others code.
default_role = "py:obj"
autodoc_typehints = "signature"


def one_attribute_each(app, what, name, obj, options, lines) -> None:
    """Let ``lower, upper : float`` stand for two attributes, which Napoleon does for parameters only."""
    heads = [n for n, line in enumerate(lines) if set(line) == {"-"}]
    for n, head in reversed(list(enumerate(heads))):
        if lines[head - 1] != "Attributes":
            continue
        end = heads[n + 1] - 1 if n + 1 < len(heads) else len(lines)
        lines[head + 1 : end] = re.sub(
            r"^(\w+(?:, \w+)+) : (.+(?:\n +.+)*)",
            lambda found: "\n".join(f"{each} : {found[2]}" for each in found[1].split(", ")),
            "\n".join(lines[head + 1 : end]),
            flags=re.MULTILINE,
        ).split("\n")


def setup(app) -> None:
    """Write the pages that are made from the program itself before Sphinx looks for pages."""
    reference_pages.write(HERE / "generated")
    app.connect("autodoc-process-docstring", one_attribute_each, priority=400)  # before Napoleon's, of 500
