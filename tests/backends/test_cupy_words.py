"""The words that the simulated device knows are those of the CuPy that is installed. See conftest.py."""

from __future__ import annotations

import json
from importlib.resources import files

import cupy
import pytest

from tests.backends import cupy_speaks


def test_the_list_is_what_cupy_tells():
    known = files("minitorch_edu.backends").joinpath("cupy.json").read_text()
    if json.loads(known)["version"] != cupy.__version__:
        pytest.skip(f"the list is that of another CuPy than {cupy.__version__}")
    assert known == cupy_speaks.text(cupy_speaks.spoken())
