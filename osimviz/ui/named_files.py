"""The file a name means: with the suffix of its kind, and with the question before one that is there is replaced."""

from pathlib import Path

from PyQt5.QtWidgets import QMessageBox, QWidget


def with_kind(parent: QWidget, typed: str, suffix: str) -> Path | None:
    """Return the path that was typed, with its suffix; None if the user keeps the file that has that name already.

    The file dialog asks before a file is replaced, but it asks for the name as it was typed, where a dot need not begin
    a suffix.
    """
    path = Path(typed)
    if path.suffix.lower() == suffix:
        return path
    path = path.with_name(path.name + suffix)
    question = f"{path.name} exists already. Replace it?"
    if path.exists() and QMessageBox.question(parent, "osimviz", question) != QMessageBox.Yes:
        return None
    return path
