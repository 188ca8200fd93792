"""Apart: what PyTorch would say of tensors on different devices, without a GPU.

A call is run on fake tensors, which have a device and no numbers, so that PyTorch's own code takes the way it takes on
a GPU. At each of its native functions this file asks what the kernel for CUDA would say: `torchgen`, which is installed
with PyTorch, writes these kernels' wrappers from native_functions.yaml, and names them, and lets them compare the
devices of their tensors, out first, then the others in order. A function that is marked NoCheck does not; most of those
compare devices where they set up their loop over elements (TensorIterator).
"""

from __future__ import annotations

import functools
import itertools
import os
import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import torchgen
from torchgen.api.types import DispatcherSignature, NativeSignature
from torchgen.gen import get_grouped_native_functions, parse_native_yaml
from torchgen.model import DeviceCheckType, DispatchKey, NativeFunction, NativeFunctionsGroup

import minitorch_edu
from tests.ops import opinfo
from tests.ops.calls import Raised
from tests.oracle import torch

from torch._subclasses.fake_tensor import FakeTensorDeviceMismatchError, FakeTensorMode  # isort: skip
from torch.utils import _pytree as pytree  # isort: skip
from torch.utils._python_dispatch import TorchDispatchMode  # isort: skip

BECOMES: dict[str, tuple[str, dict[str, str]]] = {
    "polar": ("polar.out", {"out": "abs"}),
    "complex": ("complex.out", {"out": "real"}),
    "put": ("put_", {}),
    "stack": ("cat", {}),
    "masked_scatter": ("masked_scatter_", {}),
    "embedding": ("index_select", {"self": "weight", "index": "indices"}),
    "mv": ("addmv_", {"self": "vec", "mat": "self"}),
    "index_fill.int_Scalar": ("index_fill_.int_Scalar", {}),
    **{f"logical_{name}": (f"logical_{name}.out", {}) for name in ("and", "or", "xor")},
}
"""Native functions without a kernel of CUDA's own: which one they call, and what they hand on under another name."""

CARRY = {"copy_", "_to_copy", "diagonal_scatter", "select_scatter", "slice_scatter", "as_strided_scatter"}
"""Native functions that take a tensor from wherever it is."""

SAME = "Expected all tensors to be on the same device, but "
OF_FAKES = re.compile("not allocated yet|Mismatching aten|[Ff]ake|not compiled with|data-dependent")
"""What is said of fake tensors alone."""


class Refused(Exception):
    """What PyTorch would say."""


class Unknown(Exception):
    """Nothing here knows what PyTorch would say: the native function."""


# --- the wrappers of kernels -----------------------------------------------------------------------------------------------


class Wrapper(NamedTuple):
    """The wrapper of a kernel for CUDA. arguments: those whose devices it compares, in order; None if it does not."""

    name: str
    arguments: tuple[str, ...] | None
    loops: bool


@functools.cache
def wrappers() -> dict[str, Wrapper]:
    """The wrappers by native function: {"index_select": ("wrapper_CUDA__index_select", ("self", "index"))}."""
    folder = os.path.join(os.path.dirname(torchgen.__file__), "packaged", "ATen", "native")
    path = os.path.join(folder, "native_functions.yaml")
    parsed = parse_native_yaml(path, os.path.join(folder, "tags.yaml"))
    cuda = parsed.backend_indices[DispatchKey.CUDA]
    with open(path) as file:
        loops = set(_loops(file.read()))
    found = {}
    for each in get_grouped_native_functions(parsed.native_functions):
        functions = tuple(each.functions()) if isinstance(each, NativeFunctionsGroup) else (each,)
        structured = isinstance(each, NativeFunctionsGroup) and each.structured and cuda.has_kernel(each)
        for function in functions:
            name = str(function.func.name)
            if structured or cuda.has_kernel(function):
                found[name] = _wrapper(function, structured, name in loops)
    return found


def _loops(text: str) -> Iterator[str]:
    """The native functions that run in TensorIterator, as a comment says or their class; and those made of them."""
    for entry in re.split(r"^- func: ", text, flags=re.MULTILINE)[1:]:
        if re.search(r"NoCheck\s+# *TensorIterator|structured_inherits: TensorIterator", entry):
            name = entry.split("(")[0]
            yield name
            yield re.sub(r"[._]out$", "", name)


def _wrapper(function: NativeFunction, structured: bool, loops: bool) -> Wrapper:
    schema = function.func
    if structured:
        name = NativeSignature(schema, prefix="wrapper_CUDA_", symint=False).name()
    else:
        prefix = f"wrapper_CUDA_{schema.name.overload_name}_"
        name = DispatcherSignature.from_schema(schema, prefix=prefix, symint=False).name()
    arguments = itertools.chain(schema.arguments.out, schema.arguments.flat_positional)
    looked_at = tuple(each.name for each in arguments if each.type.is_tensor_like())
    checks = function.device_check is not DeviceCheckType.NoCheck
    return Wrapper(name, looked_at if checks else None, loops)


# --- a call -----------------------------------------------------------------------------------------------------------------


