"""What NumPy, Python numbers and signs make of tensors: the same values, types, errors as with PyTorch's."""

from __future__ import annotations

import re

import pytest

import minitorch_edu
from tests.oracle import torch as pytorch
from tests.programs import assert_says_the_same, said, shown

pytestmark = pytest.mark.host  # what NumPy is given, and gives

GIVEN = """
f = torch.tensor([1., -2., 3.]); i = torch.tensor([7, -8, 9]); b = torch.tensor([True, False, True])
m = torch.arange(6.).view(2, 3); z = torch.tensor(2.5); n = torch.tensor(3); c = torch.tensor([1 + 2j, 3j, 0])
g = torch.tensor([1., 2., 3.], requires_grad=True); a = np.array([1., 2., 4.]); k = np.array([1, 2, 4])
h = np.float64(2); s = np.float32(2); w = np.int64(2); e = torch.zeros(0); o = torch.tensor([4])
import math, operator
"""

TO_NUMPY = [
    "f.numpy()", "i.numpy()", "b.numpy()", "z.numpy()", "m.t().numpy().strides", "m[:, 1].numpy()", "e.numpy()", "c.numpy()",
    "g.numpy()", "g.numpy(force=True)", "g.detach().numpy()", "g.data.numpy()", "(g * 2).numpy()", "(g * 2).numpy(force=True)",
    "f.numpy(True)", "f.numpy(foo=1)", "m.expand(2, 2, 3).numpy().strides", "f.half().numpy()", "f.numpy(force=False)",
    "np.array(f)", "np.asarray(f)", "np.array(f, dtype=np.int32)", "np.asarray(i, dtype=float)", "np.asarray(f, dtype='f4')",
    "np.array(f, copy=False)", "np.array(f, copy=True)", "np.array(f, dtype=int, copy=False)", "np.array(f, dtype=np.float32, copy=False)",
    "np.asarray(f, copy=False)", "np.asarray(g)", "np.array(g)", "np.asarray(g.detach())", "np.array([f, f])", "np.array([z, z])",
    "np.array([g.detach(), f])", "np.array([1, z])", "np.asarray([n, n])", "np.array(z)", "np.float32(z)", "np.float64(n)", "np.int64(n)",
    "f.__array__()", "f.__array__(np.float64)", "f.__array__(dtype=np.float64)", "np.asanyarray(f)", "np.ascontiguousarray(m.t())",
    "np.array(e)", "np.asarray(z).shape", "np.array(f) is np.array(f)", "np.asarray(c)", "np.asarray(c, dtype=float)",
    "np.array([f, m])", "np.array(b, dtype=float)", "np.array(i, dtype=object)", "np.array(f, dtype=str)",
    "np.shares_memory(np.array(f), f.numpy())", "np.shares_memory(np.asarray(f), f.numpy())", "np.shares_memory(np.array(f, copy=None), f.numpy())",
    "np.shares_memory(np.asarray(f, dtype=np.float32), f.numpy())", "np.shares_memory(np.asarray(f, dtype=float), f.numpy())",
]  # fmt: skip

