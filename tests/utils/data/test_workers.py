"""DataLoader with workers: the same batches, numbers, texts and states as PyTorch's. The processes are real ones."""

import gc
import multiprocessing
import textwrap

import numpy as np
import pytest

import minitorch_edu as torch
from tests.oracle import torch as pytorch
from tests.programs import assert_says_the_same, said

BEFORE = """
import os, random, time, warnings
warnings.filterwarnings("ignore", "This DataLoader will create")
D = torch.utils.data
class Numbers(D.Dataset):
    def __init__(self, n): self.n = n
    def __len__(self): return self.n
    def __getitem__(self, i): return i, torch.full((2,), i / 2)
class Stream(D.IterableDataset):
    def __init__(self, n): self.n = n
    def __iter__(self): return iter(range(self.n))
class Parts(Stream):
    def __iter__(self):
        me = D.get_worker_info()
        return iter(range(me.id, self.n, me.num_workers))
class Late(Numbers):
    def __getitem__(self, i): time.sleep(0.2 * (i == 0)); return i
def all_of(loader):
    i = iter(loader)
    try: return list(i)
    finally: i._shutdown_workers()  # at once: the garbage collector takes PyTorch's queues away before it ends the workers
torch.manual_seed(5)
g = torch.Generator().manual_seed(6)
"""

LOADERS = [
    "Numbers(5), 2, num_workers=1",
    "Numbers(11), 2, shuffle=True, num_workers=2",
    "Numbers(11), 2, shuffle=True, num_workers=2, generator=g, drop_last=True",
    "Numbers(7), 2, sampler=D.SubsetRandomSampler(range(7)), num_workers=3, prefetch_factor=1",
    "Numbers(5), None, num_workers=2",
    "Numbers(5), batch_sampler=[[4, 0], [1]], num_workers=2",
    "Late(6), 1, num_workers=2",
    "Stream(5), 2, num_workers=1",
    "Stream(5), 2, num_workers=2",
    "Stream(5), 2, num_workers=2, drop_last=True",
    "Parts(9), 2, num_workers=2",
    "Parts(3), None, num_workers=2",
    "Parts(1), 2, num_workers=3",
    "Numbers(9), 2, True, num_workers=2, persistent_workers=True",
    "Parts(9), 2, num_workers=2, persistent_workers=True",
    "Numbers(4), 2, num_workers=1, collate_fn=lambda batch: {'all': batch, 'array': np.ones(3)}",
    "Numbers(4), 2, num_workers=1, pin_memory=True",
    "Numbers(4), 2, num_workers=1, multiprocessing_context='fork', timeout=60",
    "[torch.ones(2, dtype=torch.bfloat16), torch.ones(2, dtype=torch.bfloat16)], 2, num_workers=1",
    "[torch.empty(0, 3), torch.empty(0, 3)], 2, num_workers=1",
    "[torch.ones(2, 3).t()], None, num_workers=1",
    "[('a', None, 1j, np.float32(2))], None, num_workers=1",
    "[], 2, num_workers=2",
]

