"""Tensors of several devices in one call: indices, masks, what is written, and comparisons."""

from __future__ import annotations

import pytest
import torch as real

import minitorch_edu as torch
from minitorch_edu.events import device_copied, listen
from tests.device import made_on_the_host


@pytest.fixture(autouse=True)
def gpus():
    with made_on_the_host(), torch.cuda.simulate(2):
        yield


FIRST, SECOND = torch.device("cuda:0"), torch.device("cuda:1")
TWO = "Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu!"


def there(*values, device="cuda", **options):
    return torch.tensor(values, device=device, **options)


def here(*values):
    return torch.tensor(values)


def assigned(x, key, value):
    x[key] = value
    return x


WORKS = {
    "x[indices of the CPU]": (lambda x: x[here(0, 2)], [1, 3]),
    "x[a mask of the CPU]": (lambda x: x[here(True, False, True)], [1, 3]),
    "x[a number of the CPU]": (lambda x: x[here(1)[0]], 2),
    "x[a list]": (lambda x: x[[0, 2]], [1, 3]),
    "x[:, None][indices of both]": (lambda x: x[:, None][here(0, 1), there(0, 0)], [1, 2]),
    "x[indices of the CPU] = number": (lambda x: assigned(x, here(0, 2), 5.0), [5, 2, 5]),
    "x[indices of the CPU] = x": (lambda x: assigned(x, here(0, 2), there(8.0, 9.0)), [8, 2, 9]),
    "x[mask] = a number of the CPU": (lambda x: assigned(x, x > 1, torch.tensor(7.0)), [1, 7, 7]),
    "x[indices] = a number of the CPU": (lambda x: assigned(x, there(0), torch.tensor(7.0)), [7, 2, 3]),
    "x[indices] = one element of the CPU": (lambda x: assigned(x, there(0, 1), here(7.0)), [7, 7, 3]),
    "x[slice] = the CPU's": (lambda x: assigned(x, slice(0, 2), here(7.0, 8.0)), [7, 8, 3]),
    "index_put_ of a number": (lambda x: x.index_put_((here(0),), torch.tensor(7.0)), [7, 2, 3]),
    "index_put_ under a mask": (lambda x: x.index_put_((x > 1,), here(7.0)), [1, 7, 7]),
    "where with a number of the CPU": (lambda x: torch.where(x > 1, x, torch.tensor(0.0)), [0, 2, 3]),
    "where with a condition of the CPU": (lambda x: torch.where(torch.tensor(True), x, -x), [1, 2, 3]),
    "where between numbers": (lambda x: torch.where(x > 1, torch.tensor(1.0), torch.tensor(0.0)), [0, 1, 1]),
    "masked_fill with a number of the CPU": (lambda x: x.masked_fill(x > 1, torch.tensor(0.0)), [1, 0, 0]),
    "fill_ with a number of the CPU": (lambda x: x.fill_(torch.tensor(4.0)), [4, 4, 4]),
    "copy_ of the CPU's": (lambda x: x.copy_(here(4.0, 5.0, 6.0)), [4, 5, 6]),
    "copy_ of another GPU's": (lambda x: x.copy_(there(4.0, 5.0, 6.0, device="cuda:1")), [4, 5, 6]),
}


@pytest.mark.parametrize("call", WORKS)
def test_what_may_come_from_another_device(call):
    act, expected = WORKS[call]
    result = act(there(1.0, 2.0, 3.0))
    assert result.device == FIRST and result.tolist() == expected


def test_the_cpu_takes_from_a_gpu_what_is_copied():
    x = here(1.0, 2.0, 3.0)
    x[:2] = there(7.0, 8.0)
    x[here(2)] = there(9.0)[0]
    assert x.device.type == "cpu" and x.tolist() == [7, 8, 9]
    assert x.fill_(there(4.0)[0]).tolist() == [4, 4, 4]


