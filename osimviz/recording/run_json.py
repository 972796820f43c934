"""A run's description and outcome as JSON, and back with every value checked."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_args

import numpy as np

from osimviz.channels import Channel
from osimviz.frames import (
    Array,
    BoneMesh,
    BoneSurface,
    EndedBy,
    EndLimit,
    Failure,
    ModelGeometry,
    Outcome,
    RunInfo,
)
from osimviz.recording.errors import RecordingError
from osimviz.recording.model_json import finite, later_from_json, later_to_json, look_from_json, look_to_json

_SIDES = ("left", "right", "")


class RunTexts:
    """Describes runs as JSON documents; what a run shares with the one before is not encoded again."""

    def __init__(self) -> None:
        # The objects themselves are kept beside their texts: an address alone may come to belong to another.
        self._channels: tuple[tuple[Channel, ...], str] = (), "[]"
        self._model: tuple[ModelGeometry, Sequence[int | None], str] | None = None

    def text_of(self, info: RunInfo, mesh_numbers: Sequence[int | None], model: str) -> str:
        """Return a run's description, but for its seed: episodes that differ in nothing else share one.

        Parameters
        ----------
        info : RunInfo
            The description.
        mesh_numbers : sequence of int or None
            For each bone, which mesh of the file is its own; None where its mesh was not found.
        model : str
            Name of the group that holds the meshes.
        """
        own = json_text(
            {
                "env_name": info.env_name,
                "env_summary": info.env_summary,
                "env_args": [list(pair) for pair in info.env_args],
                "controller": info.controller,
                "step_s": info.step_s,
                "step_limit": info.step_limit,
                "action_names": list(info.action_names),
                "state_names": list(info.state_names),
                "reward_term_names": list(info.reward_term_names),
                "provenance": [list(pair) for pair in info.provenance],
                "end_limits": [[limit.channel, limit.lower, limit.sentence] for limit in info.end_limits],
                "meshes": model,
            }
        )
        channels, geometry = self._text_of_channels(info.channels), self._text_of_model(info.geometry, mesh_numbers)
        return f'{own[:-1]}, "channels": {channels}, "model": {geometry}}}'

    def _text_of_channels(self, channels: tuple[Channel, ...]) -> str:
        known, text = self._channels
        if channels is not known:
            text = json_text([_channel_to_json(channel) for channel in channels])
            self._channels = channels, text
        return text

    def _text_of_model(self, geometry: ModelGeometry, mesh_numbers: Sequence[int | None]) -> str:
        if self._model is not None and self._model[0] is geometry and self._model[1] == mesh_numbers:
            return self._model[2]
        text = json_text(_model_to_json(geometry, mesh_numbers))
        self._model = geometry, list(mesh_numbers), text
        return text


def run_from_json(text: str, surfaces_of: Callable[[str], Mapping[int, BoneSurface]]) -> RunInfo:
    """Return the run that `RunTexts.text_of` described, its seed 0.

    Parameters
    ----------
    text : str
        The document.
    surfaces_of : callable
        Returns the meshes of a group by number.

    Raises
    ------
    RecordingError
        If it does not hold what it should.
    """
    try:
        document = json.loads(text)
        surfaces = surfaces_of(str(document["meshes"]))
        return RunInfo(
            env_name=str(document["env_name"]),
            env_summary=str(document["env_summary"]),
            env_args=tuple((str(key), str(value)) for key, value in document["env_args"]),
            controller=str(document["controller"]),
            seed=0,
            step_s=finite(document["step_s"]),
            step_limit=int(document["step_limit"]),
            geometry=_geometry(document["model"], surfaces),
            channels=tuple(_channel(entry) for entry in document["channels"]),
            end_limits=tuple(
                EndLimit(str(name), finite(lower), str(words)) for name, lower, words in document["end_limits"]
            ),
            action_names=_names(document["action_names"]),
            state_names=_names(document["state_names"]),
            # Recordings of format 1 have neither.
            reward_term_names=_names(document.get("reward_term_names", [])),
            provenance=tuple((str(key), str(value)) for key, value in document.get("provenance", [])),
        )
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError) as error:
        raise RecordingError(f"its description of the run is damaged ({_words(error)})") from error


def _model_to_json(geometry: ModelGeometry, mesh_numbers: Sequence[int | None]) -> dict[str, Any]:
    return {
        "name": geometry.model_name,
        "bodies": list(geometry.body_names),
        "muscles": list(geometry.muscle_names),
        "max_isometric_force_n": geometry.max_isometric_force_n.tolist(),
        "optimal_fiber_length_m": geometry.optimal_fiber_length_m.tolist(),
        "mass_kg": geometry.mass_kg,
        "followed_body_index": geometry.followed_body_index,
        "bones": [
            {
                "name": bone.name,
                "body_index": bone.body_index,
                "body_from_mesh": bone.body_from_mesh.tolist(),
                "mesh": number,
                **look_to_json(bone),
            }
            for bone, number in zip(geometry.bones, mesh_numbers, strict=True)
        ],
        **later_to_json(geometry),
    }


def outcome_to_json(outcome: Outcome) -> str:
    """Return an outcome as a JSON document."""
    failure = outcome.failure
    document: dict[str, Any] = {
        "ended_by": outcome.ended_by,
        "step": outcome.step,
        "time_s": outcome.time_s,
        "sentence": outcome.sentence,
    }
    if failure is not None:
        document["failure"] = {
            "sentence": failure.sentence,
            "hint": failure.hint,
            "traceback": failure.traceback,
            "observation": _numbers_to_json(failure.observation),
            "action": _numbers_to_json(failure.action),
        }
    return json_text(document)


def outcome_from_json(text: str) -> Outcome:
    """Return the outcome that `outcome_to_json` described; `RecordingError` if it is none."""
    try:
        document = json.loads(text)
        if document["ended_by"] not in get_args(EndedBy):
            raise ValueError(f"ended by {document['ended_by']!r}")
        entry = document.get("failure")
        failure = None
        if entry is not None:
            observation, action = _numbers(entry["observation"]), _numbers(entry["action"])
            sentence, hint, traceback = (str(entry[name]) for name in ("sentence", "hint", "traceback"))
            failure = Failure(sentence, hint, traceback, observation, action)
        step, time_s = int(document["step"]), finite(document["time_s"])
        return Outcome(document["ended_by"], step, time_s, str(document["sentence"]), failure)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise RecordingError(f"its note of how the run ended is damaged ({_words(error)})") from error


def _channel_to_json(channel: Channel) -> dict[str, Any]:
    return {
        "name": channel.name,
        "field": channel.field,
        "index": channel.index,
        "unit": channel.unit,
        "lower": channel.lower if math.isfinite(channel.lower) else None,
        "upper": channel.upper if math.isfinite(channel.upper) else None,
        "description": channel.description,
        "side": channel.side,
        "scale": channel.scale,
        "normaliser": channel.normaliser,
    }


def _channel(entry: Mapping[str, Any]) -> Channel:
    side = entry["side"]
    if side not in _SIDES:
        raise ValueError(f"a channel of side {side!r}")
    lower, upper = entry["lower"], entry["upper"]
    return Channel(
        name=str(entry["name"]),
        field=str(entry["field"]),
        index=int(entry["index"]),
        unit=str(entry["unit"]),
        lower=float("-inf") if lower is None else finite(lower),
        upper=float("inf") if upper is None else finite(upper),
        description=str(entry["description"]),
        side=side,
        scale=finite(entry["scale"]),
        normaliser=finite(entry.get("normaliser", 1.0)),
    )


def _geometry(entry: Mapping[str, Any], surfaces: Mapping[int, BoneSurface]) -> ModelGeometry:
    bodies, muscles = _names(entry["bodies"]), _names(entry["muscles"])
    followed = int(entry["followed_body_index"])
    if not 0 <= followed < max(len(bodies), 1):
        raise ValueError(f"body {followed} of {len(bodies)}")
    bones = []
    for bone in entry["bones"]:
        matrix = np.array(bone["body_from_mesh"], dtype=np.float64)
        index = int(bone["body_index"])
        if matrix.shape != (4, 4) or not -1 <= index < len(bodies):
            raise ValueError("a bone without a place")
        number = bone["mesh"]
        surface = None if number is None else surfaces[int(number)]
        bones.append(BoneMesh(str(bone["name"]), "", index, matrix, surface, *look_from_json(bone)))
    return ModelGeometry(
        model_name=str(entry["name"]),
        body_names=bodies,
        bones=tuple(bones),
        muscle_names=muscles,
        max_isometric_force_n=_per_muscle(entry["max_isometric_force_n"], muscles),
        optimal_fiber_length_m=_per_muscle(entry["optimal_fiber_length_m"], muscles),
        mass_kg=finite(entry["mass_kg"]),
        followed_body_index=followed,
        **later_from_json(entry, len(bodies)),
    )


def _names(entries: Any) -> tuple[str, ...]:
    if not isinstance(entries, list):
        raise TypeError("a list of names is none")
    return tuple(str(entry) for entry in entries)


def _per_muscle(entries: Any, muscles: tuple[str, ...]) -> Array:
    values = np.array(entries, dtype=np.float64)
    if values.shape != (len(muscles),):
        raise ValueError(f"{values.size} values for {len(muscles)} muscles")
    return values


def _numbers_to_json(values: Array | None) -> list[float | None] | None:
    if values is None:
        return None
    return [value if math.isfinite(value) else None for value in np.asarray(values, dtype=np.float64).ravel().tolist()]


def _numbers(entries: Any) -> Array | None:
    if entries is None:
        return None
    return np.array([float("nan") if entry is None else float(entry) for entry in entries], dtype=np.float64)


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__


def json_text(document: object) -> str:
    """Return a document as JSON that every file can hold."""
    # What is no text, as a file's name may be, becomes JSON's escape for it, and is itself again when it is read.
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()