FROM_NUMPY = [
    "torch.from_numpy(a)", "torch.from_numpy(k)", "torch.from_numpy(np.array(3))", "torch.from_numpy(a[::2]).stride()",
    "torch.from_numpy(a[::-1])", "torch.from_numpy(h)", "torch.from_numpy(1)", "torch.from_numpy([1])", "torch.from_numpy(f)",
    "torch.from_numpy(np.array(['a']))", "torch.from_numpy(np.array([None]))", "torch.from_numpy(np.array([1, 'a'], dtype=object))",
    "torch.from_numpy(np.zeros(2, dtype='>f4'))", "torch.from_numpy(np.zeros(2, dtype=[('x', 'f4')]))", "torch.from_numpy(np.zeros(2, dtype='M8[s]'))",
    "torch.from_numpy(np.zeros(2, dtype=np.longdouble))", "torch.from_numpy(np.zeros((2, 0)))", "torch.from_numpy(np.ones(2, dtype=np.bool_))",
    "torch.from_numpy(np.zeros(2, 'c8'))", "torch.from_numpy(np.zeros(2, 'f2'))", "torch.from_numpy(np.zeros(2, 'i1'))", "torch.from_numpy(np.zeros(3, dtype=[('x', 'f4'), ('y', 'i2')])['x'])",
    "torch.from_numpy(np.arange(6).reshape(2, 3).T).stride()", "torch.from_numpy(np.broadcast_to(a, (2, 3)).copy())", "torch.from_numpy(np.ma.array([1., 2.]))",
    "torch.from_numpy(np.asmatrix([[1., 2.]]))", "torch.as_tensor(a)", "torch.as_tensor(a, dtype=torch.float32)", "torch.as_tensor(k, dtype=torch.int64)",
    "torch.as_tensor(h)", "torch.as_tensor(s)", "torch.as_tensor(w)", "torch.as_tensor(3)", "torch.as_tensor([1, 2.])", "torch.as_tensor(f) is f", "torch.as_tensor(f, dtype=torch.float32) is f",
    "torch.as_tensor(f, dtype=torch.float64)", "torch.as_tensor(g) is g", "torch.as_tensor(g, dtype=torch.float64)", "torch.as_tensor('a')", "torch.as_tensor(None)", "torch.as_tensor([a, a])",
    "torch.as_tensor([f, f])", "torch.as_tensor([z, n])", "torch.as_tensor(a[::-1])", "torch.as_tensor(np.array(['a']))", "torch.as_tensor(np.zeros(2, '>f4'))", "torch.asarray(a)", "torch.asarray(f) is f",
    "torch.asarray(a, dtype=torch.float32)", "torch.asarray(a, copy=True)", "torch.asarray(a, copy=False)", "torch.asarray([1, 2])", "torch.asarray([1, 2], copy=False)", "torch.asarray(3.5)",
    "torch.asarray(a, dtype=torch.float32, copy=False)", "torch.asarray(g)", "torch.asarray(g, requires_grad=True)", "torch.asarray(a, requires_grad=True)", "torch.asarray(f, copy=True) is f", "torch.asarray(memoryview(a))",
    "torch.asarray(bytearray(b'abcd'), dtype=torch.uint8)", "torch.asarray(k, requires_grad=True)", "torch.asarray('a')", "torch.asarray(h)", "torch.asarray(None)", "torch.tensor(a)", "torch.tensor(k)", "torch.tensor(h)", "torch.tensor(s)",
    "torch.tensor(w)", "torch.tensor(np.bool_(True))", "torch.tensor([a, a])", "torch.tensor([h, 1])", "torch.tensor([s, s])", "torch.tensor([w, w])", "torch.tensor(a, dtype=torch.int32)", "torch.tensor(a[::-1])", "torch.tensor(np.array(['a']))",
    "torch.tensor(np.array([1, None]))", "torch.tensor(np.zeros(2, '>f4'))", "torch.tensor(np.array(3))", "torch.tensor([np.array(3), np.array(4)])", "torch.tensor(f)", "torch.tensor(g)", "torch.tensor([z, z])", "torch.tensor([f, f])", "torch.tensor(range(3))",
    "torch.tensor((1, 2))", "torch.tensor({1: 2})", "torch.tensor({1, 2})", "torch.tensor(x for x in range(3))", "torch.tensor('a')", "torch.tensor(None)", "torch.tensor(b'ab')", "torch.tensor([None])", "torch.tensor(['a'])", "torch.tensor([1, 'a'])", "torch.tensor(a, requires_grad=True)",
    "torch.tensor(k, requires_grad=True)", "torch.tensor(1 + 2j)", "torch.tensor(np.complex64(1j))", "torch.tensor(a)[0] is a", "torch.Tensor(a)", "torch.Tensor(k)", "torch.Tensor([a, a])", "torch.Tensor(f) is f", "torch.Tensor(i)", "torch.Tensor(h)", "torch.Tensor('a')",
    "torch.Tensor(np.array(3.))", "torch.Tensor(range(2))", "torch.Tensor((1, 2))", "torch.frombuffer(bytearray(8), dtype=torch.int32)", "torch.frombuffer(a, dtype=torch.float64)", "torch.frombuffer(bytearray(b'abc'), dtype=torch.int16)", "torch.frombuffer(b'', dtype=torch.int16)",
    "torch.frombuffer(bytearray(8), dtype=torch.uint8, count=2, offset=1)", "torch.frombuffer(bytearray(8), dtype=torch.int32, offset=9)", "torch.frombuffer(bytearray(8), dtype=torch.int32, count=3)", "torch.frombuffer(3, dtype=torch.int32)", "torch.frombuffer(bytearray(8))",
    "torch.is_tensor(f)", "torch.is_tensor(a)", "torch.from_dlpack(a)", "torch.from_dlpack(a[::2])", "torch.from_dlpack(f)", "torch.from_dlpack([1])", "np.from_dlpack(f)", "np.from_dlpack(m.t()).strides", "np.from_dlpack(g)", "np.from_dlpack(g.detach())", "np.from_dlpack(i)", "np.from_dlpack(b)",
    "f.__dlpack_device__()", "g.__dlpack__()", "torch.from_dlpack(k)", "np.from_dlpack(f).flags.writeable", "np.from_dlpack(c)", "memoryview(f)", "memoryview(f.numpy()).format", "np.frombuffer(f, np.float32)", "np.frombuffer(f.numpy(), np.float32)", "bytes(f)", "bytearray(f.numpy())",
]  # fmt: skip

