"""The hook: programs that say `import torch` get this engine, until the hook is undone.

Note [One module, two names]
Under the hook `torch.nn` is `minitorch_edu.nn`: the same object, which `sys.modules` has under both names, so that a
tensor made by one is a tensor of the other. The object calls itself `torch.nn` meanwhile, as programs expect that
print it. Its `__spec__` stays its own: Python imports and reloads by it.
"""

from __future__ import annotations

import difflib
import importlib
import multiprocessing.spawn
import sys
import warnings
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType, TracebackType
from typing import Any

from minitorch_edu import pytorch_names

ENGINE = __name__.partition(".")[0]

COMPILED = "parts of it are compiled against PyTorch's own library"
INSIDE = "it is built on parts of PyTorch that no lesson needs, and that are not here"

NEEDS_PYTORCH = {
    **dict.fromkeys(
        "bitsandbytes deepspeed flash_attn torch_geometric torchao torchaudio torchcodec torchrl torchtext "
        "torchvision triton xformers".split(),
        COMPILED,
    ),
    **dict.fromkeys(
        "accelerate botorch captum diffusers fastai functorch gpytorch ignite kornia lightning lightning_fabric peft "
        "pyro pytorch_lightning sentence_transformers skorch tensordict timm torchdata torchmetrics "
        "transformers".split(),
        INSIDE,
    ),
}
"""Packages that import PyTorch, and why this engine cannot stand in for it there."""


class Hook:
    """`import torch` means this engine. `undo()` takes it back, and so does the end of a with-block."""

    def __init__(self, already: bool) -> None:
        self._counts = not already  # the first one undoes; a hook inside another's with-block changes nothing

    def undo(self) -> None:
        """Let `import torch` mean PyTorch again. What a program imported it keeps."""
        if self._counts:
            self._counts = False
            _uninstall()

    def __enter__(self) -> Hook:
        return self

    def __exit__(self, *_: object) -> None:
        self.undo()

    def __repr__(self) -> str:
        return "<import torch means minitorch_edu>" if _installed() else "<import torch means PyTorch>"


def as_torch() -> Hook:
    """Let `import torch` mean this engine: in a notebook, in the first cell.

        import minitorch_edu
        minitorch_edu.as_torch()
        import torch.nn as nn

    Programs need no such line: `python -m minitorch_edu.run program.py` runs them as they are. It comes before the
    first `import torch`, as no program can have two of them. What it returns can `undo()` it, by `with` as well.
    """
    already = _installed()
    if not already:
        _refuse_beside_pytorch()
        _install()
        _tell_in_notebooks()
    return Hook(already)


def _refuse_beside_pytorch() -> None:
    theirs = sys.modules.get("torch")
    if theirs is None:
        return
    version = getattr(theirs, "__version__", "of an unknown version")
    error = RuntimeError(f"real PyTorch is already imported (torch {version}, {_place(theirs)})")
    error.add_note(
        "as_torch() must come before the first `import torch`: restart Python, or the notebook's kernel, first."
    )
    raise error


def _place(module: ModuleType) -> str:
    return getattr(module, "__file__", None) or "unknown location"


# --- installing and undoing -----------------------------------------------------------------------------------------


class Finder(MetaPathFinder):
    """Finds `torch` and what is beneath it here, and says of other packages why they need PyTorch."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        top = fullname.partition(".")[0]
        if top == "torch":
            module = _ours(fullname)
            return ModuleSpec(
                fullname, Twin(module), origin=_place(module), is_package=hasattr(module, "__path__")
            )
        if top in NEEDS_PYTORCH:
            raise _needs_pytorch(top)
        return None


class Twin(Loader):
    """Loads nothing: the module is there, under the engine's own name."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        self.spec = module.__spec__

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return self.module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self.spec  # importing has just written over it
        _rename(module)


_finder = Finder()
_names: dict[ModuleType, str] = {}  # what the modules call themselves when the hook is undone
_prepared: list[Callable[..., dict[str, Any]]] = []


def _installed() -> bool:
    return _finder in sys.meta_path


def _install() -> None:
    sys.meta_path.insert(0, _finder)
    # NumPy's warnings name the module that asks it: those of the engine stay silent under its other name, too
    warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"torch\.")
    _prepared.append(multiprocessing.spawn.get_preparation_data)
    multiprocessing.spawn.get_preparation_data = _preparation_data
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == ENGINE and pytorch_names.is_module(_their_name(name)):
            sys.modules[_their_name(name)] = module
            _rename(module)


def _uninstall() -> None:
    sys.meta_path.remove(_finder)
    shell = _notebook()
    if shell is not None and shell.custom_exceptions == (AttributeError,):
        shell.set_custom_exc((), None)
    multiprocessing.spawn.get_preparation_data = _prepared.pop()
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "torch" and module in _names:
            del sys.modules[name]
    for module, name in _names.items():
        module.__name__ = name
    _names.clear()


def _rename(module: ModuleType) -> None:
    """See Note [One module, two names]."""
    if module.__spec__ is not None:
        _names[module] = module.__spec__.name
        module.__name__ = _their_name(module.__spec__.name)


def _their_name(name: str) -> str:
    return "torch" + name.removeprefix(ENGINE)


# --- finding --------------------------------------------------------------------------------------------------------


def _ours(fullname: str) -> ModuleType:
    """The engine's module of that name: `torch.nn` is `minitorch_edu.nn`."""
    name = ENGINE + fullname.removeprefix("torch")
    parent, _, child = name.rpartition(".")
    if parent and not pytorch_names.is_module(fullname):
        inside = getattr(sys.modules[parent], child, None)
        if inside is not None and not isinstance(inside, ModuleType):  # torch.tensor is a function there
            raise _no_module(fullname, f"{fullname} is no module: `from {_parent(fullname)} import {child}`")
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
    raise _no_module(fullname, pytorch_names.note(_parent(fullname), child))


def _parent(fullname: str) -> str:
    return fullname.rpartition(".")[0]


def _no_module(fullname: str, note: str) -> ModuleNotFoundError:
    error = ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
    error.add_note(note)
    return error


def _needs_pytorch(package: str) -> ImportError:
    error = ImportError(
        f"{package} needs real PyTorch, and `import torch` is minitorch_edu here", name=package
    )
    error.add_note(
        f"{package} cannot run on this engine: {NEEDS_PYTORCH[package]}. Run the program with `python` instead."
    )
    return error


# --- processes that are started anew --------------------------------------------------------------------------------


class _AsTorch:
    """What a new process unpickles before it imports the program: the hook comes first there as well."""

    def __reduce__(self) -> tuple[Callable[[], Hook], tuple[()]]:
        return as_torch, ()


def _preparation_data(name: str) -> dict[str, Any]:
    return {"minitorch_edu": _AsTorch(), **_prepared[-1](name)}


# --- notebooks ------------------------------------------------------------------------------------------------------


def _notebook() -> Any:
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def _tell_in_notebooks() -> None:
    """Where Python prints an error it asks "Did you mean ...?". A notebook prints errors by itself, and does not."""
    shell = _notebook()
    if shell is not None and not shell.custom_exceptions:
        shell.set_custom_exc((AttributeError,), _show)


def _show(
    shell: Any, kind: type, error: AttributeError, trace: TracebackType, tb_offset: int | None = None
) -> None:
    engine = sys.modules[ENGINE]
    if isinstance(error.obj, engine.Tensor | engine.nn.Module) and not hasattr(error, "__notes__"):
        close = difflib.get_close_matches(error.name or "", dir(error.obj), n=1)
        if close:
            error.add_note(f"Perhaps you mean {close[0]}.")
    shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
