"""autograd.functional: derivatives of functions: Jacobians, Hessians, and their products with vectors.

With J the Jacobian of `func` and H the Hessian of one with a single result:

    vjp   v^T J, by one backward pass            jacobian   J, by a backward pass for each element of the results
    jvp   J v, by the backward pass of a vjp     hessian    H, the Jacobian of the gradient
    vhp   v^T H, by two backward passes          hvp        H v, by three

The results have the structure of what was given: a tensor for a tensor, a tuple for a tuple.
strict: an input that the results do not depend on is an error, and not a gradient of zeros.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from minitorch_edu import missing as _missing
from minitorch_edu.autograd import forward_ad
from minitorch_edu.autograd.calls import grad
from minitorch_edu.autograd.grad_mode import enable_grad, is_grad_enabled, set_grad_enabled
from minitorch_edu.autograd.transposed import pulled_back
from minitorch_edu.ops import registry
from minitorch_edu.ops.creation import ones_like, zeros_like
from minitorch_edu.ops.joining import stack
from minitorch_edu.ops.transforms import Transformed
from minitorch_edu.tensor import Tensor

Found = Sequence["Tensor | None"]


class _Several(NamedTuple):
    """Tensors, and whether they came as a tuple."""

    tensors: tuple[Tensor, ...]
    is_tuple: bool

    def like(self, found: Sequence[Any]) -> Any:
        """Something for each of the tensors, in the structure they came in."""
        return tuple(found) if self.is_tuple else found[0]


def _several(given: Any, what: str, asker: str) -> _Several:
    tensors = given if isinstance(given, tuple) else (given,)
    for place, each in enumerate(tensors):
        if not isinstance(each, Tensor):
            which = f"value at index {place}" if isinstance(given, tuple) else f"given {what}"
            raise TypeError(
                f"The {what} given to {asker} must be either a Tensor or a tuple of Tensors but the {which} has type "
                f"{type(each)}."
            )
    return _Several(tensors, isinstance(given, tuple))


def _prepared(given: Any, what: str, asker: str, create_graph: bool, need_graph: bool = True) -> _Several:
    """Inputs with a history of their own: gradients in them are told apart from those in the caller's tensors."""
    several = _several(given, what, asker)
    fresh = tuple(
        each.view_as(each)
        if create_graph and each.requires_grad
        else each.detach().requires_grad_(need_graph)
        for each in several.tensors
    )
    return _Several(fresh, several.is_tuple)


def _results(func: Callable[..., Any], inputs: _Several, asker: str, strict: bool) -> _Several:
    outputs = _several(func(*inputs.tensors), "outputs of the user-provided function", asker)
    for place, each in enumerate(outputs.tensors if strict else ()):
        if not each.requires_grad:
            raise RuntimeError(
                f"Output {place} of the user-provided function does not require gradients. The outputs must be "
                "computed in a differentiable manner from the input when running in strict mode."
            )
    return outputs


def _one_number(outputs: _Several, asker: str) -> None:
    if outputs.is_tuple:
        raise RuntimeError(f"The function given to {asker} should return a single Tensor")
    if outputs.tensors[0].numel() != 1:
        raise RuntimeError(
            f"The Tensor returned by the function given to {asker} should contain a single element"
        )


def _vector(v: Any, others: _Several, asker: str, create_graph: bool, what: str) -> tuple[Tensor, ...] | None:
    """The vector to multiply by, of the shape of `others`; None stands for a one beside a single number."""
    if v is None:
        if len(others.tensors) != 1 or others.tensors[0].numel() != 1:
            raise RuntimeError(f"The vector v can only be None if {what}.")
        return None
    vector = _prepared(v, "v", asker, create_graph, need_graph=False).tensors
    if len(vector) != len(others.tensors):
        if others.is_tuple:
            raise RuntimeError(
                f"v is a tuple of invalid length: should be {len(others.tensors)} but got {len(vector)}."
            )
        raise RuntimeError("The given v should contain a single Tensor.")
    for place, (each, other) in enumerate(zip(vector, others.tensors, strict=True)):
        if each.shape != other.shape:
            entry = f"Entry {place} in " if others.is_tuple else ""
            raise RuntimeError(f"{entry}v has invalid size: should be {other.shape} but got {each.shape}.")
    return vector


OF_ONE_RESULT = "the user-provided function returns a single Tensor with a single element"
OF_ONE_INPUT = "the input to the user-provided function is a single Tensor with a single element"


