"""What optimizers and schedulers say: refusals, warnings and how they show themselves."""

from __future__ import annotations

import pytest

from tests.programs import assert_says_the_same

BEGIN = """
import pickle, copy, sys
P = [torch.tensor([1.0, 2.0], requires_grad=True), torch.tensor([[3.0]], requires_grad=True)]
O = torch.optim
S = torch.optim.lr_scheduler
B = sys.modules[torch.optim.Optimizer.__module__]
def tried(act):
    try:
        print(act())
    except Exception as error:
        print(f"{type(error).__name__}: {error}")
"""

NAMES = (
    "SGD Adam AdamW NAdam RAdam Adamax Adagrad Adadelta RMSprop Rprop ASGD LBFGS Adafactor SparseAdam".split()
)

REFUSED = {
    "SGD": [
        "lr=-1", "momentum=-0.5", "weight_decay=-1", "nesterov=True", "nesterov=True, momentum=0.9, dampening=0.1",
        "lr=torch.tensor([0.1, 0.2])", "fused=True, foreach=True", "fused=True, differentiable=True", "lr=float('nan')",
        "lr='x'",
    ],
    "Adam": [
        "lr=-1", "eps=-1", "betas=(1.0, 0.9)", "betas=(-0.1, 0.9)", "betas=(0.9, 1.5)", "weight_decay=-1",
        "lr=torch.tensor([0.1, 0.2])", "lr=torch.tensor(0.1), foreach=True", "fused=True, foreach=True",
        "fused=True, differentiable=True", "betas=(0.9, torch.tensor(0.9))", "betas=(0, 0.9)", "lr=float('nan')",
        "betas=(torch.tensor([0.9, 0.1]), torch.tensor(0.9))", "betas=(0.9,)", "betas=(torch.tensor(0.9), 0.9)",
        "betas=(torch.tensor(0.9), torch.tensor(0.9)), foreach=True", "0.1, (0.9, 0.9), 1e-8, 0, False, True",
    ],
    "AdamW": ["lr=-1", "decoupled_weight_decay=True", "betas=(0.9, 2)"],
    "NAdam": ["lr=-1", "eps=-1", "betas=(1.0, 0.9)", "weight_decay=-1", "momentum_decay=-1", "amsgrad=True"],
    "RAdam": ["lr=-1", "eps=-1", "betas=(0.9, 1.0)", "weight_decay=-1", "lr=torch.tensor([0.1, 0.2])"],
    "Adamax": ["lr=-1", "eps=-1", "betas=(0.9, 1.0)", "weight_decay=-1"],
    "Adagrad": [
        "lr=-1", "lr_decay=-1", "weight_decay=-1", "initial_accumulator_value=-1", "eps=-1", "fused=True, foreach=True",
        "fused=True, differentiable=True",
    ],
    "Adadelta": ["lr=-1", "rho=1.1", "rho=-0.1", "eps=-1", "weight_decay=-1"],
    "RMSprop": ["lr=-1", "eps=-1", "momentum=-1", "weight_decay=-1", "alpha=-1"],
    "Rprop": ["lr=-1", "etas=(1.5, 2)", "etas=(0.5, 0.9)"],
    "ASGD": ["lr=-1", "weight_decay=-1"],
    "LBFGS": ["lr=-1", "lr=torch.tensor([0.1, 0.2])"],
    "Adafactor": ["lr=-1", "beta2_decay=1", "eps=(-1, 1e-3)", "eps=(None, -1)", "d=0.5", "weight_decay=-1"],
    "SparseAdam": ["lr=0", "lr=-1", "eps=0", "betas=(1, 0.9)", "betas=(0.9, 1)"],
    "Muon": ["lr=-1", "momentum=-1", "weight_decay=-1", "adjust_lr_fn='x'"],
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_options_are_refused_alike(name):
    lines = "\n".join(f"tried(lambda: O.{name}(P, {options}))" for options in REFUSED[name])
    assert_says_the_same(BEGIN + lines)


@pytest.mark.parametrize("name", NAMES)
def test_an_optimizer_shows_its_options(name):
    """repr, defaults, and the state dict of a new one."""
    assert_says_the_same(
        BEGIN
        + f"""
o = O.{name}(P)
print(o, o.defaults, list(o.param_groups[0]), o.state_dict(), sep="\\n")
if {name!r} != "LBFGS":
    o = O.{name}([{{"params": P[0], "lr": 0.5}}, {{"params": [P[1]]}}], lr=0.25)
    print(o, o.state_dict()["param_groups"], sep="\\n")
tried(lambda: O.{name}(P, 0.5, bogus=1))
"""
    )


GROUPS = [
    "O.SGD([])",
    "O.SGD(P[0])",
    "O.SGD(3)",
    "O.SGD([1, 2])",
    "O.SGD(['a'])",
    "O.SGD([None])",
    "O.SGD([P[0] * 2])",
    "O.SGD([torch.zeros(1)])",
    "O.SGD([{'params': {P[0], P[1]}}])",
    "O.SGD([P[0], P[0]])",
    "O.SGD([{'params': P}, {'params': [P[0]]}])",
    "O.SGD([{'lr': 1}])",
    "O.SGD([{'params': P}, P[0]])",
    "O.SGD([('a', P[0]), ('b', P[1])])",
    "O.SGD([('a', P[0]), P[1]])",
    "O.SGD(dict(a=P[0], b=P[1]).items()).param_groups",
    "O.SGD([{'params': [('a', P[0])]}, {'params': [P[1]]}])",
    "O.SGD([{'params': [P[0]]}, {'params': [('a', P[1])]}])",
    "O.SGD([('a', P[0]), ('b', P[1])]).state_dict()",
    "O.SGD(P).add_param_group([P[0]])",
    "O.SGD(P).add_param_group({'params': P[0]})",
    "O.SGD([P[0]]).add_param_group({'params': P[1], 'lr': 7, 'more': 1})",
    "O.Optimizer(P, {'a': 1})",
    "O.Optimizer(P, {'a': B.required})",
    "O.Optimizer(P, {}).step()",
    "O.LBFGS([{'params': P[0]}, {'params': P[1]}])",
    "O.LBFGS(P).step()",
    "O.Muon(P)",
    "O.SparseAdam([torch.zeros(1, dtype=torch.complex64)])",
    "O.SGD(P).load_state_dict(O.SGD([{'params': P[0]}, {'params': P[1]}]).state_dict())",
    "O.SGD(P).load_state_dict(O.SGD([P[0]]).state_dict())",
    "O.SGD([torch.zeros(1, requires_grad=True).clone()])",
    "O.Adam([(P[0] * 2)], differentiable=True)",
    "O.NoSuch",
    "sorted(O.__all__)",
]


@pytest.mark.parametrize("expression", GROUPS)
def test_groups_of_parameters(expression):
    assert_says_the_same(BEGIN + f"tried(lambda: {expression})", heed=True)


CAPTURABLE = "Adam AdamW NAdam RAdam Adamax Adadelta RMSprop Rprop ASGD".split()


@pytest.mark.host
@pytest.mark.parametrize("name", CAPTURABLE)
def test_graphs_are_not_captured_on_a_cpu(name):
    assert_says_the_same(
        BEGIN
        + f"""
for p in P: p.grad = torch.ones_like(p)
tried(lambda: O.{name}(P, capturable=True).step())
"""
    )


@pytest.mark.host
def test_a_fused_optimizer_takes_floats_alone():
    assert_says_the_same(
        BEGIN
        + """
p = torch.zeros(2, dtype=torch.complex64, requires_grad=True)
p.grad = torch.ones_like(p)
for kind in (O.SGD, O.Adam, O.Adagrad): tried(lambda: kind([p], fused=True).step())
"""
    )


MORE = {
    "steps in inference mode": """
for p in P: p.grad = torch.ones_like(p)
o = O.Adam(P, lr=0.5)
with torch.inference_mode(): o.step()
print(P, o.state[P[0]]["exp_avg"].is_inference())
tried(o.step)
with torch.inference_mode(): o.step()
print(P[0])
""",
    "elements that are one in memory": """
x = torch.ones(1).expand(3).requires_grad_(True)
x.grad = torch.ones(3)
for kind in (O.SGD, O.Adam, O.Rprop): tried(lambda: kind([x]).step())
y = torch.arange(6.0)[::2].requires_grad_(True)
y.grad = torch.ones(3)
O.Adam([y], lr=0.5).step(); print(y)
""",
    "a view of a parameter": """
whole = torch.arange(6.0)
part = whole[2:4].detach().requires_grad_(True)
part.grad = torch.ones(2)
O.SGD([part], lr=1.0).step(); print(whole, whole._version, part._version)
""",
    "names": """
for kind in (O.SGD, O.Adam, S.StepLR, S.LRScheduler, O.Adafactor, O.Optimizer, O.swa_utils.SWALR):
    print(torch.typename(kind), torch.typename(kind(P)) if kind is O.SGD else "")
""",
    "a search says nothing of numbers": """
def closure():
    P[0].grad = None
    loss = (P[0] - 3).square().sum()
    loss.backward()
    return loss
print(O.LBFGS([P[0]], line_search_fn="strong_wolfe").step(closure), P[0])
""",
    "a step with a closure returns the loss, and records it": """
def closure():
    print(torch.is_grad_enabled())
    loss = (P[0] ** 2).sum()
    P[0].grad = None
    loss.backward()
    return loss
for kind in (O.SGD, O.Adam, O.Rprop, O.Adafactor): print(kind(P).step(closure))
print(torch.is_grad_enabled(), O.SGD(P).step(), O.Adam(P).step(lambda: 3))
""",
    "gradients are set to nothing or to zero": """
for p in P: p.grad = torch.ones_like(p)
kept = P[0].grad
o = O.SGD(P)
o.zero_grad(set_to_none=False)
print(P[0].grad, kept, P[0].grad is kept)
P[0].grad = None
y = (P[0] ** 3).sum()
y.backward(create_graph=True)
print(P[0].grad.requires_grad)
o.zero_grad(False)
print(P[0].grad, P[0].grad.requires_grad, P[0].grad.grad_fn)
o.zero_grad()
print(P[0].grad, P[1].grad)
""",
    "a parameter may require no gradient": """
x = torch.zeros(2); x.grad = torch.ones(2)
O.SGD([x], lr=0.5).step(); print(x)
""",
    "what was written counts as written": """
P[0].grad = torch.ones(2)
y = P[0] * P[0]
O.SGD(P).step()
print(P[0]._version)
tried(lambda: y.sum().backward())
""",
    "steps are counted in tensors": """
for p in P: p.grad = torch.ones_like(p)
for kind in (O.Adam, O.NAdam, O.RAdam, O.Adamax, O.Adagrad, O.Adadelta, O.RMSprop, O.Rprop, O.ASGD, O.Adafactor):
    o = kind(P); o.step(); o.step()
    s = o.state[P[0]]
    print(kind.__name__, {k: (type(v).__name__, v.dtype, tuple(v.shape)) for k, v in s.items()}, s["step"])
torch.set_default_dtype(torch.float64)
o = O.Adam(P); o.step(); print(o.state[P[0]]["step"])
torch.set_default_dtype(torch.float32)
""",
    "a class of one's own": """
class Half(O.Optimizer):
    def __init__(self, params, lr=B.required):
        super().__init__(params, {"lr": lr})
    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                p.add_(p.grad, alpha=-group["lr"] / 2)
                self.state[p]["seen"] = self.state[p].get("seen", 0) + 1
tried(lambda: Half(P))
o = Half(P, lr=1.0)
for p in P: p.grad = torch.ones_like(p)
o.register_step_post_hook(lambda o, a, k: print("after", len(a), k))
o.step(); o.step()
print(P, o.state_dict(), o)
""",
}


@pytest.mark.parametrize("program", MORE.values(), ids=MORE)
def test_programs(program):
    assert_says_the_same(BEGIN + program, heed=True)


HOOKS = {
    "around steps": """
o = O.SGD(P, lr=0.5)
for p in P: p.grad = torch.ones_like(p)
h = o.register_step_pre_hook(lambda o, args, kwargs: print("before", len(args), kwargs))
o.register_step_post_hook(lambda o, args, kwargs: print("after", len(args), kwargs))
o.step(); o.step(closure=None); h.remove(); o.step()
o.register_step_pre_hook(lambda o, args, kwargs: ((args[0], lambda: 7), {}))
print(o.step())
o.register_step_pre_hook(lambda o, args, kwargs: 5)
try:
    o.step()
except RuntimeError as error:
    print(str(error).split(">")[-1])
""",
    "around all steps": """
from_all = [B.register_optimizer_step_pre_hook(lambda o, a, k: print("pre", type(o).__name__)),
            B.register_optimizer_step_post_hook(lambda o, a, k: print("post", type(o).__name__))]
a, b = O.SGD(P), O.Adam(P)
a.register_step_pre_hook(lambda *_: print("own pre")); a.register_step_post_hook(lambda *_: print("own post"))
a.step(); b.step()
for h in from_all: h.remove()
a.step(); b.step()
""",
    "around state dicts": """
o = O.SGD(P, lr=0.5)
o.register_state_dict_pre_hook(lambda o: print("pre 1"))
o.register_state_dict_pre_hook(lambda o: print("pre 0"), prepend=True)
o.register_state_dict_post_hook(lambda o, d: print("post 1", list(d)))
o.register_state_dict_post_hook(lambda o, d: {**d, "more": 1}, prepend=True)
d = o.state_dict()
print(d["more"])
o.register_load_state_dict_pre_hook(lambda o, d: print("load 1", "more" in d))
o.register_load_state_dict_pre_hook(lambda o, d: {k: v for k, v in d.items() if k != "more"}, prepend=True)
o.register_load_state_dict_post_hook(lambda o: print("loaded 1"))
o.register_load_state_dict_post_hook(lambda o: print("loaded 0"), prepend=True)
o.load_state_dict(d)
print(list(d))
""",
    "names are kept, or come from the file": """
named = [("a", P[0]), ("b", P[1])]
o = O.SGD(named)
print(o)
d = o.state_dict()
d["param_groups"][0]["param_names"] = ["x", "y"]
o.load_state_dict(d); print(o.param_groups[0]["param_names"])
del d["param_groups"][0]["param_names"]
o.load_state_dict(d); print(o.param_groups[0]["param_names"])
o = O.SGD(P); d["param_groups"][0]["param_names"] = ["x", "y"]; o.load_state_dict(d); print(o.param_groups[0]["param_names"])
""",
    "copies and pickles": """
o = O.Adam(P, lr=0.5)
for p in P: p.grad = torch.ones_like(p)
o.step()
o.register_step_pre_hook(lambda *_: print("not copied"))
for other in (pickle.loads(pickle.dumps(o.__getstate__())), o.__getstate__()): print(sorted(other))
c = copy.deepcopy(o)
print(c.state_dict()["param_groups"], c.param_groups[0]["params"][0] is P[0], c.param_groups[0]["params"])
for p in c.param_groups[0]["params"]: p.grad = torch.ones_like(p)
c.step(); print(c.param_groups[0]["params"], P)
""",
    "what a state dict holds": """
o = O.Adam(P)
o.state["mine"] = {"a": 1}
for p in P: p.grad = torch.ones_like(p)
o.step()
d = o.state_dict()
print(list(d["state"]), d["state"]["mine"])
other = O.Adam([torch.zeros(2, dtype=torch.float64, requires_grad=True), torch.zeros(1, 1, requires_grad=True)])
other.load_state_dict(d)
for p in other.param_groups[0]["params"]: print({k: v.dtype for k, v in other.state[p].items()})
print(other.state["mine"])
d["state"][0]["list"] = [torch.ones(1), (2, 3), {"step": torch.ones(1)}]
other.load_state_dict(d)
print(other.state[other.param_groups[0]["params"][0]]["list"])
""",
    "old state dicts": """
for kind in (O.Adam, O.AdamW, O.NAdam, O.RAdam, O.Adamax, O.Adagrad, O.Adadelta, O.RMSprop, O.Rprop, O.ASGD):
    o = kind(P)
    for p in P: p.grad = torch.ones_like(p)
    o.step()
    d = copy.deepcopy(o.state_dict())
    for s in d["state"].values():
        for k in ("step", "mu_product", "eta", "mu"):
            if k in s: s[k] = s[k].item()
    for g in d["param_groups"]:
        for k in ("maximize", "foreach", "capturable", "differentiable", "fused", "amsgrad", "centered"): g.pop(k, None)
    o = kind(P); o.load_state_dict(d)
    print(kind.__name__, o.state[P[0]], {k: v for k, v in o.param_groups[0].items() if k != "params"})
    o.step()
""",
}


@pytest.mark.parametrize("program", HOOKS.values(), ids=HOOKS)
def test_hooks_and_states(program):
    assert_says_the_same(BEGIN + program, heed=True)


SCHEDULERS = """
o = O.SGD([{"params": P[0]}, {"params": P[1], "lr": 0.5}], lr=0.1, momentum=0.9)
plain = O.Rprop(P)
"""
SCHEDULER_ERRORS = [
    "S.StepLR(3, 1)",
    "S.StepLR(o)",
    "S.StepLR(o, 1, last_epoch=3)",
    "S.StepLR(o, 1, verbose=True)",
    "S.LambdaLR(o, [lambda e: 1])",
    "S.LambdaLR(3, lambda e: 1)",
    "S.MultiplicativeLR(o, [lambda e: 1])",
    "S.MultiplicativeLR(o, 3)",
    "S.ConstantLR(o, factor=1.5)",
    "S.ConstantLR(o, factor=-1)",
    "S.LinearLR(o, start_factor=0)",
    "S.LinearLR(o, start_factor=2)",
    "S.LinearLR(o, end_factor=2)",
    "S.CosineAnnealingWarmRestarts(o, T_0=0)",
    "S.CosineAnnealingWarmRestarts(o, T_0=1.5)",
    "S.CosineAnnealingWarmRestarts(o, T_0=1, T_mult=0)",
    "S.CosineAnnealingWarmRestarts(o, T_0=1, eta_min='a')",
    "S.CosineAnnealingWarmRestarts(o, T_0=1).step(-1)",
    "S.CyclicLR(3, 1, 2)",
    "S.CyclicLR(o, [1], 2)",
    "S.CyclicLR(o, 1, [1, 2, 3])",
    "S.CyclicLR(o, 1, 2, mode='x')",
    "S.CyclicLR(plain, 1, 2)",
    "S.CyclicLR(o, 1, 2, base_momentum=[1])",
    "S.OneCycleLR(3, 1)",
    "S.OneCycleLR(o, 1)",
    "S.OneCycleLR(o, 1, epochs=3)",
    "S.OneCycleLR(o, 1, total_steps=0)",
    "S.OneCycleLR(o, 1, total_steps=1.5)",
    "S.OneCycleLR(o, 1, epochs=0, steps_per_epoch=3)",
    "S.OneCycleLR(o, 1, epochs=3, steps_per_epoch=0.5)",
    "S.OneCycleLR(o, 1, total_steps=10, pct_start=2)",
    "S.OneCycleLR(o, 1, total_steps=10, pct_start=1)",
    "S.OneCycleLR(o, 1, total_steps=10, anneal_strategy='x')",
    "S.OneCycleLR(o, [1], total_steps=10)",
    "S.OneCycleLR(plain, 1, total_steps=10)",
    "[s.step() for s in [S.OneCycleLR(o, 1, total_steps=2, pct_start=0.9)] for _ in range(4)]",
    "S.ReduceLROnPlateau(o, factor=1.0)",
    "S.ReduceLROnPlateau(3)",
    "S.ReduceLROnPlateau(o, mode='x')",
    "S.ReduceLROnPlateau(o, threshold_mode='x')",
    "S.ReduceLROnPlateau(o, min_lr=[1])",
    "S.ReduceLROnPlateau(o).step('a')",
    "S.ReduceLROnPlateau(o).step()",
    "S.SequentialLR(o, [], [])",
    "S.SequentialLR(o, [3], [])",
    "S.SequentialLR(o, [S.StepLR(o, 1)], [3])",
    "S.SequentialLR(o, [S.StepLR(o, 1), S.ReduceLROnPlateau(o)], [3])",
    "S.SequentialLR(o, [S.StepLR(o, 1), S.StepLR(plain, 1)], [3])",
    "S.ChainedScheduler([])",
    "S.ChainedScheduler([S.StepLR(o, 1), 3])",
    "S.ChainedScheduler([S.StepLR(o, 1), S.ReduceLROnPlateau(o)])",
    "S.ChainedScheduler([S.StepLR(o, 1), S.StepLR(plain, 1)])",
    "S.LRScheduler(o)",
    "S.LambdaLR(o, lambda e: 1).load_state_dict({})",
    "O.swa_utils.SWALR(o, [1])",
    "O.swa_utils.SWALR(o, 1, anneal_strategy='x')",
    "O.swa_utils.SWALR(o, 1, anneal_epochs=-1)",
    "O.swa_utils.get_ema_multi_avg_fn(2)",
    "O.swa_utils.get_ema_avg_fn(-1)",
]


@pytest.mark.parametrize("expression", SCHEDULER_ERRORS)
def test_schedulers_refuse_alike(expression):
    assert_says_the_same(BEGIN + SCHEDULERS + f"tried(lambda: {expression})")


ORDERS = {
    "the scheduler steps first": "s = S.StepLR(o, 1); s.step(); o.step(); s.step(); print(s.get_last_lr())",
    "the optimizer steps first": "s = S.StepLR(o, 1); o.step(); s.step(); print(s.get_last_lr())",
    "the scheduler goes to an epoch": "s = S.StepLR(o, 1); o.step(); s.step(4); print(s.get_last_lr(), s.last_epoch)",
    "a plateau's epoch": "s = S.ReduceLROnPlateau(o); s.step(1.0, epoch=4); print(s.last_epoch)",
    "somebody asks for the next one": "s = S.StepLR(o, 1); print(s.get_lr())",
    "the step was replaced": "s = S.StepLR(o, 1); o.step = lambda: None; o.step(); s.step()",
    "two schedulers": "s = S.StepLR(o, 1); t = S.ExponentialLR(o, 0.5); o.step(); s.step(); t.step(); print(t.get_last_lr())",
    "one after the other": (
        "s = S.SequentialLR(o, [S.ConstantLR(o), S.StepLR(o, 1)], [2])\n"
        "for _ in range(4): o.step(); s.step(); print(s.get_last_lr())"
    ),
    "what a group holds": "s = S.StepLR(o, 1); print(o)",
    "what one knows": "s = S.MultiStepLR(o, [1, 1, 2]); o.step(); s.step(); print(s.state_dict())",
    "functions that remember": (
        "class F:\n    def __init__(self): self.n = 0\n    def __call__(self, e): self.n += 1; return 1 / (1 + self.n)\n"
        "s = S.LambdaLR(o, F()); o.step(); s.step(); d = s.state_dict(); print(d)\n"
        "t = S.LambdaLR(o, F()); t.load_state_dict(d); print(t.lr_lambdas[0].n, t.last_epoch, list(d))\n"
        "s = S.CyclicLR(o, 0.1, 1, scale_fn=F()); d = s.state_dict(); print(d)\n"
        "t = S.CyclicLR(o, 0.1, 1, scale_fn=F()); t.load_state_dict(dict(d)); print(t.state_dict())"
    ),
    "a copy of the optimizer": "s = S.StepLR(o, 1); c = copy.deepcopy(o); c.step(); print(c)",
    "one of one's own": (
        "class Mine(S.LRScheduler):\n    def get_lr(self): return [g['initial_lr'] / (1 + self.last_epoch) for g in self.optimizer.param_groups]\n"
        "s = Mine(o); o.step(); s.step(); print(s.get_last_lr(), s.state_dict())\n"
        "class Old(S._LRScheduler):\n    def get_lr(self): return [1.0 for g in self.base_lrs]\n"
        "print(Old(o).get_last_lr(), isinstance(Old(o), S.LRScheduler))"
    ),
    "a group that came later": (
        "s = S.ReduceLROnPlateau(o, patience=0)\no.add_param_group({'params': torch.zeros(1)})\n"
        "s.step(1.0); s.step(2.0); print(s.get_last_lr())\n"
        "s = S.ReduceLROnPlateau(o, patience=0, min_lr=[0, 0, 0])\no.add_param_group({'params': torch.zeros(1)})\n"
        "s.step(1.0); tried(lambda: s.step(2.0))"
    ),
    "loading": (
        "s = S.StepLR(o, 1); o.step(); s.step(); d = o.state_dict(), s.state_dict()\n"
        "o = O.SGD(P, lr=9, momentum=0.1); s = S.StepLR(o, 5)\n"
        "tried(lambda: o.load_state_dict(d[0])); s.load_state_dict(d[1]); print(s.state_dict(), o)"
    ),
}  # fmt: skip


@pytest.mark.parametrize("program", ORDERS.values(), ids=ORDERS)
def test_schedulers_in_programs(program):
    assert_says_the_same(BEGIN + SCHEDULERS + program, heed=True)


PUBLIC = {
    "optim": "Adadelta Adafactor Adagrad Adam Adamax AdamW ASGD LBFGS Muon NAdam Optimizer RAdam RMSprop Rprop SGD "
    "SparseAdam swap_in_optimizer_params_and_state",
    "optim.lr_scheduler": "LambdaLR MultiplicativeLR StepLR MultiStepLR ConstantLR LinearLR ExponentialLR SequentialLR "
    "CosineAnnealingLR ChainedScheduler ReduceLROnPlateau CyclicLR CosineAnnealingWarmRestarts OneCycleLR PolynomialLR "
    "LRScheduler",
    "optim.swa_utils": "AveragedModel update_bn SWALR get_ema_multi_avg_fn get_swa_multi_avg_fn get_ema_avg_fn "
    "get_swa_avg_fn",
}


@pytest.mark.parametrize("module", PUBLIC)
def test_everything_public_is_called_alike(module):
    """The same names, and parameters with the same names and defaults in the same order."""
    assert_says_the_same(
        f"""
        import inspect
        for name in {PUBLIC[module].split()!r}:
            function = getattr(torch.{module}, name)
            print(name, [(each.name, each.kind, each.default) for each in inspect.signature(function).parameters.values()])
        """
    )
