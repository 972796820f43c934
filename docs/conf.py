"""Sphinx: ``make docs`` writes the site to ``build/docs``; tests/docs builds it with warnings as errors."""

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
exclude_patterns = ["tour"]
html_theme = "furo"
html_title = f"osimviz {version}"
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
# The reference is made without OpenSim: a machine that only builds documents need not have it.
autodoc_mock_imports = ["opensim"]


def setup(app) -> None:
    """Write the pages that are made from the program itself before Sphinx looks for pages."""
    reference_pages.write(HERE / "generated")
