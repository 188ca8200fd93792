"""States: what a module saves, and how it takes over what was saved.

Note [The text of a state]
A state is a dict of tensors by their dotted paths, 'layer.0.weight'. Beside it, in `_metadata`, stands the version of
each module's class: a class that changed its names raises its `_version`, and its `_load_from_state_dict` translates
what older files say.
"""

from __future__ import annotations

import warnings
from collections import OrderedDict, namedtuple
from collections.abc import Callable, Mapping
from typing import Any

from minitorch_edu.autograd.grad_mode import no_grad
from minitorch_edu.autograd.hooks import RemovableHandle
from minitorch_edu.callers import outside
from minitorch_edu.nn.modules.hooks import Hooks, hooked
from minitorch_edu.nn.parameter import is_lazy
from minitorch_edu.parameter import Parameter
from minitorch_edu.tensor import Tensor

EXTRA = "_extra_state"
"""The name that an extra state is saved under."""

NEVER = (
    "Reached a code path in Module.{0}() that should never be called. Please file an issue at "
    "https://github.com/pytorch/pytorch/issues/new?template=bug-report.yml to report this bug."
)


class Keys(namedtuple("_IncompatibleKeys", ["missing_keys", "unexpected_keys"])):
    """What `load_state_dict` did not find, and what it had no place for."""

    __slots__ = ()

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return f"_IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"

    __str__ = __repr__


class Stateful:
    """A module as a collection of tensors that can be saved."""

    _parameters: dict[str, Any]
    _buffers: dict[str, Any]
    _modules: dict[str, Any]
    _non_persistent_buffers_set: set[str]
    _version: int
    _state_dict_hooks: Hooks
    _state_dict_pre_hooks: Hooks
    _load_state_dict_pre_hooks: Hooks
    _load_state_dict_post_hooks: Hooks

    # --- saving -----------------------------------------------------------------------------------------------------

    def state_dict(
        self, *args: Any, destination: Any = None, prefix: str = "", keep_vars: bool = False
    ) -> Any:
        """All parameters and persistent buffers by their dotted paths: the very tensors, detached."""
        if args:
            warnings.warn(
                "Positional args are being deprecated, use kwargs instead. Refer to "
                "https://pytorch.org/docs/main/generated/torch.nn.Module.html#torch.nn.Module.state_dict for details.",
                FutureWarning,
                stacklevel=outside(),
            )
            options = dict(zip(("destination", "prefix", "keep_vars"), args, strict=False))
            destination = options["destination"] if destination is None else destination
            prefix = prefix or options.get("prefix", "")
            keep_vars = keep_vars or options.get("keep_vars", False)
        if destination is None:
            destination = OrderedDict()
            destination._metadata = OrderedDict()
        metadata = {"version": self._version}
        if hasattr(destination, "_metadata"):
            destination._metadata[prefix[:-1]] = metadata
        for hook in self._state_dict_pre_hooks.values():
            hook(self, prefix, keep_vars)
        self._save_to_state_dict(destination, prefix, keep_vars)
        for name, module in self._modules.items():
            if module is not None:
                module.state_dict(destination=destination, prefix=f"{prefix}{name}.", keep_vars=keep_vars)
        for hook in self._state_dict_hooks.values():
            changed = hook(self, destination, prefix, metadata)
            if changed is None:
                continue
            if getattr(hook, "_from_public_api", False):
                raise RuntimeError("state_dict post-hook must return None")
            destination = changed
        return destination

    def _save_to_state_dict(self, destination: Any, prefix: str, keep_vars: bool) -> None:
        """Save what belongs to this module itself. Modules that save more override it."""
        for name, tensor in self._own_state().items():
            destination[prefix + name] = tensor if keep_vars else tensor.detach()
        if _overridden(self, "get_extra_state"):
            destination[prefix + EXTRA] = self.get_extra_state()

    def _own_state(self) -> dict[str, Any]:
        """What this module itself saves, without its parts."""
        kept = {
            name: buffer
            for name, buffer in self._buffers.items()
            if name not in self._non_persistent_buffers_set
        }
        return {name: tensor for name, tensor in {**self._parameters, **kept}.items() if tensor is not None}

    def get_extra_state(self) -> Any:
        """What else is to be saved with a module, whatever it is: a subclass says it."""
        raise RuntimeError(NEVER.format("get_extra_state"))

    def set_extra_state(self, state: Any) -> None:
        """Take over what `get_extra_state` had returned."""
        raise RuntimeError(NEVER.format("set_extra_state"))

    # --- loading ----------------------------------------------------------------------------------------------------

    def load_state_dict(
        self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
    ) -> Keys:
        """Write the tensors of a state into those of this module, or take them over (`assign`).

        strict: the names must be the same on both sides.
        """
        if not isinstance(state_dict, Mapping):
            raise TypeError(f"Expected state_dict to be dict-like, got {type(state_dict)}.")
        state: Any = OrderedDict(state_dict)  # a module that loads an old version may rename what is in it
        metadata = getattr(state_dict, "_metadata", None)
        if metadata is not None:
            state._metadata = metadata
        loading = _Loading(metadata or {}, assign)
        loading.load(self, state)
        errors = loading.errors
        if strict:
            for kind, keys in (
                ("Unexpected", loading.keys.unexpected_keys),
                ("Missing", loading.keys.missing_keys),
            ):
                if keys:
                    quoted = ", ".join(f'"{key}"' for key in keys)
                    errors.insert(0, f"{kind} key(s) in state_dict: {quoted}. ")
        if errors:
            lines = "\n\t".join(errors)
            raise RuntimeError(f"Error(s) in loading state_dict for {type(self).__name__}:\n\t{lines}")
        return loading.keys

    def _load_from_state_dict(
        self,
        state_dict: Any,
        prefix: str,
        local_metadata: dict[str, Any],
        strict: bool,
        missing_keys: list[str],
        unexpected_keys: list[str],
        error_msgs: list[str],
    ) -> None:
        """Load what belongs to this module itself. Modules that changed their format override it."""
        for hook in self._load_state_dict_pre_hooks.values():
            hook(state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs)
        own = self._own_state()
        assign = local_metadata.get("assign_to_params_buffers", False)
        for name, tensor in own.items():
            if prefix + name in state_dict:
                error = self._load_one(name, prefix + name, tensor, state_dict[prefix + name], assign)
                error_msgs += [error] if error else []
            elif strict:
                missing_keys.append(prefix + name)
        extra = prefix + EXTRA
        if _overridden(self, "set_extra_state"):
            if extra in state_dict:
                self.set_extra_state(state_dict[extra])
            elif strict:
                missing_keys.append(extra)
        elif strict and extra in state_dict:
            unexpected_keys.append(extra)
        for key in state_dict if strict else ():
            if key.startswith(prefix) and key != extra:
                first, *rest = key[len(prefix) :].split(".", 1)
                if first not in (self._modules if rest else own):
                    unexpected_keys.append(key)

    def _load_one(self, name: str, key: str, tensor: Any, given: Any, assign: bool) -> str:
        """Load one tensor. What is wrong is not raised but returned: all errors are told together."""
        if not isinstance(given, Tensor):
            return (
                f'While copying the parameter named "{key}", expected torch.Tensor or Tensor-like object from '
                f"checkpoint but received {type(given)}"
            )
        lazy = is_lazy(tensor)
        if not lazy and not tensor.shape and given.shape == (1,):
            given = given[0]  # files from before PyTorch 0.4, which had no zero-dim tensors
        if not lazy and given.shape != tensor.shape:
            return (
                f"size mismatch for {key}: copying a param with shape {given.shape} from checkpoint, the shape in "
                f"current model is {tensor.shape}."
            )
        try:
            with no_grad():
                if assign:
                    setattr(self, name, _as_parameter(given, tensor))
                else:
                    tensor.copy_(given)
        except Exception as error:
            return (
                f'While copying the parameter named "{key}", whose dimensions in the model are {tensor.size()} and '
                f"whose dimensions in the checkpoint are {given.size()}, an exception occurred : {error.args}."
            )
        return ""

    # --- hooks ------------------------------------------------------------------------------------------------------

    def register_state_dict_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, prefix, keep_vars)` before the state is taken."""
        return hooked(self._state_dict_pre_hooks, hook)

    def register_state_dict_post_hook(self, hook: Any) -> RemovableHandle:
        """Call `hook(module, state_dict, prefix, local_metadata)` with the state, which it may change in place."""
        hook._from_public_api = True
        return hooked(self._state_dict_hooks, hook)

    def _register_state_dict_hook(self, hook: Any) -> RemovableHandle:
        """The same, for hooks that may return another state."""
        if getattr(hook, "_from_public_api", False):
            raise RuntimeError(
                "Cannot register the same function as the state dict post hook that was previously registered via "
                "register_state_dict_post_hook"
            )
        return hooked(self._state_dict_hooks, hook)

    def register_load_state_dict_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, *what _load_from_state_dict is called with)` before loading."""
        return self._register_load_state_dict_pre_hook(hook, with_module=True)

    def _register_load_state_dict_pre_hook(
        self, hook: Callable[..., Any], with_module: bool = False
    ) -> RemovableHandle:
        from minitorch_edu.nn.modules.backward_hooks import Bound

        return hooked(self._load_state_dict_pre_hooks, Bound(hook, self if with_module else None))

    def register_load_state_dict_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, incompatible_keys)` after loading; it may change the lists of keys in place."""
        return hooked(self._load_state_dict_post_hooks, hook)


