"""Every command of the window in one table: menus, keys, tooltips, the list of keys, the palette come from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QAction, QMainWindow, QMenuBar

from osimviz.ui.icons import icon
from osimviz.ui.theme import Theme


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    Attributes
    ----------
    id : str
        Its name in the code.
    text : str
        As menus print it.
    key : str
        Key sequence in Qt's portable form.
    menu : str
        The menu it stands in.
    help : str
        One sentence for tooltips and the help.
    icon : str
        Name of its icon; empty for none.
    starts_group : bool
        Whether the menu draws a line before it.
    """

    id: str
    text: str
    key: str
    menu: str
    help: str
    icon: str = ""
    starts_group: bool = False


COMMANDS = (
    Command("open", "Open …", "Ctrl+O", "File", "Choose a controller to run, or a recording to show", "folder"),
    Command("new_controller", "New Controller …", "Ctrl+N", "File", "Write a controller to start from, and run it"),
    Command("save", "Save Recording", "Ctrl+S", "File", "Save the shown run as a recording", "save", True),
    Command("save_as", "Save Recording As …", "Ctrl+Shift+S", "File", "Save the shown run under another name"),
    Command("export_film", "Export Film, Picture, Plots …", "Ctrl+E", "File", "Film, picture, plots or data", "export"),
    Command("export", "Export Data …", "Ctrl+Shift+E", "File", "Write the shown run as .csv, .npz, .sto or .mot"),
    Command("screenshot", "Save Picture …", "Ctrl+P", "File", "Save what the 3D view shows as a picture", "camera"),
    Command("copy_picture", "Copy Picture", "Ctrl+Shift+C", "File", "Copy what the 3D view shows", "copy"),
    Command("window_picture", "Save Picture of Window …", "", "File", "Save the whole window as a picture"),
    Command("memory", "Memory for Runs …", "", "File", "Memory runs take before older steps go to a file", "", True),
    Command("trusted", "Trusted Folders …", "", "File", "Folders whose controllers run without a question"),
    Command("settings", "Settings …", "Ctrl+,", "File", "Change how things look and from where on they are marked"),
    Command("quit", "Quit", "Ctrl+Q", "File", "Close the window; a run is stopped", starts_group=True),
    Command("run", "Run", "Ctrl+R", "Run", "Run the chosen controller from the start", "play"),
    Command("open_controller", "Run a File …", "Ctrl+Shift+R", "Run", "Choose a controller file and run it"),
    Command("reload", "Reload", "F5", "Run", "Load the controller's file again and run it, whatever runs now"),
    Command("stop", "Stop", "Ctrl+.", "Run", "Stop the run; what was recorded stays", "stop"),
    Command("pause_run", "Pause or Continue", "Ctrl+Space", "Run", "Let the run wait, or go on computing", "pause"),
    Command("compute_step", "Compute One Step", "Ctrl+Right", "Run", "Let a paused run compute exactly one step"),
    Command("earlier_run", "Earlier Run", "Ctrl+PgUp", "Run", "Show the run before this one", "", True),
    Command("later_run", "Later Run", "Ctrl+PgDown", "Run", "Show the run after this one"),
    Command("play", "Play or Pause", "Space", "Playback", "Play what was recorded, or pause", "play"),
    Command("step_back", "One Step Back", "Left", "Playback", "Go back exactly one step", "back"),
    Command("step_forward", "One Step Forward", "Right", "Playback", "Go forward exactly one step", "forward"),
    Command("ten_back", "Ten Steps Back", "Shift+Left", "Playback", "Go back ten steps"),
    Command("ten_forward", "Ten Steps Forward", "Shift+Right", "Playback", "Go forward ten steps"),
    Command("start", "To the Start", "Home", "Playback", "Go to the first frame", "start", starts_group=True),
    Command("end", "To the End", "End", "Playback", "Go to the newest frame", "end"),
    Command("previous_event", "Previous Event", "P", "Playback", "Go to the foot contact before", "previous-event"),
    Command("next_event", "Next Event", "N", "Playback", "Go to the next foot contact or end", "next-event"),
    Command("departure", "To the First Departure", "D", "Playback", "Go to where the fall began", "go-to"),
    Command("bookmark", "Bookmark …", "B", "Playback", "Mark this step with a note, or change its note"),
    Command("follow", "Follow the End", "F", "Playback", "Keep the cursor on the newest frame", "follow"),
    Command("loop", "Loop", "L", "Playback", "Play a range again and again", "loop", starts_group=True),
    Command("loop_start", "Loop Starts Here", "[", "Playback", "Start the loop at the cursor"),
    Command("loop_end", "Loop Ends Here", "]", "Playback", "End the loop at the cursor"),
    Command("faster", "Faster", "+", "Playback", "Play faster", starts_group=True),
    Command("slower", "Slower", "-", "Playback", "Play slower"),
    Command("camera_1", "Camera: Right Front", "1", "View", "Look from the right front"),
    Command("camera_2", "Camera: Right", "2", "View", "Look from the right"),
    Command("camera_3", "Camera: Left", "3", "View", "Look from the left"),
    Command("camera_4", "Camera: Front", "4", "View", "Look from the front"),
    Command("camera_5", "Camera: Back", "5", "View", "Look from the back"),
    Command("camera_6", "Camera: Top", "6", "View", "Look from above"),
    Command("camera_7", "Camera: Feet", "7", "View", "Look at the feet from near"),
    Command("camera_8", "Camera: From Behind", "8", "View", "Look from behind, as one who follows"),
    Command("camera_fit", "Fit the Picture", "0", "View", "Bring everything into the picture without turning it"),
    Command("strobe", "Strobe Picture", "S", "View", "Show frames of the loop or the run in one picture, or only one"),
    Command("camera_follow", "Camera Follows", "C", "View", "Let the camera go along with the model, or stand still"),
    Command("search", "Search Channels", "Ctrl+L", "View", "Search in the list of channels", "search", True),
    Command("find", "Find When …", "Ctrl+F", "View", "Find the steps at which a condition holds", "filter"),
    Command("next_hit", "Next Hit", "F3", "View", "Go to the next step that was found"),
    Command("previous_hit", "Previous Hit", "Shift+F3", "View", "Go to the step found before"),
    Command("derive", "Derived Channel …", "Ctrl+D", "View", "Make a channel of others by a formula", "add"),
    Command("log", "Log", "Ctrl+Shift+L", "View", "Show what controller and simulator print"),
    Command("theme", "Dark or Light", "Ctrl+Shift+T", "View", "Change between the dark and the light theme", "theme"),
    Command(
        "toggle_left", "Left Side", "Ctrl+Alt+1", "View", "Show or hide channels and why it ended", starts_group=True
    ),
    Command("toggle_right", "Right Side", "Ctrl+Alt+2", "View", "Show or hide plots and search"),
    Command("toggle_below", "Timeline", "Ctrl+Alt+3", "View", "Show or hide the timeline"),
    Command("float_left", "Left Side in a Window", "Ctrl+Alt+Shift+1", "View", "Take it out, or put it back", "float"),
    Command(
        "float_right", "Right Side in a Window", "Ctrl+Alt+Shift+2", "View", "Take it out, or put it back", "float"
    ),
    Command("float_below", "Timeline in a Window", "Ctrl+Alt+Shift+3", "View", "Take it out, or put it back", "float"),
    Command("undo_layout", "Undo Layout Change", "Ctrl+Z", "View", "Put the window's parts back where they were"),
    Command("redo_layout", "Redo Layout Change", "Ctrl+Shift+Z", "View", "Do the layout change again"),
    Command("layouts", "Layouts …", "", "View", "Save the layout, take a saved one"),
    Command("reset_layout", "Reset Layout", "", "View", "Put every part of the window to its place"),
    Command("show_plots", "Plots", "Alt+1", "Plots", "Bring the plots over time to the front"),
    Command("show_muscles", "Muscles", "Alt+2", "Plots", "Bring the muscle raster to the front"),
    Command("show_gait", "Gait Cycles", "Alt+3", "Plots", "Bring the plots over the gait cycle to the front"),
    Command("show_phase", "Phase", "Alt+4", "Plots", "Bring the plot of one channel against another to the front"),
    Command("second_cursor", "Second Cursor Here", "M", "Plots", "Measure from here; again takes it away", "", True),
    Command("swap_cursors", "Exchange the Cursors", "Shift+M", "Plots", "Put each cursor where the other one is"),
    Command("fit_time", "Fit the Whole Run", "Ctrl+0", "Plots", "Show all of the recorded time", "fit"),
    Command("other_sides", "Add the Other Sides", "O", "Plots", "Plot left and right together", "", True),
    Command("remove_plots", "Remove All Plots", "", "Plots", "Take every channel out of the plots"),
    Command("save_plots", "Save Picture of Panel …", "", "Plots", "Save what the panel shows", "export", True),
    Command("save_curves", "Save Curves as CSV …", "", "Plots", "Save what the panel in front plots as a table"),
    Command("compare", "Compare with …", "Ctrl+Shift+O", "Compare", "Put a second recording beside the shown run"),
    Command("compare_earlier", "Compare with Run Before", "Ctrl+Shift+D", "Compare", "Put the run before beside it"),
    Command("stop_comparing", "Stop Comparing", "", "Compare", "Take the second run away"),
    Command("align_time", "Align by Time", "", "Compare", "Put equal times beside each other", "", True),
    Command("align_contact", "Align by the Contact Here", "A", "Compare", "Align by the nearest foot contact"),
    Command("align_phase", "Align by Gait Phase", "Shift+A", "Compare", "Align by shares of the stride"),
    Command("difference", "Show the Difference", "Shift+D", "Compare", "Plot what the runs differ by", "", True),
    Command("go_to_parting", "Go to Where They Part", "X", "Compare", "Go to the first step where the two runs differ"),
    Command("palette", "Find a Command …", "Ctrl+K", "Help", "Find and carry out any command by its name", "search"),
    Command("keys", "Keys", "F1", "Help", "List every key"),
    Command("about", "About osimviz", "", "Help", "Versions, licences and credits"),
)
_BY_ID = {command.id: command for command in COMMANDS}
MENUS = ("File", "Run", "Playback", "View", "Plots", "Compare", "Help")
#: The letters that open them with Alt, where it is not the first one: each letter once.
_LETTERS = {"Playback": "b", "Plots": "l"}


