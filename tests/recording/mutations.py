"""Open many damaged recordings: run as a program in a process of its own, with a limit on memory and time."""

import random
import resource
import signal
import sys
import traceback
from pathlib import Path

import h5py
import numpy as np

from osimviz.recording import RecordingError, RecordingFile
from osimviz.recording.export import export_recording
from osimviz.recording.staging import staged_change

MEMORY_BYTES = 2 * 2**30
PATIENCE_S = 10


def flip_bits(content: bytes, draw: random.Random) -> bytes:
    """Flip up to eight bits anywhere, half of the time in the structure at the front."""
    changed = bytearray(content)
    end = len(content) if draw.random() < 0.5 else min(len(content), 60_000)
    for _ in range(draw.randint(1, 8)):
        changed[draw.randrange(end)] ^= 1 << draw.randrange(8)
    return bytes(changed)


def cut(content: bytes, draw: random.Random) -> bytes:
    """Leave out the end."""
    return content[: draw.randrange(len(content))]


def overwrite(content: bytes, draw: random.Random) -> bytes:
    """Put noise, zeros or ones over a stretch."""
    changed = bytearray(content)
    start, length = draw.randrange(len(content)), draw.randint(1, 5000)
    filling = draw.choice((b"\x00", b"\xff", None))
    stretch = draw.randbytes(length) if filling is None else filling * length
    changed[start : start + length] = stretch[: len(content) - start]
    return bytes(changed)


def swap(content: bytes, draw: random.Random) -> bytes:
    """Exchange two stretches."""
    changed = bytearray(content)
    length = draw.randint(8, 4096)
    one, other = (draw.randrange(len(content) - length) for _ in range(2))
    changed[one : one + length], changed[other : other + length] = (
        content[other : other + length],
        content[one : one + length],
    )
    return bytes(changed)


def change_datasets(path: Path, draw: random.Random) -> None:
    """Give a dataset another type, shape, length or content, or remove it, as another program could."""
    with path.open("r+b") as raw, staged_change(raw.fileno(), path.stat().st_size) as file:
        names: list[str] = []
        file.visititems(lambda name, item: names.append(name) if isinstance(item, h5py.Dataset) else None)
        name = draw.choice(names)
        dataset = file[name]
        shape = dataset.shape
        kind = draw.randrange(7)
        if kind == 0 and dataset.chunks is not None:
            dataset.resize(draw.choice((10**6, 10**9, 2**40, 2**62)), axis=0)
        elif kind == 1 and dataset.chunks is not None:
            dataset.resize(draw.randrange(max(shape[0], 1)), axis=0)
        elif kind == 2 and dataset.size:
            dataset[...] = np.full(shape, draw.choice((0, 1, 255)), dtype=dataset.dtype)
        else:
            del file[name]
            if kind == 3:
                file[name] = "text"
            elif kind == 4:
                file.create_group(name)
            elif kind == 5:
                file.create_dataset(name, shape=shape, dtype=draw.choice(("i1", "f4", "S7", ">f8", "c16")))
            elif len(shape):
                new_shape = (*shape, 3) if draw.random() < 0.5 else tuple(n + 1 for n in shape)
                chunks = tuple(max(n, 1) for n in new_shape)
                limits = (None, *new_shape[1:])
                file.create_dataset(name, shape=new_shape, dtype=dataset_type(draw), chunks=chunks, maxshape=limits)


def dataset_type(draw: random.Random) -> str:
    """Return some type of numbers."""
    return draw.choice(("f8", "i4", "u8", "?"))


def read_all(path: Path, scratch: Path) -> str:
    """Open a recording and use all of it; return what happened."""
    try:
        with RecordingFile(path) as file:
            for summary in file.summaries():
                recording = file.episode(summary.number).recording
                for index in range(0, len(recording), 7):
                    recording.frame(index)
                    recording.values(index)
                for channel in recording.info.channels:
                    recording.column(channel.name)
                if len(recording):
                    export_recording(recording, scratch / "out.csv", replace=True)
            return "read"
    except RecordingError as error:
        sentence = str(error)
        return "told" if "\n" not in sentence and 10 < len(sentence) < 400 else f"no sentence: {sentence!r}"


def main(sound: Path, scratch: Path, first: int, n: int) -> None:
    """Try mutations `first` to `first + n` and print what happened to each."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    content = sound.read_bytes()
    path = scratch / "changed.h5"
    for seed in range(first, first + n):
        draw = random.Random(seed)
        mutate = draw.choice((flip_bits, flip_bits, cut, overwrite, swap, None))
        path.unlink(missing_ok=True)
        path.write_bytes(content if mutate is None else mutate(content, draw))
        if mutate is None:
            change_datasets(path, draw)
        sys.stdout.write(f"{seed} ")
        sys.stdout.flush()
        signal.alarm(PATIENCE_S)
        try:
            result = read_all(path, scratch)
        except Exception:  # noqa: BLE001
            result = f"traceback: {traceback.format_exc()!r}"
        signal.alarm(0)
        sys.stdout.write(f"{result}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
