"""The lists of autocast: complete, and what each of their ops makes of its inputs is what PyTorch makes of them."""

from __future__ import annotations

import pytest

import minitorch_edu
from minitorch_edu.amp import casting, lists
from tests.device import made_on_the_host
from tests.oracle import torch as pytorch
from tests.programs import said

ELSEWHERE = {
    "AutocastCPU": {
        "_addmm_activation": "behind Linear and ReLU in one",
        "_convolution": "behind convolutions",
        "_grid_sampler_2d_cpu_fallback": "behind grid_sample",
        "_lu_with_info": "behind linalg.lu_factor of old",
        "_native_multi_head_attention": "behind MultiheadAttention",
        "fake_quantize_per_tensor_affine": "quantization",
        "mkldnn_rnn_layer": "behind lstm",
        "multilabel_margin_loss_forward": "behind multilabel_margin_loss",
    },
    "AutocastCUDA": {
        "_convolution": "behind convolutions",
        "_scaled_dot_product_flash_attention": "behind scaled_dot_product_attention",
        "_thnn_fused_gru_cell": "behind gru_cell",
        "_thnn_fused_lstm_cell": "behind lstm_cell",
        "_upsample_bicubic2d_aa": "upsample_bicubic2d_aa",
        "_upsample_bilinear2d_aa": "upsample_bilinear2d_aa",
        "_upsample_nearest_exact1d": "upsample_nearest_exact1d",
        "_upsample_nearest_exact2d": "upsample_nearest_exact2d",
        "_upsample_nearest_exact3d": "upsample_nearest_exact3d",
        "cudnn_convolution": "behind convolutions",
        "cudnn_convolution_transpose": "behind convolutions",
    },
}
"""Ops of ATen's lists that have another name here, or none."""

OURS = {"CPU": {"lstm"}}
"""What is one op here, and several there."""


def listed(device: str) -> set[str]:
    named = lists.FOR_DEVICE[device.lower()]
    return {name for policy, names in named.items() if policy != "whole" for name in names.split()}


@pytest.mark.parametrize("device", ["CPU", "CUDA"])
def test_the_lists_are_pytorchs(device):
    key = f"Autocast{device}"
    registered = pytorch._C._dispatch_has_kernel_for_dispatch_key
    names = [name for name in pytorch._C._dispatch_get_all_op_names() if name.startswith("aten::")]
    theirs = {name[6:].split(".")[0] for name in names if registered(name, key)}
    other_names = {each for each in ELSEWHERE[key].values() if " " not in each}
    assert listed(device) - OURS.get(device, set()) == (theirs - set(ELSEWHERE[key])) | (
        other_names & listed(device)
    )


@pytest.mark.parametrize("device", ["CPU", "CUDA"])
def test_each_op_of_the_lists_is_a_function_here(device):
    missing = {name for name in listed(device) if not list(casting.functions_of(name))}
    assert missing <= {"frobenius_norm", "nuclear_norm"}  # they are norm's, where PyTorch hides them


BEGIN = """
torch.manual_seed(0)
F = torch.nn.functional
def made(*shape, low=0.1, kind=KIND):
    return (torch.rand(*shape) + low).to(kind)
v, m, b = made(3), made(3, 3), made(2, 3, 3)
spd = (torch.eye(3) * 2 + 0.1).to(KIND)
image, volume, signal = made(1, 2, 6, 6), made(1, 2, 4, 4, 4), made(1, 2, 8)
target, classes = made(3, 3), torch.tensor([0, 2, 1])
w = made(3, 3, kind=torch.float32)
def show(found):
    for each in found if isinstance(found, (tuple, list)) else [found]:
        print(type(each).__name__ == 'Tensor', getattr(each, 'dtype', each))
"""

