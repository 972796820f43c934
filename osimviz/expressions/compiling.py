"""From an expression's text to something that computes it over a run: parsed with `ast`, a small set allowed."""

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from osimviz.expressions.errors import ExpressionError
from osimviz.expressions.functions import CONSTANTS, FUNCTIONS, Function, Kind
from osimviz.expressions.names import STEP, TIME, NameTable
from osimviz.expressions.scanning import Scanned, scan
from osimviz.frames import Array

#: Brackets and functions inside each other; nobody writes so many by hand.
MAX_DEPTH = 50
_ARITHMETIC: Mapping[type[ast.operator], Callable[[Array, Array], Array]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.FloorDiv: np.floor_divide,
    ast.Mod: np.mod,
    ast.Pow: np.power,
}
_COMPARISONS: Mapping[type[ast.cmpop], Callable[[Array, Array], Array]] = {
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}


class Samples(Protocol):
    """A run, as far as expressions look at it; `osimviz.recording.Recording` is one."""

    def __len__(self) -> int: ...

    def time_s(self, start: int = 0) -> Array:
        """Return the times of the frames from `start` on, s."""

    def column(self, name: str, start: int = 0) -> Array:
        """Return a channel's values from frame `start` on, in its unit."""


@dataclass(frozen=True, slots=True)
class _Term:
    """A part of an expression.

    Attributes
    ----------
    compute : callable
        Returns its values over a run, shape (n,), float64 throughout; true is 1 and false 0.
    kind : {"number", "condition"}
        What its values are.
    unit : str or None
        Their unit; None for a bare number, which takes any.
    """

    compute: Callable[[Samples], Array]
    kind: Kind = "number"
    unit: str | None = ""


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that was understood.

    Attributes
    ----------
    text : str
        As written.
    kind : {"number", "condition"}
        Whether it gives numbers, or true and false.
    unit : str
        Unit of its values where that is known.
    channels : tuple of str
        Full names of the channels it uses, each once.
    """

    text: str
    kind: Kind
    unit: str
    channels: tuple[str, ...]
    _term: _Term

    def values(self, run: Samples) -> Array:
        """Return its values at every frame of a run, shape (n,), float64; conditions give 1 and 0.

        What a frame has never changes when frames are appended.
        """
        if not len(run):
            return np.empty(0)
        with np.errstate(all="ignore"):
            return self._term.compute(run)

    def holds(self, run: Samples) -> NDArray[np.bool_]:
        """Return where it is true, shape (n,)."""
        return np.asarray(self.values(run) == 1.0)


def compile_expression(text: str, names: NameTable) -> Expression:
    """Return what an expression means.

    Numbers, channels, ``+ - * / // % **``, comparisons (also chained), ``and or not``, and the functions of
    `osimviz.expressions.functions`. A comparison with a missing value is false.

    Parameters
    ----------
    text : str
        As a user wrote it.
    names : NameTable
        The channels there are.

    Raises
    ------
    ExpressionError
        If it is not understood; says what is wrong at which character.
    """
    scanned = scan(text, names)
    try:
        body = ast.parse(scanned.code, mode="eval").body
    except SyntaxError as error:
        raise _not_understood(scanned, error, text) from error
    except (ValueError, MemoryError, RecursionError) as error:
        raise ExpressionError("This is nested too deep, or has a number with too many digits", 0, len(text)) from error
    term = _Compiler(scanned, names).term(body, 0)
    channels = tuple(dict.fromkeys(name for name in scanned.channels.values() if name in names))
    return Expression(text, term.kind, term.unit or "", channels, term)


def compile_condition(text: str, names: NameTable) -> Expression:
    """Return what a condition means; numbers alone are none.

    Raises
    ------
    ExpressionError
        As `compile_expression`, and for an expression that is neither true nor false.
    """
    expression = compile_expression(text, names)
    if expression.kind != "condition":
        raise ExpressionError("This is a number; compare it with another, as in > 0", 0, len(text))
    return expression


class _Compiler:
    """Turns the nodes of Python's parser into terms."""

    def __init__(self, scanned: Scanned, names: NameTable) -> None:
        self._scanned = scanned
        self._names = names

    def term(self, node: ast.expr, depth: int) -> _Term:
        """Return the term of a node; everything that is not named here is refused."""
        if depth > MAX_DEPTH:
            raise self._error("This is nested too deep", node)
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name():
                return self._name(node)
            case ast.UnaryOp():
                return self._unary(node, depth)
            case ast.BinOp():
                return self._arithmetic(node, depth)
            case ast.Compare():
                return self._comparison(node, depth)
            case ast.BoolOp():
                parts = [self._condition(part, depth) for part in node.values]
                return _joined(parts, is_and=isinstance(node.op, ast.And))
            case ast.Call():
                return self._call(node, depth)
            case ast.Tuple():
                raise self._error("A comma stands between a function's values only", node)
        raise self._error("This has no meaning in an expression", node)

    def _constant(self, node: ast.Constant) -> _Term:
        value = node.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._error("This is no number", node)
        try:
            return _number(float(value))
        except OverflowError as error:
            raise self._error("This number is too large", node) from error

    def _name(self, node: ast.Name) -> _Term:
        if node.id in CONSTANTS:
            return _number(CONSTANTS[node.id])
        name = self._scanned.channels.get(node.id, node.id)
        if name == TIME:
            return _Term(lambda run: run.time_s(), unit="s")
        if name == STEP:
            return _Term(lambda run: np.arange(len(run), dtype=np.float64))
        return _Term(lambda run: run.column(name), unit=self._names.unit(name))

    def _unary(self, node: ast.UnaryOp, depth: int) -> _Term:
        if isinstance(node.op, ast.Not):
            inner = self._condition(node.operand, depth).compute
            return _Term(lambda run: 1.0 - inner(run), "condition")
        term = self.term(node.operand, depth + 1)
        if not isinstance(node.op, ast.USub):
            return term
        inner = term.compute
        return _Term(lambda run: np.negative(inner(run)), unit=term.unit)

    def _arithmetic(self, node: ast.BinOp, depth: int) -> _Term:
        compute = _ARITHMETIC.get(type(node.op))
        if compute is None:
            raise self._error("This sign means nothing here", node)
        left, right = self.term(node.left, depth + 1), self.term(node.right, depth + 1)
        of_left, of_right = left.compute, right.compute
        return _Term(lambda run: compute(of_left(run), of_right(run)), unit=_unit_of(node.op, left.unit, right.unit))

    def _comparison(self, node: ast.Compare, depth: int) -> _Term:
        terms = [self.term(part, depth + 1) for part in (node.left, *node.comparators)]
        pairs = []
        for operator, left, right in zip(node.ops, terms, terms[1:], strict=False):
            compare = _COMPARISONS.get(type(operator))
            if compare is None:
                raise self._error("Write <, <=, >, >=, == or != to compare", node)
            pairs.append(_Term(_compared(compare, left.compute, right.compute), "condition"))
        return _joined(pairs, is_and=True)

    def _call(self, node: ast.Call, depth: int) -> _Term:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        function = FUNCTIONS.get(name)
        if function is None:
            raise self._error("Only functions can be called; write * to multiply", node)
        if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
            raise self._error(f"{name} takes plain values", node)
        if not function.n_least <= len(node.args) <= function.n_most:
            raise self._error(f"{name} takes {_n_arguments(function)}, not {len(node.args)}", node)
        terms = [self.term(argument, depth + 1) for argument in node.args]
        inner, compute = [term.compute for term in terms], function.compute
        unit = terms[0].unit if function.keeps_unit else _rate(terms[0].unit) if name == "deriv" else ""
        return _Term(
            lambda run: np.asarray(compute(run.time_s(), *(part(run) for part in inner)), dtype=np.float64),
            function.kind,
            unit,
        )

    def _condition(self, node: ast.expr, depth: int) -> _Term:
        term = self.term(node, depth + 1)
        if term.kind != "condition":
            raise self._error("This is a number; compare it with another, as in > 0", node)
        return term

    def _error(self, sentence: str, node: ast.expr) -> ExpressionError:
        start, length = self._scanned.place(node.col_offset, node.end_col_offset or node.col_offset + 1)
        return ExpressionError(sentence, start, length)


