"""Multi-head attention as a module, beside PyTorch's."""

from __future__ import annotations

import pytest

from tests.nn.modules.twins import assert_refused_alike, assert_twins
from tests.programs import assert_says_the_same

THREE = "torch.randn(3, 2, 4), torch.randn(5, 2, 4), torch.randn(5, 2, 4)"
SELF = "*[torch.randn(3, 2, 4)] * 3"
FIRST = "torch.randn(2, 3, 4), torch.randn(2, 5, 4), torch.randn(2, 5, 4)"
ALONE = "torch.randn(3, 4), torch.randn(5, 4), torch.randn(5, 4)"
PADDING = "key_padding_mask=torch.tensor([[False] * 5, [False, False, False, True, True]])"
HIDDEN = "attn_mask=torch.ones(3, 5).triu(2).bool()"
NUMBERS = "attn_mask=torch.randn(3, 5)"

CASES = [
    ("nn.MultiheadAttention(4, 2)", THREE), ("nn.MultiheadAttention(4, 1, bias=False)", THREE), ("nn.MultiheadAttention(embed_dim=4, num_heads=4)", SELF),
    ("nn.MultiheadAttention(4, 2, batch_first=True)", FIRST), ("nn.MultiheadAttention(4, 2, batch_first=True)", "*[torch.randn(2, 3, 4)] * 3"),
    ("nn.MultiheadAttention(4, 2, batch_first=True)", "torch.randn(2, 3, 4), *[torch.randn(2, 5, 4)] * 2"), ("nn.MultiheadAttention(4, 2)", ALONE), ("nn.MultiheadAttention(4, 2, batch_first=True)", ALONE),
    ("nn.MultiheadAttention(4, 2, add_bias_kv=True)", THREE), ("nn.MultiheadAttention(4, 2, add_zero_attn=True)", THREE), ("nn.MultiheadAttention(4, 2, 0, True, True, True)", f"{THREE}, {PADDING}"),
    ("nn.MultiheadAttention(4, 2, kdim=3, vdim=5)", "torch.randn(3, 2, 4), torch.randn(5, 2, 3), torch.randn(5, 2, 5)"), ("nn.MultiheadAttention(4, 2, kdim=3, bias=False)", "torch.randn(3, 4), torch.randn(5, 3), torch.randn(5, 4)"),
    ("nn.MultiheadAttention(4, 2, vdim=6, batch_first=True, add_bias_kv=True)", "torch.randn(2, 3, 4), torch.randn(2, 5, 4), torch.randn(2, 5, 6)"),
    *((f"nn.MultiheadAttention(4, 2, batch_first={first})", f"{given}, need_weights={needed}, {mask}") for first, given in ((False, THREE), (True, FIRST)) for needed in (True, False) for mask in (PADDING, HIDDEN, f"{PADDING}, {HIDDEN}", NUMBERS)),
    ("nn.MultiheadAttention(4, 2)", f"{THREE}, average_attn_weights=False"), ("nn.MultiheadAttention(4, 2)", f"{ALONE}, average_attn_weights=False"), ("nn.MultiheadAttention(4, 2)", f"{THREE}, None, False"),
    ("nn.MultiheadAttention(4, 2)", f"{THREE}, attn_mask=torch.randn(4, 3, 5)"), ("nn.MultiheadAttention(4, 2)", f"{ALONE}, attn_mask=torch.randn(2, 3, 5), need_weights=False"), ("nn.MultiheadAttention(4, 2)", f"{ALONE}, key_padding_mask=torch.arange(5) > 3"),
    ("nn.MultiheadAttention(4, 2)", f"{SELF}, need_weights=False, attn_mask=nn.Transformer.generate_square_subsequent_mask(3), is_causal=True".replace("nn.", "torch.nn.")),
    ("nn.MultiheadAttention(4, 2)", f"{SELF}, attn_mask=torch.nn.Transformer.generate_square_subsequent_mask(3), is_causal=True"),
    ("nn.MultiheadAttention(4, 2, dtype=torch.float64)", "*[torch.randn(3, 2, 4).double()] * 3"), ("nn.MultiheadAttention(4, 2, device=None)", f"{THREE}, key_padding_mask=torch.randn(2, 5)"),
]  # fmt: skip

