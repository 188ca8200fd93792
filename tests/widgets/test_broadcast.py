"""broadcast(a, b): the shape, the refusal in PyTorch's words, the reads, and the way back as autograd takes it."""

import gc
import json
import math
import weakref
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from minitorch_widgets import broadcast
from minitorch_widgets.broadcasting import meet, sum_back, told
from minitorch_widgets.drawing.svg import to_svg

pytestmark = pytest.mark.host

PAIRS = [
    ((3,), (3, 1)), ((3,), (3,)), ((), ()), ((), (2, 3)), ((1,), (4,)), ((2, 3), (3,)), ((2, 1, 4), (3, 1)),
    ((1, 1, 5), (5,)), ((0, 3), (3,)), ((1,), (0,)), ((2, 1, 2, 1, 2, 1, 2), (3, 1, 3, 1, 3, 1)), ((4, 1), (1, 5)),
    ((3,), (1, 3)),
]  # fmt: skip
CLASHES = [
    ((3,), (4,)),
    ((2, 3), (3, 2)),
    ((0,), (3,)),
    ((2, 3, 4), (5, 4)),
    ((5, 1, 3), (4, 2, 2)),
    ((7,), (2, 3, 4)),
]


def picture(a, b):
    snapshot = broadcast(a, b).state["snapshot"]
    json.dumps(snapshot, allow_nan=False)
    return snapshot


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_shapes_meet_as_the_engine_says(torch, first, second):
    a, b = torch.ones(first, requires_grad=True), torch.ones(second, requires_grad=True)
    result = a * 1 + b
    facts = told((a, b), "ab")
    assert facts["result"] == list(result.shape) and facts["error"] == ""
    assert [each["result"] for each in facts["dims"]] == list(result.shape)
    for operand, shape in zip(facts["operands"], (first, second), strict=True):
        expanded = torch.ones(shape).expand(result.shape)
        if expanded.numel():
            strides = [
                step if size > 1 else 0 for step, size in zip(expanded.stride(), expanded.shape, strict=True)
            ]
            ours = [
                step if size > 1 else 0 for step, size in zip(operand["strides"], result.shape, strict=True)
            ]
            assert ours == strides


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_the_way_back_is_the_one_that_autograd_takes(torch, first, second):
    a, b = torch.ones(first, requires_grad=True), torch.ones(second, requires_grad=True)
    result = a * 1 + b
    grad = torch.arange(float(max(1, result.numel())))[: result.numel()].reshape(result.shape)
    result.backward(grad)
    for operand, tensor in zip(told((a, b), "ab")["operands"], (a, b), strict=True):
        back = eval(operand["back"], {"grad": grad})
        assert back.shape == tensor.shape and bool((back == tensor.grad).all())
        if tensor.numel():
            assert operand["reads"] * tensor.numel() == result.numel()


@pytest.mark.parametrize(("first", "second"), CLASHES)
def test_a_clash_is_refused_in_the_engine_s_words(torch, first, second):
    a, b = torch.ones(first), torch.ones(second)
    with pytest.raises(RuntimeError) as caught:
        a + b
    facts = told((a, b), "ab")
    assert facts["error"] == f"RuntimeError: {caught.value}" and facts["result"] is None
    assert any(each["clash"] for each in facts["dims"]) and "clash in dimension" in facts["sentence"]


sizes = st.lists(st.integers(0, 3), max_size=7)


@given(first=sizes, second=sizes)
@settings(max_examples=150)
def test_any_two_shapes_meet_or_clash_as_numpy_has_it(first, second):
    result, error = meet(first, second)
    try:
        assert result == list(np.broadcast_shapes(tuple(first), tuple(second)))
    except ValueError:
        assert result is None and error.startswith("RuntimeError: The size of tensor a (")
        return
    grad = np.ones(result)
    names = {"sum": np.sum}
    back = sum_back(first, result).replace("keepdim=", "keepdims=")
    if "sum_to_size" not in back:
        assert eval(back, names | {"grad": grad}).shape == tuple(first)


