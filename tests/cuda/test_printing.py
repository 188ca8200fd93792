"""Tensors of a GPU print their device."""

from __future__ import annotations

import minitorch_edu as torch
from tests.device import made_on_the_host


def test_printing_names_the_device():
    with made_on_the_host(), torch.cuda.simulate(2):
        x = torch.tensor([1.0, 2.0], device="cuda:1", requires_grad=True)
        assert repr([x * 1, {"x": x.detach()}]) == (
            "[tensor([1., 2.], device='cuda:1', grad_fn=<MulBackward0>), {'x': tensor([1., 2.], device='cuda:1')}]"
        )
        assert repr(torch.nn.Parameter(x.detach())) == (
            "Parameter containing:\ntensor([1., 2.], device='cuda:1', requires_grad=True)"
        )
        assert repr(torch.empty(0, 2, device="cuda")) == "tensor([], device='cuda:0', size=(0, 2))"
        assert f"{x.detach()[0]:.2f}" == "1.00"
