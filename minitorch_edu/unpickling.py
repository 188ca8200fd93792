"""Unpickling: an interpreter for the few instructions of a pickle that build plain values and tensors.

A pickle is a program, and Python's own unpickler runs whatever it says. This one knows the names it is given and no
others, as PyTorch's `weights_only` unpickler does, and refuses in its words.
"""

from __future__ import annotations

import collections
import io
import pickle
import re
import struct
import warnings
from _compat_pickle import IMPORT_MAPPING, NAME_MAPPING
from collections.abc import Callable
from typing import Any

from minitorch_edu.callers import outside

GLOBALS: dict[str, Any] = {
    "collections.OrderedDict": collections.OrderedDict,
    "collections.Counter": collections.Counter,
    "builtins.set": set,
    "builtins.complex": complex,
    "builtins.bytearray": bytearray,
    "_codecs.encode": lambda text, encoding: text.encode(encoding),
}
"""What a file may name, and what it means here."""

SAFE: dict[str, Any] = {}
"""What else the user lets files name."""

UNSAFE = (
    "In PyTorch 2.6, we changed the default value of the `weights_only` argument in `torch.load` from `False` to "
    "`True`. Re-running `torch.load` with `weights_only` set to `False` will likely succeed, but it can result in "
    "arbitrary code execution. Do it only if you got the file from a trusted source."
)
_DOCS = (
    "\n\nCheck the documentation of torch.load to learn more about types accepted by default with weights_only "
    "https://pytorch.org/docs/stable/generated/torch.load.html."
)


def _refusal(text: str) -> str:
    """PyTorch's words around what the interpreter has said."""
    if re.search(r"GLOBAL (\S+) was not an allowed global by default.", text):
        return (
            "Weights only load failed. This file can still be loaded, to do so you have two options, "
            "\033[1mdo those steps only if you trust the source of the checkpoint\033[0m. "
            f"\n\t(1) {UNSAFE}\n\t(2) Alternatively, to load with `weights_only=True` please check "
            f"the recommended steps in the following error message.\n\tWeightsUnpickler error: {text}{_DOCS}"
        )
    words = f"Weights only load failed. {UNSAFE}\n"
    if "is blocked" not in text:
        words += (
            "Please file an issue with the following so that we can make `weights_only=True` compatible with your use "
            "case: WeightsUnpickler error: "
        )
    return f"{words}\n\n{text}{_DOCS}"


BLOCKED = ("sys", "os", "posix", "nt")
BUILDS = "via `add_safe_globals`"


def cut_short() -> EOFError:
    error = EOFError()  # PyTorch's has no text
    error.add_note("The file ends too early: it is empty, or was cut short.")
    return error


class Interpreter:
    """Runs the instructions of a pickle that build plain values, and refuses all others."""

    def __init__(self, text: Any, persistent_load: Callable[[Any], Any]) -> None:
        self.file = io.BytesIO(text) if isinstance(text, bytes) else text
        self.persistent_load = persistent_load
        self.memo: dict[int, Any] = {}
        self.stack: list[Any] = []
        self.marks: list[list[Any]] = []

    def take(self, count: int) -> bytes:
        found = self.file.read(count)
        if len(found) < count:
            raise cut_short()
        return found

    def number(self, code: str) -> Any:
        return struct.unpack(code, self.take(struct.calcsize(code)))[0]

    def run(self) -> Any:
        while True:
            instruction = self.file.read(1)
            if not instruction:
                raise cut_short()
            if instruction == pickle.STOP:
                return self.stack.pop()
            act = INSTRUCTIONS.get(instruction)
            if act is None:
                raise pickle.UnpicklingError(f"Unsupported operand {instruction[0]}")
            act(self)

    def since_mark(self) -> list[Any]:
        values, self.stack = self.stack, self.marks.pop()
        return values

    def mark(self) -> None:
        self.marks.append(self.stack)
        self.stack = []

    def find(self) -> None:
        module, name = self.file.readline()[:-1].decode(), self.file.readline()[:-1].decode()
        module, name = NAME_MAPPING.get(
            (module, name), (IMPORT_MAPPING.get(module, module), name)
        )  # from Python 2
        full = f"{module}.{name}"
        if module.split(".")[0] in BLOCKED:
            raise pickle.UnpicklingError(
                f"Trying to load unsupported GLOBAL {full} whose module {module} is blocked."
            )
        found = GLOBALS.get(full, SAFE.get(full))
        if found is None:
            short = full.removeprefix("builtins.")
            raise pickle.UnpicklingError(
                f"Unsupported global: GLOBAL {short} was not an allowed global by default. Please use "
                f"`torch.serialization.add_safe_globals([{short}])` or the "
                f"`torch.serialization.safe_globals([{short}])` context manager to allowlist this global if you trust "
                "this class/function."
            )
        self.stack.append(found)

    def call(self) -> None:
        arguments, function = self.stack.pop(), self.stack.pop()
        if not callable(function) or not any(
            function is each for each in (*GLOBALS.values(), *SAFE.values())
        ):
            raise pickle.UnpicklingError(f"Trying to call reduce for unrecognized function {function}")
        self.stack.append(function(*arguments))

    def new(self) -> None:
        arguments, kind = self.stack.pop(), self.stack.pop()
        if not (isinstance(kind, type) and any(kind is each for each in (*GLOBALS.values(), *SAFE.values()))):
            raise pickle.UnpicklingError(
                f"Can only create new object for nn.Parameter or classes allowlisted {BUILDS} but got {kind}"
            )
        self.stack.append(kind.__new__(kind, *arguments))

    def build(self) -> None:
        state, target = self.stack.pop(), self.stack[-1]
        if type(target) is collections.OrderedDict or type(target) in SAFE.values():
            if hasattr(target, "__setstate__"):
                target.__setstate__(state)
            else:
                target.__dict__.update(state)
            return
        raise pickle.UnpicklingError(
            f"Can only build Tensor, Parameter, OrderedDict or types allowlisted {BUILDS}, but got {type(target)}"
        )

    def extend(self, values: list[Any], doing: str) -> None:
        if type(self.stack[-1]) is not list:
            raise pickle.UnpicklingError(f"Can only {doing} lists, but got {type(self.stack[-1])}")
        self.stack[-1].extend(values)

    def set_items(self, values: list[Any], doing: str) -> None:
        if type(self.stack[-1]) not in (dict, collections.OrderedDict, collections.Counter):
            raise pickle.UnpicklingError(
                f"Can only {doing} for dict, collections.OrderedDict, collections.Counter, but got "
                f"{type(self.stack[-1])}"
            )
        self.stack[-1].update(zip(values[::2], values[1::2], strict=True))

    def persistent(self) -> None:
        saved = self.stack.pop()
        if type(saved) is not tuple and type(saved) is not int:
            raise pickle.UnpicklingError(f"persistent_load id must be tuple or int, but got {type(saved)}")
        if type(saved) is tuple and saved and saved[0] != "storage":
            raise pickle.UnpicklingError(
                f"Only persistent_load of storage is allowed, but got {type(saved[0])}"
            )
        self.stack.append(self.persistent_load(saved))

    def push(self, value: Any) -> None:
        self.stack.append(value)

    def tuple_of(self, count: int) -> None:
        self.stack[-count:] = [tuple(self.stack[-count:])]

    def remember(self, place: int) -> None:
        self.memo[place] = self.stack[-1]

    def text(self, length: int) -> str:
        return str(self.take(length), "utf-8", "surrogatepass")


