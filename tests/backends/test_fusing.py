"""Chains of steps as kernels: how many are launched, and that the C++ computes what the steps compute.

No GPU runs here. A host's compiler, where there is one, takes the body of each kernel: what it computes is compared.
"""

from __future__ import annotations

import ctypes
import functools
import math
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

import minitorch_edu as torch
import minitorch_edu.nn.functional as F
from minitorch_edu.backends import gpus
from minitorch_edu.backends.elements import C_TYPES
from minitorch_edu.backends.fusing import Fused
from minitorch_edu.ops import registry
from minitorch_edu.ops.op import on_bare_arrays


@pytest.fixture(autouse=True)
def books():
    with torch.cuda.simulate() as books:
        yield books


def on_gpu(values, dtype=torch.float32):
    return torch.tensor(values, dtype=dtype, device="cuda")._array


def chain(xp, input, scale):
    value = xp.exp(-input)
    value += 1
    return xp.where(input > 0, scale / value, input * 2)


# --- launches ---------------------------------------------------------------------------------------------------------

ONE_STEP = {
    "gelu": lambda x: F.gelu(x),
    "gelu, tanh": lambda x: F.gelu(x, approximate="tanh"),
    "silu": lambda x: F.silu(x),
    "sigmoid": lambda x: torch.sigmoid(x),
    "elu": lambda x: F.elu(x),
    "leaky_relu": lambda x: F.leaky_relu(x),
    "softplus": lambda x: F.softplus(x),
    "mish": lambda x: F.mish(x),
    "logsigmoid": lambda x: F.logsigmoid(x),
    "hardswish": lambda x: F.hardswish(x),
    "softshrink": lambda x: F.softshrink(x),
    "tanh": lambda x: torch.tanh(x),
    "relu": lambda x: torch.relu(x),
    "lerp": lambda x: torch.lerp(x, x.detach(), 0.3),
    "addcmul": lambda x: torch.addcmul(x, x.detach(), x.detach(), value=0.5),
}


