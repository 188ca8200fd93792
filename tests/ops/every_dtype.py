"""Calls to try with every dtype: one tensor, or a pair of tensors of two dtypes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

DTYPES = (
    "bool", "uint8", "int8", "int16", "int32", "int64", "float16", "bfloat16", "float32", "float64", "complex64",
    "complex128",
)  # fmt: skip


def first(engine: Any, dtype: str) -> Any:
    """Six numbers with a zero and a negative one among them, where the dtype has those."""
    return _numbers(engine, dtype, [[1, 2, 3], [0, 5, 1]], below=1)


def second(engine: Any, dtype: str) -> Any:
    return _numbers(engine, dtype, [[2, 1, 0], [3, 1, 2]], below=1)


def divisor(engine: Any, dtype: str) -> Any:
    """Six numbers without a zero, but for bools."""
    return _numbers(engine, dtype, [[1, 2, 3], [2, 5, 1]], below=0)


def _numbers(engine: Any, dtype: str, rows: list[list[int]], below: int) -> Any:
    def of(number: int) -> Any:
        if dtype == "bool":
            return number % 2 == 1
        if dtype.startswith("complex"):
            return complex(number, number - 1)
        if "float" in dtype:
            return number - 1.5 * below + 0.5 * (not below)
        return number - below * (dtype != "uint8")

    return engine.tensor([[of(number) for number in row] for row in rows], dtype=getattr(engine, dtype))


Call = Callable[..., Any]
UNARY: dict[str, Call] = {}
BINARY: dict[str, Call] = {}

# --- named functions and methods ------------------------------------------------------------------------------------

FUNCTIONS = """
    neg abs sign sgn exp log sqrt sin cos tanh sigmoid relu reciprocal square floor ceil trunc frac round isnan isinf isfinite
    logical_not bitwise_not positive sum mean max min argmax argmin any all nonzero argwhere count_nonzero median nanmedian
    mode unique unique_consecutive histc tril triu msort argsort sort clone real imag t ravel diag diag_embed
    where bernoulli rand_like randn_like normal
"""
IN_PLACE = """
    neg exp log sqrt sin cos tanh sigmoid relu reciprocal square floor ceil trunc frac round logical_not bitwise_not sign sgn
    tril triu zero uniform normal exponential cauchy log_normal random bernoulli
"""
ALONG = """
    sum mean max min argmax argmin any all count_nonzero median nanmedian mode cummax cummin logsumexp softmax log_softmax
    sort argsort
