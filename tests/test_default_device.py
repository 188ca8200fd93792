"""Where tensors are made when nobody says where. PyTorch's answers are those of its meta device."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch as real

import minitorch_edu as torch
from tests.device import made_on_the_host

pytestmark = pytest.mark.host


@pytest.fixture(autouse=True)
def gpus():
    with made_on_the_host(), torch.cuda.simulate(2):
        yield


FIRST, SECOND = torch.device("cuda:0"), torch.device("cuda:1")


def one(t):
    return t.ones(1, device="cpu")


def square(t):
    return t.ones(2, 2, device="cpu")


def reloaded(t):
    file = io.BytesIO()
    t.save(one(t), file)
    file.seek(0)
    return t.load(file)


CALLS = {
    "zeros": lambda t: t.zeros(2),
    "empty": lambda t: t.empty(2),
    "full": lambda t: t.full((2,), 1),
    "eye": lambda t: t.eye(2),
    "arange": lambda t: t.arange(2),
    "linspace": lambda t: t.linspace(0, 1, 2),
    "logspace": lambda t: t.logspace(0, 1, 2),
    "rand": lambda t: t.rand(2),
    "randn": lambda t: t.randn(2),
    "randint": lambda t: t.randint(3, (2,)),
    "randperm": lambda t: t.randperm(3),
    "normal": lambda t: t.normal(0.0, 1.0, (2,)),
    "tril_indices": lambda t: t.tril_indices(2, 2),
    "triu_indices": lambda t: t.triu_indices(2, 2),
    "scalar_tensor": lambda t: t.scalar_tensor(1),
    "empty_strided": lambda t: t.empty_strided((1,), (1,)),
    "empty_permuted": lambda t: t.empty_permuted((1,), (0,)),
    "hann_window": lambda t: t.hann_window(4),
    "kaiser_window": lambda t: t.kaiser_window(4),
    "signal.windows.hann": lambda t: t.signal.windows.hann(4),
    "fft.fftfreq": lambda t: t.fft.fftfreq(4),
    "tensor of a list": lambda t: t.tensor([1]),
    "tensor of an array": lambda t: t.tensor(np.ones(1)),
    "tensor of a tensor": lambda t: t.tensor(one(t)),
    "as_tensor of a list": lambda t: t.as_tensor([1]),
    "as_tensor of an array": lambda t: t.as_tensor(np.ones(1)),
    "as_tensor of a tensor": lambda t: t.as_tensor(one(t)),
    "asarray of a list": lambda t: t.asarray([1]),
    "asarray of an array": lambda t: t.asarray(np.ones(1)),
    "asarray of a tensor": lambda t: t.asarray(one(t)),
    "from_numpy": lambda t: t.from_numpy(np.ones(1)),
    "frombuffer": lambda t: t.frombuffer(bytearray(4), dtype=t.int32),
    "from_dlpack": lambda t: t.from_dlpack(np.ones(1)),
    "Tensor of a list": lambda t: t.Tensor([1]),
    "Tensor of sizes": lambda t: t.Tensor(2),
    "FloatTensor": lambda t: t.FloatTensor([1]),
    "LongTensor of sizes": lambda t: t.LongTensor(2),
    "zeros_like": lambda t: t.zeros_like(one(t)),
    "rand_like": lambda t: t.rand_like(one(t)),
    "new_zeros": lambda t: one(t).new_zeros(1),
    "new_tensor": lambda t: one(t).new_tensor([1]),
    "load": reloaded,
    "a Parameter": lambda t: t.nn.Parameter(t.ones(1)),
    "a module": lambda t: t.nn.Linear(1, 1).weight,
    "a Generator": lambda t: t.Generator(),
    "where": lambda t: t.where(one(t) > 0, 1.0, 0.0),
    "x[list]": lambda t: one(t)[[0]],
    "std": lambda t: one(t).std(unbiased=False),
    "attention": lambda t: t.nn.functional.scaled_dot_product_attention(
        square(t)[None], square(t)[None], square(t)[None], is_causal=True
    ),
    "dropout": lambda t: t.nn.functional.dropout(one(t)),
    "jacfwd": lambda t: t.func.jacfwd(lambda x: x * 2)(one(t)),
    "hessian": lambda t: t.func.hessian(lambda x: (x * x).sum())(one(t)),
    "vmap": lambda t: t.vmap(lambda x: x * 2)(one(t)),
    "stft": lambda t: t.stft(t.ones(8, device="cpu"), 4, return_complex=True),
}


@pytest.mark.filterwarnings("ignore:To copy construct")
@pytest.mark.parametrize("call", CALLS)
def test_a_block_chooses_the_device_for_those_that_pytorch_lets_it_choose_for(call):
    with real.device("meta"):
        expected = CALLS[call](real).device
    with torch.device("cuda:1"):
        found = CALLS[call](torch).device
    assert str(found) == str(expected).replace("meta", "cuda:1")
    torch.set_default_device("cuda:1")
    try:
        assert CALLS[call](torch).device == found
    finally:
        torch.set_default_device(None)
    assert CALLS[call](torch).device.type == "cpu"


@pytest.mark.parametrize("device", ["cuda", "cuda:1", 1])
def test_the_default_device_is_told(device):
    torch.set_default_device(device)
    try:
        assert torch.get_default_device() == torch.device(device)
        assert torch.zeros(1).device == (FIRST if device == "cuda" else SECOND)
        with torch.device("cpu"):
            assert torch.get_default_device().type == torch.zeros(1).device.type == "cpu"
    finally:
        torch.set_default_device(None)
    assert torch.get_default_device() == torch.device("cpu")


def test_cuda_device_chooses_what_cuda_stands_for():
    x = torch.ones(1, device="cuda:0")
    with torch.cuda.device(1):
        assert torch.zeros(1, device="cuda").device == x.cuda().device == x.to("cuda").device == SECOND
        with torch.device("cuda"):
            assert torch.zeros(1).device == SECOND
        assert torch.zeros(1).device.type == "cpu"
    assert x.to("cuda") is x and x.to(1).device == x.cuda(1).device == SECOND
    assert torch.zeros(1, device=1).device == torch.zeros(1, device=torch.device(1)).device == SECOND
    assert (x.get_device(), x.to(1).get_device(), x.cpu().get_device()) == (0, 1, -1)
    with pytest.raises(torch.AcceleratorError, match="invalid device ordinal"):
        torch.zeros(1, device="cuda:2")


# --- tensors from what lies elsewhere -----------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:To copy construct")
def test_tensors_are_made_of_what_lies_on_a_gpu():
    x = torch.tensor([1.0, 2.0], device="cuda", requires_grad=True)
    copied = torch.tensor(x)
    assert copied.device == FIRST and copied.data_ptr() != x.data_ptr() and not copied.requires_grad
    for made in (
        torch.tensor(x, device="cpu", dtype=torch.int64),
        torch.tensor([*x.detach()]),
        torch.tensor(x.tolist()),
    ):
        assert made.device.type == "cpu" and made.tolist() == [1, 2]
    assert torch.tensor([x.detach()[0], 5], device="cuda:1").device == SECOND
    assert (
        torch.as_tensor(np.ones(2), device="cuda").device
        == torch.as_tensor([1], device="cuda").device
        == FIRST
    )
    assert torch.as_tensor(x) is x and torch.asarray(x.detach()).data_ptr() == x.data_ptr()
    assert torch.asarray(x.detach(), device="cpu").device.type == "cpu"
    assert (
        torch.asarray([1.0], device="cuda").device == torch.asarray(np.ones(1), device="cuda").device == FIRST
    )
    with pytest.raises(ValueError, match="^can't alias tensor from device 'cuda:0' to 'cpu'.$"):
        torch.asarray(x.detach(), device="cpu", copy=False)


def test_the_legacy_constructors():
    x = torch.tensor([1.0, 2.0], device="cuda:1")
    assert x.new(3).device == x.new([1, 2]).device == x.new_tensor([1]).device == SECOND
    assert (
        torch.cuda.FloatTensor([1, 2]).device == FIRST
        and torch.cuda.FloatTensor(x).data_ptr() == x.data_ptr()
    )
    assert torch.Tensor(x).device == SECOND
    with pytest.raises(TypeError, match="device=cpu.*got TensorOptions.*device=cuda:1"):
        torch.FloatTensor(x)
    with pytest.raises(
        RuntimeError, match="^legacy constructor expects device type: cuda but device type: cpu was"
    ):
        x.new(3, device="cpu")


def test_numbers_of_a_gpu_are_pythons():
    x = torch.tensor([1, 0, 2], device="cuda")
    assert x.tolist() == [1, 0, 2] and [each.item() for each in x] == [1, 0, 2]
    assert ["a", "b", "c"][x[2]] == "c" and list(range(x[2])) == [0, 1] and torch.zeros(x[2]).shape == (2,)
    assert (
        bool(x[0]) and not x[1] and float(x[2]) == 2.0 and complex(x[0]) == 1 and 2 in x and x[2].cpu() in x
    )
    assert len(x) == 3 and f"{x[2]:>3}" == "  2"


# --- other libraries ----------------------------------------------------------------------------------------------------


def test_numpy_is_not_given_the_memory_of_a_gpu():
    x = torch.ones(2, device="cuda", requires_grad=True)
    with pytest.raises(TypeError) as expected:
        real.ones(2, device="meta").numpy()
    text = str(expected.value).replace("meta", "cuda:0")
    for act in (
        lambda x: x.numpy(),
        np.asarray,
        np.exp,
        lambda x: x.__array__(),
        lambda x: np.array([x[0], x[1]]),
    ):
        with pytest.raises(TypeError) as refused:
            act(x.detach())
        assert str(refused.value) == text
    assert x.numpy(force=True).tolist() == [1, 1]
    assert (np.float32(2) * x.detach()).device == (x * np.float32(2)).device == FIRST


def test_dlpack_knows_the_device_and_hands_out_no_simulated_memory():
    x = torch.ones(2, device="cuda:1")
    assert x.__dlpack_device__() == (2, 1) and x.to(0).__dlpack_device__() == (2, 0)
    assert torch.ones(2).__dlpack_device__() == (1, 0) and torch.ones(2).pin_memory().__dlpack_device__() == (
        3,
        0,
    )
    with pytest.raises(
        BufferError, match="Can't export tensors on a different CUDA device index. Expected: 1. Current"
    ):
        x.__dlpack__()
    for act in (lambda x: x.__dlpack__(), torch.utils.dlpack.to_dlpack, np.from_dlpack):
        with pytest.raises(
            BufferError, match="^The memory of cuda:0 is simulated: no other library can read it."
        ):
            act(x.to(0))
    assert torch.from_dlpack(x).data_ptr() == x.data_ptr()
    assert torch.from_dlpack(np.ones(2), device="cuda:1").device == SECOND
    with pytest.raises(ValueError, match="^cannot move DLPack tensor from device .* without copying."):
        torch.from_dlpack(torch.ones(2), device="cuda", copy=False)


def test_the_memory_of_a_gpu_counts_as_shared():
    x = torch.ones(2, device="cuda")
    assert x.is_shared() and x.share_memory_() is x and not torch.ones(2).is_shared()


def test_the_old_way_to_choose_a_gpu():
    try:
        torch.set_default_tensor_type("torch.cuda.DoubleTensor")
        x = torch.ones(1)
        assert x.device == FIRST and x.dtype is torch.float64
        torch.set_default_tensor_type(torch.FloatTensor)
        assert torch.ones(1).device.type == "cpu" and torch.ones(1).dtype is torch.float32
    finally:
        torch.set_default_dtype(torch.float32)
        torch.set_default_device(None)