INDICES = "indices should be either on cpu or on the same device as the indexed tensor ({})"
REFUSED = {
    "cpu[gpu]": (lambda: here(1, 2)[there(0)], INDICES.format("cpu")),
    "cpu[a mask of the gpu]": (lambda: here(1, 2)[there(True, False)], INDICES.format("cpu")),
    "cpu[gpu] = 1": (lambda: assigned(here(1, 2), there(0), 1), INDICES.format("cpu")),
    "cpu.index_put_(gpu)": (lambda: here(1, 2).index_put_((there(0),), here(1)), INDICES.format("cpu")),
    "gpu[another gpu]": (lambda: there(1, 2)[there(0, device="cuda:1")], INDICES.format("cuda:0")),
    "gpu[indices] = cpu": (lambda: assigned(there(1, 2, 3), there(0, 1), here(1, 2)), TWO),
    "gpu[mask] = cpu": (lambda: assigned(there(1, 2, 3), there(True, True, False), here(1, 2)), TWO),
    "cpu[indices] = gpu": (lambda: assigned(here(1, 2, 3), here(0, 1), there(1, 2)), TWO),
    "gpu.index_put_(cpu)": (lambda: there(1, 2, 3).index_put_((there(0, 1),), here(1, 2)), TWO),
    "accumulate": (
        lambda: there(1, 2, 3).index_put_((there(0, 1),), here(1, 2), accumulate=True),
        "expected device cuda:0 but got device cpu for value tensor",
    ),
    "where": (lambda: torch.where(there(True, False), there(1, 2), here(1, 2)), TWO),
    "where of the CPU": (lambda: torch.where(here(True, False), there(1, 2), there(1, 2)), TWO),
    "isclose": (lambda: torch.isclose(there(1.0), here(1.0)), TWO),
    "allclose": (lambda: torch.allclose(there(1.0), here(1.0)), TWO),
    "==": (lambda: there(1.0) == here(1.0), TWO),
    "equal": (
        lambda: torch.equal(there(1.0), here(1.0)),
        "Expected all tensors to be on the same device, but got other is on cpu, different from other tensors on cuda:0 "
        "(when checking argument in method wrapper_CUDA__equal)",
    ),
    "out": (lambda: torch.add(there(1.0), there(1.0), out=here(1.0)), TWO),
    "out of a gpu": (lambda: torch.add(here(1.0), here(1.0), out=there(1.0)), TWO),
    "zeros": (
        lambda: torch.zeros(1, device="cuda", out=here(1.0)),
        "device type cuda does not match device type of out parameter (cpu)",
    ),
    "rand": (
        lambda: torch.rand(1, device="cuda", out=here(1.0)),
        "device type cuda does not match device type of out parameter (cpu)",
    ),
    "randperm on the CPU": (
        lambda: torch.randperm(1, device="cpu", out=there(1)),
        "device type cpu does not match device type of out parameter (cuda)",
    ),
    "set_": (
        lambda: there(1.0).set_(here(1.0)),
        'Attempted to set the storage of a tensor on device "cuda:0" to a storage on different device "cpu".  This is no '
        "longer allowed; the devices must match.",
    ),
}


@pytest.mark.parametrize("call", REFUSED)
def test_what_may_not(call):
    act, text = REFUSED[call]
    with pytest.raises(RuntimeError) as refused:
        act()
    assert str(refused.value) == text


def test_a_refused_write_has_written_nothing():
    x, y = there(1.0, 2.0), here(5.0, 6.0)
    for act in (lambda: x.copy_(there(1.0)[None, None].cpu().expand(3, 3)), lambda: torch.add(x, x, out=y)):
        with pytest.raises(RuntimeError):
            act()
    assert x.tolist() == [1, 2] and y.tolist() == [5, 6]


def test_a_factory_writes_to_the_device_of_out():
    x = there(1.0, 2.0)
    assert torch.zeros(2, out=x) is x and x.device == FIRST and x.tolist() == [0, 0]


@pytest.mark.parametrize("make", [torch.rand, torch.randn, lambda size, out: torch.randint(3, (size,), out=out)])
def test_random_numbers_are_not_written_past_the_default_device(make):
    x = torch.empty(2)
    with torch.device("cuda"), pytest.raises(RuntimeError) as refused:
        make(2, out=x)
    with real.device("meta"), pytest.raises(RuntimeError) as expected:
        real.rand(2, out=real.empty(2, device="cpu"))
    assert str(refused.value) == str(expected.value).replace("type meta", "type cuda")


