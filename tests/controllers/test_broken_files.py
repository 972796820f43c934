"""Nothing that is no controller gives more than one line, and nothing runs without consent."""

import contextlib
from pathlib import Path

import pytest

from osimviz.controller_names import fault_in
from osimviz.trust import TrustStore, inspect
from osimviz.worker.controllers import ControllerLoadError, ControllerOptions, load_controller
from tests.controllers.broken_files import WITH_CANARY, WITHOUT_CODE
from tests.controllers.conftest import ProstheticsEnv

TRUSTED = ControllerOptions(is_trusted=True)


def refusal(file: Path, options: ControllerOptions | None = None) -> str:
    """Load a file as the worker does, and return its refusal as one line."""
    with pytest.raises(ControllerLoadError) as caught:
        load_controller(str(file), options=options).bind(ProstheticsEnv(), 0)
    failure = caught.value.failure
    line = f"{failure.sentence}. {failure.hint}".rstrip()
    assert "\n" not in line
    assert "Traceback" not in line
    assert len(line) < 600
    assert not failure.sentence.endswith(".")
    return line


def test_that_the_corpus_is_large() -> None:
    assert len(WITH_CANARY) + len(WITHOUT_CODE) >= 60
    assert len(WITH_CANARY) >= 25


@pytest.mark.parametrize("name", WITH_CANARY)
def test_that_nothing_runs_without_consent(name: str, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    file = tmp_path / name
    file.write_bytes(WITH_CANARY[name](canary))

    fault_in(str(file))
    inspection = inspect(file)
    assert not canary.exists()
    if inspection.is_harmless:
        # What runs nothing may be loaded, and is then refused for what it holds.
        assert name in ("objects.npy", "objects.npz", "pickle_named.npz", "second.pkl")
    else:
        assert not TrustStore(tmp_path / "none.json").may_load(inspection)
    line = refusal(file)

    assert inspection.is_harmless or inspection.fault or "trust its folder in the window" in line
    assert not canary.exists()


@pytest.mark.parametrize(
    "name",
    [
        "protocol_0.pkl",
        "protocol_5.pkl",
        "memo.pkl",
        "computed.pkl",
        "instance.pkl",
        "object.pkl",
        "leaves_a_number.pkl",
        "program.py",
        "in_a_dict.pkl",
    ],
)
def test_that_the_canary_sings_with_consent(name: str, tmp_path: Path) -> None:
    """Otherwise the test above proves nothing."""
    canary = tmp_path / "canary"
    file = tmp_path / name
    file.write_bytes(WITH_CANARY[name](canary))
    with contextlib.suppress(ControllerLoadError):
        load_controller(str(file), options=TRUSTED)

    assert canary.exists()


@pytest.mark.parametrize("name", WITHOUT_CODE)
@pytest.mark.parametrize("options", [None, TRUSTED], ids=["untrusted", "trusted"])
def test_that_what_is_no_controller_gets_one_line_that_names_it(
    name: str, options: ControllerOptions | None, tmp_path: Path
) -> None:
    file = tmp_path / name
    file.write_bytes(WITHOUT_CODE[name])
    fault = fault_in(str(file))
    assert fault is None or "\n" not in "".join(fault)
    inspect(file)

    line = refusal(file, options)

    knows_better = ("this controller takes", "the reflex controller walks")
    assert name in line or line.startswith(knows_better)
