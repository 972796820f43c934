"""Controllers are programs: what a file would execute, found without executing it, and whose folders are trusted.

For the command line and the window; loads no controller and none of the libraries that could. Standard library only.
"""

from osimviz.trust.forms import FORMS, Form, recognise
from osimviz.trust.inspection import N_NAMED, Inspection, inspect
from osimviz.trust.store import TrustStore

__all__ = ["FORMS", "N_NAMED", "Form", "Inspection", "TrustStore", "inspect", "recognise"]