@pytest.mark.parametrize("name", ONE_STEP)
def test_a_chain_is_one_launch_forward_and_one_backward(books, name):
    x = torch.tensor([-2.0, 0.5, 3.0], device="cuda", requires_grad=True)
    books.reset()
    result = ONE_STEP[name](x)
    assert books.launches == 1
    grad = torch.ones_like(result)
    books.reset()
    result.backward(grad)
    assert books.launches <= 1 and not books.waits
    here = x.detach().cpu().requires_grad_()
    expected = ONE_STEP[name](here)
    expected.backward(grad.cpu())
    np.testing.assert_allclose(result.detach().cpu().numpy(), expected.detach().numpy(), rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(x.grad.cpu().numpy(), here.grad.numpy(), rtol=1e-5, atol=1e-7)


def test_what_adds_up_runs_step_by_step(books):
    centred = Fused("centred", lambda x: x - x.sum())
    x = on_gpu([1.0, 2.0])
    assert centred.kernel((x,)) is None
    books.reset()
    assert centred(x).get().tolist() == [-2.0, -1.0]
    assert books.launches == 2


def test_a_formula_that_hands_its_gradient_on_launches_nothing(books):
    x = on_gpu([1.0])
    books.reset()
    assert Fused("same", lambda grad, flag: grad if flag else grad * 2 + 1)(x, True) is x
    assert not books.launches


# --- what is kept -----------------------------------------------------------------------------------------------------


def test_another_number_needs_no_other_kernel():
    fused = Fused("chain", chain, takes_xp=True)
    x = on_gpu([-1.0, 2.0])
    kernel = fused.kernel((x, 0.5))
    assert fused.kernel((x, 0.25)) is kernel
    assert kernel.numbers == (1,)
    assert fused.kernel((on_gpu([1.0], torch.float64), 0.5)) is not kernel


def test_a_number_that_decides_is_part_of_its_kernel():
    fused = Fused("power", lambda x, n: x * x + 1 if n == 2 else x * 3 + n)
    x = on_gpu([3.0])
    assert "* a0" in fused.kernel((x, 2)).body and not fused.kernel((x, 2)).numbers
    assert fused(x, 2).get().tolist() == [10.0]
    assert fused(x, 5).get().tolist() == [14.0]


def test_a_shape_that_is_looked_at_is_part_of_its_kernel():
    fused = Fused("share", lambda grad, x: grad / x.size * (x + 1))
    assert fused(on_gpu(1.0), on_gpu([1.0, 2.0])).get().tolist() == [1.0, 1.5]
    assert fused(on_gpu(1.0), on_gpu([1.0, 2.0, 3.0, 3.0])).get().tolist() == [0.5, 0.75, 1.0, 1.0]


def test_kernels_do_not_pile_up(monkeypatch):
    monkeypatch.setattr(Fused, "MOST", 4)
    fused = Fused("share", lambda x: x / x.size + 1)
    for size in range(1, 20):
        fused(on_gpu([1.0] * size))
    assert len(fused.kernels) <= 4


def test_lines_that_nothing_depends_on_are_left_out():
    kernel = Fused("idle", lambda x, y: (y * y + 1, x * 2 + 1)[1]).kernel((on_gpu([1.0]), on_gpu([1.0])))
    assert kernel.arrays == (0,) and kernel.inputs == "float32 a0"


# --- what it computes -------------------------------------------------------------------------------------------------

HOST = """
#include <cmath>
#include <cstring>
using namespace std;
static inline double __longlong_as_double(long long bits) { double d; memcpy(&d, &bits, 8); return d; }
"""
VALUES = [
    -800.0,
    -3.5,
    -1.0,
    -0.25,
    -0.0,
    0.0,
    1e-3,
    0.5,
    1.0,
    2.75,
    20.5,
    800.0,
    math.inf,
    -math.inf,
    math.nan,
]


def in_cpp(kernels, folder):
    """The kernels as one library: a loop over elements around each body."""
    text = [HOST]
    for number, kernel in enumerate(kernels):
        inputs = [each.split() for each in kernel.inputs.split(", ")]
        outputs = [each.split() for each in kernel.outputs.split(", ")]
        given = [f"const {C_TYPES[kind]}* in_{name}" for kind, name in inputs]
        made = [f"{C_TYPES[kind]}* out_{name}" for kind, name in outputs]
        read = "".join(
            f"const {C_TYPES[kind]} {name} = in_{name}[{'i' if name[0] == 'a' else 0}];\n"
            for kind, name in inputs
        )
        room = "".join(f"{C_TYPES[kind]}& {name} = out_{name}[i];\n" for kind, name in outputs)
        text.append(f'extern "C" void k{number}(long n, {", ".join(given + made)}) {{\n')
        text.append(f"for (long i = 0; i < n; i++) {{\n{read}{room}{kernel.body}\n}}\n}}\n")
    (folder / "kernels.cpp").write_text("".join(text))
    subprocess.run(
        ["c++", "-O0", "-shared", "-fPIC", "-w", "-o", folder / "kernels.so", folder / "kernels.cpp"],
        check=True,
    )
    return ctypes.CDLL(str(folder / "kernels.so"))


def cases():
    """Every pointwise card, and its derivative, that is a chain: (its name, the function as Fused, arguments)."""
    for name, card in registry.cards.items():
        if not (card.is_ours and card.diagonal) or card.many is not None:
            continue
        for dtype in (torch.float32, torch.float64):
            x = on_gpu(VALUES, dtype)
            known = {
                each.name: 0.5 if each.default is each.empty else each.default for each in card.parameters
            }
            known |= dict.fromkeys((*card.inputs, *card.outputs), x)
            named = {
                each.name: known[each.name] for each in card.parameters if each.kind is each.KEYWORD_ONLY
            }
            plain = [known[each.name] for each in card.parameters if each.kind is not each.KEYWORD_ONLY]
            yield name, Fused(name, functools.partial(card.forward, **named), takes_xp=True), plain
            for input, formula in card.formulas.items():
                if known.keys() >= set(formula.needs):
                    fused = Fused(f"{name}.grad_{input}", on_bare_arrays(formula.function))
                    yield fused.__name__, fused, [x, *[known[each] for each in formula.needs]]


@pytest.mark.skipif(shutil.which("c++") is None, reason="no C++ compiler")
def test_the_cpp_computes_what_the_steps_compute(tmp_path):
    every = [(name, fused, given, fused.kernel(tuple(given))) for name, fused, given in cases()]
    every = [each for each in every if each[-1] is not None]
    assert len(every) > 200
    library = in_cpp([kernel for *_, kernel in every], tmp_path)
    for number, (name, fused, given, kernel) in enumerate(every):
        bare = [each.get() if type(each) in gpus.owners else each for each in given]
        with np.errstate(all="ignore"):
            expected = fused.plainly(np, tuple(bare))
        kinds = [each.split() for each in kernel.inputs.split(", ")]
        arrays = [np.atleast_1d(np.asarray(bare[int(place[1:])], kind)) for kind, place in kinds]
        found = np.empty(len(VALUES), kernel.outputs.split()[0])
        pointers = [each.ctypes.data_as(ctypes.c_void_p) for each in (*arrays, found)]
        getattr(library, f"k{number}")(ctypes.c_long(len(VALUES)), *pointers)
        assert found.dtype == expected.dtype, name
        tolerance = 1e-5 if found.dtype == np.float32 else 1e-11
        said = f"{name}\n{kernel.body}"
        np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance, err_msg=said)


