"""DataLoader without workers: the same batches in the same order, texts and states of generators as PyTorch's."""

import textwrap

import pytest

import minitorch_edu as torch
from tests.programs import assert_says_the_same

BEFORE = """
D = torch.utils.data
class Numbers(D.Dataset):
    def __init__(self, n): self.n = n
    def __len__(self): return self.n
    def __getitem__(self, i): return i, i / 2
class Stream(D.IterableDataset):
    def __init__(self, n): self.n = n
    def __iter__(self): return iter(range(self.n))
class Sized(Stream):
    def __len__(self): return self.n
    def __repr__(self): return "Sized()"
torch.manual_seed(5)
g = torch.Generator().manual_seed(6)
"""

LOADERS = [
    "Numbers(5)",
    "Numbers(5), 2",
    "Numbers(5), batch_size=2, drop_last=True",
    "Numbers(10), 3, True",
    "Numbers(10), 4, shuffle=True, drop_last=True",
    "Numbers(10), 4, shuffle=True, generator=g",
    "Numbers(10), 4, generator=g",
    "Numbers(6), 2, sampler=D.WeightedRandomSampler([1, 2, 3, 4, 5, 6], 4)",
    "Numbers(6), 2, sampler=D.SubsetRandomSampler([5, 1, 2], generator=g)",
    "Numbers(6), sampler=[3, 1]",
    "Numbers(6), batch_sampler=[[0, 5], [1], [2, 3, 4]]",
    "Numbers(6), batch_sampler=D.BatchSampler(D.RandomSampler(range(6)), 4, False)",
    "Numbers(3), batch_size=None",
    "Numbers(3), batch_size=None, shuffle=True",
    "np.arange(3.0), batch_size=None",
    "Numbers(4), 2, collate_fn=lambda batch: [a + b for a, b in batch]",
    "Numbers(4), 2, collate_fn=list",
    "Numbers(0), 2",
    "D.TensorDataset(torch.arange(6).reshape(3, 2), torch.arange(3)), 2, True",
    "D.Subset(Numbers(9), [8, 1, 4]), 2",
    "D.ConcatDataset([Numbers(2), Numbers(3)]), 2, shuffle=True",
    "torch.arange(6.0).reshape(3, 2), 2",
    "[1, 2, 3], 2",
    "'abcd', 3",
    "[{'x': np.ones(2), 'y': 'name'}] * 3, 2",
    "Sized(5), 2",
    "Sized(5), 2, drop_last=True",
    "Sized(4), 2, False",
    "Sized(3), batch_size=None",
    "Sized(3), 2, collate_fn=tuple",
    "Numbers(4), 2, pin_memory=True",
    "Numbers(2), pin_memory=True, pin_memory_device='cuda'",
]