MISTAKES = [
    ("nn.MultiheadAttention(4, 3)", ""), ("nn.MultiheadAttention(0, 1)", ""), ("nn.MultiheadAttention(4, -1)", ""), ("nn.MultiheadAttention(4)", ""),
    ("nn.MultiheadAttention(4, 2)", "torch.randn(4), torch.randn(4), torch.randn(4)"), ("nn.MultiheadAttention(4, 2)", "torch.randn(3, 2, 4), torch.randn(3, 4), torch.randn(3, 4)"), ("nn.MultiheadAttention(4, 2)", "*[torch.randn(3, 2, 6)] * 3"),
    ("nn.MultiheadAttention(4, 2)", "torch.randn(3, 2, 4), torch.randn(5, 2, 4), torch.randn(6, 2, 4)"), ("nn.MultiheadAttention(4, 2)", f"{THREE}, attn_mask=torch.randn(5, 3)"), ("nn.MultiheadAttention(4, 2)", f"{THREE}, attn_mask=torch.randn(2, 3, 5)"),
    ("nn.MultiheadAttention(4, 2)", f"{THREE}, key_padding_mask=torch.zeros(5, 2) > 0"), ("nn.MultiheadAttention(4, 2)", f"{THREE}, key_padding_mask=torch.zeros(5) > 0"), ("nn.MultiheadAttention(4, 2)", f"{THREE}, attn_mask=torch.ones(3, 5).int()"),
    ("nn.MultiheadAttention(4, 2)", f"{THREE}, key_padding_mask=torch.ones(2, 5).long()"), ("nn.MultiheadAttention(4, 2)", f"{THREE}, is_causal=True"), ("nn.MultiheadAttention(4, 2)", f"{ALONE}, attn_mask=torch.ones(1, 3, 5)"),
    ("nn.MultiheadAttention(4, 2, kdim=3)", "torch.randn(3, 2, 4), torch.randn(5, 2, 3), torch.randn(6, 2, 4)"), ("nn.MultiheadAttention(4, 2)", "torch.randn(3, 2, 4), torch.randn(5, 2, 4)"), ("nn.MultiheadAttention(4, 2)", f"{THREE}, attn_mask=torch.randn(3)"),
]  # fmt: skip

BEGINNING = """
nn = torch.nn
torch.manual_seed(0)
m = nn.MultiheadAttention(4, 2, batch_first=True)
x = torch.randn(2, 3, 4)
hidden = torch.ones(3, 3).triu(1).bool()
causal = nn.Transformer.generate_square_subsequent_mask(3)
late = torch.tensor([[False, False, True], [False, False, False]])
"""

SAYS = {
    "its text": "print(m, nn.MultiheadAttention(4, 2, kdim=3), nn.MultiheadAttention(4, 1, bias=False))",
    "its parameters": "for m in (m, nn.MultiheadAttention(4, 2, kdim=3, vdim=5, add_bias_kv=True), nn.MultiheadAttention(4, 2, bias=False)): print([(n, tuple(p.shape)) for n, p in m.named_parameters()], m.in_proj_weight is None, m.bias_k is None, m.head_dim, m._qkv_same_embed_dim)",
    "its state": "s = m.state_dict(); print(s); print(m.load_state_dict(s))",
    "masks of two kinds": "m(x, x, x, key_padding_mask=late, attn_mask=causal)",
    "masks as one": "q = torch.zeros(2, 3); a, k = m.merge_masks(causal, q, x); print(a.shape, k, m.merge_masks(None, q, x)[1], m.merge_masks(None, None, x), m.merge_masks(causal.expand(4, 3, 3), None, x)[0].shape)",
    "dropout": "m = nn.MultiheadAttention(4, 2, dropout=0.5); torch.manual_seed(1); o, w = m(x, x, x); print(w); print(m.eval()(x, x, x)[1])",
    "no grad": "with torch.no_grad(): print(m(x, x, x), m(x, x, x, need_weights=False, attn_mask=causal, is_causal=True))",
    "evaluation": "m.eval()\nfor k in (dict(), dict(key_padding_mask=late), dict(attn_mask=hidden), dict(average_attn_weights=False), dict(key_padding_mask=late, attn_mask=hidden)):\n    with torch.no_grad(): o, w = m(x, x, x, **k); p = m(x, x, x, need_weights=False, **k)\n    print(o, w, p)",
    "causal in evaluation": "m.eval()\nwith torch.no_grad(): print(m(x, x, x, attn_mask=causal, is_causal=True)[0], m(x, x, x, attn_mask=hidden, is_causal=True, need_weights=False)[0])",
    "nobody to attend to": "gone = torch.tensor([[True] * 3, [False] * 3])\nimport warnings; warnings.simplefilter('ignore')\nprint(m(x, x, x, key_padding_mask=gone, need_weights=False)[0], m(x, x, x, key_padding_mask=gone))",
    "gradients": "o, _ = m(x, x, x); o.pow(2).sum().backward(); print(m.in_proj_weight.grad, m.in_proj_bias.grad.round(decimals=4) + 0, m.out_proj.bias.grad)",
    "a graph": "o, w = m(x, x, x); print(o.grad_fn.name(), w.grad_fn.name()); o, w = m(x, x, x, need_weights=False); print(o.grad_fn.name(), w)",
}  # fmt: skip


@pytest.mark.parametrize("made, given", CASES)
def test_attention_is_pytorchs(made: str, given: str) -> None:
    assert_twins(made, given)


@pytest.mark.parametrize("made, given", MISTAKES)
def test_a_mistake_with_attention_gets_pytorchs_error(made: str, given: str) -> None:
    assert_refused_alike(made, given)


@pytest.mark.parametrize("about", SAYS)
def test_attention_says_what_pytorchs_says(about: str) -> None:
    assert_says_the_same(BEGINNING + SAYS[about], heed=True)