CALLS = (
    """
torch.addbmm(m, b, b); torch.addmm(m, m, m); torch.addmm(m, w, m); torch.baddbmm(b, b, b); torch.bmm(b, b)
F.conv1d(signal, made(3, 2, 3)); F.conv2d(image, made(3, 2, 3, 3), padding='same'); F.conv3d(volume, made(3, 2, 2, 2, 2))
F.conv_transpose1d(signal, made(2, 3, 3)); F.conv_transpose2d(image, made(2, 3, 3, 3)); torch.conv_tbc(made(8, 1, 2), made(3, 2, 3), v)
F.conv_transpose3d(volume, made(2, 3, 2, 2, 2)); torch.linalg.vecdot(m, m); F.linear(m, m, v); F.linear(b, w, v); torch.matmul(m, m)
m @ m; m.mm(m); torch.mm(m, w); m.matmul(v); F.prelu(m, v[:1]); F.scaled_dot_product_attention(b, b, b); m.__rmatmul__(m)
F.adaptive_avg_pool3d(volume, 2); F.adaptive_max_pool3d(volume, 2); F.avg_pool3d(volume, 2); F.max_pool3d(volume, 2)
F.binary_cross_entropy(m * 0.5, m * 0.5); F.binary_cross_entropy_with_logits(m, target); torch.cdist(m, m); torch.polar(m, m)
torch.linalg.cholesky(spd); torch.cholesky(spd); torch.cholesky_inverse(spd); torch.cholesky_solve(m, spd); torch.linalg.cond(spd)
F.cosine_embedding_loss(m, m, torch.ones(3)); F.cross_entropy(m, classes); F.cross_entropy(m, target); F.nll_loss(m, classes)
F.ctc_loss(made(5, 1, 4), torch.tensor([[1, 2]]), [5], [2]); F.hinge_embedding_loss(m, torch.ones(3, 3)); F.huber_loss(m, target)
torch.fft.fft(v); torch.fft.rfft(v); torch.fft.fft2(m); torch.fft.fftn(m); torch.fft.hfft(v); torch.fft.ifft(v); torch.fft.irfft(v)
F.fractional_max_pool2d(image, 2, output_size=2); F.fractional_max_pool3d(volume, 2, output_size=2); torch.geqrf(m)
F.grid_sample(image, made(1, 2, 2, 2)); F.grid_sample(volume, made(1, 2, 2, 2, 3)); torch.inverse(spd); F.kl_div(m, target)
F.l1_loss(m, target); F.mse_loss(m, target); F.mse_loss(m, w); F.smooth_l1_loss(m, target); F.soft_margin_loss(m, target)
torch.linalg.eig(m); torch.linalg.eigh(spd); torch.linalg.eigvals(m); torch.linalg.eigvalsh(spd); torch.linalg.householder_product(m, v)
torch.linalg.inv(spd); torch.linalg.inv_ex(spd); torch.linalg.lstsq(spd, m); torch.linalg.matrix_rank(m); torch.linalg.qr(m); torch.qr(m)
torch.linalg.solve(spd, m); torch.linalg.svd(m); torch.svd(m); torch.linalg.svdvals(m); torch.linalg.tensorinv(spd, ind=1)
torch.linalg.tensorsolve(spd, v); torch.lu_solve(m, spd, torch.tensor([1, 2, 3], dtype=torch.int32)); torch.orgqr(m, v); torch.ormqr(m, v, m)
F.margin_ranking_loss(v, v, torch.ones(3)); F.multi_margin_loss(m, classes); F.multilabel_margin_loss(m, torch.tensor([[0, 2, 1]] * 3))
F.triplet_margin_loss(m, m, m); torch.nanquantile(v, 0.5); torch.quantile(v, 0.5); torch.pinverse(m); F.poisson_nll_loss(m, target)
torch.prod(m); torch.prod(m, 0); m.prod(); F.pad(signal, (1, 1), mode='reflect'); F.pad(image, (1, 1, 1, 1), mode='reflect'); torch.trace(m)
F.pad(signal, (1, 1), mode='replicate'); F.pad(image, (1, 1, 1, 1), mode='replicate'); F.pad(volume, (1, 1, 1, 1, 1, 1), mode='replicate')
torch.stft(made(32), 8, return_complex=True, window=torch.ones(8)); torch.triangular_solve(m, spd); torch.view_as_complex(made(3, 2))
F.max_unpool2d(*F.max_pool2d(image, 2, return_indices=True), 2); F.max_unpool3d(*F.max_pool3d(volume, 2, return_indices=True), 2)
torch.cat([m, m]); torch.cat([m, w]); torch.concat([m, w]); torch.stack([m, w]); torch.hstack([m, w]); m.index_copy(0, classes, w.to(m))
torch.mv(m, v); torch.dot(v, v); torch.addmv(v, m, v); torch.addr(m, v, v); torch.einsum('ij,jk->ik', m, m); torch.einsum('ij,ij->ij', m, m)
torch.chain_matmul(m, m, m); torch.linalg.multi_dot([m, m, m]); torch.linalg.matrix_power(m, 3); torch.tensordot(m, m, 1); torch.inner(m, m)
torch.outer(v, v); torch.kron(m, m); F.bilinear(m, m, made(2, 3, 3)); torch.exp(m); torch.log(m); m ** 2; m.pow(m); 2 ** m; torch.rsqrt(m)
torch.sum(m); m.sum(0); m.mean(); torch.cumsum(m, 0); torch.logsumexp(m, 0); F.softmax(m, 0); F.log_softmax(m, 0); torch.norm(m); m.var()
F.layer_norm(m, (3,)); F.group_norm(image, 2); F.batch_norm(image, None, None, training=True); F.instance_norm(image); F.rms_norm(m, (3,))
F.relu(m); F.gelu(m); F.silu(m); F.softplus(m); F.dropout(m, 0.0); m + m; m + w.to(m); m * 2; m / v; m.sqrt(); torch.tanh(m); torch.where(m > 0, m, m)
F.max_pool2d(image, 2); F.avg_pool2d(image, 2); F.adaptive_avg_pool2d(image, 1); F.interpolate(image, scale_factor=2); F.pad(image, (1, 1))
F.embedding(classes, m); F.normalize(m); F.cosine_similarity(m, m); torch.cross(m, m, dim=1); torch.atan2(m, m); torch.addcmul(m, m, m)
torch.std_mean(m); torch.dist(m, m); F.pdist(m); F.unfold(image, 2); F.logsigmoid(m); F.one_hot(classes); m.sort(); m.max(); m.topk(2)
F.multi_head_attention_forward(b, b, b, 3, 1, made(9, 3), made(9), None, None, False, 0.0, m, v)
torch.nn.Linear(3, 2)(m); torch.nn.Conv2d(2, 3, 3)(image); torch.nn.BatchNorm2d(2)(image.float()); torch.nn.LayerNorm(3)(m.float())
m.addmm_(m, m); torch.mm(w, w, out=torch.empty(3, 3)); torch.matmul(w, w, out=torch.empty(3, 3)); F.gaussian_nll_loss(m, target, m)
""".replace("\n", "; ")
    .strip("; ")
    .split("; ")
)


