"""The card itself: what it compiles to, what it refuses, and that one typed in a notebook is as good as any."""

from __future__ import annotations

import linecache
from typing import Any

import pytest

import minitorch_edu
from minitorch_edu.autograd import gradcheck, gradgradcheck
from minitorch_edu.ops import registry
from minitorch_edu.ops.op import CardError, op, pointwise

DOUBLE = """
@op
class double_it:
    "Twice the input: $z = 2 x$."

    def forward(xp, input):
        return xp.add(input, input)

    def grad_input(grad):
        r"$\\partial z / \\partial x = 2$"
        return grad * 2
"""

SWISH = """
def squashed(x):
    return torch.sigmoid(x)

@pointwise
class swish:
    "The input, gated by its own sigmoid: $z = x \\\\sigma(x)$."

    def forward(xp, input):
        return input / (1 + xp.exp(-input))

    def grad_input(grad, input):
        r"$\\partial z / \\partial x = \\sigma(x) (1 + x (1 - \\sigma(x)))$"
        gate = squashed(input)
        parts = [gate.exp().log() for _ in range(1)]
        return grad * (parts[0] + input * gate * (1 - gate))
"""


def cell(source: str, *, number: int | None = None) -> dict[str, Any]:
    """Run source as a notebook cell does; with a number its text can be looked up, as IPython sees to."""
    names = {"torch": minitorch_edu, "op": op, "pointwise": pointwise, "__name__": "__main__"}
    filename = "<cell>" if number is None else f"<ipython-input-{number}>"
    if number is not None:
        linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    exec(compile(source, filename, "exec"), names)
    return names


def leaf(*shape: int) -> Any:
    return minitorch_edu.randn(shape, dtype=minitorch_edu.float64).requires_grad_()


@pytest.mark.parametrize("number", [None, 7], ids=["no source kept", "source kept"])
def test_a_card_typed_in_a_cell_is_an_op(number):
    double_it = cell(DOUBLE, number=number)["double_it"]
    x = leaf(3)
    y = double_it(x)
    assert y.tolist() == (x * 2).tolist()
    assert repr(y).endswith("grad_fn=<DoubleItBackward0>)")
    assert registry.card_for_node("DoubleItBackward0") is double_it.card
    (rule,) = double_it.card.rules
    assert rule == ("input", r"\partial z / \partial x = 2", "grad * 2" if number else "")
    assert gradcheck(double_it, x) and gradgradcheck(double_it, x)


def test_a_card_typed_in_a_cell_may_use_all_that_tensors_can_do():
    swish = cell(SWISH, number=8)["swish"]
    assert gradcheck(swish, leaf(2, 3)) and gradgradcheck(swish, leaf(2, 3))
    x = leaf(3)
    (swish(x) + x[0]).sum().backward()
    assert not x.grad.requires_grad


def test_a_card_typed_again_takes_the_place_of_the_first():
    cell(DOUBLE)
    second = cell(DOUBLE.replace("grad * 2", "grad * 3"))["double_it"]
    assert registry.cards["double_it"] is second.card
    with pytest.raises(minitorch_edu.autograd.GradcheckError):
        gradcheck(second, leaf(2))


def test_a_card_over_another_differs_in_what_it_says_itself():
    twin = "@op\nclass twice(double_it.__wrapped__):\n    'The same.'\n    node = 'TwiceBackward1'\n"
    scope = cell(DOUBLE + twin)
    x = leaf(2)
    assert scope["twice"](x).grad_fn.name() == "TwiceBackward1"
    assert scope["double_it"](x).grad_fn.name() == "DoubleItBackward0"
    assert scope["twice"](x).tolist() == (x * 2).tolist() and gradcheck(scope["twice"], x)
    assert scope["twice"].__doc__ == "The same." and scope["twice"].card.name == "twice"


def test_a_card_with_several_outputs_names_them():
    split = cell(
        """
@op
class halves:
    outputs = ("left", "right")
    def forward(xp, input):
        return input * 0.25, input * 0.75
    def grad_input(grads):
        r"$\\partial L / \\partial x = \\bar l / 4 + 3 \\bar r / 4$"
        left, right = grads
        none = 0
        return (none if left is None else left * 0.25) + (none if right is None else right * 0.75)
"""
    )["halves"]
    x = leaf(3)
    left, right = split(x)
    assert (left.output_nr, right.output_nr) == (0, 1) and left.grad_fn is right.grad_fn
    assert gradcheck(split, x) and gradgradcheck(split, x)


