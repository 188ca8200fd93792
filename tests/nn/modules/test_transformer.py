"""Transformers, beside PyTorch's."""

from __future__ import annotations

import pytest

import minitorch_edu
from tests.nn.modules.twins import assert_refused_alike, assert_twins
from tests.oracle import torch as pytorch
from tests.programs import assert_says_the_same, said, said_again

ROWS, FIRST, ALONE = "torch.randn(3, 2, 4)", "torch.randn(2, 3, 4)", "torch.randn(3, 4)"
TWO, TWO_FIRST = "torch.randn(3, 2, 4), torch.randn(5, 2, 4)", "torch.randn(2, 3, 4), torch.randn(2, 5, 4)"
CAUSAL = "torch.nn.Transformer.generate_square_subsequent_mask(3)"
LATE = "torch.tensor([[False, False, True], [False, False, False]])"
LAYER, DECODER = (
    "nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0{})",
    "nn.TransformerDecoderLayer(4, 2, 8, dropout=0.0{})",
)

CASES = [
    ("nn.TransformerEncoderLayer(4, 2)", ROWS), ("nn.TransformerEncoderLayer(4, nhead=1, dim_feedforward=8, dropout=0.3)", ROWS), ("nn.TransformerEncoderLayer(4, 2, 8, 0.0)", ALONE),
    *((LAYER.format(more), given) for more, given in ((", batch_first=True", FIRST), (", norm_first=True", ROWS), (", bias=False", ROWS), (", activation='gelu'", ROWS), (", layer_norm_eps=0.1, batch_first=True", FIRST), (", activation=torch.tanh", ROWS))),
    (LAYER.format(", batch_first=True, activation=nn.GELU('tanh')"), FIRST), (LAYER.format(", activation=nn.ReLU(), dtype=torch.float64, device=None"), f"{ROWS}.double()"),
    (LAYER.format(""), f"{ROWS}, src_mask={CAUSAL}"), (LAYER.format(""), f"{ROWS}, {CAUSAL}, is_causal=True"), (LAYER.format(", batch_first=True"), f"{FIRST}, src_mask={CAUSAL}.bool()"), (LAYER.format(", batch_first=True"), f"{FIRST}, src_key_padding_mask={LATE}"),
    (LAYER.format(", norm_first=True, batch_first=True"), f"{FIRST}, {CAUSAL} < 0, {LATE}"),
    ("nn.TransformerDecoderLayer(4, 2)", TWO), ("nn.TransformerDecoderLayer(4, 2, 8, 0.3)", TWO), (DECODER.format(""), "torch.randn(3, 4), torch.randn(5, 4)"),
    *((DECODER.format(more), given) for more, given in ((", batch_first=True", TWO_FIRST), (", norm_first=True", TWO), (", bias=False", TWO), (", activation='gelu'", TWO), (", activation=torch.tanh", TWO), (", dtype=torch.float64", "torch.randn(3, 2, 4).double(), torch.randn(5, 2, 4).double()"))),
    (DECODER.format(""), f"{TWO}, tgt_mask={CAUSAL}, tgt_is_causal=True"), (DECODER.format(", batch_first=True, norm_first=True"), f"{TWO_FIRST}, {CAUSAL} < 0, torch.zeros(3, 5) > 0, {LATE}, torch.arange(10).view(2, 5) > 7"),
    ("nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8, 0.0), 2)", ROWS), ("nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8, 0.0), 2, nn.LayerNorm(4))", f"{ROWS}, {CAUSAL}"),
    ("nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8, 0.0, batch_first=True), 2, norm=nn.LayerNorm(4), enable_nested_tensor=False)", f"{FIRST}, src_key_padding_mask={LATE}"),
    ("nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8, 0.2, batch_first=True), num_layers=1)", f"{FIRST}, mask={CAUSAL}, is_causal=True"), ("nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8, 0.0), 1)", ALONE),
    ("nn.TransformerDecoder(nn.TransformerDecoderLayer(4, 2, 8, 0.0), 2)", TWO), ("nn.TransformerDecoder(nn.TransformerDecoderLayer(4, 2, 8, 0.0, batch_first=True), 2, nn.LayerNorm(4))", f"{TWO_FIRST}, tgt_mask={CAUSAL}, tgt_key_padding_mask={LATE}.float()"),
    ("nn.TransformerDecoder(nn.TransformerDecoderLayer(4, 2, 8, 0.2), num_layers=2)", f"{TWO}, {CAUSAL} < 0, tgt_is_causal=False"),
    ("nn.Transformer(4, 2, 1, 1, 8, 0.0)", TWO), ("nn.Transformer(4, 2, 2, 1, 8, 0.1, batch_first=True)", f"{TWO_FIRST}, tgt_mask=torch.nn.Transformer.generate_square_subsequent_mask(5)"), ("nn.Transformer(4, 2, 1, 2, 8, 0.0, 'gelu', norm_first=True, bias=False)", TWO),
    ("nn.Transformer(d_model=4, nhead=1, num_encoder_layers=1, num_decoder_layers=1, dim_feedforward=8, dropout=0.0, batch_first=True, layer_norm_eps=0.01)", f"{TWO_FIRST}, src_key_padding_mask={LATE}, memory_key_padding_mask={LATE}"),
    ("nn.Transformer(4, 2, 1, 1, 8, 0.0)", "torch.randn(3, 4), torch.randn(5, 4)"),
]  # fmt: skip

