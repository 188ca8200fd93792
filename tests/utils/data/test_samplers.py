"""Samplers: the same sequences for a seed as PyTorch's, and the same state of the generators afterwards."""

import textwrap

import pytest

from tests.programs import assert_says_the_same

SEQUENCES = [
    "D.SequentialSampler('abc')",
    "D.RandomSampler(range(10))",
    "D.RandomSampler(range(1))",
    "D.RandomSampler(range(10), num_samples=4)",
    "D.RandomSampler(range(10), num_samples=10)",
    "D.RandomSampler(range(5), num_samples=17)",
    "D.RandomSampler(range(10), True)",
    "D.RandomSampler(range(10), replacement=True, num_samples=32)",
    "D.RandomSampler(range(100), replacement=True, num_samples=75)",
    "D.RandomSampler(range(10), generator=g)",
    "D.RandomSampler(range(40000), num_samples=5, generator=g)",
    "D.RandomSampler(range(10), True, 40, g)",
    "D.SubsetRandomSampler([5, 3, 8, 13])",
    "D.SubsetRandomSampler([5, 3, 8, 13], generator=g)",
    "D.SubsetRandomSampler('abcdef')",
    "D.SubsetRandomSampler([])",
    "D.WeightedRandomSampler([0.1, 0.9, 0.4, 0.7, 3.0, 0.6], 5)",
    "D.WeightedRandomSampler([0.9, 0.4, 0.05, 0.2, 0.3, 0.1], 5, replacement=False)",
    "D.WeightedRandomSampler(torch.tensor([1, 2, 3]), 20, True, g)",
    "D.WeightedRandomSampler(torch.tensor([1.0, 0.0, 3.0]), 2, False, generator=g)",
    "D.WeightedRandomSampler(np.array([1.0, 2.0]), 3)",
    "D.BatchSampler(D.SequentialSampler(range(10)), 3, False)",
    "D.BatchSampler(D.SequentialSampler(range(10)), 3, True)",
    "D.BatchSampler(range(6), batch_size=3, drop_last=True)",
    "D.BatchSampler(D.RandomSampler(range(7), generator=g), 2, False)",
    "D.BatchSampler('abcde', 10, False)",
    "D.BatchSampler([], 2, False)",
    "D.BatchSampler(D.BatchSampler(range(10), 2, False), 2, False)",
    "D.DistributedSampler(range(10), 3, 0)",
    "D.DistributedSampler(range(10), 3, 2, shuffle=False)",
    "D.DistributedSampler(range(10), 4, 1, drop_last=True, seed=5)",
    "D.DistributedSampler(range(2), 5, 4, shuffle=False)",
    "D.DistributedSampler(range(3), 5, 1, drop_last=True)",
    "D.DistributedSampler([], 2, 1)",
]

PROGRAMS = {
    "another epoch, another order": """
        s = D.RandomSampler(range(6))
        for epoch in range(3): print(list(s))
        print(torch.rand(1))""",
    "an order does not depend on what is drawn meanwhile": """
        for i in D.RandomSampler(range(6)): print(i, torch.rand(1))""",
    "epochs of processes": """
        for rank in range(2):
            s = D.DistributedSampler(range(7), num_replicas=2, rank=rank, seed=3)
            for epoch in range(2): s.set_epoch(epoch); print(rank, epoch, s.epoch, list(s), len(s), s.total_size)""",
    "data that grows": "d = [1, 2]; s = D.RandomSampler(d); d += [3]; print(len(s), s.num_samples, sorted(s))",
    "what samplers remember": """
        print(D.BatchSampler([1], 2, True).__dict__, D.RandomSampler([1], num_samples=3).num_samples)
        print(D.WeightedRandomSampler([1], 2).weights, D.SequentialSampler([1]).data_source)""",
    "a sampler that says nothing": "iter(D.Sampler())",
    "the length of one that says nothing": "len(D.Sampler())",
    "nothing to sample": "D.RandomSampler([])",
    "no samples": "D.RandomSampler([1], num_samples=0)",
    "half a sample": "D.RandomSampler([1], num_samples=1.5)",
    "perhaps with replacement": "D.RandomSampler([1], replacement=1)",
    "a weighted number of True": "D.WeightedRandomSampler([1.0], True)",
    "no weighted samples": "D.WeightedRandomSampler([1.0], 0)",
    "perhaps with weighted replacement": "D.WeightedRandomSampler([1.0], 1, replacement=0)",
    "weights in two dimensions": "D.WeightedRandomSampler([[1.0], [2.0]], 1)",
    "one weight": "D.WeightedRandomSampler(1.0, 1)",
    "more than there are": "list(D.WeightedRandomSampler([1.0], 2, replacement=False))",
    "batches of nothing": "D.BatchSampler([1], 0, False)",
    "batches of True": "D.BatchSampler([1], True, False)",
    "batches of half": "D.BatchSampler([1], 2.5, False)",
    "perhaps drop the last": "D.BatchSampler([1], 2, 1)",
    "no length to divide": "len(D.BatchSampler(iter([1]), 2, False))",
    "a rank too many": "D.DistributedSampler([1], 2, 2)",
    "a rank below zero": "D.DistributedSampler([1], 2, -1)",
    "nobody said how many": "D.DistributedSampler([1])",
    "nobody said which": "D.DistributedSampler([1], num_replicas=2)",
    "a sampler of your own": """
        class Backwards(D.Sampler[int]):
            def __init__(self, data): self.data = data
            def __iter__(self): return iter(range(len(self.data) - 1, -1, -1))
            def __len__(self): return len(self.data)
        loader = D.DataLoader(torch.arange(5), batch_size=2, sampler=Backwards(range(5)))
        print(len(loader), list(loader), loader.sampler.data)""",
}


@pytest.mark.parametrize("sampler", SEQUENCES)
@pytest.mark.parametrize("seed", [0, 7])
def test_a_seed_gives_pytorchs_sequence(sampler, seed):
    assert_says_the_same(f"""
        D, g = torch.utils.data, torch.Generator().manual_seed({seed} + 1)
        torch.manual_seed({seed})
        s = {sampler}
        print(list(s), len(s), list(s), torch.rand(2), torch.rand(2, generator=g))""")


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_a_sampler_says_what_pytorchs_says(program):
    assert_says_the_same("D = torch.utils.data\ntorch.manual_seed(0)\n" + textwrap.dedent(program))


def test_a_sampler_without_process_groups_says_what_to_do():
    import minitorch_edu as torch

    with pytest.raises(ValueError) as caught:
        torch.utils.data.DistributedSampler([1])
    assert "num_replicas" in caught.value.__notes__[0]
