"""Losses as modules, beside PyTorch's."""

from __future__ import annotations

import pytest

from tests.nn.modules.twins import assert_refused_alike, assert_twins
from tests.programs import assert_says_the_same

TWO = "torch.randn(3, 4), torch.randn(3, 4)"
CHANCES = "torch.rand(3, 4) * 0.9 + 0.05, torch.rand(3, 4)"
LOGS = "torch.randn(3, 4).log_softmax(1), torch.randn(3, 4).softmax(1)"
LABELS = "torch.randn(5, 4), torch.tensor([0, 3, 1, 1, 2])"
PLACES = "torch.randn(2, 4, 3, 2), torch.randint(0, 4, (2, 3, 2))"
WORDS = "torch.randn(6, 2, 4).log_softmax(2), torch.tensor([[1, 2, 2], [3, 1, 0]]), torch.tensor([6, 5]), torch.tensor([3, 2])"
REDUCTIONS = ("mean", "sum", "none")


def each(name: str, given: str, *arguments: str) -> list[tuple[str, str]]:
    """A loss with every reduction, and with these arguments."""
    reduced = [(f"nn.{name}(reduction={reduction!r})", given) for reduction in REDUCTIONS]
    return reduced + [(f"nn.{name}({each})", given) for each in arguments]


CASES = [
    *each("L1Loss", TWO, "", "size_average=False", "reduce=False"),
    *each("MSELoss", TWO, "True", "False, True", "None, False"),
    *each("SmoothL1Loss", TWO, "beta=0.5", "beta=0", "reduction='sum', beta=2.5"),
    *each("HuberLoss", TWO, "'sum', 0.5", "delta=2"),
    *each("PoissonNLLLoss", "torch.randn(3, 4), torch.rand(3, 4) * 3", "full=True", "True, True, reduction='sum'"),
    ("nn.PoissonNLLLoss(log_input=False, eps=0.1)", "torch.rand(3, 4), torch.rand(3, 4) * 3"),
    *each("GaussianNLLLoss", f"{TWO}, torch.rand(3, 4)", "full=True", "full=True, eps=0.5, reduction='sum'"),
    ("nn.GaussianNLLLoss()", f"{TWO}, torch.rand(3, 1)"), ("nn.GaussianNLLLoss()", f"{TWO}, torch.rand(3)"), ("nn.GaussianNLLLoss()", f"{TWO}, 0.5"),
    *each("KLDivLoss", LOGS, "reduction='batchmean'", "log_target=True", "None, None, 'sum', True"),
    *each("BCELoss", CHANCES, "torch.tensor([1.0, 2.0, 0.5, 0.0])", "weight=torch.ones(3, 1) * 2, reduction='none'"),
    *each("BCEWithLogitsLoss", CHANCES, "torch.tensor([1.0, 2.0, 0.5, 0.0])", "pos_weight=torch.tensor([1.0, 2.0, 3.0, 4.0])", "torch.rand(3, 1), reduction='sum', pos_weight=torch.ones(4) * 3"),
    *each("NLLLoss", LABELS, "torch.tensor([1.0, 2.0, 0.5, 0.0])", "ignore_index=1", "reduction='none', ignore_index=3, weight=torch.rand(4)"),
    ("nn.NLLLoss()", PLACES), ("nn.NLLLoss(reduction='none', ignore_index=2)", PLACES), ("nn.NLLLoss()", "torch.randn(4), torch.tensor(2)"), ("nn.NLLLoss2d(ignore_index=1)", PLACES),
    *each("CrossEntropyLoss", LABELS, "torch.tensor([1.0, 2.0, 0.5, 0.0])", "label_smoothing=0.1", "ignore_index=1", "torch.rand(4), reduction='sum', label_smoothing=0.5, ignore_index=0"),
    ("nn.CrossEntropyLoss()", PLACES), ("nn.CrossEntropyLoss(label_smoothing=0.2)", PLACES), ("nn.CrossEntropyLoss()", "torch.randn(3, 4), torch.randn(3, 4).softmax(1)"),
    ("nn.CrossEntropyLoss(torch.rand(4), label_smoothing=0.1, reduction='none')", "torch.randn(3, 4), torch.randn(3, 4).softmax(1)"), ("nn.CrossEntropyLoss()", "torch.randn(4), torch.tensor(2)"), ("nn.CrossEntropyLoss(ignore_index=0)", "torch.randn(3, 4), torch.zeros(3).long()"),
    *each("CTCLoss", WORDS, "zero_infinity=True", "blank=3, reduction='sum'"),
    ("nn.CTCLoss(blank=0)", "torch.randn(6, 2, 4).log_softmax(2), torch.tensor([1, 2, 3, 1]), (6, 4), (3, 1)"), ("nn.CTCLoss(3, 'none', True)", "torch.randn(4, 2, 4).log_softmax(2), torch.tensor([[1, 1, 1], [0, 2, 1]]), (4, 4), (3, 2)"),
]  # fmt: skip