def test_a_copy_into_a_tensor_is_announced_as_one_from_there_to_here():
    heard = []
    x, y = there(0.0, 0.0), here(1.0, 2.0)
    with listen(device_copied, lambda source, result: heard.append((source, result))):
        x.copy_(y)
        y.copy_(x, non_blocking=True)
        x.copy_(there(3.0, 4.0))
    assert [(source is y, result is x) for source, result in heard] == [(True, True), (False, False)]
    assert x.tolist() == [3, 4] and y.tolist() == [1, 2]


def test_tensors_of_two_simulations_refuse_each_other_and_say_why():
    x = there(1.0, 2.0)
    with torch.cuda.simulate(), pytest.raises(RuntimeError) as refused:
        x + there(1.0, 2.0)
    assert str(refused.value).endswith("found at least two devices, cuda:0 and cuda:0!")
    assert "each belongs to another simulation" in refused.value.__notes__[0]
    with torch.cuda.simulate():
        assert (x.to("cuda") + there(1.0, 2.0)).tolist() == [2, 4]


def test_indices_of_the_cpu_have_derivatives():
    x = torch.arange(3.0, device="cuda").requires_grad_()
    (x[here(0, 2, 2)] * 2).sum().backward()
    assert x.grad.device == FIRST and x.grad.tolist() == [2, 0, 4]


# --- comparisons in tests -----------------------------------------------------------------------------------------------


def test_assert_close_looks_at_devices():
    with pytest.raises(AssertionError) as expected:
        real.testing.assert_close(real.ones(2, device="meta"), real.ones(2))
    with pytest.raises(AssertionError) as found:
        torch.testing.assert_close(torch.ones(2, device="cuda"), torch.ones(2))
    assert str(found.value) == str(expected.value).replace("meta", "cuda:0")
    torch.testing.assert_close(torch.ones(2, device="cuda"), torch.ones(2), check_device=False)
    with pytest.raises(AssertionError, match="Mismatched elements: 2 / 2"):
        torch.testing.assert_close(torch.zeros(2, device="cuda"), torch.ones(2), check_device=False)
    with pytest.raises(AssertionError, match="cuda:0 != cuda:1"):
        torch.testing.assert_close(torch.ones(2, device="cuda"), torch.ones(2, device="cuda:1"))


# --- what a copy over there looks like ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda x: x,
        lambda x: x.transpose(0, 1),
        lambda x: x[::2, :, 1:],
        lambda x: x.permute(2, 0, 1)[1:],
        lambda x: x[:1, :1].expand(2, 3, 4),
        lambda x: x[0, 0, :].expand(3, 4),
        lambda x: x[None].to(
            memory_format=real.channels_last if isinstance(x, real.Tensor) else torch.channels_last
        ),
    ],
    ids=range(7),
)
def test_copies_lie_in_memory_as_pytorchs_do(change):
    expected = change(real.arange(24.0).reshape(2, 3, 4)).to("meta").stride()
    x = change(torch.arange(24.0).reshape(2, 3, 4))
    y = x.cuda()
    assert y.stride() == y.cpu().stride() == y.to("cuda:1").stride() == expected and y.tolist() == x.tolist()
    assert change(torch.arange(24.0, device="cuda").reshape(2, 3, 4)).to("cpu").stride() == expected


def test_a_memory_format_is_taken_along():
    x = torch.ones(1, 2, 3, 3)
    for moved in (x.cuda(memory_format=torch.channels_last), x.to("cuda", memory_format=torch.channels_last)):
        assert moved.is_contiguous(memory_format=torch.channels_last) and moved.device == FIRST


def test_python_functions_run_over_elements_of_the_cpu_only():
    with pytest.raises(TypeError, match="^apply_ is only implemented on CPU tensors$"):
        there(1.0).apply_(abs)
    with pytest.raises(TypeError, match="^map_ is only implemented on CPU tensors$"):
        there(1.0).map_(there(1.0), max)
    with pytest.raises(RuntimeError, match="^masked_fill_: Expected inputs to be on same device$"):
        here(1.0).masked_fill(here(True), there(1.0)[0])
