"""torch.cuda.nvtx: names for a profiler, which are found in the books."""

from __future__ import annotations

import minitorch_edu as torch


def test_parts_lie_within_parts(books):
    nvtx = torch.cuda.nvtx
    assert (nvtx.range_push("step"), nvtx.range_push("forward")) == (0, 1)
    torch.zeros(1, device="cuda")
    assert (nvtx.range_pop(), nvtx.range_pop()) == (1, 0)
    nvtx.mark("done")
    names = [each.name for each in books.history]
    assert names == ["push step", "push forward", "zeros", "pop forward", "pop step", "mark done"]
    assert books.launches == 1


def test_a_block_and_a_function_can_bear_a_name(books):
    @torch.cuda.nvtx.range("step {}", 3)
    def step() -> int:
        return 5

    assert step() == 5
    handle = torch.cuda.nvtx.range_start("a part")
    torch.cuda.nvtx.range_end(handle)
    assert [each.name for each in books.history][:2] == ["push step 3", "pop step 3"]
