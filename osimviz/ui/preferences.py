"""What is remembered between two starts: view settings, window, recent controllers. Qt's own settings file."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import TypeVar, get_args

from PyQt5.QtCore import QByteArray, QSettings

from osimviz.palette import MapName, ThemeName
from osimviz.settings_table import Setting, Value
from osimviz.view_choices import LAYERS, ColourSource, Layer, LevelChoice
from osimviz.view_state import ViewSettings

T = TypeVar("T")

#: Files kept in each list of recent ones.
N_RECENT = 8


class Preferences:
    """Reads and writes the settings file; a value that cannot be read counts as not there."""

    def __init__(self) -> None:
        self._settings = QSettings("osimviz", "osimviz")

    def view_settings(self, default_theme: ThemeName) -> ViewSettings:
        """Return the remembered view settings; `default_theme` where no theme was ever chosen."""
        defaults = ViewSettings(theme=default_theme)
        return ViewSettings(
            theme=self._choice("view/theme", get_args(ThemeName), defaults.theme),
            colour_source=self._choice("view/colour_source", get_args(ColourSource), defaults.colour_source),
            colour_map=self._choice("view/colour_map", get_args(MapName), defaults.colour_map),
            camera=defaults.camera,
            is_camera_following=self._truth("view/is_camera_following", defaults.is_camera_following),
            layers=self._layers("view/layers", defaults.layers),
            followed=str(self._settings.value("view/followed", defaults.followed)),
            level=self._choice("view/level", get_args(LevelChoice), defaults.level),
        )

    def keep_view_settings(self, settings: ViewSettings) -> None:
        """Remember view settings."""
        for field in fields(settings):
            value = getattr(settings, field.name)
            self._settings.setValue(f"view/{field.name}", ",".join(sorted(value)) if field.name == "layers" else value)

    def recent(self) -> list[str]:
        """Return the controller files opened last, newest first."""
        return self._names("recent/controllers")

    def keep_recent(self, path: str) -> None:
        """Put a controller file at the head of the recent list."""
        self._put_first("recent/controllers", path)

    def recent_recordings(self) -> list[str]:
        """Return the recordings opened or saved last, newest first."""
        return self._names("recent/recordings")

    def keep_recent_recording(self, path: str) -> None:
        """Put a recording at the head of the list of recent ones."""
        self._put_first("recent/recordings", path)

    def motion_model(self) -> str:
        """Return the model through which a motion was played last; empty if there was none."""
        value = self._settings.value("recent/motion_model", "")
        return value if isinstance(value, str) else ""

    def keep_motion_model(self, path: str) -> None:
        """Remember the model of a motion."""
        self._settings.setValue("recent/motion_model", path)

    def memory_limit_mb(self, default_mb: int) -> int:
        """Return the memory that runs may take, MB."""
        value = str(self._settings.value("memory/limit_mb", default_mb))
        return max(int(value), 1) if value.isdecimal() else default_mb

    def keep_memory_limit_mb(self, limit_mb: int) -> None:
        """Remember the memory that runs may take, MB."""
        self._settings.setValue("memory/limit_mb", limit_mb)

    def blob(self, key: str) -> QByteArray:
        """Return a remembered window or splitter state; empty if there is none."""
        value = self._settings.value(f"window/{key}", QByteArray())
        return value if isinstance(value, QByteArray) else QByteArray()

    def keep_blob(self, key: str, value: QByteArray) -> None:
        """Remember a window or splitter state."""
        self._settings.setValue(f"window/{key}", value)

    def layouts(self) -> dict[str, Mapping[str, QByteArray]]:
        """Return the saved layouts by name, in the order they were saved."""
        found: dict[str, Mapping[str, QByteArray]] = {}
        for number in range(self._settings.beginReadArray("layouts")):
            self._settings.setArrayIndex(number)
            name, parts = self._settings.value("name"), self._settings.value("parts")
            if isinstance(name, str) and isinstance(parts, dict):
                found[name] = {key: value for key, value in parts.items() if isinstance(value, QByteArray)}
        self._settings.endArray()
        return found

    def keep_layouts(self, layouts: Mapping[str, Mapping[str, QByteArray]]) -> None:
        """Remember the saved layouts."""
        self._settings.remove("layouts")
        self._settings.beginWriteArray("layouts", len(layouts))
        for number, (name, parts) in enumerate(layouts.items()):
            self._settings.setArrayIndex(number)
            self._settings.setValue("name", name)
            self._settings.setValue("parts", dict(parts))
        self._settings.endArray()

    def plots(self) -> list[list[str]]:
        """Return the channels of the plots that were open; empty if none were remembered."""
        value = self._settings.value("plots/channels", "")
        return [line.split("\t") for line in value.split("\n") if line] if isinstance(value, str) else []

    def keep_plots(self, names: list[list[str]]) -> None:
        """Remember which channels are plotted together."""
        self._settings.setValue("plots/channels", "\n".join("\t".join(group) for group in names))

    def derived(self) -> list[tuple[str, str]]:
        """Return titles and formulas of the derived channels, in the order they were made."""
        try:
            pairs = json.loads(str(self._settings.value("derived/channels", "[]")))
            return [(str(title), str(formula)) for title, formula in pairs]
        except (ValueError, TypeError):
            return []

    def keep_derived(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Remember the derived channels."""
        self._settings.setValue("derived/channels", json.dumps(list(pairs)))

    def hidden_lanes(self) -> list[str]:
        """Return the lanes of the timeline that are left out."""
        return str(self._settings.value("timeline/hidden", "")).split()

    def keep_hidden_lanes(self, names: Sequence[str]) -> None:
        """Remember the lanes of the timeline that are left out."""
        self._settings.setValue("timeline/hidden", " ".join(names))

    def setting(self, setting: Setting) -> Value:
        """Return the remembered value of a setting of the table; its default if there is none."""
        return setting.checked(self._settings.value(setting.key, setting.default))

    def keep_setting(self, key: str, value: Value) -> None:
        """Remember the value of a setting of the table."""
        self._settings.setValue(key, value)

    def export_values(self) -> dict[str, object]:
        """Return the values of the export dialog's fields; empty if none were remembered."""
        try:
            values = json.loads(str(self._settings.value("export/values", "{}")))
        except ValueError:
            return {}
        return values if isinstance(values, dict) else {}

    def keep_export_values(self, values: Mapping[str, object]) -> None:
        """Remember the values of the export dialog's fields."""
        self._settings.setValue("export/values", json.dumps(dict(values)))

    def export_folder(self) -> str:
        """Return the folder that was exported to last; empty if there is none."""
        return str(self._settings.value("export/folder", ""))

    def keep_export_folder(self, folder: str) -> None:
        """Remember the folder that was exported to."""
        self._settings.setValue("export/folder", folder)

    def flag(self, key: str) -> bool:
        """Return a remembered yes or no; no if it was never set."""
        return self._truth(f"flags/{key}", False)

    def keep_flag(self, key: str, value: bool) -> None:
        """Remember a yes or no."""
        self._settings.setValue(f"flags/{key}", value)

    def close(self) -> None:
        """Write the file. Idempotent."""
        self._settings.sync()

    def _names(self, key: str) -> list[str]:
        value = self._settings.value(key, [])
        names = [value] if isinstance(value, str) else list(value or [])
        return [name for name in names if isinstance(name, str)][:N_RECENT]

    def _put_first(self, key: str, path: str) -> None:
        names = [path, *(name for name in self._names(key) if name != path)]
        self._settings.setValue(key, names[:N_RECENT])

    def _choice(self, key: str, allowed: tuple[T, ...], default: T) -> T:
        value = self._settings.value(key, default)
        return next((choice for choice in allowed if choice == value), default)

    def _layers(self, key: str, default: frozenset[Layer]) -> frozenset[Layer]:
        value = self._settings.value(key)
        if value is None:
            return default
        # Qt reads a text with commas back as a list.
        names = value if isinstance(value, list) else str(value).split(",")
        return frozenset(layer for layer in LAYERS if layer in names)

    def _truth(self, key: str, default: bool) -> bool:
        return str(self._settings.value(key, default)).lower() == "true"