class Wrapped(TorchDispatchMode):
    """Let the wrappers look at the devices of what each native function is given."""

    unsure = ""
    """A native function that took tensors of several devices, and nothing here knows whether it may."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        namespace, _, name = func.name().partition("::")
        if namespace == "aten":
            given = dict(zip((each.name for each in func._schema.arguments), args, strict=False)) | kwargs
            self.look(name, given)
        try:
            return func(*args, **kwargs)
        except FakeTensorDeviceMismatchError:
            raise Unknown(name) from None

    def look(self, name: str, given: dict[str, Any]) -> None:
        tensors = [tensor for _, tensor in _tensors(given, tuple(given))]
        if len({each.device for each in tensors}) < 2 or name in CARRY:
            return
        if name == "native_batch_norm" and given["input"].is_cuda and given["input"].ndim > 2:
            name = "cudnn_batch_norm"  # which a PyTorch that knows cuDNN calls in its place
        name, renamed = BECOMES.get(name, (name, {}))
        given = given | {own: given[other] for own, other in renamed.items()}
        known = wrappers().get(name)
        if known is not None and known.arguments is not None:
            _compare(known, list(_tensors(given, known.arguments)))
        elif known is not None and known.loops:
            crossing = [each for each in tensors if each.device.type == "cpu" and not each.ndim]
            if len(tensors) > 2 and crossing:
                self.unsure = name
            elif len(crossing) != 1 or (name.split(".")[0].endswith("_") and crossing[0] is tensors[0]):
                raise Refused(_two_devices(tensors))
        else:
            self.unsure = name


def _compare(known: Wrapper, looked_at: list[tuple[str, Any]]) -> None:
    common = looked_at[0][1].device
    for argument, tensor in looked_at:
        if tensor.device != common:
            raise Refused(
                f"{SAME}got {argument} is on {tensor.device}, different from other tensors on {common} (when checking "
                f"argument in method {known.name})"
            )


def _two_devices(tensors: list[Any]) -> str:
    """What TensorIterator says: its common device is the first that is not the CPU."""
    common = next(each.device for each in tensors if each.device.type != "cpu")
    other = next(each.device for each in tensors if each.device != common)
    return f"{SAME}found at least two devices, {common} and {other}!"


def _tensors(given: dict[str, Any], names: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    for name in names:
        value = given.get(name)
        for each in value if isinstance(value, list | tuple) else (value,):
            if isinstance(each, torch.Tensor):
                yield name, each


def answer(call: Callable[[], Any]) -> str | None:
    """What PyTorch says to a call with fake tensors; None where it has nothing to say. Raises Unknown."""
    try:
        with Wrapped() as wrapped, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            call()
    except Refused as refused:
        return str(refused)
    except Unknown:
        raise
    except Exception as error:
        if (
            isinstance(error, NotImplementedError)
            or OF_FAKES.search(str(error))
            or "torch._" in type(error).__module__
        ):
            raise Unknown(str(error)) from None
        return str(error)
    if wrapped.unsure:
        raise Unknown(wrapped.unsure)
    return None


# --- PyTorch's own samples ---------------------------------------------------------------------------------------------------


class Placed(NamedTuple):
    """A call with some of its tensors on another device, and what each engine says."""

    shapes: list[tuple[int, ...]]
    devices: list[str]
    ours: str | None
    theirs: str | None


def placements(name: str) -> Iterator[Placed]:
    """Each tensor of a sample or two in turn on the CPU, the others on a GPU; and the other way round."""
    info = opinfo.PRESENT[name]
    several = [each for each in opinfo.samples(info, "float32", 4) if len(_tensors_of(each)) > 1]
    for sample in several[:1] + several[1:][-1:]:
        tensors = _tensors_of(sample)
        for place, (lone, others) in itertools.product(
            range(len(tensors) if len(tensors) > 2 else 1), (("cpu", "cuda"), ("cuda", "cpu"))
        ):
            devices = [lone if number == place else others for number in range(len(tensors))]
            try:
                theirs = _theirs(info, sample, tensors, devices)
            except Unknown:
                continue
            shapes = [tuple(each.shape) for each in tensors]
            yield Placed(shapes, devices, _ours(info, sample, tensors, devices), theirs)


def _tensors_of(sample: Any) -> list[Any]:
    leaves = pytree.tree_leaves(((sample.input, *sample.args), sample.kwargs))
    return list({id(each): each for each in leaves if isinstance(each, torch.Tensor)}.values())


def _theirs(info: Any, sample: Any, tensors: list[Any], devices: list[str]) -> str | None:
    with FakeTensorMode():
        fakes = {
            id(each): torch.empty_strided(each.shape, each.stride(), dtype=each.dtype, device=device)
            for each, device in zip(tensors, devices, strict=True)
        }
        args, kwargs = pytree.tree_map(
            lambda each: fakes.get(id(each), each), ((sample.input, *sample.args), sample.kwargs)
        )
        return answer(lambda: info.op(*args, **kwargs))


def _ours(info: Any, sample: Any, tensors: list[Any], devices: list[str]) -> str | None:
    engines = opinfo.Engines()
    given = engines.pair([[sample.input, *sample.args], sample.kwargs])[0]
    moved = {
        id(engines.made[id(each)][0]): engines.made[id(each)][0].to(device)
        for each, device in zip(tensors, devices, strict=True)
    }
    args, kwargs = _replaced(given, moved)
    function = opinfo.translated_function(info.op, info.name)
    found = opinfo.spoken(lambda: function(*args, **kwargs), minitorch_edu)
    return found.text if isinstance(found, Raised) else None


def _replaced(value: Any, moved: dict[int, Any]) -> Any:
    if isinstance(value, list | tuple):
        return type(value)(_replaced(each, moved) for each in value)
    if isinstance(value, dict):
        return {key: _replaced(each, moved) for key, each in value.items()}
    return moved.get(id(value), value)