FUNCTIONS = [
    "np.sqrt(f.abs())", "np.exp(i)", "np.exp(f)", "np.sum(f)", "np.mean(f)", "np.sum(m, axis=0)", "np.sum(m, axis=1, keepdims=True)", "np.max(f)", "np.min(m, axis=0)", "np.argmax(f)", "np.std(f)", "np.var(f)", "np.prod(f)", "np.cumsum(f)", "np.dot(f, f)",
    "np.matmul(m, f)", "np.add(f, 1)", "np.add(f, a)", "np.add(a, f)", "np.add(f, f)", "np.multiply(i, 2)", "np.maximum(f, 0)", "np.where(b, f, 0)", "np.where(f > 0, 1, 0)", "np.concatenate([f, f])", "np.stack([f, f])", "np.vstack([f, f])", "np.transpose(m)", "np.reshape(m, (3, 2))",
    "np.reshape(m, -1)", "np.squeeze(m)", "np.expand_dims(f, 0)", "np.abs(f)", "np.clip(f, 0, 1)", "np.round(f)", "np.sort(f)", "np.argsort(f)", "np.unique(f)", "np.isnan(f)", "np.isfinite(f)", "np.all(b)", "np.any(b)", "np.allclose(f, f)", "np.array_equal(f, f)", "np.linalg.norm(f)",
    "np.linalg.inv(torch.eye(2))", "np.histogram(f, bins=2)", "np.interp(1.5, a, a)", "np.zeros_like(f)", "np.ones_like(i)", "np.full_like(f, 3)", "np.shape(m)", "np.ndim(m)", "np.ravel(m)", "np.log1p(f.abs())", "np.sin(z)", "np.exp(z)", "np.exp(n)", "np.floor(f)", "np.sign(f)",
    "np.sum(g)", "np.exp(g)", "np.mean(g)", "np.sqrt(g.detach())", "np.tile(f, 2)", "np.repeat(f, 2)", "np.meshgrid(f, f)[0]", "np.outer(f, f)", "np.einsum('i,i->', f, f)", "np.diag(f)", "np.trace(m)", "np.copy(f)", "np.array_split(f, 2)[0]", "np.isclose(f, f)", "np.nonzero(b)", "np.take(f, 1)", "np.negative(f)",
    "np.power(f, 2)", "np.greater(f, 0)", "np.logical_not(b)", "np.add.reduce(f)", "np.add.outer(f, f)", "np.modf(f)", "np.divmod(f, 2)", "np.frexp(f)", "np.sqrt(f.abs(), out=np.empty(3, np.float32))", "np.sqrt(f.abs(), dtype=np.float64)", "np.percentile(f, 50)", "np.median(f)", "np.average(f)", "np.cov(f)",
    "np.cumsum(m, axis=0)", "np.cumprod(i)", "np.prod(m, axis=0)", "np.argmin(f)", "np.amax(f)", "np.ptp(f)", "np.mean(m, axis=1)", "np.sum(f, dtype=np.float64)", "np.nansum(f)", "f.sum(axis=0, out=None)",
    "f.mean(axis=0)", "m.argmax(axis=1)", "m.max(axis=1)", "m.sum(axis=1, keepdims=True)", "f.std(axis=0)", "f.var(axis=0, keepdims=True)", "f.cumsum(axis=0)", "f.prod(axis=0)",
    "np.iscomplexobj(f)", "np.isscalar(z)", "np.random.default_rng(0).permutation(f).shape", "np.save(__import__('io').BytesIO(), f)", "np.testing.assert_allclose(f, f)", "np.can_cast(np.asarray(f).dtype, float)", "np.cross(f, f)", "np.fft.fft(f)", "np.flip(f)", "np.roll(f, 1)", "np.bincount(k)", "np.digitize(f, a)",
]  # fmt: skip

