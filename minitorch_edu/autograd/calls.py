"""Calls: what starts a backward pass: `loss.backward()`, `autograd.backward` and `autograd.grad`."""

from __future__ import annotations

import operator
import warnings
from collections.abc import Sequence
from typing import Any

from minitorch_edu.autograd.engine import GraphTask
from minitorch_edu.autograd.gradient_edges import GradientEdge
from minitorch_edu.callers import outside
from minitorch_edu.ops import registry
from minitorch_edu.ops.creation import ones_like
from minitorch_edu.ops.joining import stack
from minitorch_edu.ops.transforms import innermost, levels
from minitorch_edu.ops.warned import warn_once
from minitorch_edu.tensor import Tensor, wrap

A_GRADIENT_WITH_A_GRAPH = (
    "Using backward() with create_graph=True will create a reference cycle between the parameter and its gradient "
    "which can cause a memory leak. We recommend using autograd.grad when creating the graph to avoid this. If you "
    "have to use this function, make sure to reset the .grad fields of your parameters to None after use to break the "
    "cycle and avoid the leak."
)


GRAD_VARIABLES = "`grad_variables` is deprecated. Use `grad_tensors` instead."
ONLY_INPUTS = (
    "only_inputs argument is deprecated and is ignored now (defaults to True). To accumulate gradient for other parts "
    "of the graph, please use torch.autograd.backward."
)


def backward(
    tensors: Any,
    grad_tensors: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    grad_variables: Any = None,
    inputs: Any = None,
) -> None:
    """Compute the gradients of some tensors in all leaves they came from, and add them to the leaves' `.grad`.

    grad_tensors: dL/d(tensor) for each, of its shape; None for a tensor with one element.
    inputs: where given, gradients are added to the `.grad` of these tensors only.
    """
    if grad_variables is not None:
        warnings.warn(GRAD_VARIABLES, FutureWarning, stacklevel=outside())
        if grad_tensors is not None:
            raise RuntimeError(
                "`grad_tensors` and `grad_variables` (deprecated) arguments both passed to `backward()`. Please only "
                "use `grad_tensors`."
            )
        grad_tensors = grad_variables
    inputs = _listed(inputs)
    if inputs is not None and not inputs:
        raise RuntimeError("`inputs` argument to `backward()` cannot be empty.")
    roots = _listed(tensors)
    if not roots:
        return
    for each in inputs or ():
        if isinstance(each, Tensor):
            each.retain_grad()
    task = _task(roots, _listed(grad_tensors), retain_graph, create_graph, inputs, accumulate=True)
    if create_graph:
        warn_once(A_GRADIENT_WITH_A_GRAPH)
    task.run()


def _listed(tensors: Any) -> Any:
    if isinstance(tensors, dict):
        return tuple(tensors.values())
    if isinstance(tensors, Tensor | GradientEdge):
        return (tensors,)
    return tensors if tensors is None else tuple(tensors)


def _task(
    roots: Sequence[Any],
    grads: Any,
    retain_graph: Any,
    create_graph: Any,
    inputs: Sequence[Any] | None,
    accumulate: bool = False,
) -> GraphTask:
    """The pass, ready to run."""
    if grads is not None and len(grads) != len(roots):
        raise RuntimeError(f"got {len(roots)} tensors and {len(grads)} gradients")
    for each in inputs or ():
        if not isinstance(each, Tensor | GradientEdge):
            raise RuntimeError(
                f"all inputs have to be Tensors or GradientEdges, but got {type(each).__name__}"
            )
    create = bool(operator.index(create_graph))
    retain = create if retain_graph is None else bool(operator.index(retain_graph))
    return GraphTask(
        roots, grads, retain_graph=retain, create_graph=create, inputs=inputs, accumulate=accumulate
    )


def tensor_backward(
    input: Tensor,
    gradient: Tensor | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Any = None,
) -> None:
    """Compute the gradient of this tensor in all leaves it came from, and add it to their `.grad`.

    gradient: dL/d(this tensor), of its shape; may be left out for a tensor with one element.

    >>> x = torch.tensor([1.0, 2.0], requires_grad=True)
    >>> (x * x).sum().backward()
    >>> x.grad
    tensor([2., 4.])
    """
    backward(input, gradient, retain_graph, create_graph, inputs=inputs)


tensor_backward.__qualname__ = "Tensor.backward"  # what Python calls it where arguments are wrong
registry.functions["backward"] = tensor_backward


