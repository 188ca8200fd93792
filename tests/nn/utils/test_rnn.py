"""Sequences of different lengths, padded and packed, beside PyTorch's."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ops.calls import agree
from tests.programs import assert_says_the_same

HEAD = """
tensor = torch.tensor
rnn = torch.nn.utils.rnn
torch.manual_seed(0)
a, b, c = tensor([1, 2, 3]), tensor([4, 5]), tensor([6])
rows = [torch.randn(n, 2) for n in (1, 3, 2)]
"""


def text(expression: str) -> str:
    return f"{HEAD}\nprint({expression})"


EXPRESSIONS = [
    "rnn.pad_sequence([a, b, c])",
    "rnn.pad_sequence([a, b, c], batch_first=True)",
    "rnn.pad_sequence((b, a, c), True, -1)",
    "rnn.pad_sequence([a, b, c], True, padding_side='left')",
    "rnn.pad_sequence([b, a], padding_value=9, padding_side='left')",
    "rnn.pad_sequence(rows)",
    "rnn.pad_sequence(rows, batch_first=True, padding_value=float('nan'))",
    "rnn.pad_sequence(each for each in rows).stride()",
    "rnn.pad_sequence(tensor([[1, 2], [3, 4]]))",
    "rnn.pad_sequence([a])",
    "rnn.pad_sequence([torch.ones(0), torch.ones(2)])",
    "rnn.pad_sequence([])",
    "rnn.pad_sequence(3)",
    "rnn.pad_sequence([a, b], padding_side='top')",
    "rnn.pad_sequence([tensor(1)])",
    "rnn.pad_sequence([torch.ones(2, 2), torch.ones(2, 3)])",
    "rnn.pad_sequence([a, b.double()])",
    "rnn.pack_sequence([a, b, c])",
    "rnn.pack_sequence([b, a, c], enforce_sorted=False)",
    "rnn.pack_sequence(rows, enforce_sorted=False)",
    "rnn.pack_sequence([c, a])",
    "rnn.pack_sequence([a, a])",
    "rnn.pack_sequence([])",
    "rnn.pack_padded_sequence(torch.arange(6).reshape(3, 2), [3, 1])",
    "rnn.pack_padded_sequence(torch.arange(6).reshape(2, 3), [3, 1], True)",
    "rnn.pack_padded_sequence(torch.arange(6).reshape(2, 3), tensor([1, 2], device='cpu'), True, False)",
    "rnn.pack_padded_sequence(torch.arange(12).reshape(3, 2, 2), (2, 2))",
    "rnn.pack_padded_sequence(torch.arange(6).reshape(3, 2), np.array([3, 2]))",
    "rnn.pack_padded_sequence(torch.arange(6).reshape(3, 2), [1, 3])",
    "rnn.pack_padded_sequence(torch.arange(6).reshape(3, 2), [3])",
    "rnn.pack_padded_sequence(torch.arange(6).reshape(3, 2), [3, 0])",
    "rnn.pack_padded_sequence(torch.arange(6).reshape(3, 2), [3, -1])",
    "rnn.pack_padded_sequence(torch.arange(6).reshape(3, 2), [[3, 2]])",
    "rnn.pack_padded_sequence(torch.arange(6).reshape(3, 2), 3)",
    "rnn.pack_padded_sequence(torch.arange(6).reshape(3, 2), [5, 2])",
    "rnn.pack_padded_sequence(torch.arange(3), [3])",
    "rnn.pack_padded_sequence(torch.ones(0, 2), [1, 1])",
    "rnn.pad_packed_sequence(rnn.pack_sequence([a, b, c]))",
    "rnn.pad_packed_sequence(rnn.pack_sequence([a, b, c]), batch_first=True)",
    "rnn.pad_packed_sequence(rnn.pack_sequence([b, c, a], False), True, -1)",
    "rnn.pad_packed_sequence(rnn.pack_sequence([b, c, a], False), True, -1, 5)",
    "rnn.pad_packed_sequence(rnn.pack_sequence(rows, False), total_length=4, padding_value=0.5)",
    "rnn.pad_packed_sequence(rnn.pack_sequence([a, b]), total_length=2)",
    "rnn.pad_packed_sequence(rnn.pack_sequence([a, b]), total_length=3)[0].stride()",
    "rnn.pad_packed_sequence(rnn.pack_sequence([a, b]), True)[0].stride()",
    "rnn.unpack_sequence(rnn.pack_sequence([a, b, c]))",
    "rnn.unpack_sequence(rnn.pack_sequence(rows, False))",
    "rnn.unpad_sequence(rnn.pad_sequence([a, b, c]), tensor([3, 2, 1]))",
    "rnn.unpad_sequence(rnn.pad_sequence(rows, True), tensor([1, 3, 2]), batch_first=True)",
    "rnn.unpad_sequence(rnn.pad_sequence([a, b, c]), tensor([3, 2]))",
    "rnn.invert_permutation(tensor([2, 0, 1]))",
    "rnn.invert_permutation(None)",
    "rnn.PackedSequence(a, tensor([2, 1], device='cpu'))",
    "rnn.PackedSequence((a, tensor([2, 1], device='cpu')))",
    "rnn.PackedSequence(a, tensor([2, 1], device='cpu'), tensor([1, 0]))",
    "rnn.PackedSequence([a])",
    "rnn.PackedSequence()",
]  # fmt: skip


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_sequences_are_padded_and_packed_as_pytorch_does(expression: str) -> None:
    assert_says_the_same(text(expression))


METHODS = [*"double float half long int short char byte".split(), pytest.param("cpu", marks=pytest.mark.host)]


@pytest.mark.parametrize("method", METHODS)
def test_a_packed_sequence_changes_its_data_alone(method: str) -> None:
    assert_says_the_same(
        f"""{HEAD}