def gradients_in(
    outputs: Found, inputs: Sequence[Tensor], grads: Found | None = None, **options: Any
) -> Sequence[Tensor | None]:
    """The gradients in the inputs, None where there is none; outputs without history count for nothing."""
    pairs = [
        (output, given)
        for output, given in zip(outputs, grads or [None] * len(outputs), strict=True)
        if output is not None and output.requires_grad
    ]
    if not pairs:
        return (None,) * len(inputs)
    if any(isinstance(each, Transformed) for each in (*outputs, *inputs)):  # within forward mode
        whole = [(output, ones_like(output) if given is None else given) for output, given in pairs]
        return pulled_back(whole, inputs, options.get("create_graph", False))
    leading, given = zip(*pairs, strict=True)
    return grad(leading, inputs, given, allow_unused=True, **options)


INDEPENDENT = {
    "back": "The output of the user-provided function is independent of input {}. This is not allowed in strict mode.",
    "back_trick": "The gradient with respect to the input is independent of entry {} in the grad_outputs when using "
    "the double backward trick to compute forward mode gradients. This is not allowed in strict mode.",
    "double_back": "The jacobian of the user-provided function is independent of input {}. This is not allowed in "
    "strict mode.",
    "double_back_trick": "The hessian of the user-provided function is independent of entry {} in the grad_jacobian. "
    "This is not allowed in strict mode as it prevents from using the double backward trick to replace forward mode "
    "AD.",
    "grad_inputs": "The gradient with respect to input {} is independent of the inputs of the user-provided function. "
    "This is not allowed in strict mode.",
    "jacobian": "While computing the hessian, found that the jacobian of the user-provided function with respect to "
    "input {} is independent of the input. This is not allowed in strict mode. You should ensure that your function is "
    "twice differentiable and that the jacobian depends on the inputs (this would be violated by a linear function for "
    "example).",
}


def _whole(found: Found, likes: Sequence[Tensor], stage: str, strict: bool, create_graph: bool) -> Any:
    """The gradients, with zeros where there is none."""
    for place, each in enumerate(found if strict else ()):
        if each is None:
            raise RuntimeError(INDEPENDENT[stage].format(place))
        if create_graph and not each.requires_grad:
            what = "hessian" if stage.startswith("double") else "jacobian"
            raise RuntimeError(
                f"The {what} of the user-provided function is independent of input {place}. This is not allowed in "
                "strict mode when create_graph=True."
            )
    return [
        zeros_like(like) if each is None else each if create_graph else each.detach()
        for each, like in zip(found, likes, strict=True)
    ]


def _refuse_constants(found: Found, stage: str, strict: bool) -> None:
    for place, each in enumerate(found if strict else ()):
        if each is None:
            raise RuntimeError(INDEPENDENT["back"].format(place))
        if not each.requires_grad:
            raise RuntimeError(INDEPENDENT[stage].format(place))


def _shown(outputs: _Several, create_graph: bool) -> Any:
    return outputs.like([each if create_graph else each.detach() for each in outputs.tensors])


