"""The two engines that every picture must look the same for."""

import importlib

import pytest


@pytest.fixture(params=["minitorch_edu", "torch"])
def torch(request):
    """Our engine, then real PyTorch."""
    return pytest.importorskip(request.param) if request.param == "torch" else importlib.import_module(request.param)
