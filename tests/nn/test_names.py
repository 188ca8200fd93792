"""Names: what PyTorch's modules about modules have, ours have, and their functions take the same arguments."""

from __future__ import annotations

import importlib
import inspect

import pytest

import tests.oracle  # noqa: F401  PyTorch is imported in one way

PLACES = ["nn.init", "nn.utils", "nn.utils.prune", "nn.utils.parametrize", "nn.utils.parametrizations", "nn.utils.stateless", "nn.parameter"]  # fmt: skip
IMPORTED = {"torch", "Tensor", "F", "collections", "Literal", "OpaqueBase", "OrderedDict", "ParamSpec", "TypeVar", "get_swap_module_params_on_conversion", "is_opaque_reference_type", "is_traceable_wrapper_subclass", "NamedMemberAccessor", "contextlib", "deprecated"}  # fmt: skip
"""What PyTorch's files import for themselves."""


@pytest.mark.parametrize("place", PLACES)
def test_a_place_has_all_of_pytorchs_names(place: str) -> None:
    ours, theirs = (importlib.import_module(f"{engine}.{place}") for engine in ("minitorch_edu", "torch"))
    missing = {name for name in vars(theirs) if not name.startswith("_") and not hasattr(ours, name)}
    assert missing <= IMPORTED


@pytest.mark.parametrize("place", ["nn.init", "nn.utils", "nn.utils.prune", "nn.utils.parametrize", "nn.Module", "nn.Sequential", "nn.ModuleList", "nn.ModuleDict", "nn.ParameterList", "nn.ParameterDict"])  # fmt: skip
def test_functions_take_pytorchs_arguments(place: str) -> None:
    found = []
    for engine in ("minitorch_edu", "torch"):
        owner = importlib.import_module(engine)
        for name in place.split("."):
            owner = getattr(owner, name)
        functions = {k: v for k, v in inspect.getmembers(owner, inspect.isfunction) if not k.startswith("_")}
        found.append({k: _arguments(v) for k, v in functions.items()})
    ours, theirs = found
    both = {name for name in theirs.keys() & ours.keys() if theirs[name]}  # some of theirs only say *args
    assert {name: ours[name] for name in both} == {name: theirs[name] for name in both}


def _arguments(function) -> list[tuple[str, object]]:
    given = inspect.signature(function, follow_wrapped=True).parameters.values()
    return [(each.name, each.default) for each in given if each.name not in ("args", "kwargs", "self", "cls")]
