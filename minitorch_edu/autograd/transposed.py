"""Transposed: gradients of functions inside other transforms, where tensors carry tangents or stand for batches."""

from __future__ import annotations

from collections.abc import Sequence

from minitorch_edu.autograd.calls import grad
from minitorch_edu.ops import registry
from minitorch_edu.ops.transforms import Transformed
from minitorch_edu.tensor import Tensor


@registry.method
def pulled_back(
    pairs: Sequence[tuple[Tensor, Tensor]], inputs: Sequence[Tensor], create_graph: bool
) -> list[Tensor | None]:
    """The gradients in `inputs` of outputs whose gradients are given: pairs of (output, gradient).

    An output, its gradient and an input may be transformed. The level of the innermost says what that means:
    `Level.pull` takes its tensors apart and comes back here with what is inside.
    """
    tensors = [tensor for pair in pairs for tensor in pair] + list(inputs)
    transformed = [each for each in tensors if isinstance(each, Transformed)]
    if transformed:
        level = max((each._level for each in transformed), key=lambda level: level.depth)
        return level.pull(pairs, inputs, create_graph)
    leading = [(output, given) for output, given in pairs if output.requires_grad]
    if not leading:
        return [None] * len(inputs)
    outputs, gradients = zip(*leading, strict=True)
    return list(
        grad(outputs, inputs, gradients, create_graph=create_graph, allow_unused=True, retain_graph=True)
    )