MISTAKES = [
    ("nn.TransformerEncoderLayer(4, 3)", ""), ("nn.TransformerEncoderLayer(4, 2, activation='tanh')", ""), ("nn.TransformerDecoderLayer(4, 2, activation='swish')", ""), ("nn.TransformerEncoderLayer(4)", ""),
    ("nn.TransformerEncoderLayer(4, 2)", "torch.randn(3, 2, 6)"), ("nn.TransformerEncoderLayer(4, 2)", "torch.randn(4)"), ("nn.TransformerEncoderLayer(4, 2)", f"{ROWS}, is_causal=True"), ("nn.TransformerEncoderLayer(4, 2)", f"{ROWS}, torch.zeros(2, 2)"),
    ("nn.TransformerEncoderLayer(4, 2)", f"{ROWS}, torch.ones(3, 3).long()"), ("nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2), 1)", f"{ROWS}, src_key_padding_mask=torch.ones(2, 3).int()"), ("nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2), 1)", f"{ROWS}, torch.ones(3, 3).int()"),
    ("nn.Transformer(4, 2, 1, 1, 8)", "torch.randn(3, 2, 4), torch.randn(3, 1, 4)"), ("nn.Transformer(4, 2, 1, 1, 8, batch_first=True)", "torch.randn(3, 2, 4), torch.randn(2, 2, 4)"), ("nn.Transformer(4, 2, 1, 1, 8)", "torch.randn(3, 2, 5), torch.randn(3, 2, 5)"),
    ("nn.Transformer(5, 2)", ""), ("nn.TransformerDecoderLayer(4, 2)", ROWS), ("nn.TransformerEncoder(nn.Linear(4, 4), 1, enable_nested_tensor=False)", ROWS),
]  # fmt: skip

BEGINNING = """
nn = torch.nn
torch.manual_seed(0)
layer = nn.TransformerEncoderLayer(4, 2, 8, batch_first=True)
made = lambda **more: nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8, batch_first=True), 2, **more).eval()
x, memory = torch.randn(2, 3, 4), torch.randn(2, 5, 4)
causal = nn.Transformer.generate_square_subsequent_mask(3)
late = torch.tensor([[False, False, True], [False, False, False]])
"""

