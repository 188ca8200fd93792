"""Each operator of PyTorch's database that this engine has: the calls that PyTorch refuses, in its words."""

import pytest

from tests.ops import opinfo

pytestmark = pytest.mark.slow

NAMES = [name for name, info in opinfo.PRESENT.items() if info.error_inputs_func is not None]


@pytest.mark.parametrize("name", NAMES)
def test_what_pytorch_refuses_is_refused_in_its_words(name):
    found = list(opinfo.refusal_differences(name))
    assert not found, opinfo.told(found)
