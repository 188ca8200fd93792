"""Fuzzer: tensors of random shapes and layouts, the same ones for a seed, to measure something on many of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.ops.generator import manual_seed
from minitorch_edu.ops.random import rand, randint

ATTEMPTS = 1000


class FuzzedParameter:
    """A number between `minval` and `maxval`, or one of the keys of a dict, whose values are their chances.

    distribution: "uniform", "loguniform" (as many in each order of magnitude), or such a dict.
    strict: not drawn again when the numbers that were drawn together do not fit a tensor.
    """

    def __init__(
        self,
        name: str,
        minval: int | float | None = None,
        maxval: int | float | None = None,
        distribution: str | dict[Any, float] | None = None,
        strict: bool = False,
    ) -> None:
        if not isinstance(distribution, dict):
            if distribution not in ("loguniform", "uniform"):
                raise AssertionError(f"Unknown distribution: {distribution}")
        elif any(chance < 0 for chance in distribution.values()):
            raise AssertionError("Probabilities cannot be negative")
        elif abs(sum(distribution.values()) - 1) > 1e-5:
            raise AssertionError("Distribution is not normalized")
        elif minval is not None or maxval is not None:
            which = "minval" if minval is not None else "maxval"
            raise AssertionError(f"When passing a custom distribution, '{which}' must be None")
        self.name = name
        self.strict = strict
        self._low: Any = minval
        self._high: Any = maxval
        self._distribution = distribution

    def sample(self, state: Any) -> Any:
        """One that is drawn from NumPy's `RandomState`."""
        low, high = self._low, self._high
        if isinstance(self._distribution, dict):
            choices = list(self._distribution)
            return choices[state.choice(np.arange(len(choices)), p=tuple(self._distribution.values()))]
        if self._distribution == "loguniform":
            return min(max(int(2 ** state.uniform(low=np.log2(low), high=np.log2(high))), low), high)
        if isinstance(low, int) and isinstance(high, int):
            return int(state.randint(low=low, high=high + 1))
        return state.uniform(low=low, high=high)


class ParameterAlias:
    """Instead of a number: that of another parameter."""

    def __init__(self, alias_to: str) -> None:
        self.alias_to = alias_to

    def __repr__(self) -> str:
        return f"ParameterAlias[alias_to: {self.alias_to}]"


class FuzzedTensor:
    """A tensor whose sizes, and steps of slices, are numbers or the names of parameters.

    probability_contiguous: how often its elements lie in order.
    dim_parameter: the name of the parameter that says how many dimensions it has.
    """

    def __init__(
        self,
        name: str,
        size: tuple[str | int, ...],
        steps: tuple[str | int, ...] | None = None,
        probability_contiguous: float = 0.5,
        min_elements: int | None = None,
        max_elements: int | None = None,
        max_allocation_bytes: int | None = None,
        dim_parameter: str | None = None,
        roll_parameter: str | None = None,
        dtype: Any = dtypes.float32,
        cuda: bool = False,
        tensor_constructor: Callable[..., Any] | None = None,
    ) -> None:
        self.name = name
        self._size = size
        self._steps = steps or ()
        self._probability_contiguous = probability_contiguous
        self._min_elements = min_elements
        self._max_elements = max_elements
        self._max_allocation_bytes = max_allocation_bytes
        self._dim_parameter = dim_parameter
        self._dtype = dtype
        self._cuda = cuda
        self._constructor = tensor_constructor or self.default_tensor_constructor

    @staticmethod
    def default_tensor_constructor(size: Any, dtype: Any, **kwargs: Any) -> Any:
        if dtype.is_floating_point or dtype.is_complex:
            return rand(size=size, dtype=dtype, device="cpu")
        return randint(1, 127, size=size, dtype=dtype, device="cpu")

    def _sizes(self, params: dict[str, Any]) -> tuple[Any, Any, Any]:
        dim = len(self._size) if self._dim_parameter is None else params[self._dim_parameter]

        def numbers(given: Any) -> tuple[int, ...]:
            found = tuple(params.get(each, each) for each in given)[:dim]
            return found + (1,) * (dim - len(found))

        size, steps = numbers(self._size), numbers(self._steps)
        return size, steps, tuple(length * step for length, step in zip(size, steps, strict=True))

    def satisfies_constraints(self, params: dict[str, Any]) -> bool:
        """Whether it is neither too small nor too large."""
        size, _, allocated = self._sizes(params)
        elements = math.prod(map(int, size))
        taken = math.prod(map(int, allocated)) * self._dtype.itemsize
        limits = [
            (self._min_elements, elements),
            (elements, self._max_elements),
            (taken, self._max_allocation_bytes),
        ]
        return all(low <= high for low, high in limits if low is not None and high is not None)

    def make(self, params: dict[str, Any], state: Any) -> tuple[Any, dict[str, Any]]:
        """The tensor, and what it is like."""
        size, steps, allocated = self._sizes(params)
        tensor = self._constructor(size=allocated, dtype=self._dtype, **params)
        if self._cuda:
            tensor = tensor.cuda()
        order = np.arange(len(size))
        if state.rand() > self._probability_contiguous:
            while len(size) > 1 and np.all(order == np.arange(len(size))):
                order = state.permutation(tensor.dim())
            tensor = tensor.permute(order.tolist()).contiguous().permute(np.argsort(order).tolist())
        sized = zip(size, steps, strict=True)
        tensor = tensor[tuple(slice(0, length * step, step) for length, step in sized)]
        return tensor, {
            "numel": tensor.numel(),
            "order": order,
            "steps": steps,
            "is_contiguous": tensor.is_contiguous(),
            "dtype": str(self._dtype),
        }


