"""Lists: which ops autocast casts, and how. They are those of ATen's autocast_mode.h, with ATen's names.

    narrow   products: computed in 16 bits, which is what makes mixed precision quick
    single   what 16 bits are too few for, computed in float32: on the CPU also whatever has no kernel for less
    as_sum   the same for ops that take a `dtype`: float32, where nothing else is asked for
    widest   ops of several tensors that have to agree: float32 as soon as one of them is
    banned   what cannot be made safe
    whole    (not ATen's) what is not on its lists and consists of ops that are, here alone: none of them is cast

All others take what they are given. The lists of the CPU and of CUDA differ, and not for any reason one could guess:
`softmax` of bfloat16 is bfloat16 on a CPU, and float32 on a GPU.
"""

from __future__ import annotations

CPU = {
    "narrow": (
        "addbmm addmm baddbmm bmm conv1d conv2d conv3d conv_tbc conv_transpose1d conv_transpose2d conv_transpose3d "
        "linalg_vecdot linear lstm matmul mm prelu scaled_dot_product_attention"
    ),
    "single": (
        "adaptive_avg_pool3d adaptive_max_pool3d avg_pool3d binary_cross_entropy binary_cross_entropy_with_logits "
        "cdist cholesky cholesky_inverse cholesky_solve cosine_embedding_loss cross_entropy_loss ctc_loss fft_fft "
        "fft_fft2 fft_fftn fft_hfft fft_ifft fft_ifft2 fft_ifftn fft_ihfft fft_irfft fft_irfft2 fft_irfftn fft_rfft "
        "fft_rfft2 fft_rfftn fractional_max_pool2d fractional_max_pool3d geqrf grid_sampler grid_sampler_2d "
        "grid_sampler_3d hinge_embedding_loss huber_loss inverse kl_div l1_loss linalg_cholesky linalg_cholesky_ex "
        "linalg_cond linalg_eig linalg_eigh linalg_eigvals linalg_eigvalsh linalg_householder_product linalg_inv "
        "linalg_inv_ex linalg_lstsq linalg_matrix_rank linalg_qr linalg_solve linalg_svd linalg_svdvals "
        "linalg_tensorinv linalg_tensorsolve lu_solve margin_ranking_loss max_pool3d max_unpool2d max_unpool3d "
        "mse_loss multi_margin_loss multilabel_margin_loss nanquantile nll_loss nll_loss2d orgqr ormqr "
        "pinverse poisson_nll_loss polar prod qr quantile reflection_pad1d reflection_pad2d replication_pad1d "
        "replication_pad2d replication_pad3d smooth_l1_loss soft_margin_loss stft svd trace triangular_solve "
        "triplet_margin_loss view_as_complex"
    ),
    "widest": "cat index_copy stack",
    "whole": "bilinear",
}

CUDA = {
    "narrow": (
        "addbmm addmm addmv addr baddbmm bmm chain_matmul conv1d conv2d conv3d conv_tbc conv_transpose1d "
        "conv_transpose2d conv_transpose3d convolution einsum gru_cell linalg_multi_dot linalg_vecdot linear lstm_cell "
        "matmul mm mv prelu rnn_relu_cell rnn_tanh_cell scaled_dot_product_attention"
    ),
    "single": (
        "acos asin binary_cross_entropy_with_logits cdist cosh cosine_embedding_loss cosine_similarity dist erfinv exp "
        "expm1 group_norm hinge_embedding_loss huber_loss kl_div l1_loss layer_norm log log10 log1p log2 logsumexp "
        "margin_ranking_loss mse_loss multi_margin_loss multilabel_margin_loss native_layer_norm nll_loss nll_loss2d "
        "nuclear_norm pdist poisson_nll_loss pow reciprocal renorm rms_norm rsqrt sinh smooth_l1_loss soft_margin_loss "
        "softplus tan triplet_margin_loss upsample_bicubic2d upsample_bicubic2d_aa upsample_bilinear2d "
        "upsample_bilinear2d_aa upsample_linear1d upsample_nearest1d upsample_nearest2d upsample_nearest3d "
        "upsample_nearest_exact1d upsample_nearest_exact2d upsample_nearest_exact3d upsample_trilinear3d"
    ),
    "as_sum": (
        "cumprod cumsum frobenius_norm linalg_matrix_norm linalg_vector_norm log_softmax norm prod softmax sum"
    ),
    "widest": "addcdiv addcmul atan2 bilinear cross dot grid_sampler index_put scatter_add tensordot vdot",
    "banned": "binary_cross_entropy",
}

FOR_DEVICE = {"cpu": CPU, "cuda": CUDA}

CALLED = {
    "acos": "arccos",
    "asin": "arcsin",
    "atan2": "arctan2",
    "cat": "concat concatenate",
    "cross_entropy_loss": "cross_entropy",
    "pow": "pow_scalar pow_tensor pow_base",
}
"""What else functions of an op are called here."""
