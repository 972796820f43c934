"""Formulas and conditions over the channels of a run: parsed, never evaluated as Python. NumPy only."""

from osimviz.expressions.compiling import Expression, compile_condition, compile_expression
from osimviz.expressions.errors import ExpressionError
from osimviz.expressions.names import NameTable
from osimviz.expressions.scanning import with_full_names

__all__ = [
    "Expression",
    "ExpressionError",
    "NameTable",
    "compile_condition",
    "compile_expression",
    "with_full_names",
]
