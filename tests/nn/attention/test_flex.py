"""Attention with scores and masks of one's own, beside PyTorch's."""

from __future__ import annotations

import importlib

import pytest

import minitorch_edu
from tests.programs import assert_says_the_same

theirs = importlib.import_module("torch.nn.attention.flex_attention")
ours = importlib.import_module("minitorch_edu.nn.attention.flex_attention")

BEGINNING = """
f = torch.nn.attention.flex_attention
flex, BM = f.flex_attention, f.create_block_mask
torch.manual_seed(0)
R = torch.randn
q, k, v = R(2, 2, 6, 4), R(2, 2, 8, 4), R(2, 2, 8, 3)
causal = lambda b, h, q, kv: q >= kv
def causal_mask(b, h, q_idx, kv_idx): return q_idx >= kv_idx
near = lambda b, h, q, kv: (q - kv).abs() <= 1
"""

SAYS = {
    "plainly": "print(flex(q, k, v), flex(q, k, v, scale=0.5))",
    "a bias by distance": "print(flex(q, k, v, score_mod=lambda s, b, h, q, kv: s - (q - kv).abs()))",
    "a slope for each head": "print(flex(q, k, v, score_mod=lambda s, b, h, q, kv: s + torch.exp2(-(h + 1.0)) * (kv - q)))",
    "a table of biases": "t = R(2, 20); print(flex(q, k, v, score_mod=lambda s, b, h, q, kv: s + t[h, q - kv + 8]))",
    "soft bounds": "print(flex(q, k, v, score_mod=lambda s, b, h, q, kv: 3 * torch.tanh(s / 3)))",
    "scores that are hidden": "print(flex(q, k, v, score_mod=lambda s, b, h, q, kv: torch.where(q >= kv, s, -float('inf'))))",
    "lengths of samples": "n = torch.tensor([3, 7]); print(flex(q, k, v, score_mod=lambda s, b, h, q, kv: torch.where(kv < n[b], s, -float('inf'))))",
    "a block mask": "m = BM(causal_mask, None, None, 6, 8, BLOCK_SIZE=2); print(flex(q, k, v, block_mask=m))",
    "a block mask for each": "m = BM(lambda b, h, q, kv: (q >= kv) & (kv != b + h), 2, 2, 6, 8, BLOCK_SIZE=2); print(flex(q, k, v, block_mask=m))",
    "mask and scores": "m = BM(near, None, None, 6, 8, BLOCK_SIZE=(2, 4)); print(flex(q, k, v, lambda s, b, h, q, kv: s * 2, m))",
    "nobody to attend to": "m = BM(lambda b, h, q, kv: q > kv, None, None, 6, 8, BLOCK_SIZE=2); print(flex(q, k, v, block_mask=m)[:, :, 0])",
    "shared heads": "print(flex(R(2, 4, 6, 4), k, v, enable_gqa=True))",
    "one set of keys for all samples": "m = BM(causal, 2, None, 6, 8, BLOCK_SIZE=2); print(flex(q, k[:1], v[:1], block_mask=m))",
    "sums as well": "import warnings; warnings.simplefilter('ignore'); o, l = flex(q, k, v, return_lse=True); print(l); o, a = flex(q, k, v, return_aux=f.AuxRequest(lse=True)); print(a); print(flex(q, k, v, return_aux=f.AuxRequest())[1])",
    "in double": "print(flex(q.double(), k.double(), v.double(), score_mod=lambda s, b, h, q, kv: s + q))",
    "a mask in words": "m = BM(causal_mask, None, None, 6, 8, BLOCK_SIZE=2); print(m, repr(m), m.shape, m.numel(), m.sparsity(), m.to_dense(), m.BLOCK_SIZE, m.seq_lengths, sep='\\n')",
    "its blocks": "m = BM(near, 1, 2, 7, 8, BLOCK_SIZE=2)\nfor n in 'kv_num_blocks kv_indices full_kv_num_blocks full_kv_indices q_num_blocks q_indices full_q_num_blocks full_q_indices'.split(): print(n, getattr(m, n))",
    "no blocks apart": "m = BM(causal_mask, None, None, 4, 4, BLOCK_SIZE=2, separate_full_blocks=False); print(m, repr(m), m.kv_num_blocks, m.q_indices)",
    "a large mask": "m = BM(causal, None, None, 1000, 3000); print(m, m.to_string((3, 5)), m.to_string(4))",
    "many heads": "m = BM(lambda b, h, q, kv: q >= kv * h, 2, 3, 8, 8, BLOCK_SIZE=4); print(m); print(m.to_string(limit=1))",
    "a part": "m = BM(causal_mask, 2, 2, 6, 8, BLOCK_SIZE=2); print(m[0, 1], m[1].shape, m[:, :, 1:].kv_indices.shape, m[-1, 0, 2].kv_num_blocks)",
    "blocks by hand": "m = f.BlockMask.from_kv_blocks(torch.tensor([[[1, 2]]]), torch.tensor([[[[0, 1], [1, 0]]]]), BLOCK_SIZE=2); print(m, m.q_num_blocks, m.q_indices, m.mask_mod is f.noop_mask)",
    "on another device": "m = BM(causal_mask, None, None, 4, 4, BLOCK_SIZE=2).to('cpu'); print(m, m.mask_mod is causal_mask)",
    "masks as tensors": "print(f.create_mask(causal, None, None, 3, 4), f.create_mask(lambda b, h, q, kv: b == h, 2, 2, 1, 1), f.create_mask(lambda s, b, h, q, kv: torch.where(q >= kv, s, -float('inf')), 1, 1, 2, 2), f.create_mask(f.noop_mask, 1, 1, 2, 2))",
    "masks joined": "print(f.create_mask(f.and_masks(causal, near), None, None, 3, 4), f.create_mask(f.or_masks(near, lambda b, h, q, kv: kv == 0), None, None, 3, 4), f.and_masks().__name__)",
    "other heads": "flex(q, k[:, :1], v[:, :1])", "other numbers": "flex(q, k[..., :3], v)", "other samples": "flex(q, k[:1], v[:1])", "three dimensions": "flex(q[0], k[0], v[0])", "a row": "flex(q[0, 0, 0], k, v)",
    "heads that do not divide": "flex(R(2, 3, 6, 4), k, v, enable_gqa=True)", "a mask that is too small": "flex(q, k, v, block_mask=BM(causal, None, None, 4, 8, BLOCK_SIZE=2))", "a mask that is too large": "flex(q, k, v, block_mask=BM(causal, None, None, 8, 8, BLOCK_SIZE=2))",
    "a part as a mask": "flex(q, k, v, block_mask=BM(causal, None, None, 6, 8, BLOCK_SIZE=2)[0])", "the mask of a part": "BM(causal, None, None, 6, 8, BLOCK_SIZE=2)[0].mask_mod(1, 2, 3, 4)", "two requests": "flex(q, k, v, return_lse=True, return_aux=f.AuxRequest())",
    "a mask of three": "f.create_mask(lambda a, b, c: a, 1, 1, 1, 1)", "a number as a mask": "f.and_masks(3)",
    "blocks without columns": "f.BlockMask.from_kv_blocks(torch.ones(1), torch.ones(1))", "full blocks in part": "f.BlockMask.from_kv_blocks(torch.ones(1, 1).int(), torch.zeros(1, 1, 1).int(), torch.ones(1, 1).int())",
}  # fmt: skip


@pytest.fixture(autouse=True)
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """PyTorch compiles otherwise. Both know the module without importing it by name."""
    monkeypatch.setattr(theirs, "_FLEX_ATTENTION_DISABLE_COMPILE_DEBUG", True)


@pytest.mark.parametrize("about", SAYS)
def test_flex_attention_does_what_pytorchs_does(about: str) -> None:
    assert_says_the_same(BEGINNING + SAYS[about])


def test_flex_attention_has_gradients() -> None:
    """PyTorch's has none on the CPU."""
    query = minitorch_edu.randn(1, 1, 3, 2, dtype=minitorch_edu.float64, requires_grad=True)
    mask = ours.create_block_mask(lambda b, h, q, kv: q >= kv, None, None, 3, 3)

    def attended(query: minitorch_edu.Tensor) -> minitorch_edu.Tensor:
        return ours.flex_attention(query, query, query, lambda s, b, h, q, kv: s * (1 + q), mask)

    assert minitorch_edu.autograd.gradcheck(attended, query)
