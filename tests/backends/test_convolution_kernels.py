"""Kernels for convolutions: the lab runs them thread by thread, and they compute what the cards do. No GPU runs here."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

import minitorch_edu as torch
import minitorch_edu.nn.functional as F
from minitorch_edu.backends import convolution_kernels, fusing
from minitorch_edu.backends.convolution_kernels import DIRECT, OWN, TILED, Form, Product
from minitorch_edu.ops import registry
from minitorch_edu.ops.op import on_bare_arrays
from tests.backends.nvrtc import headers, refused
from tests.backends.test_cuda_source import as_one, folders
from tests.backends.test_gpus import run

pytestmark = pytest.mark.host

TOLERANCE = {"float16": 2e-3, "float32": 1e-5, "float64": 1e-12}


@pytest.fixture
def books():
    with torch.cuda.simulate() as books:
        yield books


@pytest.fixture
def small(monkeypatch):
    """Tiles of 4 x 4 threads: so small shapes take several."""
    monkeypatch.setattr(convolution_kernels, "SIDE", 4)


def normal(*shape, kind=np.float32):
    return np.random.RandomState(sum(shape)).randn(*shape).astype(kind)


def meaning(name):
    """What the kernel stands for, with NumPy."""
    card, _, part = name.partition(".")
    card = registry.cards[card]
    if part == "forward":
        return lambda *arguments: card.forward(np, *arguments)
    return on_bare_arrays(card.formulas[part.removeprefix("grad_")].function)


def launched(launch):
    """What the lab computes, and the launch's shapes and dtypes say."""
    given = [np.ascontiguousarray(each).reshape(shape) for each, shape in launch.arrays]
    ((kind, _, inside),) = launch.results
    made = np.full(inside, np.nan, kind)  # so that nothing stays unwritten
    launch.kernel[launch.blocks, launch.threads](*given, *launch.numbers, made)
    ((room, _),) = launch.rooms()
    (found,) = launch.ended([made.reshape(room)])
    return found


def same(name, arguments):
    launch = OWN[name](*arguments)
    assert launch is not None
    found, wanted = launched(launch), meaning(name)(*arguments)
    assert (found.shape, found.dtype) == (wanted.shape, wanted.dtype)
    tolerance = TOLERANCE[wanted.dtype.name]
    np.testing.assert_allclose(found, wanted, rtol=tolerance, atol=tolerance * 10)
    return launch


# --- that they compute what the cards do ------------------------------------------------------------------------------


def drawn(seed):
    """A convolution: one to three dimensions, and any stride, padding, dilation and groups."""
    draw = random.Random(seed)
    dims = 1 + seed % 3

    def some(*numbers):
        return tuple(draw.choice(numbers) for _ in range(dims))

    kernel, stride, padding, dilation = some(1, 2, 3), some(1, 2, 3), some(0, 1, 2), some(1, 1, 2)
    reach = [apart * (k - 1) + 1 for k, apart in zip(kernel, dilation, strict=True)]
    size = tuple(max(each, draw.choice((3, 4, 5, 6)[: 5 - dims])) for each in reach)
    groups, share, multiple = draw.choice(((1, 1, 3), (1, 3, 5), (2, 2, 1), (3, 1, 2), (2, 3, 2), (4, 1, 1)))
    x, weight = (2, groups * share, *size), (groups * multiple, share, *kernel)
    return x, weight, stride, padding, dilation, groups


SEEDS = range(12)


@pytest.mark.parametrize("way", [TILED, DIRECT])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_kernel_computes_what_its_card_does(seed, way, small, monkeypatch):
    monkeypatch.setattr(Product, "way", lambda *rest: way)
    kind = (np.float32, np.float64)[(seed + (way is DIRECT)) % 2]
    shape, weight_shape, *how, groups = drawn(seed)
    x, weight = normal(*shape, kind=kind), normal(*weight_shape, kind=kind)
    bias = normal(weight_shape[0], kind=kind) if seed % 4 else np.zeros(0, kind)
    launch = same("convolution_of.forward", (x, weight, bias, *how, False, (0,) * len(how[0]), groups))
    grad = normal(*launch.results[0][1], kind=kind)
    same("through_weight.forward", (grad, weight, shape, *how, True, groups))
    same("correlation.forward", (x, grad, weight_shape, *how, groups))