FAULTS = {
    "no forward": ("class faulty:\n    x = 1", "declares forward"),
    "no xp": ("class faulty:\n    def forward(input): return input", "first parameter of forward is xp"),
    "no tensor": ("class faulty:\n    def forward(xp, n: int): return n", "takes no tensor"),
    "no mathematics": (
        "class faulty:\n    def forward(xp, input): return input\n    def grad_input(grad): 'two'; return grad",
        "docstring is the derivative as mathematics",
    ),
    "no grad": (
        "class faulty:\n    def forward(xp, input): return input\n    def grad_input(input): '$1$'; return input",
        "first parameter is grad",
    ),
    "no such input": (
        "class faulty:\n    def forward(xp, input): return input\n    def grad_other(grad): '$1$'; return grad",
        "forward has no input 'other'",
    ),
    "nobody can supply": (
        "class faulty:\n    def forward(xp, input): return input\n    def grad_input(grad, y): '$1$'; return grad",
        "nobody can supply 'y'",
    ),
    "no such promotion": (
        "class faulty:\n    promotes = 'up'\n    def forward(xp, input): return input",
        "promotes is one of",
    ),
}


@pytest.mark.parametrize("source, complaint", FAULTS.values(), ids=FAULTS)
def test_a_faulty_card_is_refused_when_it_is_read(source, complaint):
    with pytest.raises(CardError, match="faulty.*" + complaint):
        cell("@op\n" + source)
    assert "faulty" not in registry.cards and "faulty" not in registry.functions


def test_the_source_of_an_op_can_be_cut_and_joined_as_text():
    text = minitorch_edu.mul.source
    assert text[:7] == "def mul" and text[0] == "d" and str(text + "#") == f"{text}#"
    assert text.splitlines()[0] == text[: text.find("\n")] and text.upper() == str(text).upper()


def test_the_source_of_an_op_is_one_flat_function_and_tracebacks_show_it():
    text = minitorch_edu.mul.source
    assert text.startswith("def mul(input=MISSING, other=MISSING, *extra, **named):") and "SavedTensor(other" in text
    assert "array_result = backend.xp.multiply(array_input, array_other)" in text
    minitorch_edu.mul.compile_now()  # as the first call does
    try:
        minitorch_edu.mul(minitorch_edu.ones(2), minitorch_edu.ones(3))
    except RuntimeError as error:
        frame = error.__traceback__.tb_next
        assert linecache.getline(frame.tb_frame.f_code.co_filename, frame.tb_lineno) in text


def test_what_stands_behind_an_op_is_its_card():
    import inspect

    assert "def grad_other(grad, input):" in inspect.getsource(minitorch_edu.mul)
    assert str(inspect.signature(minitorch_edu.add)) == "(input, other, *, alpha: 'float' = 1)"


def test_reading_of_inputs_that_are_not_tensors_is_refused_by_name():
    with pytest.raises(TypeError, match=r"mul\(\): argument 'input' \(position 1\) must be Tensor, not str"):
        minitorch_edu.mul('a', minitorch_edu.ones(2))
    with pytest.raises(TypeError, match=r"exp\(\): argument 'input' \(position 1\) must be Tensor, not list"):
        minitorch_edu.exp([1.0])


HALVES = """
@op
class halves:
    "The two halves of a vector: $z = (x_1, x_2)$."

    is_view = True
    outputs = "many"

    def forward(xp, input):
        middle = len(input) // 2
        return [input[:middle], input[middle:]]

    def grad_input(grads, results_shapes):
        r"$\\\\partial L / \\\\partial x = (\\\\bar z_1, \\\\bar z_2)$"
        return torch.cat(grads)
"""


def test_an_op_may_return_a_list_and_an_output_that_nobody_used_counts_as_zero():
    halves = cell(HALVES, number=3)["halves"]
    x = minitorch_edu.arange(4.0, dtype=minitorch_edu.float64).requires_grad_()
    first, second = halves(x)
    assert (first.output_nr, second.output_nr) == (0, 1)
    assert second._base is x
    (second * second).sum().backward()
    assert x.grad.tolist() == [0, 0, 4, 6]
    assert gradcheck(halves, x) and gradgradcheck(lambda t: halves(t)[1] ** 2, x)
    with pytest.raises(RuntimeError, match="Output 0 of Halves is a view and is being modified inplace"):
        halves(x.clone())[0].add_(1)


def test_a_students_card_with_the_name_of_an_op_leaves_the_engines_alone():
    own = cell(DOUBLE.replace("double_it", "mul"))["mul"]
    x = minitorch_edu.tensor([1.0, 5.0], requires_grad=True)
    assert own(x).tolist() == [2, 10]
    assert (x * x).tolist() == [1, 25]
    assert registry.cards["mul"] is minitorch_edu.mul.card
    again = cell(DOUBLE)["double_it"]
    assert registry.functions["double_it"] is again
    assert cell(DOUBLE)["double_it"] is registry.functions["double_it"]  # a cell that runs again replaces its card
