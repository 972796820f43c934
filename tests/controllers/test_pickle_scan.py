"""The scan of a pickle sees every import that Python's own unpickler would ask for."""

import contextlib
import io
import pickle
import pickletools
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from osimviz.trust import pickles
from osimviz.trust.pickles import HARMLESS, UNKNOWN_NAME, scan_pickle
from tests.controllers.broken_files import WITH_CANARY, deep

SEEDS = [make(Path("/none/c")) for name, make in WITH_CANARY.items() if name.endswith(".pkl") and "zlib" not in name]
#: Left out: Python's unpickler itself stumbles over buffers that were never given.
OPCODES = [opcode.code.encode("latin-1") for opcode in pickletools.opcodes if "BUFFER" not in opcode.name]


class Anything:
    """Stands for whatever a pickle asks for; runs nothing, and gives texts, which may name the next import."""

    def __init__(self, *arguments: Any) -> None:
        pass

    def __call__(self, *arguments: Any) -> str:
        return "exec"


class Watched(pickle.Unpickler):
    """Notes what it is asked for and imports nothing."""

    def __init__(self, data: bytes) -> None:
        super().__init__(io.BytesIO(data))
        self.asked: set[str] = set()

    def find_class(self, module_name: str, global_name: str) -> Any:
        self.asked.add(f"{module_name}.{global_name}")
        return Anything


def asked_by(data: bytes) -> set[str]:
    unpickler = Watched(data)
    with contextlib.suppress(Exception):
        unpickler.load()
    return unpickler.asked


def mutants(n: int) -> Iterator[bytes]:
    generator = random.Random(7)
    while n:
        data = bytearray(generator.choice(SEEDS))
        for _ in range(generator.randint(1, 5)):
            place, other = generator.randrange(len(data)), generator.randrange(len(data))
            change = generator.randrange(4)
            if change == 0:
                data[place:place] = generator.choice(OPCODES) + bytes([generator.randrange(4)])
            elif change == 1:
                del data[place : place + generator.randint(1, 3)]
            elif change == 2:
                data[place:place] = data[other : other + 12]
            else:
                data[place:place] = b"\x8c\x08builtins\x8c\x04exec\x93"
        if b"\x96" not in data and b"\x97" not in data and b"\x98" not in data:
            n -= 1
            yield bytes(data)


def test_that_no_mutant_called_harmless_asks_for_more() -> None:
    n_harmless = 0
    for data in mutants(800):
        if scan_pickle(data).is_harmless:
            n_harmless += 1
            assert asked_by(data) <= HARMLESS, data
    assert n_harmless > 5


@pytest.mark.parametrize("data", SEEDS)
def test_that_what_is_asked_for_is_named(data: bytes) -> None:
    imports = set(scan_pickle(data).imports)
    assert UNKNOWN_NAME in imports or asked_by(data) <= imports


def test_that_no_harmless_name_runs_what_it_is_given() -> None:
    forbidden = ("exec", "eval", "getattr", "compile", "import", "open", "system", "load", "partial", "map", "type")
    assert not [name for name in HARMLESS if name.rpartition(".")[2].lower() in forbidden]


def test_that_a_long_pickle_is_given_up_and_not_called_harmless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pickles, "N_OPCODES", 100)
    scan = scan_pickle(deep(500))
    assert not scan.is_harmless
    assert "too long" in scan.fault