SAYS = {
    "its text": "print(layer, nn.TransformerDecoderLayer(4, 2, 8), nn.Transformer(4, 2, 1, 1, 8))",
    "its state": "print(list(nn.Transformer(4, 2, 1, 2, 8).state_dict()), sum(p.numel() for p in nn.Transformer(8, 2, 1, 1, 8).parameters()))",
    "copies begin alike": "e = made(); print(torch.equal(e.layers[0].linear1.weight, e.layers[1].linear1.weight), e.layers[0].linear1.weight is e.layers[1].linear1.weight, e.num_layers, e.norm, e.use_nested_tensor, e.enable_nested_tensor, e.mask_check)",
    "causal masks": "print(causal, nn.Transformer.generate_square_subsequent_mask(2, dtype=torch.float64), nn.Transformer.generate_square_subsequent_mask(2, device='cpu'), nn.Transformer(4, 2, 1, 1).generate_square_subsequent_mask(1))",
    "why nothing is nested": "for k in (dict(batch_first=False), dict(norm_first=True), dict(nhead=1), dict(bias=False), dict(activation=torch.tanh)): nn.TransformerEncoder(nn.TransformerEncoderLayer(**{**dict(d_model=4, nhead=2, dim_feedforward=8, batch_first=True), **k}), 1)",
    "why a foreign layer is not nested": "nn.TransformerEncoder(nn.Linear(4, 4), 1); l = nn.TransformerEncoderLayer(4, 2, 8, batch_first=True); l.norm2.eps = 0.1; nn.TransformerEncoder(l, 1)",
    "masks of two kinds": "layer(x, causal, late); made()(x, causal, late); nn.TransformerDecoderLayer(4, 2, 8, batch_first=True)(x, memory, causal, tgt_key_padding_mask=late)",
    "evaluation": "layer.eval()\nwith torch.no_grad(): print(layer(x), layer(x, causal), layer(x, causal < 0), layer(x, src_key_padding_mask=late), layer(x, causal, late.float().masked_fill(late, -float('inf'))))",
    "nobody to attend to": "import warnings; warnings.simplefilter('ignore'); layer.eval(); gone = torch.tensor([[True] * 3, [False] * 3]); print(layer(x, src_key_padding_mask=gone))",
    "padding in evaluation": "e = made(norm=nn.LayerNorm(4)); f = made()\nwith torch.no_grad(): print(e(x, src_key_padding_mask=late), f(x, src_key_padding_mask=late))",
    "padding the slow way": "b = torch.backends.mha; print(b.get_fastpath_enabled()); b.set_fastpath_enabled(False); e = made()\nwith torch.no_grad(): print(e(x, src_key_padding_mask=late), b.get_fastpath_enabled())\nb.set_fastpath_enabled(True)",
    "helpers by name": "t = torch.nn.modules.transformer; print(t._get_clones(nn.Identity(), 2), t._get_activation_fn('gelu') is nn.functional.gelu, t._get_seq_len(x, True), t._get_seq_len(x[0], True)); print([t._detect_is_causal_mask(*g) for g in ((causal,), (causal, False), (None, True), (causal.t(), None), (causal, None, 4), (None,), (causal < 0, None, 3), (causal.expand(2, 3, 3),))])",
    "padding with gradients": "e = made(); print(e(x, src_key_padding_mask=late))",
    "padding before": "e = made()\nwith torch.no_grad(): print(e(x, src_key_padding_mask=late.flip(1)))",
    "padding of all": "e = made()\nwith torch.no_grad(): print(e(x, src_key_padding_mask=torch.tensor([[False, False, True], [False, True, True]])))",
    "padding as numbers": "e = made(); n = torch.zeros(2, 3).masked_fill(late, -float('inf'))\nwith torch.no_grad(): print(e(x, src_key_padding_mask=n))",
    "padding and a mask": "e = made()\nwith torch.no_grad(): print(e(x, causal < 0, late), e(x, causal), e(x, causal, is_causal=True))",
    "no nesting": "e = made(enable_nested_tensor=False)\nwith torch.no_grad(): print(e(x, src_key_padding_mask=late))",
    "another layer": "class L(nn.Module):\n    def __init__(self): super().__init__(); self.self_attn = nn.MultiheadAttention(4, 2)\n    def forward(self, x, src_mask, is_causal, src_key_padding_mask): print(src_mask, is_causal, src_key_padding_mask); return x + 1\ne = nn.TransformerEncoder(L(), 2, enable_nested_tensor=False)\nprint(e(x[:, :2], causal), e(x[0], is_causal=True))",
    "a block of its own": "class L(nn.TransformerEncoderLayer):\n    def _sa_block(self, x, attn_mask, key_padding_mask, is_causal=False):\n        x, self.seen = self.self_attn(x, x, x, attn_mask=attn_mask, need_weights=True)\n        return self.dropout1(x)\nl = L(4, 2, 8); l(x); print(l.seen.shape)",
    "gradients": "t = nn.Transformer(4, 2, 1, 1, 8, 0.0, batch_first=True); t(x, memory[:, :4]).pow(3).sum().backward(); print([(n, p.grad.sum().round(decimals=3) + 0) for n, p in t.named_parameters()])",
    "hooks keep the slow way": "layer.eval(); layer.self_attn.register_forward_hook(lambda m, i, o: print('attended', o[1]))\nwith torch.no_grad(): layer(x)",
    "learning": "o = torch.optim.SGD(layer.parameters(), lr=0.1); torch.manual_seed(2)\nfor _ in range(3): l = layer(x).pow(2)[..., 0].mean(); o.zero_grad(); l.backward(); o.step(); print(f'{l.item():.4f}')",
    "a copy of the encoder": "import copy; e = copy.deepcopy(made()); print(torch.allclose(e(x), e(x)), len(list(e.parameters())))",
}  # fmt: skip


