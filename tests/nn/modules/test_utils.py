"""Helpers of layers that programs import, beside PyTorch's."""

from __future__ import annotations

import pytest

from tests.programs import assert_says_the_same

SAYS = {
    "one number or several": "u = torch.nn.modules.utils; print(u._single(3), u._pair(3), u._pair([1, 2]), u._triple((1, 2, 3)), u._quadruple(0), u._ntuple(6)(1), u._pair('ab'), u._pair.__name__, u._reverse_repeat_tuple((1, 2), 2))",
    "a prefix": "torch.manual_seed(0); u = torch.nn.modules.utils; s = torch.nn.Sequential(torch.nn.Linear(1, 1)).state_dict(prefix='module.'); print(s, s._metadata); u.consume_prefix_in_state_dict_if_present(s, 'module.'); print(s, s._metadata)",
    "no prefix": "u = torch.nn.modules.utils; s = {'a.b': 1, 'b': 2}; u.consume_prefix_in_state_dict_if_present(s, 'b.'); print(s); u.consume_prefix_in_state_dict_if_present(s, 'a.'); print(s)",
    "types": "t = torch.nn.common_types; print(t._size_2_t, t._ratio_any_t, t._size_3_opt_t)",
    "bases of losses": "l = torch.nn.modules.loss; print(issubclass(torch.nn.TripletMarginLoss, l._Loss), issubclass(torch.nn.BCELoss, l._WeightedLoss), l.TripletMarginLoss is torch.nn.TripletMarginLoss, l.CTCLoss is torch.nn.CTCLoss)",
    "a loss of one's own": "class L(torch.nn.modules.loss._Loss):\n    def forward(self, x, y): return (x - y).pow(4).mean() if self.reduction == 'mean' else (x - y).pow(4)\nprint(L()(torch.ones(2), torch.zeros(2)), L(reduction='none')(torch.ones(2), torch.zeros(2)), L())",
}  # fmt: skip


@pytest.mark.parametrize("about", SAYS)
def test_helpers_of_layers_do_what_pytorchs_do(about: str) -> None:
    assert_says_the_same(SAYS[about], heed=True)