SIGNS = ["+", "-", "*", "/", "//", "%", "**", "@", "<", "<=", "==", "!=", ">", "&", "|", "^", "<<", ">>"]
PAIRS = [
    ("f", "a"), ("a", "f"), ("i", "k"), ("k", "i"), ("f", "h"), ("h", "f"), ("f", "s"), ("s", "f"), ("i", "w"), ("w", "i"), ("i", "h"),
    ("h", "i"), ("b", "True"), ("True", "b"), ("i", "2"), ("2", "i"), ("f", "2.5"), ("2.5", "f"), ("g", "h"), ("h", "g"), ("z", "a"), ("a", "z"),
    ("n", "k"), ("k", "n"), ("f", "'a'"), ("'a'", "f"), ("f", "None"), ("None", "f"), ("f", "[1, 2, 3]"), ("[1, 2, 3]", "f"), ("i", "b"), ("b", "i"),
    ("g", "a"), ("a", "g"), ("np.array(2.)", "f"), ("f", "np.array(2.)"), ("c", "2"), ("2", "c"), ("i", "1.5"), ("1.5", "i"), ("i", "2j"),
    ("k", "b"), ("i", "np.uint8(2)"), ("np.uint8(2)", "i"), ("{}", "f"), ("b", "b"), ("b", "1"), ("n", "2"), ("2", "n"), ("i", "0"), ("f", "0"),
]  # fmt: skip

IN_PLACE = [(left, right) for left, right in PAIRS if left.isidentifier() and left not in ("True", "None", "h", "s", "w")]

NUMBERS = [
    "float(z)", "int(z)", "int(n)", "bool(z)", "bool(e)", "bool(f)", "complex(z)", "complex(n)", "operator.index(n)", "operator.index(z)", "operator.index(o)", "operator.index(i)", "operator.index(torch.tensor(True))", "round(z)", "round(f)", "round(z, 1)",
    "divmod(i, 2)", "divmod(7, i)", "abs(f)", "abs(i)", "-f", "+f", "~i", "~b", "~f", "math.sqrt(z)", "math.floor(z)", "math.ceil(z)", "math.trunc(z)", "float(f)", "int(i)", "complex(f)", "float(e)", "float(o)", "int(o)", "float(g.sum())", "int(torch.tensor(float('nan')))",
    "int(torch.tensor(float('inf')))", "float(torch.tensor(1j))", "int(torch.tensor(1j))", "complex(torch.tensor(1j))", "float(torch.tensor(1 + 0j))", "float(b)", "float(torch.tensor(True))", "[1, 2, 3][n - 1]", "range(n)", "'x' * n", "[0] * n", "n * 'x'", "hex(n)", "bin(n)", "oct(n)", "chr(n + 60)", "list(range(10))[n:]", "list(range(10))[z:]",
    "f.item()", "z.item()", "n.item()", "o.item()", "b[0].item()", "c[0].item()", "e.item()", "g.sum().item()", "type(z.item())", "type(n.item())", "type(b[0].item())", "f.tolist()", "m.tolist()", "z.tolist()", "e.tolist()", "torch.zeros(2, 0).tolist()", "c.tolist()", "b.tolist()", "g.tolist()", "type(f.tolist()[0])", "torch.tensor([1.1]).tolist()",
    "len(f)", "len(m)", "len(z)", "len(e)", "list(f)", "list(m)", "list(z)", "sum(f)", "max(f)", "min(i)", "sorted(f)", "f in [f]", "1 in f", "1. in f", "'a' in f", "None in f", "a[0] in f", "f[0] in f", "f in f", "tuple(i)", "[x.item() for x in f]", "dict(zip('abc', f))", "list(zip(f, i))", "list(enumerate(f))", "list(reversed(f))", "reversed(f)", "all(b)", "any(b)", "not z", "z and 1", "f and 1",
    "f'{z}'", "f'{z:.2f}'", "f'{n:03d}'", "f'{f}'", "f'{f:.2f}'", "'%s' % z", "'%d' % n", "'%.2f' % z", "'%s' % f", "'{:>8}'.format(z)", "format(z)", "format(f)", "str(z)", "repr(z)", "f'{g.sum():.1f}'", "f'{g.sum()}'", "f'{b[0]}'", "f'{n:5}'", "f'{z:d}'", "f'{f!r}'", "f'{c[0]:.1f}'", "hash(z) == hash(z)", "z == z.clone()", "{z: 1}[z]", "z is z",
    "math.isnan(z)", "math.pow(z, 2)", "pow(z, 2)", "pow(2, z)", "pow(n, 2, 5)", "math.isclose(z, 2.5)", "int('3') + n", "n ** 2", "2 ** n", "n ** -1", "n ** 0.5", "i ** 2", "f ** 0.5", "(-2) ** n", "0 ** n", "n // 2", "-n // 2", "n % 2", "-n % 2", "7.5 // z", "7.5 % z", "n << 2", "n >> 1", "n & 1", "n | 4", "n ^ 1", "1 << n",
    "i // torch.tensor(2)", "f // f", "f % f", "torch.floor_divide(f, 2)", "torch.floor_divide(7, i)", "torch.remainder(7, i)", "torch.remainder(i, 2.5)", "torch.fmod(i, 2.5)", "torch.fmod(f, f)", "torch.true_divide(i, 2)", "torch.bitwise_and(5, i)", "torch.logical_and(f, b)", "f.logical_or(e)", "f.trunc()", "f.frac()", "torch.round(f, decimals=1)", "torch.fix(f)", "f.floor_()", "i.floor()", "i.round()", "i.frac()", "b.floor()", "c.floor()", "g.floor()", "g.frac()", "g % 2", "g.fmod(2)", "(g % f)", "g.round()", "i.bitwise_left_shift(2)", "i << torch.tensor([1, 2, 3])", "i >> 70", "torch.add(1, f)", "torch.mul(2, f)", "torch.sub(2, f)", "torch.div(2, f)",
]  # fmt: skip