"""


def _drawn(call: Call) -> Call:
    """The call after the generator has been seeded."""

    def seeded(engine: Any, *tensors: Any) -> Any:
        engine.manual_seed(0)
        return call(engine, *tensors)

    return seeded


for each in FUNCTIONS.split():
    if not each.endswith("_"):
        UNARY[each] = _drawn(lambda e, x, name=each: getattr(e, name)(x))
for each in IN_PLACE.split():
    UNARY[f"{each}_"] = _drawn(lambda e, x, name=each: getattr(x.clone(), f"{name}_")())
for each in ALONG.split():
    UNARY[f"{each} along 1"] = lambda e, x, name=each: getattr(x, name)(1)
for each in ("sum", "mean", "softmax", "log_softmax"):
    for dtype in ("float32", "int64", "float16", "complex64", "bool"):
        UNARY[f"{each} in {dtype}"] = lambda e, x, name=each, kind=dtype: getattr(e, name)(
            x, 1, dtype=getattr(e, kind)
        )

# --- numbers beside tensors -----------------------------------------------------------------------------------------

SIGNS = ("+", "-", "*", "/", "//", "%", "**", "==", "<", ">=", "&", "|", "^", "<<", ">>")
NUMBERS = {"2": 2, "2.5": 2.5, "True": True, "2j": 1 + 2j, "0": 0, "-2": -2, "0.5": 0.5, "1": 1}


def _in_place(sign: str, x: Any, y: Any) -> Any:
    names = {"x": x.clone(), "y": y}
    exec(f"x {sign}= y", names)
    return names["x"]


for sign in SIGNS:
    for shown, number in NUMBERS.items():
        UNARY[f"x {sign} {shown}"] = lambda e, x, s=sign, y=number: eval(f"x {s} y", {"x": x, "y": y})
        UNARY[f"{shown} {sign} x"] = lambda e, x, s=sign, y=number: eval(f"y {s} x", {"x": x, "y": y})
        if sign not in ("==", "<", ">="):
            UNARY[f"x {sign}= {shown}"] = lambda e, x, s=sign, y=number: _in_place(s, x, y)
    BINARY[f"x {sign} y"] = lambda e, x, y, s=sign: eval(f"x {s} y", {"x": x, "y": y})
    if sign not in ("==", "<", ">="):
        BINARY[f"x {sign}= y"] = lambda e, x, y, s=sign: _in_place(s, x, y)
for shown, number in NUMBERS.items():
    for each in ("pow", "float_power"):
        UNARY[f"{each}(x, {shown})"] = lambda e, x, name=each, y=number: getattr(e, name)(x, y)
        UNARY[f"{each}({shown}, x)"] = lambda e, x, name=each, y=number: getattr(e, name)(y, x)
        UNARY[f"{each}_({shown})"] = lambda e, x, name=each, y=number: getattr(x.clone(), f"{name}_")(y)

# --- one tensor -----------------------------------------------------------------------------------------------------

UNARY |= {
    "~x": lambda e, x: ~x,
    "abs(x)": lambda e, x: abs(x),
    "round(x)": lambda e, x: round(x),
    "round to one decimal": lambda e, x: e.round(x, decimals=1),
    "divmod": lambda e, x: divmod(x, 2),
    "bool()": lambda e, x: bool(x[0, 0]),
    "int()": lambda e, x: int(x[0, 0]),
    "float()": lambda e, x: float(x[0, 0]),
    "complex()": lambda e, x: complex(x[0, 0]),
    "an index of a list": lambda e, x: list(range(5))[x[0, 0]],
    "pow of 300": lambda e, x: e.pow(x, 300),
    "300 to the power": lambda e, x: e.pow(300, x),
    "clamp": lambda e, x: e.clamp(x, 0, 1),
    "clamp within floats": lambda e, x: e.clamp(x, 0.5, 1),
    "clamp within bools": lambda e, x: e.clamp(x, False, True),
    "clamp_": lambda e, x: x.clone().clamp_(0, 1),
    "clamp_ within floats": lambda e, x: x.clone().clamp_(min=0.5),
    "kthvalue": lambda e, x: e.kthvalue(x, 1, 1),
    "topk": lambda e, x: e.topk(x, 2, 1),
    "mm": lambda e, x: e.mm(x, x.t()),
    "mv": lambda e, x: e.mv(x, x[0]),
    "dot": lambda e, x: e.dot(x[0], x[1]),
    "bmm": lambda e, x: e.bmm(x[None], x.t()[None]),
    "addmm": lambda e, x: e.addmm(x[:, :2], x, x.t(), beta=2, alpha=3),
    "addmm with fractions": lambda e, x: e.addmm(x[:, :2], x, x.t(), beta=0.5, alpha=0.5),
    "outer": lambda e, x: e.outer(x[0], x[1]),
    "vector @ vector": lambda e, x: x[0] @ x[1],
    "vector @ matrix": lambda e, x: x[0] @ x.t(),
    "masked_fill": lambda e, x: e.masked_fill(x, x == 0, 2.5),
    "masked_fill with a complex number": lambda e, x: e.masked_fill(x, x == 0, 2.5j),
    "masked_select": lambda e, x: e.masked_select(x, x == 0),
    "masked_scatter": lambda e, x: e.masked_scatter(x, x == 0, x + x),
    "fill_": lambda e, x: x.clone().fill_(2.5),
    "fill_ with a complex number": lambda e, x: x.clone().fill_(2.5j),
    "where beside a number": lambda e, x: e.where(x == 0, x, 2),
    "where beside a float": lambda e, x: e.where(x == 0, 2.5, x),
    "where beside a complex number": lambda e, x: e.where(x == 0, 2.5j, x),
    "where it holds": lambda e, x: e.where(x, 1, 2),
    "bincount": lambda e, x: e.bincount(x[0] * x[0]),
    "bincount of weights": lambda e, x: e.bincount(e.tensor([1, 2, 1]), x[0]),
    "isin": lambda e, x: e.isin(x, x[0]),
    "isin a number": lambda e, x: e.isin(x, 2),
    "a number isin": lambda e, x: e.isin(2, x),
    "searchsorted": lambda e, x: e.searchsorted(x[0], x[1]),
    "searchsorted of a number": lambda e, x: e.searchsorted(x[0], 1.5),
    "bucketize": lambda e, x: e.bucketize(x, x[0]),
    "unique in full": lambda e, x: e.unique(x, return_inverse=True, return_counts=True),
    "unique rows": lambda e, x: e.unique(x, dim=0, return_inverse=True, return_counts=True),
    "unique_consecutive in full": lambda e, x: e.unique_consecutive(
        x, return_inverse=True, return_counts=True
    ),
    "unique_consecutive columns": lambda e, x: e.unique_consecutive(x, dim=1),
    "histc between bounds": lambda e, x: e.histc(x, 4, 0, 3),
    "gather": lambda e, x: e.gather(x, 1, e.tensor([[0, 1], [2, 0]])),
    "scatter": lambda e, x: e.scatter(x, 1, e.tensor([[0, 1], [2, 0]]), x),
    "scatter a number": lambda e, x: e.scatter(x, 1, e.tensor([[0, 1], [2, 0]]), 2.5),
    "scatter_add": lambda e, x: e.scatter_add(x, 1, e.tensor([[0, 0], [2, 0]]), x),
    "scatter and add": lambda e, x: e.scatter(x, 1, e.tensor([[0, 0], [2, 0]]), x, reduce="add"),
    "scatter and multiply": lambda e, x: e.scatter(x, 1, e.tensor([[0, 0], [2, 0]]), 2, reduce="multiply"),
    "index_add": lambda e, x: e.index_add(x, 0, e.tensor([0, 0]), x, alpha=2.5),
    "index_copy": lambda e, x: e.index_copy(x, 0, e.tensor([0, 0]), x),
    "index_fill": lambda e, x: e.index_fill(x, 0, e.tensor([0]), 2.5),
    "index_select": lambda e, x: e.index_select(x, 1, e.tensor([0, 2])),
    "take": lambda e, x: e.take(x, e.tensor([0, 5])),
    "put": lambda e, x: x.put(e.tensor([0, 0]), x[0, :2], accumulate=True),
    "index_put": lambda e, x: e.index_put(x, (e.tensor([0, 0]),), x[0], accumulate=True),
    "take_along_dim": lambda e, x: e.take_along_dim(x, e.tensor([[0, 1], [2, 0]]), 1),
    "x as an index": lambda e, x: e.arange(10.0)[x[0]],
    "gather at x": lambda e, x: e.gather(e.arange(6.0), 0, x[0]),
    "index_select at x": lambda e, x: e.index_select(e.arange(6.0), 0, x[0]),
    "take at x": lambda e, x: e.take(e.arange(6.0), x),
    "repeat_interleave": lambda e, x: e.repeat_interleave(x, 2),
    "repeat_interleave of counts": lambda e, x: e.repeat_interleave(x[0] * x[0]),
    "cartesian_prod": lambda e, x: e.cartesian_prod(x[0], x[1]),
    "combinations": lambda e, x: e.combinations(x[0]),
    "block_diag": lambda e, x: e.block_diag(x, x),
    "roll": lambda e, x: e.roll(x, 1),
    "flip": lambda e, x: e.flip(x, (0,)),
    "rot90": lambda e, x: e.rot90(x),
    "isclose": lambda e, x: e.isclose(x, x),
    "allclose": lambda e, x: e.allclose(x, x),
    "equal": lambda e, x: e.equal(x, x),
    "poisson": _drawn(lambda e, x: e.poisson(x * 0 + 1)),
    "multinomial": _drawn(lambda e, x: e.multinomial(x * x, 2, True)),
    "geometric_": _drawn(lambda e, x: x.clone().geometric_(0.5)),
    "randint_like": _drawn(lambda e, x: e.randint_like(x, 2)),
    "normal of deviations": _drawn(lambda e, x: e.normal(0.0, x * x)),
    "dropout": _drawn(lambda e, x: e.dropout(x, 0.5, True)),
    "native_dropout": _drawn(lambda e, x: e.native_dropout(x, 0.5, True)),
    "alpha_dropout": _drawn(lambda e, x: e.alpha_dropout(x, 0.5, True)),
    "feature_dropout": _drawn(lambda e, x: e.feature_dropout(x, 0.5, True)),
}
for each in ("sum", "prod", "mean", "amax", "amin"):
    for self_too in (True, False):
        UNARY[f"scatter_reduce {each}{'' if self_too else ' without self'}"] = (
            lambda e, x, r=each, s=self_too: e.scatter_reduce(
                x, 1, e.tensor([[0, 0], [2, 0]]), x, r, include_self=s
            )
        )

# --- two tensors ----------------------------------------------------------------------------------------------------

MEETING = """
    add sub rsub mul div pow float_power maximum minimum floor_divide remainder fmod bitwise_and bitwise_or bitwise_xor
    bitwise_left_shift bitwise_right_shift logical_and logical_or logical_xor eq ne lt le gt ge isclose isin