def grad(
    outputs: Any,
    inputs: Any,
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    only_inputs: bool = True,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> Any:
    """The gradients of `outputs` in `inputs`, returned and not accumulated: a tuple, or a dict for a dict of inputs.

    allow_unused: give None for an input that was not used, where an error would be raised otherwise.
    materialize_grads: give zeros for it.
    is_grads_batched: the first dimension of `grad_outputs` counts gradients; so does that of the answers.

    >>> x = torch.tensor(3.0, requires_grad=True)
    >>> torch.autograd.grad(x ** 2, x)
    (tensor(6.),)
    """
    if not only_inputs:
        warnings.warn(ONLY_INPUTS, FutureWarning, stacklevel=outside())
    if materialize_grads and allow_unused is False:
        raise ValueError(
            "Expected allow_unused to be True or not passed when materialize_grads=True, but got: allow_unused=False."
        )
    roots, wanted = _listed(outputs), _listed(inputs)
    if not wanted:
        raise RuntimeError("`inputs` argument to `grad()` cannot be empty.")
    captured: list[Tensor | None] = [None] * len(wanted)
    if is_grads_batched and roots:
        captured = _batched(roots, _listed(grad_outputs), retain_graph, create_graph, wanted)
    elif roots:
        captured = _captured(roots, _listed(grad_outputs), retain_graph, create_graph, wanted)
    unused = [place for place, each in enumerate(captured) if each is None]
    if unused and not allow_unused and not materialize_grads:
        raise RuntimeError(
            f"The differentiated Tensor at index {unused[0]} appears to not have been used in the graph. Set "
            "allow_unused=True if this is the desired behavior."
        )
    if materialize_grads:
        captured = [
            _zeros(tensor) if each is None else each for each, tensor in zip(captured, wanted, strict=True)
        ]
    return dict(zip(inputs, captured, strict=True)) if isinstance(inputs, dict) else tuple(captured)


def _captured(
    roots: Any, grads: Any, retain_graph: Any, create_graph: Any, wanted: Sequence[Any]
) -> list[Tensor | None]:
    if levels.entered and (found := _transformed(roots, grads, create_graph, wanted)) is not None:
        return found
    task = _task(roots, grads, retain_graph, create_graph, wanted)
    if not all(tensor.requires_grad for tensor in wanted if isinstance(tensor, Tensor)):
        raise RuntimeError("One of the differentiated Tensors does not require grad")
    task.run()
    return [task._tensor(each) for each in task.captured]


def _transformed(roots: Any, grads: Any, create_graph: Any, wanted: Sequence[Any]) -> Any:
    """The same where tensors carry tangents, or stand for batches: then the gradients do, too. None where none does."""
    if innermost((*roots, *wanted)) is None or not all(
        isinstance(each, Tensor) for each in (*roots, *wanted)
    ):
        return None
    given = [None] * len(roots) if grads is None else grads
    if len(given) != len(roots) or not all(each.requires_grad for each in (*roots, *wanted)):
        return None  # to be refused
    if any(grad is None and root.numel() != 1 for root, grad in zip(roots, given, strict=True)):
        return None
    pairs = [
        (root, ones_like(root) if grad is None else grad) for root, grad in zip(roots, given, strict=True)
    ]
    return registry.functions["pulled_back"](pairs, wanted, bool(operator.index(create_graph)))


def _batched(
    roots: Any, grads: Any, retain_graph: Any, create_graph: Any, wanted: Sequence[Any]
) -> list[Tensor | None]:
    """One pass for each gradient of the batch, and their answers stacked."""
    for number, (root, given) in enumerate(zip(roots, grads or (), strict=False)):
        if given is not None and given[0].shape != root.shape:
            raise RuntimeError(
                "If `is_grads_batched=True`, we interpret the first dimension of each grad_output as the batch "
                "dimension. The sizes of the remaining dimensions are expected to match the shape of corresponding "
                f"output, but a mismatch was detected: grad_output[{number}] has a shape of {given.shape} and "
                f"output[{number}] has a shape of {root.shape}. If you only want some tensors in `grad_output` to be "
                "considered batched, consider using vmap."
            )
    size = next((len(each) for each in grads or () if each is not None), 0)
    create = bool(operator.index(create_graph))
    last = create if retain_graph is None else retain_graph
    rows = []
    for place in range(size):
        given = [each if each is None else each[place] for each in grads]
        rows.append(_captured(roots, given, last if place == size - 1 else True, create, wanted))
    return [_stacked(column) for column in zip(*rows, strict=True)]


def _stacked(column: Sequence[Tensor | None]) -> Tensor | None:
    like = next((each for each in column if each is not None), None)
    if like is None:
        return None
    return stack([_zeros(like) if each is None else each for each in column])


def _zeros(tensor: Tensor) -> Tensor:
    backend = tensor._storage.backend
    return wrap(backend.xp.zeros_like(tensor._array), backend)