NUMPYS_KEYWORDS = [
    "np.std(f)", "np.var(f)", "np.all(b)", "np.any(b)", "np.std(m, axis=0)", "np.var(m, axis=1, keepdims=True)", "np.any(m, axis=0)", "np.all(m, axis=0)", "f.std(axis=0, ddof=0)",
]  # fmt: skip
"""NumPy hands its keywords on to the method. PyTorch's refusal lists them in the order of a hash table."""

ORDER = {"<", "<=", ">"}


def differs(left: str, sign: str, right: str) -> bool:
    """Signs that differ on purpose: see DIFFERENCES.md."""
    among = {left, right}
    if sign in ("//", "%") and "g" in among and "h" in among:
        return sign == "//" or left == "h"  # these have no derivative; PyTorch has a node that says so
    return False


@pytest.mark.parametrize(
    "expression", [each for each in (*TO_NUMPY, *FROM_NUMPY, *FUNCTIONS, *NUMBERS) if each not in NUMPYS_KEYWORDS]
)
def test_an_expression_gives_what_pytorch_gives(expression: str) -> None:
    assert_says_the_same(GIVEN + shown(expression))


def in_order(text: str) -> str:
    """The text with each list of keywords sorted."""
    text = re.sub(r"(?<=got \()[^)]*(?=, \))", lambda found: ", ".join(sorted(found[0].split(", "))), text)
    return re.sub(r"(?<=were incorrect: ).*", lambda found: ", ".join(sorted(found[0].split(", "))), text)


@pytest.mark.parametrize("expression", NUMPYS_KEYWORDS)
def test_numpys_keywords_are_refused_in_pytorchs_words(expression: str) -> None:
    ours, theirs = (said(engine, GIVEN + shown(expression)) for engine in (minitorch_edu, pytorch))
    assert in_order(ours) == in_order(theirs)


@pytest.mark.parametrize("left, right", PAIRS)
def test_a_sign_between_strangers_means_what_it_does_in_pytorch(left: str, right: str) -> None:
    expressions = [f"{left} {sign} {right}" for sign in SIGNS if not differs(left, sign, right)]
    ours, theirs = (
        [said(engine, GIVEN + shown(each)) for each in expressions] for engine in (minitorch_edu, pytorch)
    )
    differ = [(e, o, t) for e, o, t in zip(expressions, ours, theirs, strict=True) if o != t]
    assert not differ, differ


@pytest.mark.parametrize("left, right", IN_PLACE)
def test_a_sign_with_an_equals_means_what_it_does_in_pytorch(left: str, right: str) -> None:
    signs = [sign for sign in SIGNS if sign not in (*ORDER, "==", "!=") and not differs(left, sign, right)]
    programs = [GIVEN + f"r = {left}; {left} {sign}= {right}\nprint(type({left}).__name__, {left}, r is {left})" for sign in signs]
    ours, theirs = ([said(engine, each) for each in programs] for engine in (minitorch_edu, pytorch))
    differ = [(s, o, t) for s, o, t in zip(signs, ours, theirs, strict=True) if o != t]
    assert not differ, differ


def test_a_device_is_refused_before_a_history() -> None:
    with minitorch_edu.cuda.simulate():
        x = minitorch_edu.ones(2, device="cuda", requires_grad=True)
        with pytest.raises(TypeError, match="can't convert cuda:0 device type tensor to numpy"):
            x.numpy()
