"""utils: what is done to networks and their gradients from outside."""

from importlib import import_module
from typing import Any

from minitorch_edu import missing as _missing
from minitorch_edu.nn.utils import parametrizations as parametrizations
from minitorch_edu.nn.utils import parametrize as parametrize
from minitorch_edu.nn.utils import rnn as rnn
from minitorch_edu.nn.utils import stateless as stateless
from minitorch_edu.nn.utils.clip_grad import clip_grad_norm as clip_grad_norm
from minitorch_edu.nn.utils.clip_grad import clip_grad_norm_ as clip_grad_norm_
from minitorch_edu.nn.utils.clip_grad import clip_grad_value_ as clip_grad_value_
from minitorch_edu.nn.utils.clip_grad import clip_grads_with_norm_ as clip_grads_with_norm_
from minitorch_edu.nn.utils.clip_grad import get_total_norm as get_total_norm
from minitorch_edu.nn.utils.convert_parameters import parameters_to_vector as parameters_to_vector
from minitorch_edu.nn.utils.convert_parameters import vector_to_parameters as vector_to_parameters
from minitorch_edu.nn.utils.fusion import fuse_conv_bn_eval as fuse_conv_bn_eval
from minitorch_edu.nn.utils.fusion import fuse_conv_bn_weights as fuse_conv_bn_weights
from minitorch_edu.nn.utils.fusion import fuse_linear_bn_eval as fuse_linear_bn_eval
from minitorch_edu.nn.utils.fusion import fuse_linear_bn_weights as fuse_linear_bn_weights
from minitorch_edu.nn.utils.init import skip_init as skip_init
from minitorch_edu.nn.utils.memory_format import (
    convert_conv2d_weight_memory_format as convert_conv2d_weight_memory_format,
)
from minitorch_edu.nn.utils.memory_format import (
    convert_conv3d_weight_memory_format as convert_conv3d_weight_memory_format,
)
from minitorch_edu.nn.utils.spectral_norm import remove_spectral_norm as remove_spectral_norm
from minitorch_edu.nn.utils.spectral_norm import spectral_norm as spectral_norm
from minitorch_edu.nn.utils.weight_norm import remove_weight_norm as remove_weight_norm
from minitorch_edu.nn.utils.weight_norm import weight_norm as weight_norm


def __getattr__(name: str) -> Any:
    if name != "prune":
        raise _missing.error("torch.nn.utils", name)
    return import_module("minitorch_edu.nn.utils.prune")
