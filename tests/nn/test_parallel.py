"""DataParallel: on a machine without GPUs beside PyTorch's, and on simulated ones with the same numbers."""

from __future__ import annotations

import pytest

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
