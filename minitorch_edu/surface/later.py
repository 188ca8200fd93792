"""Later: the public names whose modules are imported when they are first asked for, so that importing is quick.

A card that says `public = True` needs no line here, nor anywhere else: whoever asks for its name finds it.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from typing import Any

import minitorch_edu.ops
from minitorch_edu.ops import registry
from minitorch_edu.ops.in_place import in_place_function, in_place_names

MODULES = ("func", "masked", "optim", "profiler", "signal", "special")

FUNCTIONS = {
    "func": "vmap",
    "nn.functional.activation": "celu_ threshold_",
    "nn.functional.distance": "cosine_similarity pairwise_distance",
    "nn.in_torch": "batch_norm group_norm instance_norm layer_norm rms_norm",
    "nn.losses_in_torch": (
        "binary_cross_entropy_with_logits cosine_embedding_loss ctc_loss hinge_embedding_loss kl_div "
        "margin_ranking_loss poisson_nll_loss triplet_margin_loss"
    ),
    "ops.activation_more": "celu hardshrink selu selu_ threshold",
    "ops.adaptive_pooling": "adaptive_avg_pool1d adaptive_max_pool1d",
    "ops.convolution_calls": (
        "conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d convolution"
    ),
    "ops.embedding": "embedding",
    "ops.gated": "prelu rrelu rrelu_",
    "ops.padding": "constant_pad_nd",
    "ops.pixel": "channel_shuffle native_channel_shuffle pixel_shuffle pixel_unshuffle",
    "ops.pooling_calls": "avg_pool1d max_pool1d max_pool1d_with_indices max_pool2d max_pool3d",
    "ops.sampling_grid": "affine_grid_generator grid_sampler grid_sampler_2d grid_sampler_3d",
    "ops.segments": "segment_reduce",
    "ops.view_copies": (
        "alias_copy as_strided_copy detach_copy diagonal_copy expand_copy permute_copy select_copy slice_copy "
        "split_copy split_with_sizes_copy squeeze_copy t_copy transpose_copy unbind_copy unfold_copy "
        "unsqueeze_copy view_as_complex_copy view_as_real_copy view_copy"
    ),
    "ops.windows": "bartlett_window blackman_window hamming_window hann_window kaiser_window",
}

_MODULE_OF = {name: module for module, names in FUNCTIONS.items() for name in names.split()}


def names() -> set[str]:
    public = {name for name, card in registry.cards.items() if card.public}
    return {*MODULES, *_MODULE_OF, *in_place_names(), *public}


def find(name: str) -> Any:
    """What a name stands for; None if it is none of these."""
    if name in MODULES:
        return importlib.import_module(f"minitorch_edu.{name}")
    if name in _MODULE_OF:
        return getattr(importlib.import_module(f"minitorch_edu.{_MODULE_OF[name]}"), name)
    return in_place_function(name) or _declared_public(name)


def _declared_public(name: str) -> Any:
    """The op of a card that is public by its own word."""
    if name.startswith("_"):
        return None
    _import_every_family()
    card = registry.cards.get(name)
    return registry.functions[name] if card is not None and card.public else None


@functools.cache
def _import_every_family() -> None:
    for family in pkgutil.iter_modules(minitorch_edu.ops.__path__):
        if family.name != "__main__":
            importlib.import_module(f"minitorch_edu.ops.{family.name}")
