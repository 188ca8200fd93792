"""The two engines that every picture must look the same for."""

import importlib

import pytest
from hypothesis import settings

settings.register_profile("unhurried", deadline=None)  # a busy machine is no failure
settings.load_profile("unhurried")


@pytest.fixture(params=["minitorch_edu", "torch"])
def torch(request):
    """Our engine, then real PyTorch."""
    return (
        pytest.importorskip(request.param)
        if request.param == "torch"
        else importlib.import_module(request.param)
    )
