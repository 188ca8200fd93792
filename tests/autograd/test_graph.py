"""The graph: nodes, edges, and what is saved on them."""

from __future__ import annotations

import gc
import weakref

import pytest

import minitorch_edu as torch
from minitorch_edu.autograd.graph import AccumulateGrad, SavedInfo


def test_mul_saves_only_what_a_wanted_gradient_needs() -> None:
    x, w = torch.ones(2, requires_grad=True), torch.ones(2)
    node = (x * w).grad_fn
    assert node._saved_other.tolist() == [1, 1]
    assert node._saved_self is None
    assert node.next_functions[1] == (None, 0)
    assert [info.name for info in node.saved_tensors_info()] == ["other"]


def test_both_inputs_are_saved_where_both_gradients_are_wanted() -> None:
    x, w = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
    assert [info.name for info in (x * w).grad_fn.saved_tensors_info()] == ["self", "other"]


def test_nothing_is_saved_where_nothing_is_recorded() -> None:
    assert torch.ones(2).exp().grad_fn is None


def test_what_is_saved_is_told_without_touching_it() -> None:
    x = torch.ones(2, requires_grad=True)
    y = x.exp()
    assert y.grad_fn.saved_tensors_info() == [SavedInfo("result", 0, 0, False)]
    y.mul_(2)
    assert y.grad_fn.next_functions[0][0].saved_tensors_info() == [SavedInfo("result", 0, 1, False)]


def test_a_saved_result_has_its_place_in_the_graph() -> None:
    y = torch.ones(2, requires_grad=True).exp()
    assert y.grad_fn._saved_result.grad_fn is y.grad_fn


def test_a_saved_result_does_not_keep_its_own_node_alive() -> None:
    y = torch.ones(2, requires_grad=True).exp()
    node = weakref.ref(y.grad_fn)
    gc.disable()
    try:
        del y
        assert node() is None
    finally:
        gc.enable()


def test_a_leafs_accumulate_grad_is_one_object_while_it_lives() -> None:
    x = torch.ones(2, requires_grad=True)
    first = (x * 2).grad_fn.next_functions[0][0]
    second = (x + 1).grad_fn.next_functions[0][0]
    assert first is second
    assert isinstance(first, AccumulateGrad)
    assert first.variable is x
    assert first._sequence_nr() == 2**64 - 1
    assert first.next_functions == ()


def test_sequence_numbers_grow() -> None:
    x = torch.ones(2, requires_grad=True)
    y = x * 2
    z = y * 2
    assert y.grad_fn._sequence_nr() < z.grad_fn._sequence_nr()


def test_the_outputs_of_a_node_are_numbered() -> None:
    values, indices = torch.tensor([[1.0, 2.0]], requires_grad=True).max(1)
    assert values.output_nr == 0
    assert indices.grad_fn is None
    assert not indices.requires_grad


def test_a_hook_is_taken_away_by_its_handle() -> None:
    x = torch.ones(2, requires_grad=True)
    with x.register_hook(lambda grad: grad * 10):
        (x * 2).sum().backward()
    (x * 2).sum().backward()
    assert x.grad.tolist() == [22, 22]


def test_a_hook_on_a_leaf_outlives_the_graph() -> None:
    x = torch.ones(2, requires_grad=True)
    x.register_hook(lambda grad: grad * 10)
    gc.collect()
    for _ in range(2):
        (x * 1).sum().backward()
    assert x.grad.tolist() == [20, 20]


def test_the_errors_say_what_the_student_can_do() -> None:
    x = torch.ones(2, requires_grad=True)
    loss = (x * x).sum()
    loss.backward()
    with pytest.raises(RuntimeError, match="a second time") as caught:
        loss.backward()
    assert "retain_graph=True" in caught.value.__notes__[0]