def make_actions(window: QMainWindow, handlers: Mapping[str, Callable[[], object]]) -> dict[str, QAction]:
    """Make an action of every command, with its key active in the whole window.

    Raises
    ------
    KeyError
        If a command has no handler.
    """
    actions = {}
    for command in COMMANDS:
        action = QAction(command.text, window)
        if command.key:
            action.setShortcut(QKeySequence(command.key))
            # In the whole window, so that Space on a focused button plays and does not press it. A text field with
            # the focus claims its keys before (Qt's ShortcutOverride): digits and letters are text there.
            action.setShortcutContext(Qt.WindowShortcut)
        action.setToolTip(f"{command.help} ({key_text(command)})" if command.key else command.help)
        # Icons are tinted for the toolbar's ground, not for a menu's.
        action.setIconVisibleInMenu(False)
        action.triggered.connect(_without_argument(handlers[command.id]))
        window.addAction(action)
        actions[command.id] = action
    return actions


def make_menus(bar: QMenuBar, actions: Mapping[str, QAction]) -> None:
    """Fill the menu bar from the table."""
    for title in MENUS:
        letter = _LETTERS.get(title, title[0])
        menu = bar.addMenu(title.replace(letter, f"&{letter}", 1))
        menu.setToolTipsVisible(True)
        for command in COMMANDS:
            if command.menu == title:
                if command.starts_group:
                    menu.addSeparator()
                menu.addAction(actions[command.id])