PROGRAMS = {
    "seeds of workers": """
        class Noise(D.Dataset):
            def __len__(self): return 6
            def __getitem__(self, i):
                me = D.get_worker_info()
                return me.id, me.num_workers, me.seed, random.random(), np.random.rand(), torch.rand(2), torch.initial_seed() == me.seed
        for epoch in range(2):
            for batch in D.DataLoader(Noise(), 2, num_workers=2): print(batch)
        print(torch.rand(1), random.random() < 2)""",
    "seeds from a generator": """
        class Noise(D.Dataset):
            def __len__(self): return 3
            def __getitem__(self, i): return D.get_worker_info().seed, torch.rand(1)
        print(list(D.DataLoader(Noise(), num_workers=1, generator=g)), torch.rand(1), torch.rand(1, generator=g))""",
    "what a worker knows": """
        def init(id):
            me = D.get_worker_info()
            me.dataset.n = 100 + id
            me.dataset.said = repr(me).split("dataset")[0].split("seed")[0], me.rng, me.worker_method
        class Told(Numbers):
            def __getitem__(self, i): return self.n, self.said
        print(list(D.DataLoader(Told(4), None, num_workers=2, worker_init_fn=init)), D.get_worker_info())""",
    "what a worker may not change": """
        class Bold(Numbers):
            def __getitem__(self, i): D.get_worker_info().id = 3
        try: all_of(D.DataLoader(Bold(1), num_workers=1))
        except Exception as error: print(type(error).__mro__[-4:], str(error).splitlines()[-1])""",
    "a split by the worker's number": """
        def init(id):
            me = D.get_worker_info(); size = -(-me.dataset.n // me.num_workers)
            me.dataset.n = range(id * size, min((id + 1) * size, me.dataset.n))
        class Part(Stream):
            def __iter__(self): return iter(self.n)
        print([x.tolist() for x in D.DataLoader(Part(9), 2, num_workers=2, worker_init_fn=init)])""",
    "an epoch that is left": """
        l = D.DataLoader(Numbers(20), 2, True, num_workers=2)
        for i, t in l: print(i); break
        print(torch.rand(1), next(iter(l))[0])""",
    "an epoch that is left, and workers that stay": """
        l = D.DataLoader(Numbers(20), 2, True, num_workers=2, persistent_workers=True)
        for epoch in range(3):
            for i, t in l: print(i); break
        print([i.tolist() for i, t in l], torch.rand(1))
        del l""",
    "workers that stay are the same": """
        class Pid(Numbers):
            def __getitem__(self, i): return os.getpid()
        l = D.DataLoader(Pid(4), num_workers=2, persistent_workers=True)
        a, b = (sorted({x.item() for x in l}) for _ in range(2))
        print(a == b, len(a), os.getpid() in a, iter(l) is iter(l))
        del l""",
    "workers that do not stay are others": """
        class Pid(Numbers):
            def __getitem__(self, i): return os.getpid()
        l = D.DataLoader(Pid(4), num_workers=1)
        print(len({x.item() for _ in range(2) for x in l}), iter(l) is iter(l))""",
    "as they come": """
        l = D.DataLoader(Late(4), num_workers=2, in_order=False, prefetch_factor=1)
        got = [x.item() for x in l]; print(sorted(got), got[-1])""",
    "in order though late": "print([x.item() for x in D.DataLoader(Late(4), num_workers=2)])",
    "two at once": """
        a, b = (D.DataLoader(Numbers(5), 2, num_workers=1) for _ in range(2))
        print([(x[0].tolist(), y[0].tolist()) for x, y in zip(a, b)])""",
    "a stream that gives more than it says": """
        class Liar(Stream):
            def __len__(self): return 2
            def __repr__(self): return "Liar()"
        l = D.DataLoader(Liar(2), None, num_workers=2); print(len(l)); print(list(l))""",
    "a loader in a worker": """
        class Nested(Numbers):
            def __getitem__(self, i): return sum(x[0] for x in D.DataLoader(Numbers(i + 1)))
        print(list(D.DataLoader(Nested(3), num_workers=1)))""",
    "many indices": "print([len(x) for x in D.DataLoader(range(120_000), 50_000, num_workers=1)])",
    "large batches": "print([x.sum().item() for x in D.DataLoader([torch.ones(500_000)] * 4, 2, num_workers=2)])",
    "a part of something large": """
        x = torch.arange(1_000_000)
        print([a.tolist() for a, in D.DataLoader(D.TensorDataset(x[:3]), None, num_workers=1)], [a.sum() for a in D.DataLoader(x.view(4, -1), None, num_workers=1)])""",
    "a parameter, a generator, a size": """
        class Odd(Numbers):
            def __getitem__(self, i): return torch.nn.Parameter(torch.ones(1)), torch.ones(2, requires_grad=True), torch.Size([1])
        print(next(iter(D.DataLoader(Odd(1), None, num_workers=1, collate_fn=lambda x: x))))""",
    "too many workers": "warnings.simplefilter('always'); list(D.DataLoader(range(2), num_workers=3, multiprocessing_context='fork'))",
    "out of time": """
        class Slow(Numbers):
            def __getitem__(self, i): time.sleep(1)
        all_of(D.DataLoader(Slow(1), num_workers=1, timeout=0.2))""",
}


@pytest.fixture(autouse=True)
def _nothing_of_pytorchs_is_left_for_workers_to_collect():
    """What a worker inherits it may also throw away, and PyTorch's iterators would look for their own workers then."""
    yield
    gc.collect()


ERRORS = {
    "an error": "raise ValueError('at 3')",
    "a key": "{}['no such key']",
    "an index": "[][7]",
    "an error that wants more": "raise UnicodeDecodeError('utf-8', b'x', 0, 1, 'odd')",
    "an operating system's": "open('/no/such/file')",
    "an end": "next(iter([]))",
    "an assertion": "assert i == 7",
    "an error of torch": "torch.ones(2) @ torch.ones(3)",
    "shapes": "return torch.ones(i + 1)",
    "nothing to collate": "return object",
}


@pytest.mark.parametrize("loader", LOADERS)
def test_workers_give_pytorchs_batches(loader):
    program = f"""
        l = D.DataLoader({loader})
        for epoch in range(2):
            for batch in l: print(batch, getattr(batch, "dtype", ""))
        print(torch.rand(2), torch.rand(2, generator=g))
        del l"""
    assert_says_the_same(BEFORE + textwrap.dedent(program), heed=True)


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_workers_do_what_pytorchs_do(program):
    assert_says_the_same(BEFORE + textwrap.dedent(program), heed=True)


@pytest.mark.parametrize("statement", ERRORS.values(), ids=ERRORS)
def test_an_error_in_a_worker_is_raised_where_the_batch_was_wanted(statement):
    program = f"""
        class Bad(Numbers):
            def __getitem__(self, i):
                {statement}
        i = iter(D.DataLoader(Bad(4), 2, num_workers=2))
        for _ in range(3):
            try: print(next(i, "no more"))
            except Exception as error:
                text = str(error.args[0] if isinstance(error, KeyError) else error)
                print(type(error).__name__, text.splitlines()[:2], text.splitlines()[-1], repr(error)[:30])
        i._shutdown_workers()"""
    assert_says_the_same(BEFORE + textwrap.dedent(program))


