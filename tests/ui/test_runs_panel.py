"""The list of runs as a widget."""

from dataclasses import replace

from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QTreeWidget
from pytestqt.qtbot import QtBot

from osimviz.palette import load_palette
from osimviz.run_lines import RunGroup, RunLine
from osimviz.ui.runs_panel import RunsPanel
from osimviz.ui.theme import Theme


def line(number: int, *, is_shown: bool = False, steps: str = "5") -> RunLine:
    return RunLine(
        key=(0, number),
        title=f"Run {number + 1}",
        steps=steps,
        total="1.00",
        ended="Growing" if is_shown else "Stopped",
        is_shown=is_shown,
        is_growing=is_shown,
        is_bad=False,
    )


def test_that_a_run_that_grows_leaves_the_row_alone_at_which_the_user_stands(qtbot: QtBot) -> None:
    panel = RunsPanel(Theme(load_palette("dark")))
    qtbot.addWidget(panel)
    with qtbot.waitExposed(panel):
        panel.show()
    tree = panel.findChild(QTreeWidget)
    group = RunGroup("This sitting", "", "", (line(0), line(1, is_shown=True)))
    panel.show_groups([group])
    assert tree.currentItem().text(0) == "Run 2"
    QTest.keyClick(tree, Qt.Key_Up)
    panel.show_groups([replace(group, lines=(line(0), line(1, is_shown=True, steps="6")))])
    assert tree.currentItem().text(0) == "Run 1"
    with qtbot.waitSignal(panel.run_requested, timeout=1000) as asked:
        QTest.keyClick(tree, Qt.Key_Return)
    assert asked.args == [0, 0]
