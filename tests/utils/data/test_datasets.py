"""Datasets: the same samples, splits, texts and errors as PyTorch's."""

import textwrap

import pytest

from tests.programs import assert_says_the_same

CASES = {
    "rows of tensors": """
        d = D.TensorDataset(torch.arange(6).reshape(3, 2), torch.tensor([0.5, 1.5, 2.5]))
        print(len(d), d[0], d[-1], d[1:], d.tensors, d[[0, 2]])""",
    "tensors of different lengths": "D.TensorDataset(torch.ones(2), torch.ones(3))",
    "no tensor": "len(D.TensorDataset())",
    "a dataset that does not say what it has": "print(D.Dataset.__mro__[-2].__name__); D.Dataset()[0]",
    "no length": "len(D.Dataset())",
    "no length of a stream": "len(D.IterableDataset())",
    "a stream that does not say what it gives": "iter(D.IterableDataset())",
    "types in brackets": """
        class A(D.Dataset[int]): pass
        class B(D.IterableDataset[int]): pass
        print(issubclass(B, D.Dataset), isinstance(A(), D.Dataset), isinstance(A(), D.IterableDataset), D.DataLoader[int] is not None)""",
    "one after the other": """
        c = D.ConcatDataset(["abc", "", "de"])
        print(len(c), [c[i] for i in range(-5, 5)], c.cumulative_sizes, c.datasets, D.ConcatDataset.cumsum(["a", "bc"]))""",
    "the sum of two": """
        a, b = (D.TensorDataset(torch.arange(n)) for n in (2, 3))
        s = a + b
        print(type(s).__name__, len(s), s[3], len(s + a))""",
    "before the first": "D.ConcatDataset(['ab'])[-3]",
    "after the last": "D.ConcatDataset(['ab'])[2]",
    "nothing one after the other": "D.ConcatDataset([])",
    "streams one after the other, by index": "D.ConcatDataset([D.IterableDataset()])",
    "an old spelling": "print(D.ConcatDataset(['ab']).cummulative_sizes)",
    "streams one after the other": """
        class S(D.IterableDataset):
            def __init__(self, n): self.n = n
            def __iter__(self): return iter(range(self.n))
            def __len__(self): return self.n
        s = S(2) + S(3)
        print(type(s).__name__, list(s), len(s), list(s + S(1)))
        print(list(D.DataLoader(s, batch_size=2)))""",
    "a list among the streams": "list(D.ChainDataset([[1, 2]]))",
    "the length of a list among the streams": "len(D.ChainDataset([[1, 2]]))",
    "a part": """
        s = D.Subset([10, 20, 30, 40], [3, 1])
        print(len(s), s[0], s[1], s[-1], s.__getitems__([1, 0]), s.indices, s.dataset)""",
    "a part of tensors by a list": "d = D.Subset(D.TensorDataset(torch.arange(5)), [4, 2, 0]); print(d[[0, 1]], d[2])",
    "a part of a part": "s = D.Subset(D.Subset('abcdef', [1, 3, 5]), [2, 0]); print(list(s), s.__getitems__([0, 1]))",
    "a part that goes beyond": "D.Subset('abc', [5])[0]",
    "half of a subclass of a part": """
        class Half(D.Subset):
            def __getitem__(self, index): return super().__getitem__(index)
        Half('abc', [0])""",
    "side by side": """
        s = D.StackDataset([1, 2], "ab")
        print(len(s), s[0], s[-1], s.__getitems__([1, 0]), s.datasets)
        s = D.StackDataset(x=[1, 2], y="ab")
        print(len(s), s[0], s.__getitems__([1, 0]), s.datasets)""",
    "side by side, several at once": """
        class Many:
            def __len__(self): return 3
            def __getitem__(self, i): return -i
            def __getitems__(self, indices): print("asked for", indices); return [i * 10 for i in indices]
        s = D.StackDataset(Many(), [5, 6, 7])
        print(s[1], s.__getitems__([2, 0]))
        print(list(D.DataLoader(s, batch_size=2)))""",
    "side by side, fewer than asked for": """
        class Few:
            def __len__(self): return 3
            def __getitems__(self, indices): return [1]
        D.StackDataset(Few()).__getitems__([0, 1])""",
    "side by side in both ways": "D.StackDataset([1], x=[1])",
    "side by side of different lengths": "D.StackDataset([1], [1, 2])",
    "side by side of different lengths by name": "D.StackDataset(a=[1], b=[1, 2])",
    "nothing side by side": "D.StackDataset()",
    "a split": """
        torch.manual_seed(3)
        parts = D.random_split(range(10), [7, 2, 1])
        print([(len(p), p.indices, list(p)) for p in parts], torch.rand(1))""",
    "a split with a generator": """
        g = torch.Generator().manual_seed(42)
        print([p.indices for p in D.random_split(range(12), [5, 7], generator=g)], torch.rand(1, generator=g))""",
    "a split of None's": "torch.manual_seed(1); print([p.indices for p in D.random_split(range(5), [3, 2], generator=None)])",
    "a split by shares": """
        for n, shares in ((10, [0.5, 0.3, 0.2]), (11, [0.5, 0.5]), (30, [0.3, 0.3, 0.4]), (7, [1.0]), (10, [0.1] * 10), (5, (0.99, 0.01))):
            torch.manual_seed(n)
            print([p.indices for p in D.random_split(range(n), shares)])""",
    "shares that leave a part empty": "print([len(p) for p in D.random_split(range(3), [0.9, 0.05, 0.05])])",
    "a share beyond one": "D.random_split(range(3), [1.5, -0.5])",
    "shares that do not make one": "D.random_split(range(3), [0.5, 0.4])",
    "a split that does not add up": "D.random_split(range(3), [1, 1])",
    "a split by floats": """
        try: D.random_split(range(3), [1.0, 2.0])
        except TypeError as error: print(str(error)[:80])""",
    "a split of a split": """
        torch.manual_seed(0)
        a, b = D.random_split(D.TensorDataset(torch.arange(8)), [6, 2])
        c, d = D.random_split(a, [3, 3])
        print([each for each in c], d[0], [x.tolist() for x, in D.DataLoader(b)])""",
}


@pytest.mark.parametrize("program", CASES.values(), ids=CASES)
def test_a_dataset_says_what_pytorchs_says(program):
    assert_says_the_same("D = torch.utils.data\n" + textwrap.dedent(program), heed=True)
