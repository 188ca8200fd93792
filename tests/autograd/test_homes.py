"""Gradients are on the device of what they belong to. Real PyTorch says the same of its meta device, word for word."""

from __future__ import annotations

import pytest
import torch as real

import minitorch_edu as torch
from minitorch_edu.ops.op import op
from tests.device import made_on_the_host


@pytest.fixture(autouse=True)
def gpus():
    with made_on_the_host(), torch.cuda.simulate(2):
        yield


def doubling(torch, result):
    class Double(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, grad):
            return result(grad)

    return Double.apply


def leaf(torch, device, shape=2):
    return torch.ones(shape, device=device, requires_grad=True)


def hooked(torch, device, on_leaf=False, **options):
    x = leaf(torch, device)
    y = x * 3
    (x if on_leaf else y).register_hook(lambda grad: torch.ones(2))
    y.sum().backward(**options)


def hooked_node(torch, device, before):
    y = leaf(torch, device) * 3
    if before:
        y.grad_fn.register_prehook(lambda grads: (torch.ones(2),))
    else:
        y.grad_fn.register_hook(lambda sent, received: (torch.ones(2), *sent[1:]))
    y.sum().backward()


def assigned(torch, device, grad):
    leaf(torch, device).grad = grad


def edge(torch, tensor):
    return torch.autograd.graph.get_gradient_edge(tensor)


REFUSED = {
    "backward": lambda t, there: (leaf(t, there) * 3).backward(t.ones(2)),
    "backward, create_graph": lambda t, there: (leaf(t, there) * 3).backward(t.ones(2), create_graph=True),
    "backward from a leaf": lambda t, there: leaf(t, there).backward(t.ones(2)),
    "backward from an edge": lambda t, there: t.autograd.backward(edge(t, leaf(t, there) * 3), t.ones(2)),
    "the second of two roots": lambda t, there: t.autograd.backward(
        [leaf(t, there) * 3, leaf(t, there) * 3], [t.ones(2, device=there), t.ones(2)]
    ),
    "grad": lambda t, there: t.autograd.grad((x := leaf(t, there)) * 3, x, t.ones(2)),
    "grad on the other side": lambda t, there: t.autograd.grad(
        (x := leaf(t, "cpu")) * 3, x, t.ones(2, device=there)
    ),
    "func.vjp": lambda t, there: t.func.vjp(lambda x: x**2, t.ones(2, device=there))[1](t.ones(2)),
    "a Function": lambda t, there: doubling(t, lambda grad: t.ones(2))(leaf(t, there)).sum().backward(),
    "a Function within": lambda t, there: (
        doubling(t, lambda grad: t.ones(2))(leaf(t, there) * 2).sum().backward(create_graph=True)
    ),
    "a hook": hooked,
    "a hook, create_graph": lambda t, there: hooked(t, there, create_graph=True),
    "a hook of a leaf": lambda t, there: hooked(t, there, on_leaf=True),
    "a hook of a node": lambda t, there: hooked_node(t, there, before=False),
    "a hook before a node": lambda t, there: hooked_node(t, there, before=True),
    "x.grad = ...": lambda t, there: assigned(t, there, t.ones(2)),
    "x.grad = ..., in another shape": lambda t, there: assigned(t, there, t.ones(3)),
    "x.grad = ..., in another dtype": lambda t, there: assigned(t, there, t.ones(2, dtype=t.float64)),
    "x.grad = ... on the other side": lambda t, there: assigned(t, "cpu", t.ones(2, device=there)),
}


def as_of_cuda(text):
    """What PyTorch says of the meta device, as it says it of a GPU."""
    text = text.replace("MetaFloatType", "torch.cuda.FloatTensor").replace("type 'meta'", "type 'cuda'")
    return text.replace("device meta", "device cuda:0").replace("got meta", "got cuda:0")


@pytest.mark.filterwarnings("ignore:Using backward")
@pytest.mark.parametrize("call", REFUSED)
def test_a_gradient_of_another_device_is_refused_in_pytorchs_words(call):
    with pytest.raises(RuntimeError) as expected:
        REFUSED[call](real, "meta")
    with pytest.raises(RuntimeError) as refused:
        REFUSED[call](torch, "cuda")
    assert str(refused.value) == as_of_cuda(str(expected.value))


def test_a_gradient_of_another_gpu_is_refused_too():
    with pytest.raises(
        RuntimeError, match="^invalid gradient at index 0 - expected device cuda:0 but got cuda:1"
    ):
        (leaf(torch, "cuda") * 3).backward(torch.ones(2, device="cuda:1"))
    with pytest.raises(
        RuntimeError, match="located on device with index '1' to a tensor located on device with index"
    ):
        leaf(torch, "cuda").grad = torch.ones(2, device="cuda:1")


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.filterwarnings("ignore:Using backward")
def test_a_gradient_without_dimensions_is_moved(create_graph):
    x = leaf(torch, "cuda")
    (x * 3).sum().backward(torch.tensor(2.0), create_graph=create_graph)
    assert x.grad.device == torch.device("cuda:0") and x.grad.tolist() == [6, 6]
    y = leaf(torch, "cuda")
    doubling(torch, lambda grad: torch.tensor(5.0))(y.sum()).backward(create_graph=create_graph)
    assert y.grad.device == torch.device("cuda:0") and y.grad.tolist() == [5, 5]


def test_an_edge_knows_on_which_device_it_is():
    for end in (
        lambda x: (x * 3).sum(),
        lambda x: (x * 3).cpu().sum(),
        lambda x: doubling(torch, abs)(x).sum(),
    ):
        x = leaf(torch, "cuda")
        torch.autograd.backward(edge(torch, end(x)))
        assert x.grad.device == torch.device("cuda:0")
    x = leaf(torch, "cuda", ())
    torch.autograd.backward(edge(torch, x))
    assert x.grad.device == torch.device("cuda:0")


def test_what_an_unpack_hook_leaves_on_another_device_is_refused():
    x = leaf(torch, "cuda")
    with torch.autograd.graph.saved_tensors_hooks(lambda tensor: tensor.cpu(), lambda tensor: tensor):
        y = (x * x).sum()
    with pytest.raises(RuntimeError, match="at least two devices, cuda:0 and cpu!"):
        y.backward()


@pytest.mark.parametrize("pin_memory", [False, True])
def test_saved_tensors_may_wait_on_the_host(pin_memory):
    x = leaf(torch, "cuda")
    with torch.autograd.graph.save_on_cpu(pin_memory):
        y = (x * x).sum()
    y.backward()
    assert x.grad.device == torch.device("cuda:0") and x.grad.tolist() == [2, 2]


def test_a_tensor_that_was_written_is_called_by_the_type_of_its_device():
    x = leaf(torch, "cuda")
    y = x * 2
    z = y * y
    y.add_(1)
    with pytest.raises(RuntimeError, match=r"\[torch.cuda.FloatTensor \[2\]\], which is output 0 of Add,"):
        z.sum().backward()


def test_gradients_are_checked_on_the_gpu():
    x = torch.randn(2, 3, device="cuda", dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: x.sigmoid() * x, x, check_forward_ad=True)
    assert torch.autograd.gradgradcheck(lambda x: x**3, x, gen_non_contig_grad_outputs=True)


def test_a_card_of_ones_own_runs_backward_on_the_gpu():
    @op
    class thrice:
        def forward(xp, input):
            return input * 3

        def grad_input(grad):
            r"$3$"
            return grad * 3

    x = leaf(torch, "cuda")
    thrice(x).sum().backward()
    assert x.grad.device == torch.device("cuda:0") and x.grad.tolist() == [3, 3]