PROGRAMS = {
    "a stream of no length": "l = D.DataLoader(Stream(3), 2); print(list(l)); len(l)",
    "a stream that gives more than it says": """
        class Liar(Sized):
            def __len__(self): return 1
        l = D.DataLoader(Liar(3), batch_size=None); print(len(l)); print(list(l))""",
    "indices of a stream": "D.DataLoader(Stream(3), sampler=[1])",
    "batches of indices of a stream": "D.DataLoader(Stream(3), batch_sampler=[[1]])",
    "a shuffled stream": "D.DataLoader(Stream(3), shuffle=True)",
    "shuffled, and a sampler": "D.DataLoader(Numbers(3), shuffle=True, sampler=[1])",
    "batches, and a batch sampler": "D.DataLoader(Numbers(3), 2, batch_sampler=[[1]])",
    "the last dropped, and a batch sampler": "D.DataLoader(Numbers(3), batch_sampler=[[1]], drop_last=True)",
    "the last dropped of no batches": "D.DataLoader(Numbers(3), None, drop_last=True)",
    "batches of nothing": "D.DataLoader(Numbers(3), 0)",
    "batches below zero": "D.DataLoader(Numbers(3), -1)",
    "batches of half": "D.DataLoader(Numbers(3), 1.5)",
    "batches of a word": "D.DataLoader(Numbers(3), 'two')",
    "less than no workers": "D.DataLoader(Numbers(3), num_workers=-1)",
    "less than no time": "D.DataLoader(Numbers(3), timeout=-1)",
    "a time without workers": "iter(D.DataLoader(Numbers(3), timeout=1))",
    "ahead without workers": "D.DataLoader(Numbers(3), prefetch_factor=2)",
    "ahead below zero": "D.DataLoader(Numbers(3), num_workers=1, prefetch_factor=-1)",
    "not ahead at all": "iter(D.DataLoader(Numbers(3), num_workers=1, prefetch_factor=0))",
    "no workers to keep": "D.DataLoader(Numbers(3), persistent_workers=True)",
    "a way to start no workers": "D.DataLoader(Numbers(3), multiprocessing_context='fork')",
    "an unknown way to start workers": "D.DataLoader(Numbers(3), num_workers=1, multiprocessing_context='spoon')",
    "no way to start workers": "D.DataLoader(Numbers(3), num_workers=1, multiprocessing_context=3)",
    "nothing to shuffle": "D.DataLoader(Numbers(0), shuffle=True)",
    "no length to shuffle": "D.DataLoader(iter([1]), shuffle=True)",
    "no length": "len(D.DataLoader(iter([1])))",
    "no length of a sampler": "len(D.DataLoader([1], sampler=iter([0])))",
    "samples that cannot be collated": "list(D.DataLoader([object, object], 2))",
    "samples of different shapes": "list(D.DataLoader([torch.ones(1), torch.ones(2)], 2))",
    "an error of the dataset": """
        class Bad(Numbers):
            def __getitem__(self, i): return 1 // (1 - i)
        for x in D.DataLoader(Bad(3)): print(x)""",
    "an index too many": "list(D.DataLoader(Numbers(3), sampler=[0, 'a']))",
    "everything it remembers": """
        l = D.DataLoader(Numbers(3), 2, drop_last=True)
        print({k: v for k, v in sorted(l.__dict__.items()) if "sampler" not in k and k not in ("collate_fn", "dataset")})
        print(type(l.sampler).__name__, type(l.batch_sampler).__name__, l.collate_fn is D.default_collate, l._auto_collation)
        l = D.DataLoader(Numbers(3), None, num_workers=1); print(l.collate_fn is D.default_convert, l.prefetch_factor, l._index_sampler is l.sampler)
        print(type(D.DataLoader(Stream(1)).sampler).__name__, D.DataLoader(Stream(1))._dataset_kind)""",
    "what may be changed": """
        l = D.DataLoader(Numbers(3))
        l.collate_fn = list; l.num_workers = 0; l.mine = 1; l.shuffle = True
        print(list(l))""",
    **{
        f"{name} is fixed": f"l = D.DataLoader(Numbers(3)); l.{name} = None"
        for name in ("batch_size", "batch_sampler", "sampler", "drop_last", "dataset", "persistent_workers")
    },
    "a subclass says its own name": "class Mine(D.DataLoader): pass\nMine([1]).batch_size = 2",
    "three epochs": """
        l = D.DataLoader(range(7), 3, shuffle=True)
        for epoch in range(3): print([x.tolist() for x in l], torch.rand(1))""",
    "an epoch that is left": """
        l = D.DataLoader(range(7), 2, shuffle=True)
        for x in l: print(x); break
        print(torch.rand(1), next(iter(l)), torch.rand(1))""",
    "two epochs at once": """
        l = D.DataLoader(range(5), 2, shuffle=True)
        print([(a.tolist(), b.tolist()) for a, b in zip(l, l)], torch.rand(1))""",
    "loaders with one generator": """
        a, b = (D.DataLoader(range(5), 2, shuffle=True, generator=g) for _ in range(2))
        print([x.tolist() for x in a], [x.tolist() for x in b], torch.rand(1), torch.rand(1, generator=g))""",
    "numbers drawn by the dataset": """
        class Noise(Numbers):
            def __getitem__(self, i): return torch.rand(2)
        for x in D.DataLoader(Noise(4), 2, shuffle=True): print(x)
        print(torch.rand(1))""",
    "an iterator": """
        i = iter(D.DataLoader(range(3), 2))
        print(iter(i) is i, len(i), next(i), i._num_yielded, next(i), next(i, "no more"), type(i).__name__)
        import pickle; pickle.dumps(i)""",
    "several samples at once": """
        class Many(Numbers):
            def __getitems__(self, indices): print("asked for", indices); return [10 * i for i in indices]
        print(list(D.DataLoader(Many(5), 2)), list(D.DataLoader(D.Subset(Many(5), [4, 2]), 2)), list(D.DataLoader(Many(2), None)))""",
    "training on it": """
        x = torch.randn(64, 3); y = x @ torch.tensor([[1.0], [2.0], [3.0]]) + 0.5
        w, b = torch.zeros(3, 1, requires_grad=True), torch.zeros(1, requires_grad=True)
        for epoch in range(3):
            for a, t in D.DataLoader(D.TensorDataset(x, y), 16, shuffle=True):
                loss = ((a @ w + b - t) ** 2).mean(); loss.backward()
                with torch.no_grad():
                    for p in (w, b): p -= 0.1 * p.grad; p.grad = None
            print(f"{loss.item():.4f}")""",
    "what they print": """
        __name__ = "program"
        class Mine(Numbers): _name = "mine"
        t = D.TensorDataset(torch.arange(2))
        l = D.DataLoader(t, num_workers=1)
        for x in (t, D.Subset(t, [0]), t + t, D.ChainDataset([]), D.StackDataset(t), Mine(3), D.Dataset(), l, D.DataLoader(t).sampler,
            l.batch_sampler, D.RandomSampler(t), D.DistributedSampler(t, 1, 0), D.DataLoader(Stream(1)).sampler, iter(D.DataLoader(t)), iter(l), t[0], Sized(2)):
            print(x)
        print(f"{t}", [t], str(l))""",
    "in the main process": "print(D.get_worker_info())",
    "batches of a profile": """
        with torch.profiler.profile() as p: list(D.DataLoader(range(3)))
        print([e.count for e in p.key_averages() if e.key.startswith("enumerate(DataLoader)#_Single")])""",
    "all workers that are too many": "D.DataLoader(range(3), num_workers=1000)",
}


@pytest.mark.parametrize("loader", LOADERS)
def test_a_loader_gives_pytorchs_batches(loader):
    program = f"""
        l = D.DataLoader({loader})
        print(len(l))
        for epoch in range(2): print([type(batch).__name__ for batch in l], list(l))
        print(torch.rand(2), torch.rand(2, generator=g))"""
    assert_says_the_same(BEFORE + textwrap.dedent(program), heed=True)


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_a_loader_says_what_pytorchs_says(program):
    assert_says_the_same(BEFORE + textwrap.dedent(program), heed=True)


@pytest.mark.host  # it has a simulated GPU of its own
def test_batches_are_pinned_where_there_is_a_gpu_to_read_them():
    with torch.cuda.simulate():
        data = [
            {"x": torch.ones(2, device="cpu"), "name": "a", "pair": (torch.ones(1, device="cpu"), [1])}
        ] * 2
        for workers in (0, 1):
            (batch,) = torch.utils.data.DataLoader(data, 2, pin_memory=True, num_workers=workers)
            assert batch["x"].is_pinned() and batch["pair"][0].is_pinned() and batch["name"] == ["a", "a"]
