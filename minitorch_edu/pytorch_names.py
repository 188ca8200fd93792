"""PyTorch's names: what each of them is, and which one was meant by a name that is none.

They are in pytorch_names.txt, which is read when the first name is missing: see missing.py.
"""

from __future__ import annotations

import difflib
import importlib
import sys
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

from minitorch_edu.areas import address, area_of

ENGINE = __name__.partition(".")[0]

KINDS = {
    "class": "a class",
    "function": "a function",
    "method": "a method",
    "attribute": "an attribute",
    "module": "a module",
    "dtype": "a dtype",
    "type": "a tensor type of old",
    "value": "a value",
    "undocumented": "a function that PyTorch does not document",
}
"""How pytorch_names.txt sorts names, and how a sentence does."""

OTHER_WORDS = {
    "activation": "nn.ReLU, nn.Sigmoid, nn.Tanh and others",
    "append": "list.append, or torch.cat",
    "array": "tensor",
    "assign": "Tensor.copy_",
    "assign_add": "Tensor.add_",
    "assign_sub": "Tensor.sub_",
    "astype": "Tensor.to",
    "averagepooling2d": "nn.AvgPool2d",
    "avgpool": "nn.AvgPool2d",
    "batchnorm": "nn.BatchNorm1d, nn.BatchNorm2d or nn.BatchNorm3d",
    "batchnormalization": "nn.BatchNorm1d, nn.BatchNorm2d or nn.BatchNorm3d",
    "bidirectional": "nn.LSTM, with bidirectional=True",
    "cast": "Tensor.to",
    "categoricalcrossentropy": "nn.CrossEntropyLoss",
    "concatenate": "cat",
    "constant": "tensor",
    "conv": "nn.Conv1d, nn.Conv2d or nn.Conv3d",
    "conv2dtranspose": "nn.ConvTranspose2d",
    "convert_to_tensor": "as_tensor",
    "copy": "Tensor.clone",
    "cosinedecay": "optim.lr_scheduler.CosineAnnealingLR",
    "crossentropy": "nn.CrossEntropyLoss",
    "dense": "nn.Linear",
    "eager": "Tensor.backward: every computation is eager",
    "eval": "Module.eval, or torch.no_grad",
    "eval_mode": "no_grad, and Module.eval",
    "exponentialdecay": "optim.lr_scheduler.ExponentialLR",
    "expand_dims": "Tensor.unsqueeze",
    "fit": "a loop over a DataLoader, with loss.backward() and optimizer.step()",
    "fully_connected": "nn.Linear",
    "get_shape": "Tensor.shape",
    "globalaveragepooling2d": "nn.AdaptiveAvgPool2d(1)",
    "globalavgpool2d": "nn.AdaptiveAvgPool2d(1)",
    "globalmaxpooling2d": "nn.AdaptiveMaxPool2d(1)",
    "glorot_normal": "nn.init.xavier_normal_",
    "glorot_uniform": "nn.init.xavier_uniform_",
    "gradient_tape": "Tensor.backward",
    "gradienttape": "Tensor.backward",
    "he_normal": "nn.init.kaiming_normal_",
    "he_uniform": "nn.init.kaiming_uniform_",
    "identity": "eye",
    "inputlayer": "nn.Identity",
    "layer": "nn.Module",
    "layernormalization": "nn.LayerNorm",
    "mat_mul": "matmul",
    "max_pool": "nn.functional.max_pool2d",
    "maxpooling2d": "nn.MaxPool2d",
    "avg_pool": "nn.functional.avg_pool2d",
    "model": "nn.Module",
    "ndarray": "Tensor",
    "ones_initializer": "nn.init.ones_",
    "placeholder": "Tensor",
    "random_normal": "randn",
    "random_uniform": "rand",
    "reduce_all": "all",
    "reduce_any": "any",
    "reduce_max": "amax",
    "reduce_mean": "mean",
    "reduce_min": "amin",
    "reduce_sum": "sum",
    "set_deterministic": "use_deterministic_algorithms",
    "set_shape": "Tensor.reshape",
    "simplernn": "nn.RNN",
    "sparsecategoricalcrossentropy": "nn.CrossEntropyLoss",
    "sq": "square",
    "stop_gradient": "Tensor.detach",
    "timedistributed": "nn.Linear, which computes along the last dimension",
    "variable": "autograd.Variable, or just a tensor",
    "zeropadding2d": "nn.ZeroPad2d",
    "zeros_initializer": "nn.init.zeros_",
}
"""Names of Keras, TensorFlow, NumPy and older PyTorch, in small letters, and what says the same here."""

