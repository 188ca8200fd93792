"""torch.hub: files of weights that others have published. What is not in the cache yet comes over the network."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import re
import shutil
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from minitorch_edu import missing
from minitorch_edu.callers import outside
from minitorch_edu.serialization import load as _load

__getattr__ = missing.names_of(__name__)

HASH = re.compile(r"-([a-f0-9]*)\.")
"""In the names of files: how the SHA256 of what they hold begins."""

CHUNK = 1 << 17

_hub_dir: str | None = None


def get_dir() -> str:
    """The folder of what was fetched: `$TORCH_HOME/hub`, which is `~/.cache/torch/hub` where nothing else is said."""
    if os.getenv("TORCH_HUB"):
        warnings.warn("TORCH_HUB is deprecated, please use env TORCH_HOME instead", stacklevel=outside())
    if _hub_dir is not None:
        return _hub_dir
    cache = os.getenv("XDG_CACHE_HOME", "~/.cache")
    return os.path.join(os.path.expanduser(os.getenv("TORCH_HOME", os.path.join(cache, "torch"))), "hub")


def set_dir(d: str | os.PathLike[str]) -> None:
    """Keep what is fetched in another folder from now on."""
    global _hub_dir
    _hub_dir = os.path.expanduser(d)


# --- files ----------------------------------------------------------------------------------------------------------


def download_url_to_file(url: str, dst: str, hash_prefix: str | None = None, progress: bool = True) -> None:
    """Fetch a file. hash_prefix: how its SHA256 must begin. It is there in full, or not at all."""
    from urllib.request import Request, urlopen

    path = Path(dst).expanduser()
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    found = hashlib.sha256()
    try:
        with (
            urlopen(Request(url, headers={"User-Agent": "torch.hub"})) as source,
            open(partial, "wb") as file,
        ):
            while chunk := source.read(CHUNK):
                file.write(chunk)
                found.update(chunk)
        if not found.hexdigest().startswith(hash_prefix or ""):
            raise RuntimeError(f'invalid hash value (expected "{hash_prefix}", got "{found.hexdigest()}")')
        shutil.move(partial, path)
    except OSError as error:
        error.add_note(f"this needs the network. Without it: fetch {url} elsewhere, and put it at {path}")
        raise
    finally:
        partial.unlink(missing_ok=True)


def load_state_dict_from_url(
    url: str,
    model_dir: str | None = None,
    map_location: Any = None,
    progress: bool = True,
    check_hash: bool = False,
    file_name: str | None = None,
    weights_only: bool = False,
) -> Any:
    """`torch.load` of a file at an address. It is fetched once, into `model_dir`, or else `checkpoints` in `get_dir()`.

    check_hash: the name of the file says how its SHA256 begins, as `resnet18-5c106cde.pth` does.
    """
    from urllib.parse import urlparse

    folder = model_dir or os.path.join(get_dir(), "checkpoints")
    os.makedirs(folder, exist_ok=True)
    name = file_name or os.path.basename(urlparse(url).path)
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        sys.stdout.write(f'Downloading: "{url}" to {path}\n')
        marked = HASH.search(name) if check_hash else None
        download_url_to_file(url, path, marked and marked.group(1), progress)
    return _load(path, map_location=map_location, weights_only=weights_only)


# --- models ---------------------------------------------------------------------------------------------------------


def load(
    repo_or_dir: str,
    model: str,
    *args: Any,
    source: str = "github",
    trust_repo: Any = "check",
    force_reload: bool = False,
    verbose: bool = True,
    skip_validation: bool = False,
    **kwargs: Any,
) -> Any:
    """Call a function of the `hubconf.py` in a folder, with `source="local"`. Repositories are not fetched.

    Their code is written for PyTorch, and mostly for torchvision as well.
    """
    source = source.lower()
    if source not in ("github", "local"):
        raise ValueError(f'Unknown source: "{source}". Allowed values: "github" | "local".')
    with _hubconf(repo_or_dir, source) as module:
        return _entry(module, model)(*args, **kwargs)


def list(
    github: str,
    force_reload: bool = False,
    skip_validation: bool = False,
    trust_repo: Any = "check",
    verbose: bool = True,
) -> NoReturn:
    """PyTorch's question to GitHub, which models there are. Nothing is fetched from there."""
    _refuse(github)


def help(
    github: str,
    model: str,
    force_reload: bool = False,
    skip_validation: bool = False,
    trust_repo: Any = "check",
) -> NoReturn:
    """PyTorch's question to GitHub, what a model is. Nothing is fetched from there."""
    _refuse(github)


def _refuse(repository: str) -> NoReturn:
    error = RuntimeError(
        f"torch.hub needs the network for {repository!r}: it would fetch a repository of Python code from GitHub"
    )
    error.add_note(
        "minitorch_edu does not do that, for such code is written for PyTorch. With source='local' it calls what is in "
        "a folder of yours; torch.hub.load_state_dict_from_url fetches weights"
    )
    raise error


@contextlib.contextmanager
def _hubconf(folder: str, source: str) -> Iterator[ModuleType]:
    """The module in the folder, which may import its neighbours."""
    if source == "github":
        _refuse(folder)
    sys.path.insert(0, folder)
    try:
        spec: Any = importlib.util.spec_from_file_location("hubconf.py", os.path.join(folder, "hubconf.py"))
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module
    finally:
        sys.path.remove(folder)


def _entry(module: ModuleType, model: Any) -> Callable[..., Any]:
    if not isinstance(model, str):
        raise ValueError("Invalid input: model should be a string of function name")
    lacking = [name for name in getattr(module, "dependencies", ()) if importlib.util.find_spec(name) is None]
    if lacking:
        raise RuntimeError(f"Missing dependencies: {', '.join(lacking)}")
    entry = getattr(module, model, None)
    if not callable(entry):
        raise RuntimeError(f"Cannot find callable {model} in hubconf")
    return entry