def vjp(
    func: Callable[..., Any], inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """(func(*inputs), v^T J): the product of a vector with the Jacobian.

    >>> torch.autograd.functional.vjp(lambda x: x ** 2, torch.tensor([1., 2.]), torch.tensor([1., 10.]))
    (tensor([1., 4.]), tensor([ 2., 40.]))
    """
    with enable_grad():
        given = _prepared(inputs, "inputs", "vjp", create_graph)
        outputs = _results(func, given, "vjp", strict)
        vector = _vector(v, outputs, "vjp", create_graph, OF_ONE_RESULT)
    with set_grad_enabled(create_graph or is_grad_enabled()):
        found = gradients_in(outputs.tensors, given.tensors, vector, create_graph=create_graph)
        products = _whole(found, given.tensors, "back", strict, create_graph)
    return _shown(outputs, create_graph), given.like(products)


def jvp(
    func: Callable[..., Any], inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """(func(*inputs), J v): the product of the Jacobian with a vector.

    J^T u is linear in u. Its derivative in u, applied to v, is J v, whatever u was: zeros will do.

    >>> torch.autograd.functional.jvp(lambda x: x ** 2, torch.tensor([1., 2.]), torch.tensor([1., 10.]))
    (tensor([1., 4.]), tensor([ 2., 40.]))
    """
    with enable_grad():
        given = _prepared(inputs, "inputs", "jvp", create_graph)
        vector = _vector(v, given, "jvp", create_graph, OF_ONE_INPUT)
        outputs = _results(func, given, "jvp", strict)
        seeds = tuple(zeros_like(each, requires_grad=True) for each in outputs.tensors)
        pulled = gradients_in(outputs.tensors, given.tensors, seeds, create_graph=True)
        _refuse_constants(pulled, "grad_inputs", strict)
    with set_grad_enabled(create_graph or is_grad_enabled()):
        found = gradients_in(pulled, seeds, vector, create_graph=create_graph)
        products = _whole(found, outputs.tensors, "back_trick", strict, create_graph)
    return _shown(outputs, create_graph), outputs.like(products)


def vhp(
    func: Callable[..., Any], inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """(func(*inputs), v^T H): the product of a vector with the Hessian.

    >>> torch.autograd.functional.vhp(lambda x: (x ** 3).sum(), torch.tensor([1., 2.]), torch.tensor([1., 1.]))
    (tensor(9.), tensor([ 6., 12.]))
    """
    with enable_grad():
        given, vector, outputs, gradient = _gradient_of(func, inputs, v, "vhp", create_graph, strict)
    with set_grad_enabled(create_graph or is_grad_enabled()):
        found = gradients_in(gradient, given.tensors, vector, create_graph=create_graph)
        products = _whole(found, given.tensors, "double_back", strict, create_graph)
    return _shown(outputs, create_graph), given.like(products)


def hvp(
    func: Callable[..., Any], inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """(func(*inputs), H v): the product of the Hessian with a vector.

    >>> torch.autograd.functional.hvp(lambda x: (x ** 3).sum(), torch.tensor([1., 2.]), torch.tensor([1., 1.]))
    (tensor(9.), tensor([ 6., 12.]))
    """
    with enable_grad():
        given, vector, outputs, gradient = _gradient_of(func, inputs, v, "hvp", create_graph, strict)
        seeds = tuple(zeros_like(each, requires_grad=True) for each in given.tensors)
        pulled = gradients_in(gradient, given.tensors, seeds, create_graph=True)
    with set_grad_enabled(create_graph or is_grad_enabled()):
        found = gradients_in(pulled, seeds, vector, create_graph=create_graph)
        products = _whole(found, given.tensors, "double_back_trick", strict, create_graph)
    return _shown(outputs, create_graph), given.like(products)


def _gradient_of(
    func: Callable[..., Any], inputs: Any, v: Any, asker: str, create_graph: bool, strict: bool
) -> tuple[_Several, Any, _Several, Found]:
    """What vhp and hvp begin with: the inputs, the vector, the results, and the gradient with its graph."""
    given = _prepared(inputs, "inputs", asker, create_graph)
    vector = _vector(v, given, asker, create_graph, OF_ONE_INPUT)
    outputs = _results(func, given, asker, strict)
    _one_number(outputs, asker)
    gradient = gradients_in(outputs.tensors, given.tensors, create_graph=True)
    _refuse_constants(gradient, "jacobian", strict)
    return given, vector, outputs, gradient


def jacobian(
    func: Callable[..., Any],
    inputs: Any,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    strategy: str = "reverse-mode",
) -> Any:
    """All derivatives of the results: of the shape of the result, followed by that of the input.

    A tuple for each result where there are several, of one for each input where there are several.
    vectorize: taken, and computed all the same. strategy: "forward-mode" goes input by input.

    >>> torch.autograd.functional.jacobian(lambda x: x ** 2, torch.tensor([1., 2.]))
    tensor([[2., 0.],
            [0., 4.]])
    """
    if strategy not in ("forward-mode", "reverse-mode"):
        raise AssertionError(
            'Expected strategy to be either "forward-mode" or "reverse-mode". Hint: If your function has more outputs '
            'than inputs, "forward-mode" tends to be more performant. Otherwise, prefer to use "reverse-mode".'
        )
    if strategy == "forward-mode":
        return _forward_jacobian(func, inputs, create_graph, strict, vectorize)
    with enable_grad():
        given = _prepared(inputs, "inputs", "jacobian", create_graph)
        outputs = _results(func, given, "jacobian", strict)
        if vectorize and strict:
            raise RuntimeError(
                "torch.autograd.functional.jacobian: `strict=True` and `vectorized=True` are not supported together. "
                "Please either set `strict=False` or `vectorize=False`."
            )
        found = [
            given.like(_rows(number, output, given.tensors, create_graph, strict))
            for number, output in enumerate(outputs.tensors)
        ]
    return outputs.like(found)


def _rows(
    number: int, output: Tensor, inputs: Sequence[Tensor], create_graph: bool, strict: bool
) -> list[Tensor]:
    """The Jacobians of one result in all inputs: a backward pass for each of its elements."""
    rows: list[list[Tensor]] = [[] for _ in inputs]
    flat = output.reshape(-1)
    for element in range(output.numel()):
        found = gradients_in((flat[element],), inputs, retain_graph=True, create_graph=create_graph)
        for place, (each, like) in enumerate(zip(found, inputs, strict=True)):
            if strict and each is None:
                raise RuntimeError(
                    f"Output {number} of the user-provided function is independent of input {place}. This is not "
                    "allowed in strict mode."
                )
            if strict and create_graph and each is not None and not each.requires_grad:
                raise RuntimeError(
                    f"The jacobian of the user-provided function is independent of input {number}. This is not allowed "
                    "in strict mode when create_graph=True."
                )
            rows[place].append(zeros_like(like) if each is None else each)
    shaped = []
    for row, like in zip(rows, inputs, strict=True):
        shape = (*output.shape, *like.shape)
        whole = stack(row).view(shape) if row else like.new_zeros(shape)
        shaped.append(whole if create_graph else whole.detach())
    return shaped


def _forward_jacobian(
    func: Callable[..., Any], inputs: Any, create_graph: bool, strict: bool, vectorize: bool
) -> Any:
    """A forward pass for each element of the inputs."""
    for wrong, option in ((create_graph, "create_graph"), (strict, "strict")):
        if wrong:
            kind = NotImplementedError if option == "create_graph" else RuntimeError
            raise kind(
                f'torch.autograd.functional.jacobian: `{option}=True` and `strategy="forward-mode"` are not supported '
                f'together (yet). Please either set `{option}=False` or `strategy="reverse-mode"`.'
            )
    if not vectorize:
        raise NotImplementedError(
            "Computing Jacobian using forward-AD or forward-over-reverse Hessian isonly implemented for "
            "`vectorize=True`."
        )
    given = _several(inputs, "inputs", "jacobian")
    columns: list[list[list[Tensor]]] = []  # of each input, of each element, of each result
    for place, input in enumerate(given.tensors):
        columns.append([])
        for element in range(input.numel()):
            outputs, tangents = _pushed(func, given.tensors, place, element)
            columns[-1].append(tangents)
    found = [
        given.like(
            [
                stack([tangents[number] for tangents in elements], -1).reshape((*output.shape, *input.shape))
                for elements, input in zip(columns, given.tensors, strict=True)
            ]
        )
        for number, output in enumerate(outputs.tensors)
    ]
    return outputs.like(found)


def _pushed(
    func: Callable[..., Any], inputs: Sequence[Tensor], place: int, element: int
) -> tuple[_Several, list[Tensor]]:
    """The results, and how they change with one element of one input."""
    with forward_ad.dual_level():
        tangents = [zeros_like(each) for each in inputs]
        flat: Any = registry.functions["view"](tangents[place], -1)
        flat[element] = 1
        duals = [forward_ad.make_dual(each, tangent) for each, tangent in zip(inputs, tangents, strict=True)]
        outputs = _several(func(*duals), "outputs", "jacobian")
        parts = [forward_ad.unpack_dual(each) for each in outputs.tensors]
    primals = tuple(part.primal for part in parts)
    moved = [zeros_like(part.primal) if part.tangent is None else part.tangent for part in parts]
    return _Several(primals, outputs.is_tuple), moved


def hessian(
    func: Callable[..., Any],
    inputs: Any,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    outer_jacobian_strategy: str = "reverse-mode",
) -> Any:
    """All second derivatives of a function with a single number as its result: the Jacobian of its gradient.

    >>> torch.autograd.functional.hessian(lambda x: (x ** 3).sum(), torch.tensor([1., 2.]))
    tensor([[ 6.,  0.],
            [ 0., 12.]])
    """
    given = _several(inputs, "inputs", "hessian")
    if outer_jacobian_strategy not in ("forward-mode", "reverse-mode"):
        raise AssertionError('Expected strategy to be either "forward-mode" or "reverse-mode".')

    def one_number(*values: Tensor) -> Tensor:
        outputs = _results(func, _Several(values, True), "hessian", strict)
        _one_number(outputs, "hessian")
        return outputs.tensors[0].squeeze()

    def gradient(*values: Tensor) -> Any:
        found = jacobian(one_number, values, create_graph=True)
        _refuse_constants(found, "jacobian", strict)
        return found

    points = given.tensors
    if outer_jacobian_strategy == "forward-mode":  # nobody prepares these
        points = tuple(each.detach().requires_grad_() for each in points)
    found = jacobian(
        gradient,
        points,
        create_graph=create_graph,
        strict=strict,
        vectorize=vectorize,
        strategy=outer_jacobian_strategy,
    )
    return given.like([given.like(row) for row in found])


__getattr__ = _missing.names_of(__name__)
