"""Operands on different devices meet, or are refused, as PyTorch has it. The texts are those of its CUDA kernels."""

from __future__ import annotations

import pytest

import minitorch_edu as torch
from minitorch_edu.nn import functional
from tests.device import made_on_the_host


@pytest.fixture(autouse=True)
def gpu():
    with made_on_the_host(), torch.cuda.simulate():
        yield


SAME = "Expected all tensors to be on the same device, but "
TWO = SAME + "found at least two devices, cuda:0 and cpu!"
CPU_LAST = "is on cpu, different from other tensors on cuda:0 (when checking argument in method wrapper_CUDA"
GPU_LAST = "is on cuda:0, different from other tensors on cpu (when checking argument in method wrapper_CUDA"

REFUSED = {
    "x + y": (lambda x, y: x + y, TWO),
    "y + x": (lambda x, y: y + x, TWO),
    "x.add_(y)": (lambda x, y: x.add_(y), TWO),
    "number.mul_(x)": (lambda x, y: torch.tensor(2.0).mul_(x[0, 0]), TWO),
    "x @ y": (lambda x, y: x @ y, f"{SAME}got mat2 {CPU_LAST}_mm)"),
    "y @ x": (lambda x, y: y @ x, f"{SAME}got mat2 {GPU_LAST}_mm)"),
    "x @ number": (lambda x, y: torch.mm(x, torch.ones(2, 2)), f"{SAME}got mat2 {CPU_LAST}_mm)"),
    "cat": (lambda x, y: torch.cat([x, y]), f"{SAME}got tensors {CPU_LAST}_cat)"),
    "index_select": (
        lambda x, y: x.index_select(0, torch.tensor([0])),
        f"{SAME}got index {CPU_LAST}__index_select)",
    ),
    "embedding": (
        lambda x, y: functional.embedding(torch.tensor([0]), x),
        f"{SAME}got index {CPU_LAST}__index_select)",
    ),
    "linear": (lambda x, y: functional.linear(x, y, y[0]), f"{SAME}got mat1 {GPU_LAST}_addmm)"),
    "cross_entropy": (
        lambda x, y: functional.cross_entropy(x, torch.tensor([0, 1])),
        f"{SAME}got target {CPU_LAST}_nll_loss_forward)",
    ),
    "masked_fill": (
        lambda x, y: x.masked_fill(y > 0, 1.0),
        "expected self and mask to be on the same device, but got mask on cpu and self on cuda:0",
    ),
    "mv": (lambda x, y: x.mv(y[0]), f"{SAME}got mat {GPU_LAST}_addmv_)"),
    "put in place": (
        lambda x, y: x.put_(torch.tensor([0]), y[0, :1]),
        f"{SAME}got index {CPU_LAST}__put_)",
    ),
    "scatter in place": (
        lambda x, y: x.scatter_(0, torch.tensor([[0]], device="cuda"), y),
        f"{SAME}got src {CPU_LAST}_scatter__src)",
    ),
    "batch_norm, by cuDNN": (
        lambda x, y: functional.batch_norm(x[None], None, None, y[0], y[0], training=True),
        f"{SAME}got weight {CPU_LAST}__cudnn_batch_norm)",
    ),
    "batch_norm of the CPU": (
        lambda x, y: functional.batch_norm(y[None], None, None, x[0], x[0], training=True),
        f"{SAME}got weight {GPU_LAST}__native_batch_norm)",
    ),
    "block_diag": (
        lambda x, y: torch.block_diag(x, x, y),
        "torch.block_diag: input tensors must all be on the same device. Input 0 is on device cuda:0 and input 2 is on "
        "device cpu",
    ),
    "cholesky_solve": (
        lambda x, y: torch.cholesky_solve(x, y),
        "Expected b and A to be on the same device, but found b on cuda:0 and A on cpu instead.",
    ),
    "histogram": (lambda x, y: torch.histogram(x, y[0]), TWO),
    "conv2d": (
        lambda x, y: functional.conv2d(x[None, None], y[None, None]),
        "Input type (torch.cuda.FloatTensor) and weight type (torch.FloatTensor) should be the same",
    ),
    "conv2d of the CPU": (
        lambda x, y: functional.conv2d(y[None, None], x[None, None]),
        "Input type (torch.FloatTensor) and weight type (torch.cuda.FloatTensor) should be the same or input should be "
        "a MKLDNN tensor and weight is a dense tensor",
    ),
    "conv2d with a bias": (
        lambda x, y: functional.conv2d(x[None, None], x[None, None], y[0, :1]),
        "Input type (torch.cuda.FloatTensor) and bias type (torch.FloatTensor) should be the same",
    ),
}


@pytest.mark.parametrize("call", REFUSED)
def test_tensors_of_two_devices_are_refused_in_pytorchs_words(call):
    act, text = REFUSED[call]
    with pytest.raises(RuntimeError) as refused:
        act(torch.ones(2, 2, device="cuda"), torch.ones(2, 2))
    assert str(refused.value) == text


@pytest.mark.parametrize("number", [torch.tensor(2.0), torch.tensor(2), torch.tensor(True)], ids=str)
def test_a_number_of_the_cpu_meets_a_gpu_in_arithmetic(number):
    x = torch.ones(2, device="cuda")
    for result in (x * number, number * x, x + number, torch.maximum(x, number.float())):
        assert result.device == torch.device("cuda:0")
        assert result.cpu().equal((torch.ones(2) * result.cpu()[0]).to(result.dtype))


def test_the_gradient_of_a_number_comes_home():
    x = torch.ones(3, device="cuda", requires_grad=True)
    scale = torch.tensor(2.0, requires_grad=True)
    (x * scale.exp()).sum().backward()
    assert scale.grad.device == torch.device("cpu") and x.grad.device == torch.device("cuda:0")
    torch.testing.assert_close(scale.grad, 3 * torch.tensor(2.0).exp())


def test_only_one_number_may_cross():
    x = torch.ones(2, device="cuda")
    with pytest.raises(RuntimeError, match="found at least two devices, cuda:0 and cpu"):
        torch.lerp(x, torch.tensor(1.0), torch.tensor(0.5))
