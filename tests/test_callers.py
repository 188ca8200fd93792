"""Warnings point to the line that called the engine, however deep inside there was cause."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import minitorch_edu
from minitorch_edu.ops import warned
from tests.ops.calls import agree

LINES = """
torch.ones(3).T
x.storage()
torch.meshgrid(x, x)
torch.range(0, 3)
torch.cross(torch.ones(3, 2), torch.ones(3, 2))
torch.cholesky(torch.eye(2))
torch.qr(torch.eye(2))
torch.triangular_solve(torch.eye(2), torch.eye(2))
torch.tensor(x)
x.new_tensor(x)
torch.stft(torch.ones(8), 4, return_complex=True)
torch.istft(torch.ones(3, 4, dtype=torch.complex64), 4)
torch.frombuffer(b"12345678", dtype=torch.float32)
torch.from_numpy(sealed)
torch.asarray(sealed)
torch.as_tensor(sealed)
z.float()
z.to(torch.float32)
x.copy_(z)
y.grad
float(r)
torch.exp(x, out=torch.ones(5))
x.mean(0, True).sum(); torch.mean(x, 0, out=torch.ones(3))
r.sum().backward(create_graph=True)
torch.autograd.backward(r.sum(), create_graph=True)
torch.autograd.grad(r.sum(), r, only_inputs=False)
torch.var(torch.ones(1))
x[torch.ones(2, dtype=torch.uint8)]
x.scatter(0, torch.tensor([0]), x, reduce="add")
x.index_reduce_(0, torch.tensor([0]), torch.ones(1), "prod")
x.resize(2)
F.softmax(x)
F.mse_loss(x, torch.ones(1))
F.mse_loss(x, x, size_average=True)
F.l1_loss(x, x, reduction="elementwise_mean")
F.kl_div(x, x)
F.triplet_margin_loss(x[None], x[None], x[None], size_average=True)
F.conv1d(torch.ones(1, 1, 4), torch.ones(1, 1, 2), padding="same")
F.grid_sample(torch.ones(1, 1, 2, 2), torch.zeros(1, 2, 2, 2))
F.upsample(torch.ones(1, 1, 2, 2), scale_factor=2)
F.dropout2d(torch.ones(2, 2))
torch.nn.init.kaiming_uniform_(torch.ones(0, 2))
torch.set_default_tensor_type("torch.FloatTensor")
torch.utils.checkpoint.checkpoint(lambda a: a * 2, r)
""".strip().splitlines()


@pytest.mark.parametrize("line", LINES)
def test_a_warning_points_to_the_line_that_called(line, monkeypatch):
    monkeypatch.setattr(warned, "_said", set())
    torch = minitorch_edu
    sealed = np.ones(2)
    sealed.flags.writeable = False
    r = torch.tensor([3.0], requires_grad=True)
    names = {
        "torch": torch,
        "F": torch.nn.functional,
        "sealed": sealed,
        "r": r,
        "y": r * 2,
        "x": torch.ones(2),
    }
    names["z"] = torch.ones(2, dtype=torch.complex64)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        exec(compile(line, "student.py", "exec"), names)
    files = {each.filename for each in caught if not issubclass(each.category, RuntimeWarning)}
    assert files <= {"student.py"}, files
    assert files, "nothing was warned of"


def test_what_is_said_once_may_be_said_always():
    def act(engine):
        engine.set_warn_always(True)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            for _ in range(3):
                assert engine.ones(3).T.ndim == 1
        engine.set_warn_always(False)
        return len(caught), engine.is_warn_always_enabled()

    agree(act)
    agree(lambda engine: engine.set_warn_always(1))
