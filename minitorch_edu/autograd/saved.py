"""Saved tensors: what a node keeps for its backward, and the hooks that may pack it away.

Note [Saved results]
A node that saved its own result as it is would keep itself alive: result -> grad_fn -> saved result. So a result is
saved as an alias without history (the same bytes and the same version counter), which gets its grad_fn back when it is
unpacked.

Note [Packed away]
With `saved_tensors_hooks`, what `pack_hook` returned stands in the place of the tensor: a `Packed`. Its version is one
that no tensor ever has, so the check of versions, which every look at a saved tensor makes, finds it out; nobody who
uses no hooks pays for them.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from minitorch_edu.autograd import anomaly
from minitorch_edu.autograd.grad_mode import no_grad
from minitorch_edu.autograd.hooks import two_devices
from minitorch_edu.ops import registry
from minitorch_edu.storage import VersionCounter
from minitorch_edu.tensor import is_number

if TYPE_CHECKING:
    from minitorch_edu.autograd.graph import Node
    from minitorch_edu.tensor import Tensor

FREED = (
    "Trying to backward through the graph a second time (or directly access saved tensors after they have already been "
    "freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify "
    "retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors "
    "after calling backward."
)
HOOK_WRITES = (
    "A saved tensor pack hook is modifying its input in place. Tensors provided as input to pack hook cannot be "
    "modified by in-place operations as this can lead to unexpected side-effects. Please open an issue if you need to "
    "perform in-place operations on the input to a pack hook."
)

watchers: list[Callable[[SavedTensor], None]] = []
"""Who looks at each tensor that is saved: hooks while there are some, and inference mode once it was used."""


class SavedTensor:
    """A tensor kept for the backward pass, with the version it had when it was saved."""

    __slots__ = ("tensor", "version", "is_output")

    def __init__(self, tensor: Tensor, version: int, is_output: bool) -> None:
        self.tensor = tensor
        self.version = version
        self.is_output = is_output  # see Note [Saved results]
        if watchers:
            for watcher in watchers:
                watcher(self)


def saved_array(saved: SavedTensor | None, node: Node) -> Any:
    """The bare array of a saved tensor, if it is still what it was when it was saved."""
    if saved is None:
        raise _freed(node)
    tensor = saved.tensor
    if tensor._version_counter.value != saved.version:
        return _unpacked_at_home(saved, node)._array
    return tensor._array


def saved_tensor(saved: SavedTensor | None, node: Node) -> Tensor:
    """A saved tensor with its place in the graph, so that it can be differentiated again."""
    if saved is None:
        raise _freed(node)
    tensor = saved.tensor
    if tensor._version_counter.value != saved.version:
        packed = tensor
        tensor = _unpacked(saved, node)
        return packed._placed(tensor, node)  # type: ignore[attr-defined]
    if saved.is_output and tensor._output_nr < node.output_count:
        return tensor._with_history(node, tensor._output_nr)
    return tensor


def op_name(node: Node) -> str:
    """What messages call a node: Mul for MulBackward0."""
    return re.sub(r"Backward\d*$", "", node.name())


def _freed(node: Node) -> RuntimeError:
    error = RuntimeError(FREED)
    error.add_note(
        f"{type(node).__name__} has already run once and has let go of what it saved.\n"
        "Compute the loss again before the second backward(), or call the first one with retain_graph=True."
    )
    return error


def _modified(saved: SavedTensor, node: Node) -> RuntimeError:
    tensor = saved.tensor
    shape = ", ".join(map(str, tensor.shape))
    source = node if saved.is_output else tensor.grad_fn
    made_by = "" if source is None else f", which is output {tensor._output_nr} of {op_name(source)},"
    error = RuntimeError(
        "one of the variables needed for gradient computation has been modified by an inplace operation: "
        f"[{registry.functions['type'](tensor)} [{shape}]]{made_by} is at version {tensor._version}; expected version "
        f"{saved.version} instead. Hint: {anomaly.hint()}"
    )
    error.add_note(
        f"{type(node).__name__} saved this tensor at version {saved.version} to compute a gradient with it; since then "
        "an operation has written into it.\n"
        "Ways out: write y = y * 2 instead of y *= 2; clone() before the in-place write; or do the write "
        "after backward()."
    )
    return error


# --- hooks ----------------------------------------------------------------------------------------------------------


class Packed:
    """What a pack hook made of a tensor, and where the tensor belongs. See Note [Packed away]."""

    _version_counter = VersionCounter()
    _version_counter.value = -1

    def __init__(
        self, saved: SavedTensor, pack: Callable[..., Any], unpack: Callable[..., Any], late: bool = False
    ) -> None:
        tensor = saved.tensor
        self.unpack = unpack
        self.home = tensor._storage.backend
        self.version = saved.version
        self._output_nr = tensor._output_nr
        self.grad_fn = None if saved.is_output else tensor.grad_fn
        leaf = not saved.is_output and tensor._requires_grad and self.grad_fn is None
        self.leaf = tensor if leaf else None
        self.is_output = saved.is_output
        before = tensor._version_counter.value
        with no_grad():
            self.value = pack(tensor._alias() if late else tensor)
        if tensor._version_counter.value != before:
            raise RuntimeError(HOOK_WRITES)

    def opened(self) -> Tensor:
        tensor = self.unpack(self.value)
        if not hasattr(tensor, "_version_counter"):
            raise TypeError(
                "Output of saved tensor unpack_hook expected to be a Tensor but got result of type "
                f"{type(tensor).__name__}"
            )
        return tensor

    def _placed(self, tensor: Tensor, node: Node) -> Tensor:
        """What was unpacked, in the place in the graph of what was packed."""
        if self.is_output:
            return (
                tensor._with_history(node, self._output_nr) if self._output_nr < node.output_count else tensor
            )
        if self.grad_fn is not None:
            return tensor._with_history(self.grad_fn, self._output_nr)
        alias = tensor._alias()
        if self.leaf is not None:
            if self.leaf._array is tensor._array:
                return self.leaf
            alias._grad_fn, alias._requires_grad = node.standing_for(self.leaf), True
        return alias


def _unpacked(saved: SavedTensor, node: Node) -> Tensor:
    packed: Any = saved.tensor
    if isinstance(packed, Packed):
        return packed.opened()
    raise _modified(saved, node)


def _unpacked_at_home(saved: SavedTensor, node: Node) -> Tensor:
    """The same for a kernel: an unpack hook may have left it on another device, where no kernel can use it."""
    tensor = _unpacked(saved, node)
    home = saved.tensor.home  # type: ignore[attr-defined]
    if tensor._storage.backend is not home:
        raise two_devices(home.device, tensor.device)
    return tensor


class RawSaved:
    """A saved tensor of a node as it is: `_raw_saved_self`. Hooks may be put on it one by one."""

    _called = "torch._C._autograd.SavedTensor"

    def __init__(self, saved: SavedTensor | None, node: Node) -> None:
        self._saved = saved
        self._node = node

    def register_hooks(self, pack_hook: Callable[..., Any], unpack_hook: Callable[..., Any]) -> None:
        """Pack this one tensor now, and unpack it when it is needed."""
        if self._saved is None:
            freed = FREED.replace("saved tensors after", "saved variables after")
            raise RuntimeError(
                "Calling register_hooks on a saved tensor after it has been freed. "
                + freed[freed.index("Saved intermediate") :]
            )
        if isinstance(self._saved.tensor, Packed):
            raise RuntimeError(
                "Calling register_hooks on a saved tensor whose hooks have already been set. Hint: only one pair of "
                "hooks is allowed at a time."
            )
        saved_array(self._saved, self._node)
        packed: Any = Packed(self._saved, pack_hook, unpack_hook, late=True)
        self._saved.tensor = packed

    @property
    def unpack_hook(self) -> Any:
        packed: Any = self._saved and self._saved.tensor
        return packed.unpack if isinstance(packed, Packed) else None

    @property
    def data(self) -> Any:
        packed: Any = self._saved and self._saved.tensor
        return packed.value if isinstance(packed, Packed) else packed

    def __repr__(self) -> str:
        return f"<torch._C._autograd.SavedTensor object at {id(self):#x}>"


class _Pairs(threading.local):
    """The pairs of hooks of the running thread, the one in force last; and why there must be none."""

    lock = threading.Lock()
    of_all_threads = 0

    def __init__(self) -> None:
        self.entered: list[tuple[Any, Any]] = []
        self.forbidden: str | None = None
        self.copying: object | None = None

    def count(self, change: int) -> None:
        """Look at what is saved only while some thread has hooks."""
        with self.lock:
            before = _Pairs.of_all_threads
            _Pairs.of_all_threads = before + change
            if before == 0:
                watchers.append(_pack)
            elif before + change == 0:
                watchers.remove(_pack)


_pairs = _Pairs()


def _pack(saved: SavedTensor) -> None:
    if _pairs.entered and not is_number(saved.tensor):
        pack, unpack = _pairs.entered[-1]
        packed: Any = Packed(saved, pack, unpack)
        saved.tensor = packed


class saved_tensors_hooks:
    """A with-block in which `pack_hook` is given every tensor that is saved, and what it returns is kept instead.

    `unpack_hook` makes a tensor of that again when it is needed.

    >>> x = torch.tensor([1.0, 2.0], requires_grad=True)
    >>> with torch.autograd.graph.saved_tensors_hooks(lambda t: t.numpy().tolist(), torch.tensor):
    ...     y = x.exp()
    >>> y.sum().backward(); x.grad
    tensor([2.7183, 7.3891])
    """

    def __init__(self, pack_hook: Callable[..., Any], unpack_hook: Callable[..., Any]) -> None:
        self.pack_hook = pack_hook
        self.unpack_hook = unpack_hook

    def __enter__(self) -> None:
        if _pairs.forbidden is not None:
            raise RuntimeError(_pairs.forbidden)
        _pairs.entered.append((self.pack_hook, self.unpack_hook))
        _pairs.count(1)

    def __exit__(self, *_: Any) -> None:
        _pairs.entered.pop()
        _pairs.count(-1)


class save_on_cpu(saved_tensors_hooks):
    """A with-block in which what is saved is kept in the memory of the host, and copied back when it is needed."""

    def __init__(self, pin_memory: bool = False, device_type: str = "cuda") -> None:
        def pack(tensor: Tensor) -> Any:
            return tensor.device, tensor.cpu()

        def unpack(packed: Any) -> Tensor:
            device, tensor = packed
            return tensor.to(device, non_blocking=pin_memory)

        super().__init__(pack, unpack)


@contextmanager
def disable_saved_tensors_hooks(error_message: str) -> Iterator[None]:
    """A with-block in which hooks for saved tensors are refused with this message."""
    before = _pairs.forbidden
    if _pairs.entered:
        raise RuntimeError(error_message)
    _pairs.forbidden = error_message
    try:
        yield
    finally:
        _pairs.forbidden = before


@contextmanager
def allow_mutation_on_saved_tensors() -> Iterator[None]:
    """A with-block in which what is saved may be written: a copy is kept. The backward pass has to be inside, too.

    >>> x = torch.ones(2, requires_grad=True)
    >>> with torch.autograd.graph.allow_mutation_on_saved_tensors():
    ...     y = x * 3
    ...     z = y * y
    ...     y = y.zero_()
    ...     z.sum().backward()
    >>> x.grad
    tensor([18., 18.])
    """
    if _pairs.copying:
        raise RuntimeError("allow_mutation_on_saved_tensors contexts cannot be nested")
    _pairs.copying = own = object()

    def copied(tensor: Tensor) -> Tensor:
        return tensor.detach().clone()

    def unpacked(copy: Tensor) -> Tensor:
        if _pairs.copying is not own:
            raise AssertionError(
                "Trying to backward outside of the 'allow_mutation_on_saved_tensors' contextin which the graph was "
                "originally recorded."
            )
        return copy

    try:
        with saved_tensors_hooks(copied, unpacked):
            yield
    finally:
        _pairs.copying = None