"""
for each in MEETING.split():
    BINARY[each] = lambda e, x, y, name=each: getattr(e, name)(x, y)
    BINARY[f"{each} with a zero-dim tensor"] = lambda e, x, y, name=each: getattr(e, name)(x, y[0, 1])
    BINARY[f"{each} of a zero-dim tensor"] = lambda e, x, y, name=each: getattr(e, name)(x[0, 1], y)
    if each not in ("rsub", "maximum", "minimum", "isclose", "isin"):
        BINARY[f"{each}_"] = lambda e, x, y, name=each: getattr(x.clone(), f"{name}_")(y)
BINARY |= {
    "add twice": lambda e, x, y: e.add(x, y, alpha=2),
    "add two and a half times": lambda e, x, y: e.add(x, y, alpha=2.5),
    "add 2j times": lambda e, x, y: e.add(x, y, alpha=2j),
    "sub twice": lambda e, x, y: e.sub(x, y, alpha=2),
    "clamp above": lambda e, x, y: e.clamp(x, y),
    "clamp below": lambda e, x, y: e.clamp(x, max=y),
    "clamp between": lambda e, x, y: e.clamp(x, y, y + y),
    "clamp_ above": lambda e, x, y: x.clone().clamp_(y),
    "outer": lambda e, x, y: e.outer(x[0], y[0]),
    "where": lambda e, x, y: e.where(x == x, x, y),
    "cat": lambda e, x, y: e.cat([x, y]),
    "stack": lambda e, x, y: e.stack([x, y]),
    "copy_": lambda e, x, y: x.clone().copy_(y),
    "setitem": lambda e, x, y: _set(x.clone(), y[0]),
    "getitem": lambda e, x, y: x[y],
    "masked_fill": lambda e, x, y: e.masked_fill(x, x == x, y[0, 1]),
    "masked_select": lambda e, x, y: e.masked_select(x, y),
    "masked_scatter": lambda e, x, y: e.masked_scatter(x, x == x, y),
    "scatter": lambda e, x, y: e.scatter(x, 1, e.tensor([[0]]), y),
    "scatter_add": lambda e, x, y: e.scatter_add(x, 1, e.tensor([[0]]), y),
    "index_add": lambda e, x, y: e.index_add(x, 0, e.tensor([0, 0]), y),
    "index_copy": lambda e, x, y: e.index_copy(x, 0, e.tensor([0, 0]), y),
    "index_put": lambda e, x, y: e.index_put(x, (e.tensor([0]),), y[0]),
    "index_fill": lambda e, x, y: e.index_fill(x, 0, e.tensor([0]), y[0, 1]),
    "put": lambda e, x, y: x.put(e.tensor([0, 5]), y[0, :2]),
    "take": lambda e, x, y: e.take(x, y),
    "gather": lambda e, x, y: e.gather(x, 1, y),
    "searchsorted": lambda e, x, y: e.searchsorted(x[0], y),
    "bucketize": lambda e, x, y: e.bucketize(y, x[0]),
    "bincount": lambda e, x, y: e.bincount(x[0], y[0]),
    "allclose": lambda e, x, y: e.allclose(x, y),
    "equal": lambda e, x, y: e.equal(x, y),
    "normal": _drawn(lambda e, x, y: e.normal(x, y * y)),
}


def _set(x: Any, value: Any) -> Any:
    x[0] = value
    return x


for each, call in {
    "mm": lambda e, x, y: e.mm(x, y.t()),
    "matmul": lambda e, x, y: x @ y.t(),
    "mv": lambda e, x, y: e.mv(x, y[0]),
    "dot": lambda e, x, y: e.dot(x[0], y[0]),
    "bmm": lambda e, x, y: e.bmm(x[None], y.t()[None]),
    "addmm": lambda e, x, y: e.addmm(x[:, :2], x, y.t()),
}.items():
    BINARY[each] = call

DIVIDING = {name for name in BINARY if any(part in name for part in ("div", "rem", "fmod", "/", "%"))}
"""Calls whose second tensor is `divisor`: there is no telling what other whole numbers over zero are."""
