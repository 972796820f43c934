"""What can be read off a Python source file: what it imports, how long it and its functions are, where it prints."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
N_FILE_LINES = 400
N_FUNCTION_LINES = 60
#: Names that say nothing of what a module holds.
EMPTY_NAMES = {"utils", "util", "common", "helpers", "helper", "misc", "base", "context"}


@dataclass(frozen=True, slots=True)
class Source:
    """A parsed file: its path in the repository (`osimviz/ui/theme.py`) and its text."""

    path: str
    text: str
    tree: ast.Module

    @classmethod
    def of(cls, path: str, text: str) -> "Source":
        return cls(path, text, ast.parse(text, path))

    @property
    def module(self) -> str:
        name = self.path.removesuffix(".py").replace("/", ".")
        return name.removesuffix(".__init__")


def read_sources(*places: str) -> list[Source]:
    """Parse the Python files at some places in the repository, folders with all below them."""
    paths: list[Path] = []
    for place in places:
        whole = REPOSITORY / place
        paths += sorted(whole.rglob("*.py")) if whole.is_dir() else [whole] if whole.exists() else []
    return [Source.of(path.relative_to(REPOSITORY).as_posix(), path.read_text(encoding="utf-8")) for path in paths]


def imported_modules(source: Source) -> set[str]:
    """Return the modules imported anywhere in a file, also inside functions, relative imports resolved.

    `from osimviz import frames` gives both `osimviz` and `osimviz.frames`: the name may be a module.
    """
    package = source.module.split(".")
    if not source.path.endswith("__init__.py"):
        package = package[:-1]
    found: set[str] = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*parts, *([node.module] if node.module else [])])
            found.add(origin)
            found.update(f"{origin}.{alias.name}" for alias in node.names if alias.name != "*")
    return found


def is_within(module: str, packages: Iterable[str]) -> bool:
    """Say whether a module is one of some packages or lies in one."""
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def forbidden_imports(sources: Iterable[Source], forbidden: Iterable[str], allowed: Iterable[str] = ()) -> list[str]:
    """Name every import from the `forbidden` packages that is not from an `allowed` one."""
    return [
        f"{source.path} imports {module}"
        for source in sources
        for module in sorted(imported_modules(source))
        if is_within(module, forbidden) and not is_within(module, allowed)
    ]


def imports_outside(sources: Iterable[Source], package: str, allowed: Iterable[str]) -> list[str]:
    """Name every import from `package` that is not from an `allowed` part of it; the bare package is always allowed."""
    return [
        f"{source.path} imports {module}"
        for source in sources
        for module in sorted(imported_modules(source))
        if module.startswith(f"{package}.") and not is_within(module, allowed)
    ]


def widget_imports(sources: Iterable[Source], shared: set[str], assemblers: set[str]) -> list[str]:
    """Name every import by which one widget module knows another, or an assembler.

    The parts of a widget share a package and may know each other.
    """
    faults = []
    for source in sources:
        own = source.module.removeprefix("osimviz.ui").lstrip(".").split(".")[0]
        if own in assemblers:
            continue
        for module in sorted(imported_modules(source)):
            other = module.removeprefix("osimviz.ui.").split(".")[0]
            if module.startswith("osimviz.ui.") and other not in shared and other != own:
                faults.append(f"{source.path} imports {module}")
    return faults


def long_files(sources: Iterable[Source], n_lines: int = N_FILE_LINES) -> list[str]:
    """Name the files with more lines than allowed."""
    counts = {source.path: len(source.text.splitlines()) for source in sources}
    return [f"{path} has {count} lines" for path, count in counts.items() if count > n_lines]


def long_functions(sources: Iterable[Source], n_lines: int = N_FUNCTION_LINES) -> list[str]:
    """Name the functions with more lines than allowed, docstring and decorators not counted."""
    faults = []
    for source in sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                count = _function_lines(node)
                if count > n_lines:
                    faults.append(f"{source.path}: {node.name} has {count} lines")
    return faults


def _function_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    count = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if ast.get_docstring(node, clean=False) is not None:
        count -= (first.end_lineno or first.lineno) - first.lineno + 1
    return count


def empty_names(paths: Iterable[str]) -> list[str]:
    """Name the modules and folders whose name says nothing of what they hold."""
    return [path for path in paths if EMPTY_NAMES & set(path.removesuffix(".py").split("/"))]


def prints(sources: Iterable[Source]) -> list[str]:
    """Name every call of `print`."""
    return [f"{source.path}:{line}" for source in sources for line in _print_lines(source.tree)]


def _print_lines(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            yield node.lineno