def _number(value: float) -> _Term:
    return _Term(lambda run: np.full(len(run), value), unit=None)


def _compared(
    compare: Callable[[Array, Array], Array], left: Callable[[Samples], Array], right: Callable[[Samples], Array]
) -> Callable[[Samples], Array]:
    def compute(run: Samples) -> Array:
        a, b = left(run), right(run)
        # Also "not equal" is false beside a missing value: nothing is known of it.
        return np.asarray(compare(a, b) & ~np.isnan(a) & ~np.isnan(b), dtype=np.float64)

    return compute


def _joined(terms: list[_Term], *, is_and: bool) -> _Term:
    if len(terms) == 1:
        return terms[0]
    join = np.minimum if is_and else np.maximum
    parts = [term.compute for term in terms]
    return _Term(lambda run: join.reduce([part(run) for part in parts]), "condition")


def _unit_of(operator: ast.operator, left: str | None, right: str | None) -> str | None:
    """Return the unit of a sum, or of a multiple; products of two units have none that is shown."""
    if isinstance(operator, ast.Add | ast.Sub | ast.Mod):
        return left if right is None or right == left else right if left is None else ""
    if isinstance(operator, ast.Mult):
        return left if right is None else right if left is None else ""
    if isinstance(operator, ast.Div):
        return left if right is None else ""
    return None if left is None and right is None else ""


def _rate(unit: str | None) -> str:
    """Return the unit of a change per second."""
    if not unit:
        return "1/s"
    return f"{unit}²" if unit.endswith("/s") else f"{unit}/s"


def _n_arguments(function: Function) -> str:
    if function.n_least == function.n_most:
        return "1 value" if function.n_least == 1 else f"{function.n_least} values"
    return "1 value or more" if function.n_most > 2 else f"{function.n_least} or {function.n_most} values"


def _not_understood(scanned: Scanned, error: SyntaxError, text: str) -> ExpressionError:
    """Return what Python's parser complained of, at its place in the text."""
    code, at = scanned.code, (error.offset or 1) - 1
    n_open = code.count("(") - code.count(")")
    last = len(text.rstrip()) - 1
    if "too many nested" in (error.msg or ""):
        return ExpressionError("This is nested too deep", *scanned.place(at, at + 1))
    if n_open > 0:
        return ExpressionError("A bracket is not closed at the end", last)
    if at >= len(code) or re.search(r"(?:[-+*/%<>=,]|\b(?:and|or|not))$", code):
        return ExpressionError("Something is missing at the end", last)
    start, length = scanned.place(at, at + 1)
    if n_open < 0:
        return ExpressionError("A bracket is closed that was not opened", start, length)
    return ExpressionError("Something is missing before this, or it is too much", start, length)