def test_draws_are_of_all_kinds():
    kinds = [drawn(seed) for seed in SEEDS]
    assert {len(each[0]) for each in kinds} == {3, 4, 5}
    assert {each[-1] for each in kinds} >= {1, 2, 3}
    for place in (2, 3, 4):
        assert len({number for each in kinds for number in each[place]}) > 1


@pytest.mark.parametrize("transposed", [False, True])
def test_formulas_give_the_kernels_what_they_take(transposed, small):
    how, groups = ((2, 1), (1, 0), (1, 2)), 2
    x, weight = normal(2, 4, 5, 4), normal(4, 3 if transposed else 2, 3, 2)
    more = (1, 0) if transposed else (0, 0)
    bias = normal(6 if transposed else 4)
    forward = same("convolution_of.forward", (x, weight, bias, *how, transposed, more, groups))
    size = forward.results[0][1]
    grad = normal(*size)
    same("convolution_of.grad_input", (grad, weight, x.shape, *how, transposed, more, groups))
    same("convolution_of.grad_weight", (grad, x, weight.shape, *how, transposed, groups))
    same("through_weight.forward", (x, weight, size, *how, transposed, groups))
    same("through_weight.grad_input", (grad, weight, x.shape, *how, transposed, groups))
    same("through_weight.grad_weight", (grad, x, weight.shape, *how, transposed, groups))
    seen, came = (grad, x) if transposed else (x, grad)
    same("correlation.forward", (seen, came, weight.shape, *how, groups))
    same("correlation.grad_input", (weight, came, seen.shape, *how, groups))
    same("correlation.grad_output", (weight, seen, came.shape, *how, groups))


def test_fusing_knows_the_kernels():
    assert {name for name, module in fusing.OWN.items() if module == "convolution_kernels"} == set(OWN)


def test_a_whole_tile_and_what_reaches_beyond():
    """With the real size of a tile: 2 x 2 of them, and two steps of a sum."""
    x, weight = normal(1, 17, 6, 6), normal(33, 17, 1, 1)
    launch = same("convolution_of.forward", (x, weight, normal(33), (1, 1), (0, 0), (1, 1), False, (0, 0), 1))
    assert launch.blocks == (2, 2, 1) and launch.threads == (16, 16)


def test_several_blocks_share_a_long_sum(small, monkeypatch):
    monkeypatch.setattr(convolution_kernels, "LEAST", 2)
    x, grad = normal(3, 2, 7, 7), normal(3, 3, 5, 5)
    launch = same("correlation.forward", (x, grad, (3, 2, 3, 3), (1, 1), (0, 0), (1, 1), 1))
    assert launch.parts > 1 and launch.blocks[2] == launch.parts
    launch = same(
        "convolution_of.forward",
        (normal(1, 9, 3, 3), normal(2, 9, 3, 3), normal(2), (1, 1), (0, 0), (1, 1), False, (0, 0), 1),
    )
    assert launch.parts > 1  # of which one brings the bias


@pytest.mark.parametrize("way", [TILED, DIRECT])
def test_numbers_of_16_bits_are_added_in_float32(way, small, monkeypatch):
    monkeypatch.setattr(Product, "way", lambda *rest: way)
    x = np.ones((1, 2100, 1, 1), np.float16)  # 2048 + 1 is 2048 in float16
    for kind in (np.dtype(np.float16), torch.bfloat16.numpy):
        launch = OWN["convolution_of.forward"](
            x.astype(kind), x.astype(kind), np.zeros(0, kind), (1, 1), (0, 0), (1, 1), False, (0, 0), 1
        )
        found = launched(launch)
        assert found.dtype == kind and found[0, 0, 0, 0] == kind.type(2100)


def test_an_error_in_the_shapes_is_left_to_the_card():
    x, weight, none = normal(1, 2, 4, 4), normal(2, 3, 3, 3), np.zeros(0, np.float32)
    how = (1, 1), (0, 0), (1, 1), False, (0, 0), 1
    assert OWN["convolution_of.forward"](x, weight, none, *how) is None
    assert OWN["convolution_of.forward"](x, normal(2, 2, 5, 5), none, *how) is None
    assert OWN["convolution_of.forward"](x, normal(2, 2, 3, 3, kind=np.float64), none, *how) is None
    assert OWN["convolution_of.forward"](x[:0], normal(2, 2, 3, 3), none, *how) is None
    whole = [each.astype(np.int64) for each in (x, normal(2, 2, 3, 3), none)]
    assert OWN["convolution_of.forward"](*whole, *how) is None