class Fuzzer:
    """Draws parameters, and makes tensors of them, until they keep all constraints.

    >>> P, T = torch.utils.benchmark.FuzzedParameter, torch.utils.benchmark.FuzzedTensor
    >>> fuzzer = torch.utils.benchmark.Fuzzer([P("n", 1, 5, "uniform")], [T("x", size=("n",))], seed=0)
    >>> [tensors["x"].shape for tensors, properties, params in fuzzer.take(2)]
    [torch.Size([1]), torch.Size([4])]
    """

    def __init__(
        self,
        parameters: list[Any],
        tensors: list[Any],
        constraints: list[Callable[..., bool]] | None = None,
        seed: int | None = None,
    ) -> None:
        if seed is None:
            seed = int(np.random.RandomState().randint(0, 2**32 - 1, dtype=np.int64))
        self._seed = seed
        self._parameters = _unpacked(parameters, FuzzedParameter)
        self._tensors = _unpacked(tensors, FuzzedTensor)
        self._constraints = constraints or []
        twice = {each.name for each in self._parameters} & {each.name for each in self._tensors}
        if twice:
            raise ValueError(f"Duplicate names in parameters and tensors: {twice}")
        self._rejections = self._total_generated = 0

    def take(self, n: int) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
        """So many times: the tensors by name, what they are like, and the parameters."""
        state = np.random.RandomState(self._seed)
        manual_seed(int(state.randint(low=0, high=2**63, dtype=np.int64)))
        for _ in range(n):
            params = self._generate(state)
            made = {each.name: each.make(params, state) for each in self._tensors}
            yield (
                {name: tensor for name, (tensor, _) in made.items()},
                {name: properties for name, (_, properties) in made.items()},
                params,
            )

    @property
    def rejection_rate(self) -> float:
        return self._rejections / self._total_generated if self._total_generated else 0.0

    def _generate(self, state: Any) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for _ in range(ATTEMPTS):
            params = {}
            for each in self._parameters:
                params[each.name] = kept[each.name] if each.name in kept else each.sample(state)
                if each.strict:
                    kept[each.name] = params[each.name]
            params = _resolved(params)
            self._total_generated += 1
            if all(holds(params) for holds in self._constraints):
                if all(each.satisfies_constraints(params) for each in self._tensors):
                    return params
            self._rejections += 1
        raise ValueError("Failed to generate a set of valid parameters.")


def _unpacked(values: list[Any], kind: type) -> list[Any]:
    return [each for value in values for each in ([value] if isinstance(value, kind) else value)]


def _resolved(params: dict[str, Any]) -> dict[str, Any]:
    """The numbers that aliases stand for, chains of them included."""
    params = dict(params)
    aliases = [name for name, value in params.items() if isinstance(value, ParameterAlias)]
    for _ in range(len(aliases) + 1):
        for name in aliases:
            if isinstance(params[name], ParameterAlias):
                params[name] = params[params[name].alias_to]
    if any(isinstance(params[name], ParameterAlias) for name in aliases):
        raise ValueError(f"ParameterAlias cycle detected\n{params}")
    return params