MISTAKES = [
    ("nn.CTCLoss()", WORDS.replace("log_softmax(2)", "log_softmax(2).half()")),
    ("nn.MSELoss()", "torch.randn(3), torch.randn(4)"), ("nn.MSELoss(reduction='all')", TWO), ("nn.L1Loss()", "torch.randn(3), 2.0"), ("nn.MSELoss()", "torch.randn(3)"), ("nn.HuberLoss(delta='a')", ""), ("nn.HuberLoss(delta=-1)", TWO),
    ("nn.SmoothL1Loss(beta=-1)", TWO), ("nn.KLDivLoss()", "torch.ones(2).int(), torch.ones(2).int()"), ("nn.GaussianNLLLoss()", f"{TWO}, torch.randn(3, 4)"), ("nn.GaussianNLLLoss()", f"{TWO}, torch.rand(2)"), ("nn.GaussianNLLLoss(True)", ""),
    ("nn.BCELoss()", "torch.rand(3), torch.rand(3, 1)"), ("nn.BCELoss()", "torch.rand(3) + 1, torch.rand(3)"), ("nn.BCELoss(torch.ones(5))", CHANCES), ("nn.BCELoss([1.0])", ""), ("nn.BCEWithLogitsLoss()", "torch.randn(3), torch.rand(4)"),
    ("nn.BCEWithLogitsLoss(pos_weight=torch.ones(3))", CHANCES), ("nn.NLLLoss()", "torch.randn(3, 4), torch.tensor([1, 2])"), ("nn.NLLLoss()", "torch.randn(3, 4), torch.rand(3)"), ("nn.NLLLoss(torch.ones(3))", LABELS),
    ("nn.CrossEntropyLoss()", "torch.randn(3, 4), torch.tensor([0, 1])"), ("nn.CrossEntropyLoss()", "torch.randn(2, 4), torch.tensor([0, 4])"), ("nn.CrossEntropyLoss()", "torch.randn(2, 4), torch.tensor([0, -1])"), ("nn.CrossEntropyLoss()", "torch.randn(3, 4), torch.tensor([0., 1., 2.])"),
    ("nn.CrossEntropyLoss(label_smoothing=2.0)", LABELS), ("nn.CrossEntropyLoss(torch.ones(3))", LABELS), ("nn.CrossEntropyLoss(weight=[1.0, 2.0])", ""), ("nn.CrossEntropyLoss()", "torch.randn(2, 4), [0, 1]"),
    ("nn.CTCLoss(blank=7)", WORDS), ("nn.CTCLoss()", "torch.randn(4, 2, 4).log_softmax(2), torch.tensor([[1, 1], [1, 2]]), (4,), (2, 2)"), ("nn.CTCLoss()", "torch.randn(4, 1, 4).log_softmax(2), torch.tensor([[1, 1]]), (5,), (2,)"),
]  # fmt: skip

BEGINNING = """
nn = torch.nn
torch.manual_seed(0)
x, y = torch.randn(3, 4, requires_grad=True), torch.randn(3, 4)
labels = torch.tensor([0, 3, 1])
"""

SAYS = {
    "old names": "print(nn.MSELoss(size_average=False).reduction, nn.L1Loss(reduce=False).reduction, nn.CrossEntropyLoss(None, True, 1, True).reduction)",
    "another size": "print(nn.MSELoss()(x, y[0]), nn.L1Loss()(x[:, :1], y).shape, nn.SmoothL1Loss()(x, y[:1]), nn.HuberLoss()(x, y[0]))",
    "a mean that is no divergence": "print(nn.KLDivLoss()(x.log_softmax(1), y.softmax(1)))",
    "an old loss": "print(nn.NLLLoss2d()(x.view(1, 4, 3, 1).log_softmax(1), torch.zeros(1, 3, 1).long()))",
    "an old reduction": "print(nn.MSELoss(reduction='elementwise_mean')(x, y))",
    "their texts": "print(nn.MSELoss(), nn.CrossEntropyLoss(torch.ones(2)), nn.TripletMarginWithDistanceLoss(), nn.BCEWithLogitsLoss())",
    "weights are buffers": "m = nn.CrossEntropyLoss(torch.ones(4)); print(m.state_dict(), list(m.parameters()), m.double().weight.dtype, nn.BCEWithLogitsLoss(pos_weight=torch.ones(1)).state_dict(), nn.NLLLoss().state_dict(), nn.NLLLoss().weight)",
    "a weight that is saved": "m = nn.NLLLoss(torch.ones(2)); print(m.load_state_dict({'weight': torch.zeros(2)}), m.weight)",
    "a loss in a net": "class N(nn.Module):\n    def __init__(self):\n        super().__init__(); self.l = nn.Linear(4, 2); self.c = nn.CrossEntropyLoss()\n    def forward(self, x): return self.c(self.l(x), torch.tensor([0, 1, 1]))\nn = N(); n(x).backward(); print(n, n.l.bias.grad)",
    "what can be changed": "m = nn.MSELoss(); m.reduction = 'sum'; print(m(x, y)); m.reduction = 'most'; print(m(x, y))",
    "its graph": "l = nn.CrossEntropyLoss()(x, labels); print(l, l.grad_fn.name(), l.grad_fn.next_functions[0][0].name()); l.backward(); print(x.grad.sum().abs() < 1e-6)",
}  # fmt: skip


@pytest.mark.parametrize("made, given", CASES)
def test_a_loss_is_pytorchs(made: str, given: str) -> None:
    assert_twins(made, given)


@pytest.mark.parametrize("made, given", MISTAKES)
def test_a_mistake_with_losses_gets_pytorchs_error(made: str, given: str) -> None:
    assert_refused_alike(made, given)


@pytest.mark.parametrize("about", SAYS)
def test_losses_say_what_pytorchs_say(about: str) -> None:
    assert_says_the_same(BEGINNING + SAYS[about], heed=True)
