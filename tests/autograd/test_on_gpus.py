"""What autograd promises holds for tensors of a GPU as well."""

from __future__ import annotations

import pytest

import minitorch_edu as torch
from minitorch_edu.autograd import forward_ad
from minitorch_edu.utils.checkpoint import checkpoint
from tests.device import made_on_the_host


@pytest.fixture(autouse=True)
def gpus():
    with made_on_the_host(), torch.cuda.simulate(2):
        yield


FIRST = torch.device("cuda:0")


def leaf(*values):
    return torch.tensor(values or (1.0, 2.0), device="cuda", requires_grad=True)


def test_inference_mode():
    with torch.inference_mode():
        x = torch.ones(2, device="cuda") * 2
    assert x.is_inference() and x.device == FIRST
    with pytest.raises(
        RuntimeError, match="^Setting requires_grad=True on inference tensor outside InferenceMode"
    ):
        x.requires_grad_()


def test_what_is_kept_and_what_is_counted():
    x = leaf()
    y = x * 2
    y.retain_grad()
    (y * y).sum().backward()
    assert (
        y.grad.device == x.grad.device == FIRST and y.grad.tolist() == [4, 8] and x.grad.tolist() == [8, 16]
    )
    with torch.no_grad():
        assert not (x * 2).requires_grad
        x.add_(1)
    assert x._version == 1
    x.data.add_(1)
    assert x._version == 1 and x.tolist() == [3, 4]
    with pytest.raises(
        RuntimeError, match="a leaf Variable that requires grad is being used in an in-place operation"
    ):
        x.mul_(2)


def test_a_graph_runs_once():
    y = (leaf() ** 2).sum()
    y.backward()
    with pytest.raises(RuntimeError, match="^Trying to backward through the graph a second time"):
        y.backward()


def test_gradients_cross_devices():
    x, w = leaf(), torch.tensor([3.0, 4.0], requires_grad=True)
    far = x.to("cuda:1") * 2
    ((far.cpu() * w).sum() + (x * w.to("cuda")).sum().cpu()).backward()
    assert x.grad.device == FIRST and x.grad.tolist() == [9, 12]
    assert w.grad.device.type == "cpu" and w.grad.tolist() == [3, 6]


def test_second_derivatives():
    x = leaf()
    (first,) = torch.autograd.grad((x**3).sum(), x, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), x)
    assert second.device == FIRST and second.tolist() == [6, 12]


def test_forward_mode():
    with forward_ad.dual_level():
        dual = forward_ad.make_dual(torch.ones(2, device="cuda"), torch.ones(2, device="cuda"))
        tangent = forward_ad.unpack_dual(dual * dual).tangent
    assert tangent.device == FIRST and tangent.tolist() == [2, 2]


TRANSFORMS = {
    "grad": (lambda x: torch.func.grad(lambda x: (x**2).sum())(x), [2, 4]),
    "vjp": (lambda x: torch.func.vjp(lambda x: x**2, x)[1](torch.ones(2, device="cuda"))[0], [2, 4]),
    "jvp": (lambda x: torch.func.jvp(lambda x: x**2, (x,), (torch.ones(2, device="cuda"),))[1], [2, 4]),
    "jacrev": (lambda x: torch.func.jacrev(lambda x: x**2)(x), [[2, 0], [0, 4]]),
    "jacfwd": (lambda x: torch.func.jacfwd(lambda x: x**2)(x), [[2, 0], [0, 4]]),
    "hessian": (lambda x: torch.func.hessian(lambda x: (x**3).sum())(x), [[6, 0], [0, 12]]),
    "vmap": (lambda x: torch.vmap(lambda x: x * x)(x), [1, 4]),
    "functional.jacobian": (
        lambda x: torch.autograd.functional.jacobian(lambda x: x**2, x),
        [[2, 0], [0, 4]],
    ),
    "functional.vhp": (lambda x: torch.autograd.functional.vhp(lambda x: (x**2).sum(), x, x)[1], [2, 4]),
}


@pytest.mark.parametrize("name", TRANSFORMS)
def test_transforms(name):
    act, expected = TRANSFORMS[name]
    result = act(torch.tensor([1.0, 2.0], device="cuda"))
    assert result.device == FIRST and result.tolist() == expected


@pytest.mark.parametrize("use_reentrant", [False, True])
def test_checkpoints_draw_the_same_numbers_again(use_reentrant):
    x = torch.ones(64, device="cuda", requires_grad=True)
    y = checkpoint(lambda x: torch.nn.functional.dropout(x) * x, x, use_reentrant=use_reentrant)
    y.sum().backward()
    assert x.grad.device == FIRST
    torch.testing.assert_close(x.grad, 2 * y.detach())


def test_numbers_of_the_cpu_have_gradients_and_tangents():
    for act in (
        lambda s: torch.ones(2, device="cuda") * s,
        lambda s: torch.where(torch.ones(2, device="cuda") > 0, s, 0.0),
        lambda s: torch.ones(2, device="cuda").masked_fill(torch.ones(2, device="cuda") > 0, s),
        lambda s: torch.ones(3, device="cuda").index_put((torch.tensor([0, 1]),), s),
        lambda s: torch.ones(2, device="cuda").fill_(s),
    ):
        number = torch.tensor(3.0, requires_grad=True)
        act(number).sum().backward()
        assert number.grad.device.type == "cpu" and number.grad.item() == 2
    found, tangent = torch.func.jvp(
        lambda s: torch.ones(2, device="cuda") * s, (torch.tensor(3.0),), (torch.tensor(1.0),)
    )
    assert found.device == tangent.device == FIRST and tangent.tolist() == [1, 1]


def test_a_function_may_return_tensors_of_two_devices():
    seen = []

    class Both(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x.cpu() * 2, x * 3

        @staticmethod
        def backward(ctx, near, far):
            seen.append((near.device.type, far.device.type))
            return near.cuda() * 2 + far * 3

    for which, expected in ((0, [2, 2]), (1, [3, 3])):
        x = leaf()
        Both.apply(x)[which].sum().backward()
        assert x.grad.device == FIRST and x.grad.tolist() == expected
        edge = torch.autograd.graph.get_gradient_edge(Both.apply(leaf(5.0))[which])
        torch.autograd.backward(edge)
    assert set(seen) == {("cpu", "cuda")}