class _Loading:
    """One call of `load_state_dict`, on its way through a module and its parts."""

    def __init__(self, metadata: dict[str, Any], assign: bool) -> None:
        self.metadata, self.assign = metadata, assign
        self.keys = Keys([], [])
        self.errors: list[str] = []

    def load(self, module: Any, state: Any, prefix: str = "") -> None:
        metadata = self.metadata.get(prefix[:-1], {})
        if self.assign:
            metadata["assign_to_params_buffers"] = True
        module._load_from_state_dict(state, prefix, metadata, True, *self.keys, self.errors)
        for name, part in module._modules.items():
            if part is not None:
                path = f"{prefix}{name}."
                self.load(part, {key: value for key, value in state.items() if key.startswith(path)}, path)
        for hook in module._load_state_dict_post_hooks.values():
            if hook(module, self.keys) is not None:
                raise AssertionError(
                    "Hooks registered with ``register_load_state_dict_post_hook`` are not expected to return new "
                    "values, if incompatible_keys need to be modified, it should be done inplace."
                )


def _overridden(module: Stateful, name: str) -> bool:
    return getattr(type(module), name) is not getattr(Stateful, name)


def _as_parameter(given: Tensor, own: Tensor) -> Tensor:
    """What is to take the place of a tensor: a parameter in that of a parameter, which learns as that one did."""
    if not isinstance(own, Parameter):
        return given
    if isinstance(given, Parameter):
        return given.requires_grad_(own.requires_grad)
    return Parameter(given, own.requires_grad)
