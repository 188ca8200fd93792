"""Collating: the same batches, types and errors as PyTorch's."""

import textwrap

import numpy as np
import pytest

import minitorch_edu as torch
from tests.programs import assert_says_the_same

BATCHES = [
    "[0, 1, 2, 3]",
    "[1, 2.5]",
    "[0.5, 1.5]",
    "[True, False]",
    "[1, True]",
    "[2**40, 1]",
    "['a', 'b']",
    "[b'a', b'b']",
    "[torch.tensor([1, 2]), torch.tensor([3, 4])]",
    "(torch.tensor(1.0), torch.tensor(2.0))",
    "[torch.ones(2, dtype=torch.float16)] * 2",
    "[torch.tensor(1), torch.tensor(2.5)]",
    "[torch.ones(2), torch.ones(3)]",
    "[torch.ones(2, requires_grad=True)] * 2",
    "[np.array([1, 2]), np.array([3, 4])]",
    "[np.array([1.5, 2], dtype=np.float32)] * 3",
    "[np.array(3), np.array(4)]",
    "[np.array(['a'])]",
    "[np.array([None, 1], dtype=object)]",
    "[np.array([b'ab'])]",
    "[np.float64(1.5), np.float64(2)]",
    "[np.float32(1.5), np.float32(2)]",
    "[np.int16(3), np.int16(4)]",
    "[np.bool_(True), np.bool_(False)]",
    "[np.str_('ab'), np.str_('c')]",
    "[{'a': 0, 'b': 1.5}, {'a': 100, 'b': 2}]",
    "[{'a': {'b': torch.ones(2)}}, {'a': {'b': torch.zeros(2)}}]",
    "[{'a': 0}, {'b': 1}]",
    "[{'a': 0}, {'a': 1, 'b': 1}]",
    "[(0, 1), (2, 3)]",
    "[[0, 1], [2, 3]]",
    "[(0, 'a', torch.ones(1)), (1, 'b', torch.zeros(1))]",
    "[[(0, 1), 2], [(3, 4), 5]]",
    "[(), ()]",
    "[[], []]",
    "[[0, 1], [2]]",
    "[range(2), range(2, 4)]",
    "[Point(0, 1.5), Point(2, 2.5)]",
    "[{'p': Point(0, 1)}]",
    "[collections.OrderedDict(b=1, a=2), dict(a=3, b=4)]",
    "[collections.defaultdict(list, a=1), {'a': 2}]",
    "[collections.UserDict(a=1), {'a': 2}]",
    "[collections.Counter('aab'), collections.Counter('abb')]",
    "[collections.UserList([1, 2]), [3, 4]]",
    "[collections.deque([1, 2]), collections.deque([3, 4])]",
    "[types.MappingProxyType({'a': 1}), {'a': 2}]",
    "[array.array('i', [1, 2]), array.array('i', [3, 4])]",
    "[None, None]",
    "[{1, 2}]",
    "[object]",
    "[1j, 2j]",
    "[]",
    "[bytearray(b'ab'), bytearray(b'cd')]",
]

SAMPLES = [
    "0",
    "1.5",
    "'ab'",
    "b'ab'",
    "None",
    "np.array([0, 1])",
    "np.array('ab')",
    "np.array([None])",
    "np.float32(2)",
    "np.str_('ab')",
    "torch.ones(2)",
    "[np.array([0, 1]), np.array([2, 3])]",
    "(np.array(1), 'a', 2)",
    "Point(np.array(0), np.array(1))",
    "{'a': np.array([1.5]), 'b': [np.array(1)]}",
    "collections.OrderedDict(a=np.array(1))",
    "types.MappingProxyType({'a': np.array(1)})",
    "collections.UserList([np.array(1)])",
    "collections.deque([np.array(1)])",
    "range(3)",
    "array.array('i', [1, 2])",
    "{1}",
]

PROGRAMS = {
    "a type of your own": """
        class Box:
            def __init__(self, n): self.n = n
        C.default_collate_fn_map[Box] = lambda batch, *, collate_fn_map=None: [b.n for b in batch]
        print(D.default_collate([Box(1), Box(2)]), D.default_collate([(Box(1), 2), (Box(3), 4)]))
        del C.default_collate_fn_map[Box]""",
    "rules of your own": """
        def joined(batch, *, collate_fn_map=None): return "+".join(batch)
        print(C.collate(["a", "b"], collate_fn_map={str: joined}))
        print(C.collate([{"x": "a"}, {"x": "b"}], collate_fn_map={str: joined}))
        C.collate([1, 2], collate_fn_map={str: joined})""",
    "no rules": "C.collate([torch.ones(1)])",
    "a rule for a base": """
        class Word(str): pass
        print(D.default_collate([Word("a"), Word("b")]))
        class Mine(dict): pass
        m = Mine(a=1); m.more = "kept"
        r = D.default_collate([m, m]); print(type(r).__name__, r, r.more)
        class Row(list): pass
        print(type(D.default_collate([Row([1, 2]), Row([3, 4])])).__name__)""",
    "memory that is mapped": """
        import tempfile
        with tempfile.NamedTemporaryFile() as f:
            m = np.memmap(f, np.int64, "w+", shape=(2,)); m[:] = [1, 2]
            print(D.default_collate([m, m]))""",
    "what it may hold": "print(C.default_collate_err_msg_format)",
}

BEFORE = """
import array, collections, types
from collections import namedtuple
Point = namedtuple("Point", ["x", "y"])
D = torch.utils.data
C = D._utils.collate
"""


@pytest.mark.parametrize("batch", BATCHES)
def test_a_batch_is_pytorchs(batch):
    assert_says_the_same(
        f"{BEFORE}r = D.default_collate({batch})\nprint(type(r).__name__, getattr(r, 'dtype', ''), r)"
    )


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_is_converted_as_by_pytorch(sample):
    assert_says_the_same(
        f"{BEFORE}r = D.default_convert({sample})\nprint(type(r).__name__, getattr(r, 'dtype', ''), r)"
    )


HINTS = {
    "[torch.ones(1), torch.ones(2, 3)]": "the samples have these shapes: [(1,), (2, 3)]. Let the dataset make them alike",
    "[[1], [1, 2]]": "the samples have these lengths: [1, 2]. Let the dataset make them alike",
    "[object()]": "let the dataset make a tensor, an array or a number of it",
    "[np.array('a')]": "let the dataset make a tensor, an array or a number of it",
}


@pytest.mark.parametrize("batch", HINTS)
def test_what_cannot_be_a_batch_comes_with_a_hint(batch):
    with pytest.raises((RuntimeError, TypeError)) as caught:
        torch.utils.data.default_collate(eval(batch, {"torch": torch, "np": np}))
    assert caught.value.__notes__[0].startswith(HINTS[batch])


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_collating_says_what_pytorchs_says(program):
    assert_says_the_same(BEFORE + textwrap.dedent(program))