# --- which road is taken ----------------------------------------------------------------------------------------------

WINDOW, POINT = Form((1, 3, 3), (1,) * 3, (0, 1, 1), (1,) * 3), Form((1,) * 3, (1,) * 3, (0,) * 3, (1,) * 3)
ROADS = {
    "little work": (Product("convolve", 1, 16, 150, 64), False, WINDOW, TILED),
    "much work, and columns that fit": (Product("convolve", 1, 256, 2304, 3136), False, WINDOW, None),
    "columns that take too much": (Product("convolve", 1, 64, 576, 1 << 20), False, WINDOW, TILED),
    "an input that is its own columns": (Product("convolve", 1, 64, 576, 1 << 20), False, POINT, None),
    "each channel alone": (Product("convolve", 512, 1, 9, 1 << 16), True, WINDOW, DIRECT),
    "one channel, little work": (Product("convolve", 1, 6, 25, 784), True, WINDOW, DIRECT),
    "one channel, much work": (Product("convolve", 1, 64, 49, 1 << 18), True, WINDOW, None),
}


@pytest.mark.parametrize("case", ROADS)
def test_the_road_is_chosen_by_work_and_memory(case):
    sizes, alone, form, expected = ROADS[case]
    assert sizes.way(alone, form, 4) is expected


def test_a_grid_covers_its_matrix():
    for columns in (1, 31, 32, 33, 5000):
        for depth in (1, 16, 17, 5000, 100_000):
            sizes = Product("correlate", 2, 40, depth, columns)
            (across, down, deep), _, length, parts = sizes.grid(TILED)
            assert across * 32 >= columns and down * 32 >= 40 and deep == 2 * parts
            assert parts == 1 or length % 16 == 0
            assert (parts - 1) * length < depth <= parts * length


# --- on a GPU ---------------------------------------------------------------------------------------------------------


def lenet(parameters, x):
    """The network of 1998, as functions."""
    first, its_bias, second, bias, *linear = parameters
    x = F.max_pool2d(torch.relu(F.conv2d(x, first, its_bias, padding=2)), 2)
    x = F.max_pool2d(torch.relu(F.conv2d(x, second, bias)), 2).flatten(1)
    for weight, beside in zip(linear[::2], linear[1::2], strict=True):
        x = F.linear(torch.relu(x), weight, beside)
    return x


def work_of_a_step(books):
    """The kernels of forward and backward of LeNet."""
    shapes = (6, 1, 5, 5), (6,), (16, 6, 5, 5), (16,), (120, 400), (120,), (84, 120), (84,), (10, 84), (10,)
    parameters = [torch.tensor(normal(*each), device="cuda", requires_grad=True) for each in shapes]
    x, target = torch.tensor(normal(4, 1, 28, 28), device="cuda"), torch.tensor([3, 1, 4, 1], device="cuda")
    books.reset()
    F.cross_entropy(lenet(parameters, x), target).backward()
    assert not books.waits
    return [work.name for work in books.history]


def test_a_step_of_lenet_takes_fewer_launches(books, monkeypatch):
    ours = work_of_a_step(books)
    monkeypatch.setattr(Product, "way", lambda *rest: None)
    with_columns = work_of_a_step(books)
    assert len(with_columns) - len(ours) >= 13
    assert [each for each in ours if each in ("convolve", "transpose", "correlate")] == [
        "convolve", "convolve", "transpose", "correlate", "correlate"
    ]  # fmt: skip
    assert not {"convolve", "transpose", "correlate"} & set(with_columns)


def peak(act):
    before = torch.cuda.memory_allocated()
    torch.cuda.reset_peak_memory_stats()
    act()
    return torch.cuda.max_memory_allocated() - before


