"""What a pickle would import and call, read off its opcodes. Nothing is executed.

A pickle is a program for a stack machine. The machine is followed with every value unknown but text, which is what
names an import; a name that cannot be told this way counts as one that is not harmless.
"""

import io
import pickletools
from dataclasses import dataclass
from typing import Any, BinaryIO

#: Opcodes followed at most; a longer pickle counts as not inspected whole. About 3 s.
N_OPCODES = 2_000_000

#: Names that build containers, numbers and arrays, and do nothing else: of the standard library, NumPy and PyTorch.
_HARMLESS = {
    "builtins": "set frozenset list dict tuple int float complex bool str bytes bytearray slice object",
    "__builtin__": "set frozenset list dict tuple int long float complex bool str unicode bytearray slice object",
    "collections": "OrderedDict deque",
    "_codecs": "encode",
    "datetime": "date datetime time timedelta",
    "decimal": "Decimal",
    "fractions": "Fraction",
    "numpy": "ndarray dtype float64 float32 int64 int32 uint8 bool_",
    "numpy.core.multiarray": "_reconstruct scalar",
    "numpy._core.multiarray": "_reconstruct scalar",
    "numpy.core.numeric": "_frombuffer",
    "numpy._core.numeric": "_frombuffer",
    "numpy.random._pickle": "__randomstate_ctor __generator_ctor __bit_generator_ctor",
    "numpy.random._mt19937": "MT19937",
    "numpy.random._pcg64": "PCG64",
    "numpy.random.mtrand": "RandomState",
    "numpy.random._generator": "Generator",
    "torch": (
        "Size device dtype FloatStorage DoubleStorage HalfStorage BFloat16Storage LongStorage IntStorage ShortStorage "
        "CharStorage ByteStorage BoolStorage float16 float32 float64 bfloat16 int64 int32 int16 int8 uint8 bool"
    ),
    "torch.storage": "UntypedStorage TypedStorage",
    "torch._utils": "_rebuild_tensor _rebuild_tensor_v2 _rebuild_parameter",
}
HARMLESS = frozenset(f"{module}.{name}" for module, names in _HARMLESS.items() for name in names.split())
#: Stands for an import whose name is computed.
UNKNOWN_NAME = "a name made up while loading"


@dataclass(frozen=True, slots=True)
class PickleScan:
    """What a pickle would import.

    Attributes
    ----------
    imports : tuple of str
        ``module.name`` of everything it asks for, in order, each once.
    fault : str
        Why it cannot be read to its end, in a few words; empty for a whole pickle.
    """

    imports: tuple[str, ...]
    fault: str = ""

    @property
    def is_harmless(self) -> bool:
        """Whether it is whole and asks for nothing but containers, numbers and arrays."""
        return not self.fault and HARMLESS.issuperset(self.imports)


def scan_pickle(data: bytes | BinaryIO) -> PickleScan:
    """Follow the first pickle in some bytes or an open file to its end."""
    follower = _Follower()
    try:
        for n, (opcode, argument, _) in enumerate(
            pickletools.genops(data if hasattr(data, "read") else io.BytesIO(data))
        ):
            if n >= N_OPCODES:
                return follower.scan("it is too long to be inspected whole")
            follower.take(opcode, argument)
    except IndexError:
        return follower.scan("an instruction finds no value to work on")
    except KeyError as error:
        return follower.scan(f"an instruction asks for value {error}, which was never kept")
    except (ValueError, OverflowError, MemoryError) as error:
        return follower.scan(" ".join(str(error).split())[:100] or type(error).__name__)
    return follower.scan("")


class _Follower:
    """The stack and memo of an unpickler, text known, all else unknown (None)."""

    def __init__(self) -> None:
        self._stack: list[Any] = []
        self._memo: dict[int, Any] = {}
        self._imports: dict[str, None] = {}

    def scan(self, fault: str) -> PickleScan:
        """Return what was found."""
        return PickleScan(tuple(self._imports), fault)

    def take(self, opcode: pickletools.OpcodeInfo, argument: Any) -> None:
        """Do to the stack what an opcode does; `IndexError` or `KeyError` where an unpickler would fail as well."""
        name = opcode.name
        if name in ("PUT", "BINPUT", "LONG_BINPUT"):
            self._memo[int(argument)] = self._stack[-1]
        elif name == "MEMOIZE":
            self._memo[len(self._memo)] = self._stack[-1]
        elif name in ("GET", "BINGET", "LONG_BINGET"):
            self._stack.append(self._memo[int(argument)])
        elif name == "DUP":
            self._stack.append(self._stack[-1])
        elif name == "STACK_GLOBAL":
            attribute, module = self._stack.pop(), self._stack.pop()
            self._note(module, attribute)
            self._stack.append(None)
        else:
            if name in ("GLOBAL", "INST"):
                module, _, attribute = str(argument).partition(" ")
                self._note(module, attribute)
            elif name in ("EXT1", "EXT2", "EXT4"):
                self._note(None, None)
            self._move(opcode, argument)

    def _note(self, module: Any, attribute: Any) -> None:
        is_known = isinstance(module, str) and isinstance(attribute, str)
        self._imports.setdefault(f"{module}.{attribute}" if is_known else UNKNOWN_NAME)

    def _move(self, opcode: pickletools.OpcodeInfo, argument: Any) -> None:
        """Pop and push as many values as the opcode says."""
        before = list(opcode.stack_before)
        if pickletools.markobject in before:
            # Everything above the mark goes, and the mark.
            while self._stack.pop() is not pickletools.markobject:
                pass
            before = before[: before.index(pickletools.markobject)]
        for _ in before:
            if self._stack.pop() is pickletools.markobject and opcode.name != "POP":
                raise IndexError("a mark stands where a value is needed")
        for kind in opcode.stack_after:
            if kind is pickletools.markobject:
                self._stack.append(kind)
            else:
                self._stack.append(argument if isinstance(argument, str) and _is_text(opcode) else None)


def _is_text(opcode: pickletools.OpcodeInfo) -> bool:
    return "STRING" in opcode.name or "UNICODE" in opcode.name