NAMESPACES = (
    "torch nn nn.functional optim optim.lr_scheduler utils.data nn.utils nn.utils.rnn nn.utils.prune "
    "nn.utils.parametrize nn.init linalg distributions Tensor"
).split()
"""Where a name may be at home that is looked for elsewhere, in this order."""


# What is known of a name --------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def note(module: str, name: str) -> str:
    """What PyTorch's module has under this name; or else, which name was meant."""
    full = f"{module}.{name}"
    kind = kind_of(full)
    if kind is not None:
        return _told(full, kind)
    if name.startswith("_"):
        return f"{full} begins with an underscore: what PyTorch has inside, this engine has not."
    if area_of(full).name == full:
        return _told(full, "module")
    meant = _same(module, name) or _other_word(name) or _near(module, name)
    if meant:
        return f"PyTorch has no {full} either. Perhaps you mean {meant}."
    return f"PyTorch has no {full} either."


def _told(full: str, kind: str) -> str:
    area = area_of(full)
    if area.name == full:
        what = f"a module: {area.purpose}"
    elif area.name == "torch":
        what = KINDS[kind]
    else:
        what = f"{KINDS[kind]} of {area.name} ({area.purpose})"
    told = f"In PyTorch, {full} is {what}. This engine does not have it."
    return told if kind == "undocumented" else f"{told} PyTorch tells of it at {address(full, kind)}"


def _other_word(name: str) -> str:
    meant = OTHER_WORDS.get(name.lower()) or OTHER_WORDS.get(_plain(name))
    if not meant:
        return ""
    return meant if " " in meant or meant.startswith("Tensor") else f"torch.{meant}"


def _same(module: str, name: str) -> str:
    """The module's own name that differs in capitals and underscores alone."""
    same = next((each for each in public_names(module) if _plain(each) == _plain(name)), None)
    return f"{module}.{same}" if same else ""


def _near(module: str, name: str) -> str:
    """The name that is here and most like it: wherever it is at home, or in the module itself."""
    plain = _plain(name)
    for alike in (name.__eq__, lambda each: len(plain) > 3 and _plain(each) == plain):
        for space in NAMESPACES:
            at_home = next(filter(alike, public_names(_in_full(space))), None)
            if at_home:
                return f"{_in_full(space).replace('torch.Tensor', 'Tensor')}.{at_home}"
    close = difflib.get_close_matches(name, public_names(module), n=1, cutoff=0.78)
    return f"{module}.{close[0]}" if close else ""


def _plain(name: str) -> str:
    return name.lower().replace("_", "")


def _in_full(space: str) -> str:
    return space if space == "torch" else f"torch.{space}"


@lru_cache(maxsize=64)
def public_names(space: str) -> tuple[str, ...]:
    """The names that are here: of a module, or of torch.Tensor."""
    found: Any = sys.modules[ENGINE]
    for part in space.split(".")[1:]:
        found = getattr(found, part, None) or _submodule(found, part)
    if found is None:
        return ()
    return tuple(name for name in dir(found) if not name.startswith("_") and name != "annotations")


def _submodule(package: Any, name: str) -> ModuleType | None:
    try:
        return importlib.import_module(f"{package.__spec__.name}.{name}")
    except (ImportError, AttributeError):
        return None


# PyTorch's names ----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def table() -> dict[str, dict[str, str]]:
    """Of each of PyTorch's public modules, and of torch.Tensor: which kind of thing each public name is."""
    found: dict[str, dict[str, str]] = {}
    names: dict[str, str] = {}
    for line in Path(__file__).with_name("pytorch_names.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            names = found[line.strip("[]")] = {}
        elif line and not line.startswith("#"):
            kind, *words = line.split()
            names.update(dict.fromkeys(words, kind))
    return found


def kind_of(full: str) -> str | None:
    """What a name is in PyTorch, such as `function`; None if PyTorch has no such public name."""
    if full in table():
        return "class" if full == "torch.Tensor" else "module"
    space, _, name = full.rpartition(".")
    return table().get(space, {}).get(name)


def is_module(full: str) -> bool:
    """Whether PyTorch has a module of this name."""
    return full != "torch.Tensor" and full in table()