def tint_actions(actions: Mapping[str, QAction], theme: Theme) -> None:
    """Give the actions their icons in the theme's colours."""
    palette = theme.palette
    for command in COMMANDS:
        if command.icon:
            colour = palette["on_accent"] if command.id == "run" else palette["text_mid"]
            actions[command.id].setIcon(icon(command.icon, colour, palette["disabled"], palette["accent"]))


def key_text(command: Command) -> str:
    """Return a command's key as the system writes it."""
    text: str = QKeySequence(command.key).toString(QKeySequence.NativeText)
    return "−" if text == "-" else text


def key_of(command_id: str) -> str:
    """Return the key of a command, for a sentence that names it; `KeyError` if there is no such command."""
    return key_text(_BY_ID[command_id])


@lru_cache(maxsize=128)
def with_keys(sentence: str) -> str:
    """Return a sentence with the keys of the commands that it names in braces: ``{run} runs the controller``.

    Parameters
    ----------
    sentence : str
        Of the program's own words: a brace in what a user typed would be one here.

    Raises
    ------
    KeyError
        If there is no such command.
    """
    return sentence.format_map({command.id: key_text(command) for command in COMMANDS})


def _without_argument(handler: Callable[[], object]) -> Callable[[bool], None]:
    """Drop the `checked` that Qt's signal brings."""

    def act(checked: bool = False) -> None:
        handler()

    return act
