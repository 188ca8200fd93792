"""Gradients of functions: `grad`, `vjp`, `jvp`, which take a function and give another.

Note [Gradients within gradients]
Every call differentiates with respect to fresh tensors: aliases of the arguments that nobody else can hold. So the
graph of an inner gradient ends there, even where the function also reads the arguments of an outer one, and the two
cannot be confused. The result keeps its history where it leads to something other than fresh leaves, and loses it where
it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minitorch_edu.autograd.forward_ad import DualLevel, DualTensor
from minitorch_edu.autograd.grad_mode import enable_grad
from minitorch_edu.autograd.transposed import pulled_back
from minitorch_edu.func.tree import flattened, mapped
from minitorch_edu.ops import registry
from minitorch_edu.ops.creation import ones_like, zeros_like
from minitorch_edu.ops.transforms import Transformed, levels
from minitorch_edu.tensor import Tensor


class Variables:
    """The arguments of one call as fresh tensors: they require grad, and belong to every level that is active."""

    def __init__(self, tensors: Sequence[Any]) -> None:
        self.leaves: list[Tensor] = []
        self.made = [self._fresh(each) for each in tensors]

    def _fresh(self, tensor: Any) -> Tensor:
        if not isinstance(tensor, Tensor):
            raise ValueError(f"Thing passed to transform API must be Tensor, got {type(tensor)}")
        made = self._alias(tensor)
        for level in levels.entered:
            made = level.spread(made)
        return made

    def _alias(self, tensor: Tensor) -> Tensor:
        if isinstance(tensor, Transformed):
            return tensor._level.rebuilt(tensor, self._alias)
        if tensor.requires_grad:
            alias: Any = registry.functions["alias"]
            return alias(tensor)
        self.leaves.append(tensor.detach().requires_grad_())
        return self.leaves[-1]

    def settled(self, tree: Any) -> Any:
        """Results without the history that leads only to fresh leaves. See Note [Gradients within gradients]."""
        ends = {id(leaf) for leaf in self.leaves}
        return mapped(lambda each: _settled(each, ends) if isinstance(each, Tensor) else each, tree)


def _settled(tensor: Tensor, ends: set[int]) -> Tensor:
    if isinstance(tensor, DualTensor):
        return tensor._level.dual(_settled(tensor._value, ends), _settled(tensor._tangent, ends))
    if isinstance(tensor, Transformed):
        return tensor._level.rebuilt(tensor, lambda value: _settled(value, ends))
    if not tensor.requires_grad or _leads_elsewhere(tensor, ends):
        return tensor
    return tensor.detach()


def _leads_elsewhere(tensor: Tensor, ends: set[int]) -> bool:
    """Whether the history of a tensor reaches a leaf that is not among `ends`."""
    waiting: list[Any] = [tensor._grad_fn or tensor]
    seen = set()
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, Tensor):
            if id(each) not in ends:
                return True
        else:
            waiting += [edge[0] for edge in each.edges if edge is not None]
    return False


def vjp(func: Callable[..., Any], *primals: Any, has_aux: bool = False) -> Any:
    """The result of a function, and a function from gradients of the result to gradients of the inputs.

    >>> value, pull = torch.func.vjp(torch.sin, torch.tensor(0.0))
    >>> pull(torch.tensor(1.0))
    (tensor(1.),)
    """
    leaves, rebuild = flattened(primals)
    variables = Variables(leaves)
    made = variables.made
    with enable_grad():
        result = func(*rebuild(made))
    result, aux = _with_aux(result, "vjp", has_aux)
    outputs, _ = flattened(result)
    if not outputs or not all(isinstance(each, Tensor) for each in outputs):
        wrong = next((each for each in outputs if not isinstance(each, Tensor)), None)
        raise RuntimeError(
            f"vjp(f, *primals): Expected f to be a function that has non-empty output or f(*primals) to return only "
            f"tensors, got unsupported type {type(wrong)}"
        )

    def pull(cotangents: Any) -> Any:
        given, _ = flattened(cotangents)
        if len(given) != len(outputs):
            raise RuntimeError(
                "Expected pytree structure of cotangents to be the same as pytree structure of outputs to the "
                "function."
            )
        with enable_grad():
            found = pulled_back(list(zip(outputs, given, strict=True)), made, create_graph=True)
        grads = [zeros_like(leaf) if each is None else each for each, leaf in zip(found, made, strict=True)]
        return rebuild(variables.settled(grads))

    shown = variables.settled(result)
    return (shown, pull, variables.settled(aux)) if has_aux else (shown, pull)


def grad_and_value(
    func: Callable[..., Any], argnums: int | tuple[int, ...] = 0, has_aux: bool = False
) -> Callable[..., Any]:
    """A function that returns the gradient of `func`, whose result is one number, and that result."""

    def differentiated(*args: Any, **kwargs: Any) -> Any:
        places = argnums if isinstance(argnums, tuple) else (argnums,)
        for place in places:
            if not -len(args) <= place < len(args):
                raise RuntimeError(f"Got argnum={place}, but only {len(args)} positional inputs")
        chosen = [args[place] for place in places]
        leaves, rebuild = flattened(chosen)
        variables = Variables(leaves)
        made = variables.made
        given = list(args)
        for place, value in zip(places, rebuild(made), strict=True):
            given[place] = value
        with enable_grad():
            output, aux = _with_aux(func(*given, **kwargs), "grad_and_value", has_aux)
            _refuse_output(output)
            found = pulled_back([(output, ones_like(output))], made, create_graph=True)
        grads = [zeros_like(leaf) if each is None else each for each, leaf in zip(found, made, strict=True)]
        shape = rebuild(variables.settled(grads))
        answer = tuple(shape) if isinstance(argnums, tuple) else shape[0]
        value = variables.settled(output)
        return (answer, (value, variables.settled(aux))) if has_aux else (answer, value)

    return differentiated


def _with_aux(result: Any, name: str, has_aux: bool) -> tuple[Any, Any]:
    if not has_aux:
        return result, None
    if not isinstance(result, tuple) or len(result) != 2:
        raise RuntimeError(
            f"{name}(f)(*args): output of function f should be a tuple: (output, aux) if has_aux is True"
        )
    return result


def _refuse_output(output: Any) -> None:
    if not isinstance(output, Tensor):
        raise RuntimeError(
            f"grad_and_value(f)(*args): Expected f(*args) to return a Tensor, got {type(output)}"
        )
    if output.ndim:
        raise RuntimeError(
            "grad_and_value(f)(*args): Expected f(*args) to return a scalar Tensor, got tensor with "
            f"{output.ndim} dims. Maybe you wanted to use the vjp or jacrev APIs instead?"
        )


def grad(
    func: Callable[..., Any], argnums: int | tuple[int, ...] = 0, has_aux: bool = False
) -> Callable[..., Any]:
    """A function that returns the gradient of `func`, whose result is one number, in its arguments `argnums`.

    >>> torch.func.grad(torch.sin)(torch.tensor(0.0))
    tensor(1.)
    >>> torch.func.grad(torch.func.grad(torch.sin))(torch.tensor(0.0))
    tensor(-0.)
    """

    def differentiated(*args: Any, **kwargs: Any) -> Any:
        gradient, value = grad_and_value(func, argnums, has_aux)(*args, **kwargs)
        return (gradient, value[1]) if has_aux else gradient

    return differentiated


def jvp(
    func: Callable[..., Any], primals: Any, tangents: Any, *, strict: bool = False, has_aux: bool = False
) -> Any:
    """The result of a function, and how it changes when the inputs change in the direction of `tangents`.

    >>> torch.func.jvp(torch.sin, (torch.tensor(0.0),), (torch.tensor(2.0),))
    (tensor(0.), tensor(2.))
    """
    if not isinstance(primals, tuple):
        raise RuntimeError(
            "jvp(f, primals, tangents): Expected primals to be a tuple. E.g. it should be valid to call f(*primals)."
        )
    leaves, rebuild = flattened(primals)
    directions, _ = flattened(tangents)
    if len(leaves) != len(directions):
        raise RuntimeError(
            "jvp(f, primals, tangents): Expected primals and tangents to have the same python structure."
        )
    with DualLevel() as level:
        duals = [level.dual(leaf, direction) for leaf, direction in zip(leaves, directions, strict=True)]
        result, aux = _with_aux(func(*rebuild(duals)), "jvp", has_aux)
        outputs, form = flattened(result)
        for each in outputs:
            if not isinstance(each, Tensor):
                raise RuntimeError(
                    f"jvp(f, primals, tangents): Expected f(*primals) to return only tensors, got unsupported type "
                    f"{type(each)}"
                )
        parts = [level.parts(each) for each in outputs]
        if strict and any(change is None for _, change in parts):
            raise RuntimeError(
                "jvp(f, primals, tangents, strict=True): The output of f is independent of the inputs. This is not "
                "allowed with strict=True."
            )
        aux = mapped(lambda each: level.parts(each)[0] if isinstance(each, DualTensor) else each, aux)
    values = form([value for value, _ in parts])
    changes = form([zeros_like(value) if change is None else change for value, change in parts])
    return (values, changes, aux) if has_aux else (values, changes)