def test_the_badge_is_there_for_a_row_against_a_column_and_not_for_a_scale(torch):
    row, column = torch.ones(5), torch.ones(5, 1)
    snapshot = broadcast(row, column).state["snapshot"]
    badge = snapshot["parts"]["broadcast"]["badge"]
    assert badge["title"] == "(5,) against (5, 1) makes (5, 5)"
    assert badge["fix"].endswith("column.reshape(row.shape)")
    assert "Beware" in snapshot["text"]
    fixed = eval(badge["fix"].partition(": ")[2], {"row": row, "column": column})
    assert told((row, fixed), "ab")["badge"] is None
    for other in ((5, 5), (), (1,), (4, 1)):
        assert told((row, torch.ones(other)), "ab")["badge"] is None
    assert told((torch.ones(1), torch.ones(1, 1)), "ab")["badge"] is None


def test_names_values_and_storages_come_along(torch):
    weights, bias = torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([float("nan"), 5.0])
    snapshot = broadcast(weights, bias).state["snapshot"]
    first, second = snapshot["parts"]["broadcast"]["operands"]
    assert (first["name"], first["data"]) == ("weights", [1.0, 2.0, 3.0, 4.0])
    assert (second["name"], second["data"], second["reads"]) == ("bias", ["nan", 5.0], 2)
    assert snapshot["views"] == ["broadcast", "lanes"] and snapshot["title"] == "broadcast(weights, bias)"
    assert {each["names"][0] for each in snapshot["tensors"]} == {"weights", "bias"}


def test_arrays_shapes_and_one_tensor_twice(torch):
    x = torch.ones(3)
    assert picture(x, np.ones((2, 3)))["parts"]["broadcast"]["result"] == [2, 3]
    assert picture((2, 1), [3])["parts"]["broadcast"]["result"] == [2, 3]
    assert picture(x, x)["parts"]["broadcast"]["operands"][1]["reads"] == 1


def test_ten_million_elements_are_looked_at_a_few_at_a_time(torch):
    big = torch.zeros(10_000_000)
    operand = told((big, torch.ones(1)), ("big", "one"))["operands"][0]
    assert len(operand["data"]) == 1024 and operand["truncated"]


def test_a_stretched_view_keeps_its_own_strides(torch):
    x = torch.arange(6.0).reshape(2, 3).T
    assert told((x, torch.ones(2)), "ab")["operands"][0]["strides"] == [1, 3]


def test_what_is_no_tensor_is_refused():
    with pytest.raises(TypeError, match=r"broadcast\(\) takes tensors, arrays or shapes, not str"):
        broadcast("a", (3,))


def test_a_nested_tensor_is_refused_and_a_sparse_one_has_no_values():
    torch = pytest.importorskip("torch")
    with pytest.raises(TypeError, match="differ in length"):
        broadcast(torch.nested.nested_tensor([torch.ones(2), torch.ones(3)]), (3,))
    assert told((torch.eye(2).to_sparse(), torch.ones(2, device="meta")), "ab")["operands"][0]["data"] is None


@pytest.mark.parametrize(("first", "second"), [*PAIRS, *CLASHES])
def test_the_still_picture_is_drawn(first, second):
    snapshot = picture(first, second)
    root = ElementTree.fromstring(to_svg(snapshot))
    texts = [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")]
    facts = snapshot["parts"]["broadcast"]
    if facts["result"] is None:
        assert texts.count("✕") == sum(each["clash"] for each in facts["dims"])
    elif math.prod(facts["result"]):
        assert "a as it is read" in texts and f"b.grad = {facts['operands'][1]['back']}" in texts


def test_a_large_one_says_what_it_leaves_out():
    assert "48 of 1000 places are drawn; 952 are left out" in to_svg(picture((100, 1), (10,)))


def test_hostile_names_are_text():
    facts = told(((3,), (3, 1)), ("<script>", "&"))
    assert "<script>" not in to_svg({**picture((1,), (1,)), "parts": {"broadcast": facts}})


def test_the_picture_keeps_no_tensor_alive(torch):
    def asked():  # a frame remembers its variables once it has been looked at
        x = torch.ones(3)
        return broadcast(x, (3, 1)), weakref.ref(x)

    widget, seen = asked()
    gc.collect()
    assert seen() is None
    widget.inspector.refresh()
    assert "broadcast" not in widget.state["snapshot"]["parts"]