INSTRUCTIONS: dict[bytes, Callable[[Interpreter], Any]] = {
    pickle.PROTO: lambda run: _protocol(run.number("<B")),
    pickle.GLOBAL: Interpreter.find,
    pickle.REDUCE: Interpreter.call,
    pickle.NEWOBJ: Interpreter.new,
    pickle.BUILD: Interpreter.build,
    pickle.MARK: Interpreter.mark,
    pickle.BINPERSID: Interpreter.persistent,
    pickle.APPEND: lambda run: run.extend([run.stack.pop()], "append to"),
    pickle.APPENDS: lambda run: run.extend(run.since_mark(), "extend"),
    pickle.SETITEM: lambda run: run.set_items([run.stack.pop(), run.stack.pop()][::-1], "SETITEM"),
    pickle.SETITEMS: lambda run: run.set_items(run.since_mark(), "SETITEMS"),
    pickle.TUPLE: lambda run: run.push(tuple(run.since_mark())),
    pickle.TUPLE1: lambda run: run.tuple_of(1),
    pickle.TUPLE2: lambda run: run.tuple_of(2),
    pickle.TUPLE3: lambda run: run.tuple_of(3),
    pickle.NONE: lambda run: run.push(None),
    pickle.NEWTRUE: lambda run: run.push(True),
    pickle.NEWFALSE: lambda run: run.push(False),
    pickle.EMPTY_TUPLE: lambda run: run.push(()),
    pickle.EMPTY_LIST: lambda run: run.push([]),
    pickle.EMPTY_DICT: lambda run: run.push({}),
    pickle.EMPTY_SET: lambda run: run.push(set()),
    pickle.BININT: lambda run: run.push(run.number("<i")),
    pickle.BININT1: lambda run: run.push(run.number("<B")),
    pickle.BININT2: lambda run: run.push(run.number("<H")),
    pickle.LONG1: lambda run: run.push(pickle.decode_long(run.take(run.number("<B")))),
    pickle.BINFLOAT: lambda run: run.push(run.number(">d")),
    pickle.BINUNICODE: lambda run: run.push(run.text(run.number("<I"))),
    pickle.SHORT_BINSTRING: lambda run: run.push(run.text(run.number("<B"))),
    pickle.BINGET: lambda run: run.push(run.memo[run.number("<B")]),
    pickle.LONG_BINGET: lambda run: run.push(run.memo[run.number("<I")]),
    pickle.BINPUT: lambda run: run.remember(run.number("<B")),
    pickle.LONG_BINPUT: lambda run: run.remember(run.number("<I")),
}  # fmt: skip
"""What each instruction that may stand in a file does. No other one is run."""


def _protocol(number: int) -> None:
    if number != 2:
        warnings.warn(
            f"Detected pickle protocol {number} in the checkpoint, which was not the default pickle protocol used by "
            "`torch.load` (2). The weights_only Unpickler might not support all instructions implemented by this "
            "protocol, please file an issue for adding support if you encounter this.",
            UserWarning,
            stacklevel=outside(),
        )


def restricted(text: Any, persistent_load: Callable[[Any], Any]) -> Any:
    """What a pickle says, if it says nothing but values: bytes, or a file that goes on behind it."""
    try:
        return Interpreter(text, persistent_load).run()
    except pickle.UnpicklingError as error:
        raise pickle.UnpicklingError(_refusal(str(error))) from None
