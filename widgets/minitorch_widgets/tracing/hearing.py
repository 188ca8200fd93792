"""Hearing: an engine tells a tracer what it does. Ours announces it; PyTorch is heard through a TorchFunctionMode."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Any

from minitorch_widgets.facts.reading import is_tensor
from minitorch_widgets.tracing.tracer import MOST_NODES, Tracer, _version, tensors_in

ASKED = frozenset({"T", "mT", "H", "mH", "data", "real", "imag"})
"""The attributes that give a new tensor."""
QUIET = frozenset({"__repr__", "__format__", "__len__", "__bool__", "__iter__", "__hash__", "dim", "size", "stride"})


def follow(tracer: Tracer) -> ExitStack:
    """Hear whichever engines are there, until what this returns is closed."""
    listening = ExitStack()
    if "minitorch_edu" in sys.modules:
        _follow_ours(tracer, listening)
    if "torch" in sys.modules:
        listening.enter_context(_mode(tracer))
    return listening


# Ours -----------------------------------------------------------------------------------------------------------


def _follow_ours(tracer: Tracer, listening: ExitStack) -> None:
    from minitorch_edu import events

    def op_executed(card: Any, inputs: Any, result: Any) -> None:
        tracer.ran(card.name, tensors_in(inputs), tensors_in(result))

    def tensor_made(tensor: Any) -> None:
        tracer.ran("tensor", [], [tensor], made=True)

    def history_cut(how: str, source: Any, result: Any) -> None:
        tracer.ran(how, tensors_in(source), tensors_in(result), cut=how)

    def storage_written(tensor: Any, card: Any = None, *_: Any) -> None:
        tracer.wrote(tensor)
        if card is None:  # no operation will be told: the whole step of an optimizer is one formula
            tracer.ran("step", [tensor], [tensor])

    def backward_stepped(task: Any, step: Any) -> None:
        tracer.node_ran(step.node, step.incoming, step.outgoing)

    for signal, listener in (
        (events.op_executed, op_executed),
        (events.tensor_made, tensor_made),
        (events.history_cut, history_cut),
        (events.storage_written, storage_written),
        (events.storage_exported, lambda tensor, array: tracer.ran("numpy", [tensor], [array], exported=True)),
        (events.backward_started, lambda task: tracer.backward_began()),
        (events.backward_stepped, backward_stepped),
        (events.backward_finished, lambda task, error: tracer.backward_ended(error)),
    ):
        listening.enter_context(events.listen(signal, quietly(listener)))


def quietly(listener: Callable[..., Any]) -> Callable[..., None]:
    """A listener that never raises into the student's code."""

    def heard(*announcement: Any) -> None:
        try:
            listener(*announcement)
        except Exception:
            pass  # a moment that can't be told is left out; the student's code goes on

    return heard


# PyTorch --------------------------------------------------------------------------------------------------------


def _mode(tracer: Tracer) -> AbstractContextManager[Any]:
    import torch
    from torch.overrides import TorchFunctionMode

    class Mode(TorchFunctionMode):
        """Sees each call of PyTorch's own names that the student's code makes."""

        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            kwargs = kwargs or {}
            if tracer.deaf:
                return func(*args, **kwargs)
            name = getattr(func, "__name__", "")
            if func in (torch.Tensor.backward, torch.autograd.backward, torch.autograd.grad):
                return _backward(tracer, func, args, kwargs)
            attribute = getattr(getattr(func, "__self__", None), "__name__", "") if name == "__get__" else name
            if name in QUIET or name == "__set__" or (name == "__get__" and attribute not in ASKED):
                return func(*args, **kwargs)
            inputs = tensors_in((args, kwargs))
            before = [_version(each) for each in inputs]
            result = func(*args, **kwargs)
            quietly(_told)(tracer, attribute, inputs, before, result)
            return result

    return Mode()


def _told(tracer: Tracer, name: str, inputs: list[Any], before: list[int], result: Any) -> None:
    results = tensors_in(result)
    known = {id(each) for each in results}
    for each, version in zip(inputs, before, strict=True):
        if is_tensor(each) and _version(each) != version:
            tracer.wrote(each, version)
            if id(each) not in known:
                results.append(each)
    if not results or (name == "requires_grad_"):
        return
    facts = {"cut": name} if name in ("detach", "data") else {"exported": True} if name == "numpy" else {}
    if not inputs:
        facts = {"made": True}
    tracer.ran(name, inputs, results, **facts)


def _backward(tracer: Tracer, func: Any, args: Any, kwargs: Any) -> Any:
    """PyTorch's backward, with a hook on each of its nodes while it runs."""
    quietly(tracer.backward_began)()
    handles: list[Any] = []
    quietly(_hook)(tracer, tensors_in(args), handles)
    error: BaseException | None = None
    result = None
    try:
        result = func(*args, **kwargs)
        return result
    except BaseException as raised:
        error = raised
        raise
    finally:
        for handle in handles:
            handle.remove()
        quietly(tracer.backward_ended)(error)
        if result is not None:
            quietly(tracer.ran)("grad", [], tensors_in(result))


def _hook(tracer: Tracer, roots: list[Any], handles: list[Any]) -> None:
    todo = [each.grad_fn for each in roots if is_tensor(each) and each.grad_fn is not None]
    known = set(todo)
    for function in todo:  # grows while it is read
        handles.append(function.register_hook(_node_hook(tracer, function)))
        for each, _ in function.next_functions:
            if each is not None and each not in known and len(known) < MOST_NODES:
                known.add(each)
                todo.append(each)


def _node_hook(tracer: Tracer, function: Any) -> Callable[[Any, Any], None]:
    heard = quietly(lambda outgoing, incoming: tracer.node_ran(function, incoming, outgoing))

    def hook(outgoing: Any, incoming: Any) -> None:
        heard(outgoing, incoming)

    return hook