packed = rnn.pack_sequence([b, a, c], enforce_sorted=False)
changed = packed.{method}()
print(changed, type(changed).__name__, changed is packed, changed.batch_sizes is packed.batch_sizes)
print(changed.{method}() is changed)
"""
    )


def test_a_packed_sequence_goes_where_it_is_sent():
    assert_says_the_same(
        f"""{HEAD}
packed = rnn.pack_sequence([b, a, c], enforce_sorted=False)
print(packed.to(torch.float64), packed.to(torch.int64) is packed, packed.to(dtype=torch.int8))
print(packed.is_pinned(), isinstance(packed, tuple), packed._fields, len(packed))
data, sizes, order, back = packed
print(data, sizes, order, back, packed == packed, type(packed).__mro__[1].__name__)
"""
    )


@pytest.mark.host
def test_a_packed_sequence_knows_where_it_is():
    assert_says_the_same(f"{HEAD}\nprint(rnn.pack_sequence([a]).is_cuda)")


# --- gradients --------------------------------------------------------------------------------------------------------

DIFFERENTIABLE = {
    "pad_sequence": "rnn.pad_sequence(xs)",
    "pad_sequence, batch first": "rnn.pad_sequence(xs, True, 2.0, 'left')",
    "pack_sequence": "rnn.pack_sequence(xs, enforce_sorted=False).data",
    "pack_padded_sequence": "rnn.pack_padded_sequence(xs[0].expand(2, 2), [2, 1]).data * xs[1].sum()",
    "batch first": "rnn.pack_padded_sequence(torch.stack([xs[2], xs[2] * 2]), [3, 1], True).data",
    "pad_packed_sequence": "rnn.pad_packed_sequence(rnn.pack_sequence(xs, enforce_sorted=False))[0]",
    "padded longer": "rnn.pad_packed_sequence(rnn.pack_sequence(xs, False), True, 1.0, 5)[0]",
    "unpack_sequence": "torch.cat(rnn.unpack_sequence(rnn.pack_sequence(xs, False)))",
}


def leaves(engine: Any) -> list[Any]:
    engine.manual_seed(0)
    return [engine.randn(n, 2, dtype=engine.float64).requires_grad_() for n in (1, 2, 3)]


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_gradients_go_back_to_their_sequences(name: str) -> None:
    def act(engine: Any) -> Any:
        xs = leaves(engine)
        result = eval(DIFFERENTIABLE[name], {"torch": engine, "rnn": engine.nn.utils.rnn, "xs": xs})
        (result**3).sum().backward()
        return result.detach(), result.grad_fn.name(), [each.grad for each in xs]

    agree(act, rtol=1e-12)


def test_packing_can_be_differentiated_twice():
    def act(engine: Any) -> Any:
        x = leaves(engine)[2]
        packed = engine.nn.utils.rnn.pack_padded_sequence(engine.stack([x, x]), [3, 1], batch_first=True).data
        (first,) = engine.autograd.grad((packed**3).sum(), x, create_graph=True)
        return first.detach(), engine.autograd.grad((first**2).sum(), x)

    agree(act, rtol=1e-12)


def test_the_node_of_packing_says_what_it_saved():
    def act(engine: Any) -> Any:
        x = engine.ones(3, 2, requires_grad=True)
        node = engine.nn.utils.rnn.pack_padded_sequence(x, [3, 1]).data.grad_fn
        return node.name(), node._saved_batch_first

    agree(act)
