"""nn.functional: the functions of neural networks, a family a module. One line for each name."""

from minitorch_edu import missing as _missing
from minitorch_edu.nn.functional.activation import celu as celu
from minitorch_edu.nn.functional.activation import celu_ as celu_
from minitorch_edu.nn.functional.activation import elu as elu
from minitorch_edu.nn.functional.activation import elu_ as elu_
from minitorch_edu.nn.functional.activation import glu as glu
from minitorch_edu.nn.functional.activation import gumbel_softmax as gumbel_softmax
from minitorch_edu.nn.functional.activation import hardsigmoid as hardsigmoid
from minitorch_edu.nn.functional.activation import hardswish as hardswish
from minitorch_edu.nn.functional.activation import hardtanh as hardtanh
from minitorch_edu.nn.functional.activation import hardtanh_ as hardtanh_
from minitorch_edu.nn.functional.activation import leaky_relu as leaky_relu
from minitorch_edu.nn.functional.activation import leaky_relu_ as leaky_relu_
from minitorch_edu.nn.functional.activation import log_softmax as log_softmax
from minitorch_edu.nn.functional.activation import mish as mish
from minitorch_edu.nn.functional.activation import relu as relu
from minitorch_edu.nn.functional.activation import relu6 as relu6
from minitorch_edu.nn.functional.activation import relu_ as relu_
from minitorch_edu.nn.functional.activation import rrelu as rrelu
from minitorch_edu.nn.functional.activation import rrelu_ as rrelu_
from minitorch_edu.nn.functional.activation import selu as selu
from minitorch_edu.nn.functional.activation import sigmoid as sigmoid
from minitorch_edu.nn.functional.activation import silu as silu
from minitorch_edu.nn.functional.activation import softmax as softmax
from minitorch_edu.nn.functional.activation import softmin as softmin
from minitorch_edu.nn.functional.activation import softsign as softsign
from minitorch_edu.nn.functional.activation import tanh as tanh
from minitorch_edu.nn.functional.activation import tanhshrink as tanhshrink
from minitorch_edu.nn.functional.activation import threshold as threshold
from minitorch_edu.nn.functional.activation import threshold_ as threshold_
from minitorch_edu.nn.functional.attention import multi_head_attention_forward as multi_head_attention_forward
from minitorch_edu.nn.functional.distance import cosine_similarity as cosine_similarity
from minitorch_edu.nn.functional.distance import normalize as normalize
from minitorch_edu.nn.functional.distance import pairwise_distance as pairwise_distance
from minitorch_edu.nn.functional.distance import pdist as pdist
from minitorch_edu.nn.functional.dropout import alpha_dropout as alpha_dropout
from minitorch_edu.nn.functional.dropout import dropout as dropout
from minitorch_edu.nn.functional.dropout import dropout1d as dropout1d
from minitorch_edu.nn.functional.dropout import dropout2d as dropout2d
from minitorch_edu.nn.functional.dropout import dropout3d as dropout3d
from minitorch_edu.nn.functional.dropout import feature_alpha_dropout as feature_alpha_dropout
from minitorch_edu.nn.functional.linear import bilinear as bilinear
from minitorch_edu.nn.functional.linear import linear as linear
from minitorch_edu.nn.functional.loss import binary_cross_entropy as binary_cross_entropy
from minitorch_edu.nn.functional.loss import (
    binary_cross_entropy_with_logits as binary_cross_entropy_with_logits,
)
from minitorch_edu.nn.functional.loss import cross_entropy as cross_entropy
from minitorch_edu.nn.functional.loss import gaussian_nll_loss as gaussian_nll_loss
from minitorch_edu.nn.functional.loss import huber_loss as huber_loss
from minitorch_edu.nn.functional.loss import kl_div as kl_div
from minitorch_edu.nn.functional.loss import l1_loss as l1_loss
from minitorch_edu.nn.functional.loss import mse_loss as mse_loss
from minitorch_edu.nn.functional.loss import nll_loss as nll_loss
from minitorch_edu.nn.functional.loss import poisson_nll_loss as poisson_nll_loss
from minitorch_edu.nn.functional.loss import smooth_l1_loss as smooth_l1_loss
from minitorch_edu.nn.functional.loss_linear import linear_cross_entropy as linear_cross_entropy
from minitorch_edu.nn.functional.loss_margin import cosine_embedding_loss as cosine_embedding_loss
from minitorch_edu.nn.functional.loss_margin import hinge_embedding_loss as hinge_embedding_loss
from minitorch_edu.nn.functional.loss_margin import margin_ranking_loss as margin_ranking_loss
from minitorch_edu.nn.functional.loss_margin import multi_margin_loss as multi_margin_loss
from minitorch_edu.nn.functional.loss_margin import multilabel_margin_loss as multilabel_margin_loss
from minitorch_edu.nn.functional.loss_margin import multilabel_soft_margin_loss as multilabel_soft_margin_loss
from minitorch_edu.nn.functional.loss_margin import soft_margin_loss as soft_margin_loss
from minitorch_edu.nn.functional.loss_margin import triplet_margin_loss as triplet_margin_loss
from minitorch_edu.nn.functional.loss_margin import (
    triplet_margin_with_distance_loss as triplet_margin_with_distance_loss,
)
from minitorch_edu.nn.functional.loss_sequence import ctc_loss as ctc_loss
from minitorch_edu.nn.functional.normalization import batch_norm as batch_norm
from minitorch_edu.nn.functional.normalization import group_norm as group_norm
from minitorch_edu.nn.functional.normalization import instance_norm as instance_norm
from minitorch_edu.nn.functional.normalization import layer_norm as layer_norm
from minitorch_edu.nn.functional.normalization import local_response_norm as local_response_norm
from minitorch_edu.nn.functional.normalization import rms_norm as rms_norm
from minitorch_edu.nn.functional.pooling import adaptive_max_pool1d as adaptive_max_pool1d
from minitorch_edu.nn.functional.pooling import (
    adaptive_max_pool1d_with_indices as adaptive_max_pool1d_with_indices,
)
from minitorch_edu.nn.functional.pooling import adaptive_max_pool2d as adaptive_max_pool2d
from minitorch_edu.nn.functional.pooling import (
    adaptive_max_pool2d_with_indices as adaptive_max_pool2d_with_indices,
)
from minitorch_edu.nn.functional.pooling import adaptive_max_pool3d as adaptive_max_pool3d
from minitorch_edu.nn.functional.pooling import (
    adaptive_max_pool3d_with_indices as adaptive_max_pool3d_with_indices,
)
from minitorch_edu.nn.functional.pooling import fractional_max_pool2d as fractional_max_pool2d
from minitorch_edu.nn.functional.pooling import (
    fractional_max_pool2d_with_indices as fractional_max_pool2d_with_indices,
)
from minitorch_edu.nn.functional.pooling import fractional_max_pool3d as fractional_max_pool3d
from minitorch_edu.nn.functional.pooling import (
    fractional_max_pool3d_with_indices as fractional_max_pool3d_with_indices,
)
from minitorch_edu.nn.functional.pooling import lp_pool1d as lp_pool1d
from minitorch_edu.nn.functional.pooling import lp_pool2d as lp_pool2d
from minitorch_edu.nn.functional.pooling import lp_pool3d as lp_pool3d
from minitorch_edu.nn.functional.pooling import max_pool1d as max_pool1d
from minitorch_edu.nn.functional.pooling import max_pool1d_with_indices as max_pool1d_with_indices
from minitorch_edu.nn.functional.pooling import max_pool2d as max_pool2d
from minitorch_edu.nn.functional.pooling import max_pool2d_with_indices as max_pool2d_with_indices
from minitorch_edu.nn.functional.pooling import max_pool3d as max_pool3d
from minitorch_edu.nn.functional.pooling import max_pool3d_with_indices as max_pool3d_with_indices
from minitorch_edu.nn.functional.pooling import max_unpool1d as max_unpool1d
from minitorch_edu.nn.functional.pooling import max_unpool2d as max_unpool2d
from minitorch_edu.nn.functional.pooling import max_unpool3d as max_unpool3d
from minitorch_edu.nn.functional.sparse import embedding as embedding
from minitorch_edu.nn.functional.sparse import embedding_bag as embedding_bag
from minitorch_edu.nn.functional.vision import affine_grid as affine_grid
from minitorch_edu.nn.functional.vision import grid_sample as grid_sample
from minitorch_edu.nn.functional.vision import interpolate as interpolate
from minitorch_edu.nn.functional.vision import upsample as upsample
from minitorch_edu.nn.functional.vision import upsample_bilinear as upsample_bilinear
from minitorch_edu.nn.functional.vision import upsample_nearest as upsample_nearest
from minitorch_edu.ops.activation_more import gelu as gelu
from minitorch_edu.ops.activation_more import hardshrink as hardshrink
from minitorch_edu.ops.activation_more import logsigmoid as logsigmoid
from minitorch_edu.ops.activation_more import selu_ as selu_
from minitorch_edu.ops.activation_more import softplus as softplus
from minitorch_edu.ops.activation_more import softshrink as softshrink
from minitorch_edu.ops.adaptive_pooling import adaptive_avg_pool1d as adaptive_avg_pool1d
from minitorch_edu.ops.adaptive_pooling import adaptive_avg_pool2d as adaptive_avg_pool2d
from minitorch_edu.ops.adaptive_pooling import adaptive_avg_pool3d as adaptive_avg_pool3d
from minitorch_edu.ops.attention import scaled_dot_product_attention as scaled_dot_product_attention
from minitorch_edu.ops.convolution_calls import conv1d as conv1d
from minitorch_edu.ops.convolution_calls import conv2d as conv2d
from minitorch_edu.ops.convolution_calls import conv3d as conv3d
from minitorch_edu.ops.convolution_calls import conv_transpose1d as conv_transpose1d
from minitorch_edu.ops.convolution_calls import conv_transpose2d as conv_transpose2d
from minitorch_edu.ops.convolution_calls import conv_transpose3d as conv_transpose3d
from minitorch_edu.ops.convolution_tbc import conv_tbc as conv_tbc
from minitorch_edu.ops.embedding import one_hot as one_hot
from minitorch_edu.ops.folding import fold as fold
from minitorch_edu.ops.folding import unfold as unfold
from minitorch_edu.ops.gated import prelu as prelu
from minitorch_edu.ops.padding import pad as pad
from minitorch_edu.ops.pixel import channel_shuffle as channel_shuffle
from minitorch_edu.ops.pixel import native_channel_shuffle as native_channel_shuffle
from minitorch_edu.ops.pixel import pixel_shuffle as pixel_shuffle
from minitorch_edu.ops.pixel import pixel_unshuffle as pixel_unshuffle
from minitorch_edu.ops.pooling_calls import avg_pool1d as avg_pool1d
from minitorch_edu.ops.pooling_calls import avg_pool2d as avg_pool2d
from minitorch_edu.ops.pooling_calls import avg_pool3d as avg_pool3d

__getattr__ = _missing.names_of(__name__)
