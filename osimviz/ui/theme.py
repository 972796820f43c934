"""The look: one palette made into Qt colours, fonts and one style sheet."""

from functools import lru_cache

from PyQt5.QtGui import QColor, QFont, QFontDatabase, QPalette
from PyQt5.QtWidgets import QApplication

from osimviz.palette import Palette, ThemeName
from osimviz.ui.icons import icon_file

#: Text sizes in logical pixels at 96 dpi: controls and lists; units, axes and hints.
FONT_PX, SMALL_FONT_PX = 12, 11
_FAMILIES = ("DejaVu Sans", "Noto Sans", "Liberation Sans")


class Theme:
    """Colours and fonts by name.

    Parameters
    ----------
    palette : Palette
        The named colours.

    Attributes
    ----------
    palette : Palette
        As given.
    """

    def __init__(self, palette: Palette) -> None:
        self.palette = palette
        self._colours = {name: QColor(text) for name, text in palette.colours.items()}

    def colour(self, name: str, opacity: float = 1.0) -> QColor:
        """Return a named colour; `KeyError` if there is none."""
        colour = QColor(self._colours[name])
        colour.setAlphaF(opacity)
        return colour

    def font(self, *, bold: bool = False, small: bool = False) -> QFont:
        """Return the interface font with figures of equal width."""
        font = QFont(_family())
        font.setPixelSize(SMALL_FONT_PX if small else FONT_PX)
        font.setBold(bold)
        return font

    def style_sheet(self) -> str:
        """Return the window's one style sheet."""
        icons = {
            f"icon_{name.replace('-', '_')}": icon_file(name, self.palette["text_mid"]).as_posix()
            for name in ("down", "up", "check", "back", "right")
        }
        return _STYLE.format(**self.palette.colours, **icons, font=FONT_PX, small=SMALL_FONT_PX)


def apply_theme(application: QApplication, theme: Theme) -> None:
    """Give the whole program a theme."""
    application.setStyle("Fusion")
    application.setFont(theme.font())
    application.setPalette(_qt_palette(theme))
    application.setStyleSheet(theme.style_sheet())


def system_theme_name() -> ThemeName:
    """Return whether the system's colours are dark or light, from the palette Qt took from it.

    A bare X session has Qt's own light grey, which says nothing: then it is dark, the look the program is made for.
    """
    window = QPalette().color(QPalette.Window)
    has_desktop_theme = window.name() not in ("#efefef", "#f0f0f0")
    return "light" if has_desktop_theme and window.lightness() > 128 else "dark"


@lru_cache(maxsize=1)
def _family() -> str:
    # Asked for with every font: the list of a system's families takes 0.1 ms to make.
    present = set(QFontDatabase().families())
    return next((family for family in _FAMILIES if family in present), QFont().defaultFamily())


def _qt_palette(theme: Theme) -> QPalette:
    palette = QPalette()
    roles = (
        (QPalette.Window, "panel"),
        (QPalette.WindowText, "text"),
        (QPalette.Base, "field"),
        (QPalette.AlternateBase, "panel"),
        (QPalette.Text, "text"),
        (QPalette.Button, "field"),
        (QPalette.ButtonText, "text"),
        (QPalette.BrightText, "bad"),
        (QPalette.Highlight, "accent_soft"),
        (QPalette.HighlightedText, "text"),
        (QPalette.ToolTipBase, "field"),
        (QPalette.ToolTipText, "text"),
        (QPalette.PlaceholderText, "text_weak"),
        (QPalette.Link, "accent"),
        (QPalette.Light, "edge"),
        (QPalette.Midlight, "hover"),
        (QPalette.Mid, "edge"),
        (QPalette.Dark, "line"),
    )
    for role, name in roles:
        palette.setColor(role, theme.colour(name))
    for role in (QPalette.WindowText, QPalette.Text, QPalette.ButtonText):
        palette.setColor(QPalette.Disabled, role, theme.colour("disabled"))
    return palette