def test_large_columns_are_in_nobodys_memory(books, monkeypatch):
    x = torch.tensor(normal(4, 16, 64, 64), device="cuda", requires_grad=True)
    weight = torch.tensor(normal(16, 16, 3, 3), device="cuda", requires_grad=True)
    columns, result = 4 * 64 * 64 * 16 * 9 * 4, 4 * 16 * 64 * 64 * 4

    def act():
        F.conv2d(x, weight, padding=1).backward(grad)
        x.grad = weight.grad = None

    grad = torch.ones(4, 16, 64, 64, device="cuda")
    assert 16 * columns // 4 > convolution_kernels.FEW  # the work is large
    assert peak(act) > columns
    monkeypatch.setattr(convolution_kernels, "COLUMNS", columns // 2)
    assert peak(act) < 3.5 * result < columns  # the output, a gradient, and the leaf's copy of it


@pytest.mark.parametrize("kind", [torch.float16, torch.float32, torch.float64])
@pytest.mark.parametrize(("groups", "transposed"), [(1, False), (4, False), (2, True)])
def test_convolutions_agree_with_those_of_the_cpu_twice_differentiated(books, kind, groups, transposed):
    conv = F.conv_transpose2d if transposed else F.conv2d
    found = []
    for device in ("cpu", "cuda"):
        x, weight, v = (
            torch.tensor(each, dtype=kind, device=device, requires_grad=True)
            for each in (normal(2, 4, 5, 6), normal(4, 4 // groups, 3, 3), normal(4))
        )
        result = conv(x, weight, v, stride=2, padding=1, groups=groups)
        grads = torch.autograd.grad((result * result).mean(), (x, weight), create_graph=True)
        (grads[0].mean() * grads[1].mean()).backward()
        found.append([result, *grads, x.grad, weight.grad])
    for here, there in zip(*found, strict=True):
        assert there.dtype is kind and there.device.type == "cuda"
        wanted = here.detach().numpy()
        tolerance = float(np.abs(wanted).max()) * TOLERANCE[wanted.dtype.name]
        np.testing.assert_allclose(there.detach().cpu().numpy(), wanted, atol=tolerance)


REAL = """
import json
import numpy
from minitorch_edu.backends import convolution_kernels, gpus
from minitorch_edu.cuda.lab import cupy_jit

def in_the_lab(kernel, grid, block, arguments, gpu):
    given = [each.view(numpy.ndarray) if isinstance(each, numpy.ndarray) else each for each in arguments]
    kernel[tuple(grid), tuple(block)](*given)

cupy_jit.launch = in_the_lab
convolution_kernels.SIDE, convolution_kernels.LEAST = 4, 2
gpu = gpus.gpus()[0]
found = []
for kind in ("float16", "float32"):
    for size in (1, 9):
        arrays = [numpy.ones((1, size, 4, 4)), numpy.ones((2, size, 3, 3)), numpy.array([1, 2])]
        arguments = [gpu.from_host(each.astype(kind)) for each in arrays]
        how = (1, 1), (0, 0), (1, 1), False, (0, 0), 1
        launch = convolution_kernels.OWN["convolution_of.forward"](*arguments, *how)
        made = gpu.by_rows(launch, None, ())
        found.append([launch.parts > 1, made.dtype.name, made.tolist()])
print(json.dumps(found))
"""


def test_a_real_gpu_is_asked_to_do_the_same():
    """On a stand-in for CuPy, with the lab in the place of its JIT: arrays, grid, parts of sums and dtypes."""
    found = json.loads(run(REAL, Path(__file__).parent / "stand_in"))
    assert found == [
        [size > 1, kind, [[[[9 * size + bias] * 2] * 2 for bias in (1, 2)]]]
        for kind in ("float16", "float32")
        for size in (1, 9)
    ]


# --- what CuPy makes of them ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_cupy_makes_cuda_of_each_kernel_and_nvidias_compiler_takes_it(kind):
    """Also of those for 16 bits, and of both ways to compute a product."""
    pytest.importorskip("cupy")
    form = Form((2, 3, 2), (1, 2, 1), (0, 1, 0), (1, 1, 2))
    made = convolution_kernels.kernels(np.promote_types(kind, np.float32).type, form)
    known = {}
    for name in ("convolve", "transpose", "correlate"):
        left = np.zeros((2,) * (6 if name == "correlate" else 4), kind)
        x, z, bias = np.zeros((2,) * 6, kind), np.zeros((2,) * 5, kind), np.zeros((2, 2), kind)
        for way, kernel in getattr(made, name).items():
            known[f"{name}_{way}"] = kernel.cuda_source(left, x, bias, 20, 16, 2, 2, 3, 4, z)
    assert all("__global__ void product(" in each for each in known.values())
    assert any("double" in each for each in known.values()) == (kind is np.float64)
    if not headers():
        pytest.skip("NVIDIA's compiler is not installed")
    assert refused(as_one(known), *folders()) == ""
