"""Later: the public names whose modules are imported when they are first asked for, so that importing is quick.

A card that says `public = True` needs no line here, nor anywhere else: whoever asks for its name finds it.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

from minitorch_edu.operations import Operations, method
from minitorch_edu.ops import registry
from minitorch_edu.ops.in_place import in_place_function, in_place_names

MODULES = (
    "__config__ _dynamo accelerator amp compiler cpu cuda distributions fft func hub jit linalg masked "
    "multiprocessing optim profiler random serialization signal special testing"
).split()

FUNCTIONS = {
    "accelerator": "get_device_module",
    "amp.autocast_mode": "autocast",
    "amp.switches": (
        "autocast_decrement_nesting autocast_increment_nesting clear_autocast_cache get_autocast_cpu_dtype "
        "get_autocast_dtype get_autocast_gpu_dtype is_autocast_cache_enabled is_autocast_cpu_enabled "
        "is_autocast_enabled set_autocast_cache_enabled set_autocast_cpu_dtype set_autocast_cpu_enabled "
        "set_autocast_dtype set_autocast_enabled set_autocast_gpu_dtype"
    ),
    "compiler": "compile",
    "cuda.queues": "Event Stream",
    "func": "vmap",
    "hook": "as_torch",
    "nn.functional.activation": "celu_ threshold_",
    "nn.functional.distance": "cosine_similarity pairwise_distance",
    "nn.in_torch": (
        "batch_norm embedding_bag embedding_renorm_ group_norm instance_norm layer_norm native_batch_norm "
        "native_layer_norm rms_norm"
    ),
    "nn.losses_in_torch": (
        "binary_cross_entropy_with_logits cosine_embedding_loss ctc_loss hinge_embedding_loss kl_div "
        "margin_ranking_loss poisson_nll_loss triplet_margin_loss"
    ),
    "nn.recurrent": "gru_cell lstm_cell rnn_relu_cell rnn_tanh_cell",
    "nn.sequences": "gru lstm rnn_relu rnn_tanh",
    "ops.activation_more": "celu hardshrink selu selu_ threshold",
    "ops.adaptive_pooling": "adaptive_avg_pool1d adaptive_max_pool1d",
    "ops.aliases": (
        "absolute arccos arccosh arcsin arcsinh arctan arctan2 arctanh clip concat concatenate divide fix "
        "ger greater greater_equal less less_equal moveaxis multiply negative not_equal subtract "
        "true_divide"
    ),
    "ops.arranging": (
        "flip fliplr flipud repeat_interleave roll rot90 tile tril tril_indices triu triu_indices"
    ),
    "ops.binomials": "binomial",
    "ops.bounds": "clamp_max clamp_min fmax fmin",
    "ops.convolution_calls": (
        "conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d convolution"
    ),
    "ops.counting": "bincount bucketize count_nonzero histc isin searchsorted unique unique_consecutive",
    "ops.cumulative": "cumprod cumsum logcumsumexp prod",
    "ops.diagonals": "diag diag_embed diagflat diagonal",
    "ops.differences": "cumulative_trapezoid diff gradient trapezoid trapz vander",
    "ops.distances": "cdist dist pdist",
    "ops.einsum": "einsum",
    "ops.embedding": "embedding",
    "ops.entropies": "logit xlogy",
    "ops.exponentials": "exp2 expm1 log10 log1p log2 logaddexp logaddexp2 rsqrt",
    "ops.extremes": "amax amin aminmax",
    "ops.floats": "copysign heaviside isneginf isposinf ldexp nan_to_num nextafter signbit",
    "ops.frexp": "frexp",
    "ops.fused": "addcdiv addcmul lerp",
    "ops.gated": "prelu rrelu rrelu_",
    "ops.histograms": "histogram histogramdd",
    "ops.index_put": "index_put index_put_",
    "ops.legacy": (
        "BFloat16Tensor BoolTensor ByteTensor CharTensor DoubleTensor FloatTensor HalfTensor IntTensor "
        "LongTensor set_default_tensor_type ShortTensor"
    ),
    "ops.linalg_factor": "cholesky cholesky_inverse cholesky_solve qr",
    "ops.linalg_functions": "matrix_exp matrix_power orgqr",
    "ops.linalg_ldl": "ormqr",
    "ops.linalg_lu": "lu_solve lu_unpack",
    "ops.linalg_old": "geqrf lu pca_lowrank svd_lowrank triangular_solve",
    "ops.linalg_solve": "det inverse logdet slogdet",
    "ops.linalg_svd": "pinverse svd",
    "ops.masking": "argwhere masked_fill masked_scatter masked_select nonzero",
    "ops.norms": "norm norm_except_dim renorm",
    "ops.normals": "normal",
    "ops.padding": "constant_pad_nd",
    "ops.parts": (
        "angle complex conj conj_physical imag isreal polar real resolve_conj resolve_neg view_as_complex "
        "view_as_real"
    ),
    "ops.picking": "index_add index_copy index_fill index_select put take",
    "ops.pixel": "channel_shuffle native_channel_shuffle pixel_shuffle pixel_unshuffle",
    "ops.places": "index_reduce nonzero_static unravel_index",
    "ops.pooling_calls": "avg_pool1d max_pool1d max_pool1d_with_indices max_pool2d max_pool3d",
    "ops.products": "addbmm addmv addr baddbmm trace vdot",
    "ops.quantiles": "nanquantile quantile",
    "ops.random": (
        "default_generator Generator get_rng_state initial_seed manual_seed rand rand_like randint "
        "randint_like randn randn_like randperm seed set_rng_state"
    ),
    "ops.removed": "eig lstsq matrix_rank solve symeig",
    "ops.sampling": (
        "alpha_dropout alpha_dropout_ bernoulli dropout dropout_ feature_alpha_dropout feature_alpha_dropout_ "
        "feature_dropout feature_dropout_ multinomial native_dropout poisson"
    ),
    "ops.sampling_grid": "affine_grid_generator grid_sampler grid_sampler_2d grid_sampler_3d",
    "ops.scatter": "gather scatter scatter_add scatter_reduce take_along_dim",
    "ops.segments": "segment_reduce",
    "ops.slice_scatters": "as_strided_scatter diagonal_scatter select_scatter slice_scatter",
    "ops.sorting": "argsort cummax cummin kthvalue median mode msort nanmedian sort topk",
    "ops.special_bessel": "i0",
    "ops.special_error": "erf erfc erfinv",
    "ops.special_gamma": "digamma igamma igammac lgamma mvlgamma polygamma",
    "ops.spectrogram": "istft stft",
    "ops.statistics": "corrcoef cov nanmean nansum std std_mean var var_mean",
    "ops.tensor_products": "bilinear chain_matmul cross inner kron tensordot",
    "ops.trigonometry": "acos acosh asin asinh atan atan2 atanh cosh deg2rad hypot rad2deg sinc sinh tan",
    "ops.unsafe_splits": "narrow_copy unsafe_chunk unsafe_split unsafe_split_with_sizes",
    "ops.view_copies": (
        "alias_copy as_strided_copy detach_copy diagonal_copy expand_copy permute_copy select_copy "
        "slice_copy split_copy split_with_sizes_copy squeeze_copy t_copy transpose_copy unbind_copy "
        "unfold_copy unsqueeze_copy view_as_complex_copy view_as_real_copy view_copy"
    ),
    "ops.windows": "bartlett_window blackman_window hamming_window hann_window kaiser_window",
    "serialization": "load save",
}
"""Functions by the module that has them."""

OTHERS = {
    "ops.aliases": "concat",
    "ops.arranging": "repeat",
    "ops.by_element": "apply_ dim_order fill_diagonal_ map2_ map_",
    "ops.cuda_sharing": "cuda_array_interface over_capsule over_interface",
    "ops.distributions": "bernoulli_ cauchy_ exponential_ geometric_ log_normal_ normal_ random_ uniform_",
    "ops.embedding": "bag_maxima",
    "ops.legacy": "legacy_tensor new type",
    "ops.linalg_eigen": "linalg_eigvalsh",
    "ops.memory": "deepcopy reduce resize_ resize_as_ set_ shallow_copy storage view_dtype",
    "ops.parts": "imag real view_as_real",
    "ops.picking": "put put_",
    "ops.places": "sum_to_size",
    "ops.removed": "reinforce resize resize_as",
    "ops.sampling": "native_dropout",
    "ops.shared_memory": "is_shared share_memory_",
    "ops.sliding": "unfold",
    "ops.storages": "restored storage_clone storage_pinned storage_to",
    "ops.stream_uses": "record_stream",
}
"""What else modules register: methods, and what other functions ask the registry for."""

RENAMED = {"cholesky": "cholesky_of_old", "qr": "qr_of_old", "svd": "svd_of_old"}
"""Functions that are older than others of the same name, which their modules have as well."""


def _by_name(table: dict[str, str]) -> dict[str, str]:
    return {name: f"minitorch_edu.{module}" for module, names in table.items() for name in names.split()}


_MODULE_OF = _by_name(FUNCTIONS)


def _homes() -> Iterator[tuple[str, str]]:
    """The methods that are such functions, or their forms that write: `erf_` comes with `erf`."""
    for each in vars(Operations).values():
        name = each.name if isinstance(each, method) else ""
        module = _MODULE_OF.get(name) or _MODULE_OF.get(name.removesuffix("_"))
        if module is not None:
            yield name, module


registry.homes.update({**dict(_homes()), **_by_name(OTHERS)})


def names() -> set[str]:
    public = {name for name, card in registry.cards.items() if card.public}
    return {*MODULES, *_MODULE_OF, *in_place_names(), *public}


def find(name: str) -> Any:
    """What a name stands for; None if it is none of these."""
    if name in MODULES:
        return importlib.import_module(f"minitorch_edu.{name}")
    if name in _MODULE_OF:
        return getattr(importlib.import_module(_MODULE_OF[name]), RENAMED.get(name, name))
    return in_place_function(name) or _declared_public(name)


def _declared_public(name: str) -> Any:
    """The op of a card that is public by its own word."""
    if name.startswith("_"):
        return None
    registry.import_every_family()
    card = registry.cards.get(name)
    return registry.functions[name] if card is not None and card.public else None