_STYLE = """
QMainWindow, QSplitter {{ background: {window}; }}
QWidget#channels, QWidget#ending, QWidget#timeline, QStackedWidget {{ background: {panel}; }}
QSplitter::handle {{ background: {window}; }}
QWidget#toolbar {{ background: {panel}; border-bottom: 1px solid {window}; }}
QWidget {{ font-size: {font}px; }}
QLabel {{ color: {text}; background: transparent; }}
QLabel[strength="mid"] {{ color: {text_mid}; }}
QLabel[strength="weak"] {{ color: {text_weak}; font-size: {small}px; }}
QLabel[key="true"] {{
    color: {text_mid}; background: {field}; border: 1px solid {edge}; border-radius: 3px; padding: 1px 6px;
    font-size: {small}px;
}}
QLabel#run_title {{ color: {text_mid}; padding: 0 12px; }}

QMenuBar {{ background: {window}; color: {text_mid}; padding: 0 4px; }}
QMenuBar::item {{ padding: 5px 9px; background: transparent; }}
QMenuBar::item:selected {{ background: {hover}; color: {text}; }}
QMenu {{ background: {field}; color: {text}; border: 1px solid {edge}; padding: 4px 0; }}
QMenu::item {{ padding: 5px 28px 5px 16px; }}
QMenu::icon {{ left: 8px; }}
QMenu::indicator {{ width: 14px; height: 14px; left: 8px; }}
QMenu::indicator:checked {{ image: url("{icon_check}"); }}
QMenu::item:selected {{ background: {accent_soft}; }}
QMenu::item:disabled {{ color: {disabled}; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 4px 0; }}

QToolButton, QPushButton {{
    background: {field}; color: {text}; border: 1px solid {edge}; border-radius: 3px; padding: 0 10px; min-height: 26px;
}}
QToolButton:hover, QPushButton:hover {{ background: {hover}; }}
QToolButton:pressed, QPushButton:pressed {{ background: {accent_soft}; }}
QToolButton:focus, QPushButton:focus {{ border-color: {accent}; }}
QToolButton:disabled, QPushButton:disabled {{ color: {disabled}; border-color: {line}; background: {panel}; }}
QToolButton[primary="true"] {{ background: {accent}; color: {on_accent}; border-color: {accent}; font-weight: bold; }}
QToolButton[primary="true"]:hover {{ background: {accent}; border-color: {text}; }}
QToolButton[primary="true"]:disabled {{ background: {field}; color: {disabled}; border-color: {line}; }}
QToolButton#play, QToolButton#pause_run {{ padding: 0; }}
QToolButton[popupMode="2"] {{ padding-right: 24px; }}
QToolButton::menu-indicator {{
    image: url("{icon_down}"); width: 14px; height: 14px; subcontrol-position: center right; right: 6px;
}}
QToolButton[flat="true"][popupMode="2"] {{ padding: 0; }}
QToolButton[flat="true"]::menu-indicator {{ image: none; }}
QToolButton[flat="true"] {{ background: transparent; color: {text_mid}; border: 1px solid transparent; padding: 0; }}
QToolButton[flat="true"]:hover {{ background: {hover}; color: {text}; }}
QToolButton#follow[flat="true"] {{ padding: 0 5px; }}
QToolButton[flat="true"]:pressed {{ background: {accent_soft}; }}
QToolButton[flat="true"]:checked {{ background: {accent_soft}; color: {text}; }}
QToolButton[flat="true"]:focus {{ border-color: {accent}; }}

QComboBox, QSpinBox, QDoubleSpinBox {{ color: {text}; }}
QComboBox, QSpinBox, QDoubleSpinBox, QLineEdit {{
    background: {field}; border: 1px solid {edge}; border-radius: 3px; min-height: 26px; padding: 0 8px;
    selection-background-color: {accent_soft}; selection-color: {text};
}}
QComboBox:hover, QSpinBox:hover, QDoubleSpinBox:hover, QLineEdit:hover {{ border-color: {text_weak}; }}
QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus, QLineEdit:focus {{ border-color: {accent}; }}
QComboBox:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QLineEdit:disabled {{
    color: {disabled}; border-color: {line}; background: {panel};
}}
QComboBox {{ combobox-popup: 0; }}
QComboBox::drop-down {{ border: none; width: 22px; }}
QComboBox::down-arrow {{ image: url("{icon_down}"); width: 16px; height: 16px; }}
QComboBox QAbstractItemView {{
    background: {field}; color: {text}; border: 1px solid {edge}; outline: none; padding: 2px 0;
    selection-background-color: {accent_soft}; selection-color: {text};
}}
QComboBox QAbstractItemView::item {{ min-height: 24px; padding: 0 8px; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ border: none; width: 18px; background: transparent; }}
QAbstractSpinBox::up-arrow {{ image: url("{icon_up}"); width: 10px; height: 10px; }}
QAbstractSpinBox::down-arrow {{ image: url("{icon_down}"); width: 10px; height: 10px; }}
QCheckBox {{ color: {text}; spacing: 8px; }}
QCheckBox:disabled {{ color: {disabled}; }}
QCheckBox::indicator {{ width: 14px; height: 14px; background: {field}; border: 1px solid {edge}; border-radius: 2px; }}
QCheckBox::indicator:hover, QCheckBox::indicator:focus {{ border-color: {accent}; }}
QCheckBox::indicator:checked {{ background: {accent_soft}; image: url("{icon_check}"); }}
QSlider::groove:horizontal {{ height: 4px; background: {edge}; border-radius: 2px; }}
QSlider::handle:horizontal {{
    width: 10px; margin: -6px 0; background: {text_mid}; border: 1px solid {panel}; border-radius: 3px;
}}
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus {{ background: {accent}; }}

QTabWidget::pane {{ border: none; background: {panel}; }}
QTabWidget, QWidget#plot_buttons {{ background: {panel}; }}
QTabBar {{ background: {panel}; qproperty-drawBase: 0; }}
QTabBar::tab {{
    background: {panel}; color: {text_mid}; padding: 0 8px; min-height: 28px; border-bottom: 2px solid transparent;
}}
QTabBar::tab:hover {{ background: {hover}; color: {text}; }}
QTabBar::tab:selected {{ color: {text}; border-bottom: 2px solid {accent}; }}
QTabBar::tab:focus {{ color: {accent}; }}
QTabBar#plot_tabs::tab {{ padding: 0 9px; }}
QTabBar#plot_tabs[narrow="true"]::tab {{ padding: 0 4px; }}
QTabBar QToolButton {{ background: {panel}; border: none; padding: 0; min-height: 0; width: 16px; }}
QTabBar QToolButton::left-arrow {{ image: url("{icon_back}"); width: 12px; height: 12px; }}
QTabBar QToolButton::right-arrow {{ image: url("{icon_right}"); width: 12px; height: 12px; }}
QFrame#palette, QFrame#note_popup {{ border: 1px solid {edge}; }}
QToolButton#palette {{ color: {text_mid}; min-height: 20px; padding: 0 8px; }}

QHeaderView::section {{
    background: {panel}; color: {text_weak}; border: none; border-bottom: 1px solid {line}; padding: 0 8px;
    font-size: {small}px;
}}
QTreeView, QListView, QTableView, QTableWidget {{
    background: {panel}; color: {text}; border: none; outline: none; selection-background-color: {accent_soft};
    selection-color: {text}; gridline-color: {line};
}}
QListWidget::item {{ min-height: 22px; padding: 0 4px; }}
QTreeWidget::item {{ min-height: 20px; }}
QListWidget::item:hover {{ background: {hover}; }}
QListWidget::item:selected {{ background: {accent_soft}; color: {text}; }}
QListWidget::indicator {{
    width: 14px; height: 14px; background: {field}; border: 1px solid {edge}; border-radius: 2px;
}}
QListWidget::indicator:checked {{ background: {accent_soft}; image: url("{icon_check}"); }}
QFileDialog QToolButton {{ padding: 0; min-width: 26px; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QPlainTextEdit, QTextEdit {{ background: {field}; border: none; border-radius: 3px; padding: 6px; }}
QPlainTextEdit#traceback, QTextEdit#traceback {{ font-family: "DejaVu Sans Mono", monospace; font-size: {small}px; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {edge}; border-radius: 2px; margin: 3px; min-height: 24px; min-width: 24px; }}
QScrollBar::handle:hover {{ background: {text_weak}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
    background: none; border: none; width: 0; height: 0;
}}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
QToolTip {{ background: {field}; color: {text}; border: 1px solid {edge}; padding: 4px; }}
QFrame[frameShape="5"] {{ color: {line}; background: {line}; border: none; }}
QMessageBox, QDialog {{ background: {panel}; }}
"""
