"""Data: datasets of several kinds, samplers, collating, workers, and what comes in which order."""

import torch
import torch.multiprocessing as mp
from torch.utils.data import (
    BatchSampler,
    DataLoader,
    Dataset,
    IterableDataset,
    RandomSampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
    default_collate,
    get_worker_info,
)


class Faces(Dataset):
    """Samples that are dictionaries."""

    def __init__(self, transform=None):
        self.values = torch.arange(20.0).view(10, 2)
        self.transform = transform

    def __len__(self):
        return len(self.values)

    def __getitem__(self, idx):
        if torch.is_tensor(idx):
            idx = idx.tolist()
        sample = {"image": self.values[idx].numpy(), "landmarks": (idx, float(idx) / 2), "name": f"face {idx}"}
        return self.transform(sample) if self.transform else sample


class ToTensor:
    def __call__(self, sample):
        return {**sample, "image": torch.from_numpy(sample["image"])}


class Count(IterableDataset):
    def __init__(self, start, end):
        super().__init__()
        self.start, self.end = start, end

    def __iter__(self):
        worker = get_worker_info()
        if worker is None:
            return iter(range(self.start, self.end))
        return iter(range(self.start + worker.id, self.end, worker.num_workers))


def seed_worker(worker_id):
    torch.manual_seed(torch.initial_seed() % 2**32)


if __name__ == "__main__":
    mp.set_start_method("fork", force=True)
    print("workers are started by", mp.get_start_method())
    torch.manual_seed(0)
    faces = Faces(ToTensor())
    for batch in DataLoader(faces, batch_size=4, shuffle=True):
        print(batch["name"], batch["image"].shape, batch["landmarks"])
    for batch in DataLoader(faces, batch_size=4, drop_last=True, num_workers=2, worker_init_fn=seed_worker):
        print(batch["name"], batch["image"].sum().item())
    print([batch.tolist() for batch in DataLoader(Count(0, 9), batch_size=2, num_workers=2)])
    print([int(each) for each in DataLoader(Count(3, 6), batch_size=None)])
    g = torch.Generator().manual_seed(3)
    print(list(RandomSampler(range(6), generator=g)), list(SequentialSampler(range(3))))
    print(list(WeightedRandomSampler([0.1, 0.9, 0.4], 8, replacement=True, generator=g)))
    print(list(SubsetRandomSampler([2, 4, 6, 8], generator=g)), list(BatchSampler(SequentialSampler(range(7)), 3, False)))
    print(default_collate([(1, 2.0, "a"), (3, 4.0, "b")]), default_collate([{"x": torch.ones(2)}] * 2))
    padded = DataLoader([[1], [2, 3], [4, 5, 6]], batch_size=3, collate_fn=lambda b: torch.nn.utils.rnn.pad_sequence([torch.tensor(s) for s in b], batch_first=True))
    print(next(iter(padded)), len(padded))
    loader = DataLoader(torch.arange(5), batch_size=2, sampler=SubsetRandomSampler([0, 2, 4], generator=g))
    print([b.tolist() for b in loader], len(loader), type(loader.sampler).__name__, loader.batch_size)
    try:
        DataLoader(faces, batch_size=2, shuffle=True, sampler=SequentialSampler(faces))
    except ValueError as error:
        print("ValueError:", error)
    try:
        default_collate([torch.ones(2), torch.ones(3)])
    except RuntimeError as error:
        print("RuntimeError:", error)
