"""compiler: torch.compile, which compiles nothing here: what it is given runs as it is, and can be looked at as before.

So a program that asks for speed computes the same numbers. What it asks for is checked, and said once not to be done.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import ContextDecorator
from typing import Any

from minitorch_edu import missing
from minitorch_edu.nn.modules.module import Module
from minitorch_edu.ops.warned import warn_once

MODES = ("default", "lite", "reduce-overhead", "max-autotune-no-cudagraphs", "max-autotune")
BACKENDS = (
    "aot_eager aot_eager_decomp_partition aot_eager_default_partitioner aot_ts cudagraphs eager eager_debug "
    "eager_noexcept inductor invoke_subgraph onnxrt openxla openxla_eval pre_dispatch_eager tensorrt "
    "torchxla_trace_once ts tvm"
).split()
"""What may be asked for. The first words of tutorials, `backend="eager"`, are what happens here."""

STANCES = ("default", "eager_then_compile", "aot_eager_then_compile", "force_eager", "eager_on_recompile")
AS_IT_IS = "torch.compile compiles nothing in this engine: the function runs as it is."


class InvalidBackend(RuntimeError):
    """A compiler of this name is not known."""


def compile(
    model: Any = None,
    *,
    fullgraph: bool = False,
    dynamic: bool | None = None,
    backend: str | Callable[..., Any] | None = None,
    mode: str | None = None,
    options: dict[str, Any] | None = None,
    name: str | None = None,
    disable: bool = False,
    recompile_limit: int | None = None,
    isolate_recompiles: bool = False,
    shapes_spec: Any = None,
) -> Any:
    """A function that does what `model` does, as it does it; a module in a module. Also as a decorator, with options.

    >>> @torch.compile
    ... def f(x):
    ...     return x.sin() + 1
    >>> f(torch.zeros(2))
    tensor([1., 1.])
    """
    if model is None:

        def fn(model: Any) -> Any:
            if model is None:
                raise RuntimeError("Model can't be None")
            return compile(model, backend=backend, mode=mode, options=options, disable=disable)

        return fn
    if mode is not None and options is not None:
        raise RuntimeError(
            "Either mode or options can be specified, but both can't be specified at the same time."
        )
    if mode is not None and mode not in MODES:
        raise RuntimeError(f"Unrecognized mode={mode}, should be one of: {', '.join(MODES)}")
    if isinstance(backend, str) and backend not in BACKENDS:
        raise InvalidBackend(
            f"Invalid backend: '{backend}', see `torch._dynamo.list_backends()` for available backends."
        )
    if not callable(model):
        raise AssertionError(f"A callable function is expected, but {type(model)} is provided.")
    if not disable:
        warn_once(AS_IT_IS)
    return OptimizedModule(model) if isinstance(model, Module) else _as_it_is(model)


def _as_it_is(function: Callable[..., Any]) -> Any:
    @functools.wraps(function)
    def compiled(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    compiled._torchdynamo_orig_callable = function  # type: ignore[attr-defined]
    return compiled


class OptimizedModule(Module):
    """A module with the compiled one inside, as `_orig_mod`: so its parameters have other names in a state dict.

    Whatever else it is asked for it asks the module inside.
    """

    _orig_mod: Any

    def __init__(self, mod: Module) -> None:
        super().__init__()
        self._modules["_orig_mod"] = mod
        self.__dict__.pop("training", None)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self._modules["_orig_mod"](*args, **kwargs)  # type: ignore[misc]

    @property
    def training(self) -> bool:  # type: ignore[override]
        return self._orig_mod.training

    @training.setter
    def training(self, value: bool) -> None:
        self._orig_mod.training = value

    def __getattr__(self, name: str) -> Any:
        inside = self.__dict__["_modules"]["_orig_mod"]
        return inside if name == "_orig_mod" else getattr(inside, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "_orig_mod" or hasattr(type(self), name):
            super().__setattr__(name, value)
        else:
            setattr(self._orig_mod, name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self._orig_mod, name)

    def __len__(self) -> int:
        if not hasattr(type(self._orig_mod), "__len__"):
            raise TypeError(f"{type(self._orig_mod).__name__} does not support len()")
        return len(self._orig_mod)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *dir(self._orig_mod)})

    def __reduce__(self) -> Any:
        return type(self), (self._orig_mod,)


# --- what programs ask of the compiler ------------------------------------------------------------------------------


def is_compiling() -> bool:
    """Whether the code that asks is being compiled: never."""
    return False


def is_dynamo_compiling() -> bool:
    """The same."""
    return False


def is_exporting() -> bool:
    """Whether it is being exported: never."""
    return False


def reset() -> None:
    """Forget what was compiled. There is nothing to forget."""


def list_backends(exclude_tags: Any = ("debug", "experimental")) -> list[str]:
    """The compilers that there are: none."""
    return []


def disable(fn: Any = None, recursive: bool = True, *, reason: str | None = None) -> Any:
    """Leave a function as it is, as all are."""
    return (lambda fn: fn) if fn is None else fn


def allow_in_graph(fn: Any) -> Any:
    """Take a function as one step, or each of a list of them."""
    if isinstance(fn, list | tuple):
        return [allow_in_graph(each) for each in fn]
    if not callable(fn):
        raise AssertionError("allow_in_graph expects a callable")
    return fn


def assume_constant_result(fn: Any) -> Any:
    """Say that a function returns the same each time."""
    return fn


def nested_compile_region(fn: Any = None) -> Any:
    """Compile a function once, wherever it is called."""
    return (lambda fn: fn) if fn is None else fn


def substitute_in_graph(original_fn: Any, **options: Any) -> Any:
    """Say how a function would be compiled."""
    return lambda traceable_fn: traceable_fn


def cudagraph_mark_step_begin() -> None:
    """Say that a step of training begins."""


class set_stance(ContextDecorator):
    """When to compile: at once, in a with-block, or around a function. It is never."""

    def __init__(self, stance: str = "default", **options: Any) -> None:
        self.stance = stance

    def __enter__(self) -> None:
        pass

    def __exit__(self, *error: Any) -> None:
        pass


__getattr__ = missing.names_of(__name__)