@pytest.mark.parametrize("made, given", CASES)
def test_a_transformer_is_pytorchs(made: str, given: str) -> None:
    assert_twins(made, given, rtol=1e-4)  # gradients go through many sums


@pytest.mark.parametrize("made, given", MISTAKES)
def test_a_mistake_with_transformers_gets_pytorchs_error(made: str, given: str) -> None:
    assert_refused_alike(made, given)


@pytest.mark.parametrize("about", SAYS)
def test_transformers_say_what_pytorchs_say(about: str) -> None:
    """A line that is said again is one line: PyTorch warns of nested tensors at each of its own steps."""
    with said_again():
        texts = [said(engine, BEGINNING + SAYS[about], heed=True) for engine in (minitorch_edu, pytorch)]
    ours, theirs = (list(dict.fromkeys(text.splitlines())) for text in texts)
    assert ours == theirs


def test_evaluation_computes_what_training_does() -> None:
    """PyTorch's kernels for evaluation make bools of such masks, and nan of a sample that is padded as a whole."""
    import minitorch_edu as torch

    torch.manual_seed(0)
    layer = torch.nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0, batch_first=True)
    x, far = torch.randn(2, 3, 4), -torch.arange(3.0).expand(3, 3)
    gone = torch.tensor([[True] * 3, [False] * 3])
    for masks in ({"src_mask": far}, {"src_key_padding_mask": gone}):
        trained = layer.train()(x, **masks)
        with torch.no_grad():
            assert torch.equal(layer.eval()(x, **masks), trained)


LANGUAGE_MODEL = """
nn = torch.nn
torch.manual_seed(0)
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.letter, self.place = nn.Embedding(17, 16), nn.Embedding(8, 16)
        layer = nn.TransformerEncoderLayer(16, 4, 32, 0.1, batch_first=True, norm_first=True, activation='gelu')
        self.layers = nn.TransformerEncoder(layer, 2, norm=nn.LayerNorm(16), enable_nested_tensor=False)
        self.out = nn.Linear(16, 17)
    def forward(self, x):
        mask = nn.Transformer.generate_square_subsequent_mask(x.size(1))
        return self.out(self.layers(self.letter(x) + self.place(torch.arange(x.size(1))), mask=mask, is_causal=True))
model, text = Model(), torch.arange(200).pow(2) % 17
optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
for step in range(20):
    x = torch.stack([text[k:k + 9] for k in torch.randint(0, 190, (4,))])
    loss = nn.CrossEntropyLoss(label_smoothing=0.05)(model(x[:, :-1]).flatten(0, 1), x[:, 1:].flatten())
    optimizer.zero_grad(); loss.backward(); optimizer.step()
    print(f'{loss.item():.3f}')
"""

TRANSLATOR = """
nn = torch.nn
torch.manual_seed(0)
model = nn.Transformer(16, 2, 1, 1, 32, 0.1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
for step in range(20):
    a, b = torch.randn(5, 3, 16), torch.randn(4, 3, 16)
    loss = nn.MSELoss()(model(a, b, tgt_mask=model.generate_square_subsequent_mask(4)), b.tanh())
    optimizer.zero_grad(); loss.backward(); optimizer.step()
    print(f'{loss.item():.3f}')
"""


@pytest.mark.parametrize("program", [LANGUAGE_MODEL, TRANSLATOR])
def test_a_transformer_learns_step_by_step_as_pytorchs(program: str) -> None:
    assert_says_the_same(program)