@pytest.mark.host  # the list of the CPU
@pytest.mark.parametrize("kind", ["float32", "bfloat16", "float64"])
@pytest.mark.parametrize("call", CALLS)
def test_a_call_has_pytorchs_dtype(call, kind):
    begin = BEGIN.replace("KIND", f"torch.{kind}")
    program = begin + f"with torch.autocast('cpu'):\n    show({call})"
    ours, theirs = (said(engine, program) for engine in (minitorch_edu, pytorch))
    if "Error" in theirs:  # PyTorch's other text where two dtypes do not go together, or a kernel lacks one
        theirs = said(pytorch, begin + f"show({call})")
        if "Error" in theirs or "Error" in ours:
            return
    assert ours == theirs


ON_A_GPU = {
    "narrow": """
torch.addbmm(m, b, b); torch.addmm(m, m, m); torch.addmv(v, m, v); torch.addr(m, v, v); torch.baddbmm(b, b, b); torch.bmm(b, b)
torch.chain_matmul(m, m, m); F.conv1d(signal, made(3, 2, 3)); F.conv2d(image, made(3, 2, 3, 3)); F.conv3d(volume, made(3, 2, 2, 2, 2))
torch.conv_tbc(made(8, 1, 2), made(3, 2, 3), v); F.conv_transpose2d(image, made(2, 3, 3, 3)); torch.einsum('ij,jk->ik', m, m)
torch.gru_cell(m, m, made(9, 3), made(9, 3)); torch.linalg.multi_dot([m, m, m]); torch.linalg.vecdot(m, m); F.linear(m, m, v)
torch.lstm_cell(m, (m, m), made(12, 3), made(12, 3))[0]; m @ m; m.matmul(v); m.mm(w.to(m)); torch.mv(m, v); F.prelu(m, v[:1])
torch.rnn_relu_cell(m, m, m, m); torch.rnn_tanh_cell(m, m, m, m); F.scaled_dot_product_attention(b, b, b)
""",
    "single": """
torch.acos(m * 0.1); torch.asin(m * 0.1); F.binary_cross_entropy_with_logits(m, target); torch.cdist(m, m); m.cosh(); torch.exp(m)
F.cosine_embedding_loss(m, m, torch.ones(3)); F.cosine_similarity(m, m); torch.dist(m, m); torch.erfinv(m * 0.1); m.expm1(); m.log()
F.group_norm(image, 2); F.hinge_embedding_loss(m, torch.ones(3, 3)); F.huber_loss(m, target); F.kl_div(m, target); F.l1_loss(m, target)
F.layer_norm(m, (3,)); m.log10(); m.log1p(); m.log2(); m.logsumexp(0); F.margin_ranking_loss(v, v, torch.ones(3)); F.mse_loss(m, target)
F.multi_margin_loss(m, classes); F.nll_loss(m, classes); F.cross_entropy(m, classes); F.pdist(m); F.poisson_nll_loss(m, target); m ** 2
m.pow(m); 2 ** m; m.reciprocal(); torch.renorm(m, 2, 0, 1.0); F.rms_norm(m, (3,)); m.rsqrt(); m.sinh(); F.smooth_l1_loss(m, target); m.tan()
F.soft_margin_loss(m, target); F.softplus(m); F.triplet_margin_loss(m, m, m); F.interpolate(image, scale_factor=2); m.square()
F.interpolate(image, scale_factor=2, mode='bilinear'); F.interpolate(image, scale_factor=2, mode='bicubic'); F.interpolate(signal, scale_factor=2)
F.interpolate(volume, scale_factor=2, mode='trilinear'); m.arccos() if m.max() < 1 else torch.arccos(m * 0.1); torch.norm(m); m.norm(2, 0)
m.cumprod(0); m.cumsum(0); torch.linalg.matrix_norm(m); torch.linalg.vector_norm(m); F.log_softmax(m, 0); m.prod(); F.softmax(m, 0); m.sum()
m.sum(0); torch.sum(m, dim=0, keepdim=True); torch.softmax(m, 0); m.log_softmax(-1); F.gumbel_softmax(m) * 0 + F.softmax(m, 0)
torch.addcdiv(m.half(), m, w); torch.addcmul(m.half(), m, w); torch.atan2(m.half(), w); torch.cross(m.half(), w, dim=1); torch.dot(v.half(), w[0])
F.bilinear(m.half(), w, made(2, 3, 3)); torch.tensordot(m.half(), w, 1); F.grid_sample(image.half(), made(1, 2, 2, 2, kind=torch.float32))
w.index_put((classes,), m.half()); w.scatter_add(0, torch.zeros(3, 3, dtype=torch.long), m.half()); torch.vdot(v.half(), w[0])
""",
    "as they are": """
F.relu(m); F.gelu(m); F.silu(m); F.dropout(m); m + m; m * 2; m.sqrt(); torch.tanh(m); m.sigmoid(); torch.where(m > 0, m, m); m.mean(); m.var()
F.max_pool2d(image, 2); F.avg_pool2d(image, 2); F.adaptive_avg_pool2d(image, 1); F.batch_norm(image, None, None, training=True); F.pad(image, (1, 1))
F.embedding(classes, m); m.max(); torch.outer(v, v); m.std(0); torch.cat([m, m]); torch.stack([m, m]); F.leaky_relu(m); m.abs(); F.unfold(image, 2)
torch.dot(v, v); torch.addcmul(m, m, m); torch.cross(m, m, dim=1); F.instance_norm(image); F.hardswish(m); F.elu(m); m.sin(); m.cos(); m.clamp(0, 1)
""",
}
GPU_CALLS = [
    (policy, call)
    for policy, calls in ON_A_GPU.items()
    for call in calls.strip().replace("\n", "; ").split("; ")
]


@pytest.mark.host
@pytest.mark.parametrize("kind", ["float32", "float16"])
@pytest.mark.parametrize("policy, call", GPU_CALLS)
def test_a_call_on_a_simulated_gpu_has_the_dtype_of_its_list(policy, call, kind):
    expected = {"narrow": "float16", "single": "float32", "as they are": kind}[policy]
    with made_on_the_host(), minitorch_edu.cuda.simulate(), minitorch_edu.device("cuda"):
        known = {"torch": minitorch_edu}
        exec(BEGIN.replace("KIND", f"torch.{kind}"), known)
        with minitorch_edu.autocast("cuda"):
            found = eval(call, known)
    found = found[0] if isinstance(found, tuple) else found
    assert str(found.dtype) == f"torch.{expected}"