# --- what else is one kernel ------------------------------------------------------------------------------------------


def test_dropout_takes_one_launch_beside_its_random_numbers(books):
    x = torch.ones(8, device="cuda")
    books.reset()
    F.dropout(x, 0.5)
    assert [work.name for work in books.history] == ["dropout", "dropout"] and not books.waits


@pytest.mark.parametrize("values", [[1.0, 3.0, 3.0, 2.0], [math.nan, 3.0, math.nan, 5.0], [-math.inf] * 4])
def test_pooling_finds_the_greatest_without_waiting(books, values):
    x = torch.tensor(values, device="cuda").view(1, 1, 2, 2)
    books.reset()
    found = F.max_pool2d(x, 2, return_indices=True)
    assert not books.waits
    expected = F.max_pool2d(x.cpu(), 2, return_indices=True)
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_array_equal(ours.cpu().numpy(), theirs.numpy())


def test_indices_are_looked_at_without_waiting(books):
    table, indices = torch.ones(3, 2, device="cuda"), torch.tensor([2, 0], device="cuda")
    books.reset()
    F.embedding(indices, table), table.gather(0, indices.view(1, 2)), table.index_select(0, indices)
    assert not books.waits
    with pytest.raises(IndexError, match="index out of range in self"):
        F.embedding(indices + 1, table)


def test_nvidias_compiler_takes_the_cpp():
    nvrtc = pytest.importorskip("nvidia.cuda_nvrtc")
    library = ctypes.CDLL(str(next(Path(nvrtc.__path__[0], "lib").glob("libnvrtc.so.*"))))
    text = []
    for _, fused, given in cases():
        kernel = fused.kernel(tuple(given))
        if kernel is not None:
            named = [each.split() for each in f"{kernel.inputs}, {kernel.outputs}".split(", ")]
            values = ", ".join(f"{C_TYPES[kind]}& {name}" for kind, name in named)
            text.append(f"__device__ void k{len(text)}({values}) {{\n{kernel.body}\n}}\n")
    program = ctypes.c_void_p()
    source = "".join(text).encode()
    assert not library.nvrtcCreateProgram(ctypes.byref(program), source, b"kernels.cu", 0, None, None)
    assert not library.nvrtcCompileProgram(program, 0, None)
