"""States: what a module saves and loads, and where its tensors lie."""

from __future__ import annotations

from collections import OrderedDict, namedtuple
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from minitorch_edu import dtypes
from minitorch_edu.autograd.grad_mode import no_grad
from minitorch_edu.devices import device as Device
from minitorch_edu.parameter import Parameter
from minitorch_edu.tensor import Tensor

S = TypeVar("S", bound="Stateful")


class Keys(namedtuple("IncompatibleKeys", ["missing_keys", "unexpected_keys"])):
    """What `load_state_dict` did not find, and what it had no place for."""

    __slots__ = ()

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return f"_IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"

    __str__ = __repr__


class Stateful:
    """A module as a collection of tensors."""

    _parameters: dict[str, Any]
    _buffers: dict[str, Any]
    _modules: dict[str, Any]
    _non_persistent_buffers_set: set[str]
    _version: int

    # --- saving and loading -----------------------------------------------------------------------------------------

    def state_dict(
        self, *, destination: Any = None, prefix: str = "", keep_vars: bool = False
    ) -> OrderedDict[str, Any]:
        """All parameters and persistent buffers by their dotted paths: the very tensors, detached."""
        if destination is None:
            destination = OrderedDict()
            destination._metadata = OrderedDict()
        destination._metadata[prefix[:-1]] = {"version": self._version}
        self._save_to_state_dict(destination, prefix, keep_vars)
        for name, module in self._modules.items():
            if module is not None:
                module.state_dict(destination=destination, prefix=f"{prefix}{name}.", keep_vars=keep_vars)
        return destination

    def _save_to_state_dict(self, destination: Any, prefix: str, keep_vars: bool) -> None:
        for name, tensor in self._own_state().items():
            destination[prefix + name] = tensor if keep_vars else tensor.detach()

    def _own_state(self) -> dict[str, Tensor]:
        """What this module itself saves, without its parts."""
        kept = {
            name: buffer
            for name, buffer in self._buffers.items()
            if name not in self._non_persistent_buffers_set
        }
        return {name: tensor for name, tensor in {**self._parameters, **kept}.items() if tensor is not None}

    def load_state_dict(
        self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
    ) -> Keys:
        """Write the tensors of a state into those of this module, or take them over (`assign`).

        strict: the names must be the same on both sides.
        """
        if not isinstance(state_dict, Mapping):
            raise TypeError(f"Expected state_dict to be dict-like, got {type(state_dict)}.")
        missing: list[str] = []
        errors: list[str] = []
        expected: set[str] = set()
        for path, module in self.named_modules(remove_duplicate=False):  # type: ignore[attr-defined]
            prefix = f"{path}." if path else ""
            expected |= {prefix + name for name in module._own_state()}
            module._load_from_state_dict(state_dict, prefix, {}, strict, missing, [], errors, assign)
        unexpected = [key for key in state_dict if key not in expected]
        if strict:
            for kind, keys in (("Missing", missing), ("Unexpected", unexpected)):
                if keys:
                    quoted = ", ".join(f'"{key}"' for key in keys)
                    errors.insert(0, f"{kind} key(s) in state_dict: {quoted}. ")
        if errors:
            lines = "\n\t".join(errors)
            raise RuntimeError(f"Error(s) in loading state_dict for {type(self).__name__}:\n\t{lines}")
        return Keys(missing, unexpected)

    def _load_from_state_dict(
        self,
        state_dict: Mapping[str, Any],
        prefix: str,
        local_metadata: dict[str, Any],
        strict: bool,
        missing_keys: list[str],
        unexpected_keys: list[str],
        error_msgs: list[str],
        assign: bool = False,
    ) -> None:
        """Load what belongs to this module itself. Modules that changed their format override it."""
        for name, own in self._own_state().items():
            key = prefix + name
            if key not in state_dict:
                missing_keys.append(key)
                continue
            given = state_dict[key]
            if not isinstance(given, Tensor):
                error_msgs.append(
                    f'While copying the parameter named "{key}", expected torch.Tensor or Tensor-like object from '
                    f"checkpoint but received {type(given)}"
                )
            elif given.shape != own.shape:
                error_msgs.append(
                    f"size mismatch for {key}: copying a param with shape {given.shape} from checkpoint, the shape in "
                    f"current model is {own.shape}."
                )
            elif assign:
                self._take_over(name, given, own)
            else:
                with no_grad():
                    own.copy_(given)

    def _take_over(self, name: str, given: Tensor, own: Tensor) -> None:
        if name in self._parameters:
            is_parameter = isinstance(given, Parameter)
            self._parameters[name] = given if is_parameter else Parameter(given, own.requires_grad)
        else:
            self._buffers[name] = given

    # --- where and in which dtype the tensors are -------------------------------------------------------------------

    def _apply(self: S, change: Callable[[Tensor], Tensor], recurse: bool = True) -> S:
        """Put a changed tensor in the place of every parameter, its gradient, and every buffer.

        A parameter stays the same object, so that an optimizer that holds it goes on with the changed one.
        """
        for module in self._modules.values() if recurse else ():
            if module is not None:
                module._apply(change)
        for parameter in self._parameters.values():
            if parameter is None:
                continue
            with no_grad():
                parameter.data = change(parameter.data)
                if parameter.grad is not None:
                    parameter.grad.data = change(parameter.grad)
        for name, buffer in self._buffers.items():
            if buffer is not None:
                self._buffers[name] = change(buffer)
        return self

    def to(self: S, *args: Any, **kwargs: Any) -> S:
        """Move the module to a device, or its floating point tensors to a dtype."""
        kind, where, blocking = _destination(args, kwargs)
        if kind is not None and not (kind.is_floating_point or kind.is_complex):
            raise TypeError(
                f"nn.Module.to only accepts floating point or complex dtypes, but got desired dtype={kind}"
            )

        def moved(tensor: Tensor) -> Tensor:
            wanted = kind if tensor.is_floating_point() or tensor.is_complex() else None
            return tensor.to(where or tensor.device, wanted or tensor.dtype, blocking)

        return self._apply(moved)

    def type(self: S, dst_type: Any) -> S:
        return self._apply(lambda tensor: tensor.type(dst_type))

    def float(self: S) -> S:
        return self._cast(dtypes.float32)

    def double(self: S) -> S:
        return self._cast(dtypes.float64)

    def half(self: S) -> S:
        return self._cast(dtypes.float16)

    def bfloat16(self: S) -> S:
        return self._cast(dtypes.bfloat16)

    def _cast(self: S, kind: dtypes.dtype) -> S:
        return self._apply(lambda tensor: tensor.to(kind) if tensor.is_floating_point() else tensor)

    def cpu(self: S) -> S:
        return self._apply(lambda tensor: tensor.cpu())

    def cuda(self: S, device: Any = None) -> S:
        return self._apply(lambda tensor: tensor.cuda(device))

    def to_empty(self: S, *, device: Any, recurse: bool = True) -> S:
        """Tensors of the same shapes on a device, with whatever lies there."""
        return self._apply(lambda tensor: tensor.new_empty(tensor.shape, device=device), recurse)

    def share_memory(self: S) -> S:
        return self._apply(lambda tensor: tensor.share_memory_())


def _destination(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Any, bool]:
    """(dtype, device, non_blocking) of the arguments of `to`."""
    kind, where, blocking = kwargs.get("dtype"), kwargs.get("device"), kwargs.get("non_blocking", False)
    like = kwargs.get("tensor")
    for value in args:
        if isinstance(value, Tensor):
            like = value
        elif isinstance(value, dtypes.dtype):
            kind = value
        elif isinstance(value, bool):
            blocking = value
        elif value is not None:
            where = value
    if like is not None:
        kind, where = like.dtype, like.device
    return kind, None if where is None else Device(where), blocking
