"""DataParallel: on a machine without GPUs beside PyTorch's, and on simulated ones with the same numbers."""

from __future__ import annotations

import pytest

import minitorch_edu as torch
from tests.programs import assert_says_the_same

PROGRAMS = {
    "it calls its module": "d = torch.nn.DataParallel(torch.nn.Linear(2, 1)); x = torch.ones(3, 2); print(d, torch.equal(d(x), d.module(x)), list(d.state_dict()), d.device_ids)",
    "with keywords": "class M(torch.nn.Module):\n    def forward(self, a, b=1): return a * b\nprint(torch.nn.DataParallel(M())(torch.ones(2), b=3))",
    "the function needs GPUs": "torch.nn.parallel.data_parallel(torch.nn.Linear(2, 1), torch.ones(3, 2))",
    "its types": "d = torch.nn.parallel.DataParallel(torch.nn.Identity()); print(isinstance(d, torch.nn.DataParallel), d.module, type(d).__name__)",
}


@pytest.mark.host
@pytest.mark.parametrize("about", PROGRAMS)
def test_without_gpus(about: str) -> None:
    assert_says_the_same("torch.manual_seed(0)\n" + PROGRAMS[about])


@pytest.fixture
def two_gpus():
    with torch.cuda.simulate(2):
        yield


def net() -> torch.nn.Module:
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2))


@pytest.mark.parametrize("batch", [1, 2, 5])
def test_a_batch_that_is_divided_among_gpus_gives_the_same_numbers(two_gpus, batch: int) -> None:
    alone, spread = net(), torch.nn.DataParallel(net().to("cuda:0"))
    x = torch.randn(batch, 3)
    results = alone(x), spread(x.to("cuda:0"))
    assert results[1].device == torch.device("cuda:0")
    for result in results:
        result.pow(2).sum().backward()
    torch.testing.assert_close(results[1].cpu(), results[0])
    for ours, theirs in zip(alone.parameters(), spread.parameters(), strict=True):
        torch.testing.assert_close(theirs.grad.cpu(), ours.grad)


def test_nested_arguments_and_results_are_divided_and_put_together(two_gpus) -> None:
    class Pair(torch.nn.Module):
        def forward(self, both, scale=1, name=None):
            return {"sum": both[0] + both[1], "all": [both[0] * scale, name]}

    x = torch.arange(4.0, device="cuda:0")
    found = torch.nn.DataParallel(Pair())((x, x), scale=2)
    assert found["sum"].tolist() == [0, 2, 4, 6] and found["all"][0].tolist() == [0, 2, 4, 6]
    assert found["all"][1] is None


@pytest.mark.host
def test_the_module_has_to_be_on_the_first_gpu(two_gpus) -> None:
    with pytest.raises(
        RuntimeError, match="on device cuda:0 \\(device_ids\\[0\\]\\) but found one of them on device: cpu"
    ):
        torch.nn.DataParallel(net())(torch.ones(2, 3))


def test_one_gpu_takes_the_module_itself(two_gpus) -> None:
    spread = torch.nn.DataParallel(net(), device_ids=[1])
    assert {each.device for each in spread.parameters()} == {torch.device("cuda:1")}
    assert spread(torch.ones(2, 3)).shape == (2, 2)


@pytest.mark.host
def test_a_batch_is_scattered_and_gathered(two_gpus) -> None:
    x = torch.arange(10.0).reshape(5, 2).requires_grad_()
    parts = torch.nn.parallel.scatter(x, [torch.device("cuda:0"), torch.device("cuda:1")])
    assert [(each.shape[0], str(each.device)) for each in parts] == [(3, "cuda:0"), (2, "cuda:1")]
    whole = torch.nn.parallel.gather(parts, "cpu")
    whole.sum().backward()
    assert torch.equal(whole, x) and torch.equal(x.grad, torch.ones(5, 2))
    assert [each["k"].tolist() for each in torch.nn.parallel.scatter({"k": torch.arange(2)}, [0, 1])] == [
        [0],
        [1],
    ]