def test_an_error_when_a_worker_begins_is_raised():
    program = """
        def init(id): raise ValueError(f"worker {id} cannot")
        i = iter(D.DataLoader(Numbers(4), num_workers=1, worker_init_fn=init))
        try: next(i)
        except ValueError as error: print(str(error).splitlines()[0], str(error).splitlines()[-1])
        i._shutdown_workers()"""
    assert_says_the_same(BEFORE + textwrap.dedent(program))


@pytest.mark.parametrize("workers", [0, 1])
def test_hints_come_along(workers):
    data = [torch.ones(1), torch.ones(2)]
    with pytest.raises(RuntimeError, match="stack expects each tensor to be equal size") as caught:
        list(torch.utils.data.DataLoader(data, 2, num_workers=workers))
    assert caught.value.__notes__[0].startswith("the samples have these shapes: [(1,), (2,)]")
    assert "these shapes" not in str(caught.value)


def test_the_traceback_leads_to_the_line_in_the_dataset():
    class Bad(torch.utils.data.Dataset):
        def __len__(self):
            return 1

        def __getitem__(self, index):
            return 1 / 0

    with pytest.raises(ZeroDivisionError) as caught:
        list(torch.utils.data.DataLoader(Bad(), num_workers=1))
    text = str(caught.value)
    assert text.startswith(
        "Caught ZeroDivisionError in DataLoader worker process 0.\nOriginal Traceback (most recent call last):\n"
    )
    assert "return 1 / 0" in text and text.endswith("ZeroDivisionError: division by zero\n")


@pytest.mark.parametrize("what", ["lambda: 0", "(x for x in 'ab')", "torch.ones(1, requires_grad=True) * 2"])
def test_a_batch_that_cannot_travel_is_an_error_not_a_hang(what):
    program = f"for x in D.DataLoader([1], None, num_workers=1, collate_fn=lambda _: {what}): print('came')"
    text = said(torch, BEFORE + program)
    assert "in DataLoader worker process 0.\nOriginal Traceback" in text


def test_an_error_of_a_type_that_cannot_travel_is_still_told():
    class Mine(Exception):
        pass

    def fail(batch):
        raise Mine("of my own")

    with pytest.raises(RuntimeError, match="Caught RuntimeError(.|\n)*Mine: of my own"):
        list(torch.utils.data.DataLoader([1], num_workers=1, collate_fn=fail))


class Squares(torch.utils.data.Dataset):
    def __init__(self, numbers):
        self.numbers = numbers

    def __len__(self):
        return len(self.numbers)

    def __getitem__(self, index):
        return self.numbers[index] ** 2


@pytest.mark.slow
@pytest.mark.host  # a new interpreter has no simulated GPU
@pytest.mark.parametrize("start", sorted({"spawn", *multiprocessing.get_all_start_methods()} - {"fork"}))
def test_workers_may_be_started_in_every_way(start):
    numbers = torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(torch.arange(6.0)), 2, num_workers=1, multiprocessing_context=start
    )
    assert [x.tolist() for (x,) in numbers] == [[0, 1], [2, 3], [4, 5]]


def test_all_that_a_worker_is_given_can_be_pickled():
    import pickle

    from minitorch_edu.utils.data._utils.processes import _MultiProcessingDataLoaderIter

    given = []

    class Context:
        @staticmethod
        def Pipe(duplex):
            return multiprocessing.Pipe(duplex)

        class Process:
            sentinel = 0

            def __init__(self, target, args, daemon):
                given.append((target, args[0]))

            def start(self):
                raise InterruptedError

    loader = torch.utils.data.DataLoader(Squares(torch.arange(4)), 2, shuffle=True, num_workers=1)
    loader._DataLoader__multiprocessing_context = Context
    with pytest.raises(InterruptedError):
        _MultiProcessingDataLoaderIter(loader)
    target, job = given[0]
    again = pickle.loads(pickle.dumps((target, job)))[1]
    assert again.make_fetcher().fetch([1, 3]).tolist() == [1, 9]
    assert again.dataset is again.make_fetcher().dataset


def test_what_cannot_be_pickled_is_warned_of_where_that_is_needed():
    program = (
        "iter(D.DataLoader([1], num_workers=1, collate_fn=lambda x: x, multiprocessing_context='spawn'))"
    )
    ours, theirs = (said(engine, BEFORE + program, heed=True) for engine in (torch, pytorch))
    assert "Got pickle error when attempting to start a worker Process." in ours
    assert ours.split("\n")[1:] == theirs.split("\n")[1:]
    assert not multiprocessing.active_children()


def test_no_process_is_left_by_any_of_these_tests():
    assert not multiprocessing.active_children()


def test_arrays_travel_once():
    from minitorch_edu.utils.data._utils.worker import packed

    x = torch.arange(1000)
    sizes = [len(memoryview(part).cast("B")) for part in packed((0, [x, x[:2], np.ones(3)]))]
    assert sizes[2:] == [8000, 16, 24] and sum(sizes[:2]) < 1000
