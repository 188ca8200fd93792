"""Which kernel attention uses, beside PyTorch."""

from __future__ import annotations

import pytest

from tests.programs import assert_says_the_same

BEGINNING = """
SDPBackend, sdpa_kernel = torch.nn.attention.SDPBackend, torch.nn.attention.sdpa_kernel
F = torch.nn.functional
B = SDPBackend
torch.manual_seed(0)
q = torch.randn(2, 2, 3, 4, requires_grad=True)
R = torch.randn
flags = lambda: (torch.backends.cuda.flash_sdp_enabled(), torch.backends.cuda.math_sdp_enabled(), torch.backends.cuda.mem_efficient_sdp_enabled(), torch.backends.cuda.cudnn_sdp_enabled())
def attended(*given, **more):
    with sdpa_kernel(more.pop('kernel', B.FLASH_ATTENTION)): r = F.scaled_dot_product_attention(*given, **more); print(r.detach(), r.grad_fn.name() if r.requires_grad else '')
"""

SAYS = {
    "the kernels": "print(B.MATH, repr(B.FLASH_ATTENTION), int(B.ERROR), B.MATH.name, B.MATH.value, list(B.__members__.items()), B(1), B.MATH == 0, B.MATH == B.MATH, hash(B.MATH), {B.MATH: 1})",
    "one": "attended(q, q, q)\nwith sdpa_kernel(B.MATH) as given: print(given, F.scaled_dot_product_attention(q, q, q))",
    "several": "attended(q, q, q, kernel=[B.MATH, B.FLASH_ATTENTION]); attended(q, q, q, kernel=[B.CUDNN_ATTENTION, B.FLASH_ATTENTION]); attended(q, q, q, kernel=[B.FLASH_ATTENTION, B.FLASH_ATTENTION], is_causal=True)",
    "flags": "print(flags())\nwith sdpa_kernel(B.MATH): print(flags())\nprint(flags())",
    "flags one by one": "b = torch.backends.cuda; b.enable_flash_sdp(False); b.enable_cudnn_sdp(False); print(flags()); b.enable_flash_sdp(True); b.enable_math_sdp(False); b.enable_mem_efficient_sdp(False); print(flags())\nfor f in (b.enable_math_sdp, b.enable_cudnn_sdp, b.enable_mem_efficient_sdp): f(True)\nprint(flags())",
    "flags after an error": "try:\n    with sdpa_kernel(B.MATH): raise ValueError\nexcept ValueError: print(flags())",
    "one in the other": "with sdpa_kernel(B.MATH):\n    with sdpa_kernel([B.FLASH_ATTENTION]): print(flags())\n    print(flags())",
    "an order": "with sdpa_kernel([B.FLASH_ATTENTION, B.MATH], set_priority=True): print(F.scaled_dot_product_attention(q, q, q), flags())",
    "as a decorator": "@sdpa_kernel(B.MATH)\ndef f(): return flags()\nprint(f(), flags())",
    "none for the CPU": "attended(q, q, q, kernel=B.EFFICIENT_ATTENTION)",
    "none at all": "attended(q, q, q, kernel=[])",
    "no kernel": "attended(q, q, q, kernel=3)",
    "a tuple": "attended(q, q, q, kernel=(B.MATH,))",
    "in whole numbers": "attended(q.int(), q.int(), q.int())",
    "of three dimensions": "attended(q[0], q[0], q[0])",
    "with dropout": "attended(q, q, q, dropout_p=0.1)",
    "of other values": "attended(q, q, R(2, 2, 3, 5))",
    "of nothing": "q = q.detach(); attended(q, R(2, 2, 0, 4), R(2, 2, 0, 4)); attended(R(2, 2, 0, 4), q, q)",
    "with a mask": "attended(q, q, q, attn_mask=R(3, 3)); attended(q, q, q, torch.ones(3, 3).tril().bool())",
    "with a mask that learns": "attended(q, q, q, attn_mask=R(3, 3, requires_grad=True))",
    "of another batch": "attended(q, R(1, 2, 3, 4), R(1, 2, 3, 4))",
    "of other heads": "attended(q, R(2, 1, 3, 4), R(2, 1, 3, 4))",
    "of shared heads": "attended(q, R(2, 1, 3, 4), R(2, 1, 3, 4), enable_gqa=True)",
    "a flag that is none": "torch.backends.cuda.enable_flash_sdp('yes')",
    "gradients of both kernels": "for k in (B.MATH, B.FLASH_ATTENTION):\n    q.grad = None\n    with sdpa_kernel(k): F.scaled_dot_product_attention(q, q, q, is_causal=True).pow(2).sum().backward()\n    print(q.grad)",
}  # fmt: skip


@pytest.mark.parametrize("about", SAYS)
def test_attention_uses_the_kernels_that_pytorch_uses(about: str) -> None:
    assert_says_the_same(BEGINNING + SAYS[about], heed=True)
