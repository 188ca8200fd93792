"""GradScaler: the factor, the steps it leaves out, its states and its texts are PyTorch's."""

from __future__ import annotations

import copy
import pickle

import pytest

import minitorch_edu
from tests.device import made_on_the_host
from tests.programs import assert_says_the_same

BEGIN = """
class Optimizer:
    'As simple as it can be.'
    def __init__(self, *params):
        self.param_groups = [{'params': list(params)}]
        self.steps = 0
    def step(self, *args, **kwargs):
        self.steps += 1
        with torch.no_grad():
            for p in self.param_groups[0]['params']:
                if p.grad is not None:
                    p -= p.grad
        return 'stepped'
w = torch.tensor([1.0, 2.0], requires_grad=True)
o = Optimizer(w)
s = torch.amp.GradScaler('cpu', init_scale=8.0, growth_interval=2)
"""

PROGRAMS = [
    "print(s.scale(torch.tensor(2.0)), s.get_scale(), s.state_dict())",
    "print(s.get_scale(), s.state_dict(), s.is_enabled(), s.get_growth_factor(), s.get_backoff_factor(), s.get_growth_interval())",
    "print(s.scale([torch.tensor(2.0), (torch.tensor(1.0),)]), type(s.scale(x for x in [torch.ones(1)])))",
    "s.scale(3)",
    "s.scale([3])",
    "l = s.scale((w * w).sum()); print(l, l.requires_grad); l.backward(); print(w.grad); s.unscale_(o); print(w.grad); print(s.step(o), o.steps, w); s.update(); print(s.state_dict())",
    "for i in range(5):\n    w.grad = None; s.scale(w.sum()).backward(); s.step(o); s.update(); print(s.get_scale(), s.state_dict()['_growth_tracker'], o.steps)",
    "for bad in (False, True, False, False, True, True):\n    w.grad = None; s.scale(w.sum()).backward()\n    if bad: w.grad[0] = float('inf')\n    print(s.step(o), o.steps); s.update(); print(s.state_dict())",
    "s.scale(w.sum()).backward(); w.grad[1] = float('nan'); s.unscale_(o); print(w.grad, s.step(o)); s.update(); print(s.get_scale())",
    "s.step(o)",
    "s.update()",
    "s.unscale_(o)",
    "s.scale(w.sum()).backward(); s.step(o); s.step(o)",
    "s.scale(w.sum()).backward(); s.unscale_(o); s.unscale_(o)",
    "s.scale(w.sum()).backward(); s.step(o); s.unscale_(o)",
    "s.scale(w.sum()); s.step(o)",
    "s.scale(w.sum()); s.update()",
    "s.scale(w.sum()).backward(); s.step(o, closure=lambda: 1)",
    "h = torch.ones(2, dtype=torch.float16, requires_grad=True); o = Optimizer(h); s.scale(h.sum()).backward(); s.step(o)",
    "o.param_groups[0]['params'].append(3); s.scale(w.sum()).backward(); s.step(o)",
    "s.scale(w.sum()); s.update(4.0); print(s.get_scale()); s.update(torch.tensor(16.0)); print(s.get_scale()); s.update(torch.ones(2))",
    "s.scale(w.sum()); s.update(torch.tensor(1.0, requires_grad=True))",
    "torch.amp.GradScaler('cpu', growth_factor=1.0)",
    "torch.amp.GradScaler('cpu', backoff_factor=1.0)",
    "e = torch.amp.GradScaler('cpu', enabled=False); x = torch.ones(1); print(e.scale(x) is x, e.step(o), o.steps, e.update(), e.unscale_(o), e.state_dict(), e.get_scale(), e.load_state_dict({}))",
    "s.load_state_dict({})",
    "s.load_state_dict({'scale': 4.0, 'growth_factor': 3.0, 'backoff_factor': 0.25, 'growth_interval': 7, '_growth_tracker': 1}); print(s.state_dict()); print(s.scale(torch.tensor(1.0))); print(s.state_dict())",
    "s.scale(torch.tensor(1.0)); s.load_state_dict({'scale': 4.0, 'growth_factor': 3.0, 'backoff_factor': 0.25, 'growth_interval': 7, '_growth_tracker': 1}); print(s.scale(torch.tensor(1.0)), s.state_dict())",
    "s.set_growth_factor(4.0); s.set_backoff_factor(0.1); s.set_growth_interval(9); print(s.state_dict())",
    "b = torch.ones(2, requires_grad=True); other = Optimizer(b); s.scale(w.sum() + b.sum()).backward(); b.grad[0] = float('inf'); s.step(o); s.step(other); s.update(); print(o.steps, other.steps, s.get_scale())",
    "s = torch.amp.GradScaler('cpu', init_scale=3e38, growth_interval=1); s.scale(w.sum() * 1e-30).backward(); s.step(o); s.update(); print(s.get_scale(), s.state_dict()['_growth_tracker'])",
    "s = torch.amp.GradScaler(device='cpu'); print(s.scale(torch.tensor(1.0, dtype=torch.float64)), s.scale(torch.tensor(1.0, dtype=torch.float16)), s.scale(torch.ones(1, dtype=torch.bfloat16)))",
    "import copy; s.scale(w.sum()); c = copy.deepcopy(s); print(c.get_scale(), c._scale); c.scale(torch.tensor(1.0)); print(c.state_dict())",
    "import copy; s.scale(w.sum()).backward(); s.step(o); copy.deepcopy(s)",
]  # fmt: skip


@pytest.mark.host
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_says_what_it_says_in_pytorch(program):
    assert_says_the_same(BEGIN + program)


@pytest.mark.host
def test_gradients_too_small_for_float16_arrive_with_it_on_a_simulated_gpu():
    torch = minitorch_edu
    with made_on_the_host(), torch.cuda.simulate():
        w = torch.ones(4, 4, device="cuda", requires_grad=True)
        optimizer = torch.optim.SGD([w], lr=1.0)
        for enabled in (False, True):
            scaler = torch.amp.GradScaler("cuda", init_scale=1024.0, enabled=enabled)
            optimizer.zero_grad()
            with torch.autocast("cuda"):
                loss = (w @ torch.full_like(w, 1e-4)).mean() * 1e-4
            scaler.scale(loss).backward()
            scaler.step(optimizer)
            scaler.update()
            assert bool(w.grad.any()) is enabled
        assert scaler._scale.is_cuda and scaler.get_scale() == 1024.0


def test_it_can_be_pickled_between_iterations():
    scaler = minitorch_edu.amp.GradScaler("cpu", init_scale=4.0)
    scaler.scale(minitorch_edu.ones(1))
    assert pickle.loads(pickle.dumps(scaler)).get_scale() == copy.copy(scaler).get_scale() == 4.0
