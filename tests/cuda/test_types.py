"""torch.cuda.FloatTensor and its siblings: the old way to make tensors on a GPU."""

from __future__ import annotations

import pytest

import minitorch_edu as torch
from tests.oracle import assert_same_error
from tests.oracle import torch as pytorch

NAMES = [
    "ByteTensor",
    "LongTensor",
    "FloatTensor",
    "HalfTensor",
    "DoubleTensor",
    "BoolTensor",
    "BFloat16Tensor",
]


@pytest.mark.parametrize("name", NAMES)
def test_without_a_gpu_they_are_not_available(no_gpu, name):
    assert_same_error(lambda: getattr(torch.cuda, name)([1]), lambda: getattr(pytorch.cuda, name)([1]))
    assert repr(getattr(torch.cuda, name)) == repr(getattr(pytorch.cuda, name))


def test_they_make_tensors_of_their_dtype_on_the_current_gpu(books):
    with torch.cuda.device(1):
        x = torch.cuda.LongTensor([1, 2])
    assert x.dtype is torch.int64 and x.device == torch.device("cuda:1") and x.tolist() == [1, 2]
    assert torch.cuda.FloatTensor(2, 3).shape == (2, 3)


def test_a_tensor_is_an_instance_of_the_type_of_its_device(books):
    x = torch.ones(2, device="cuda")
    assert isinstance(x, torch.cuda.FloatTensor) and not isinstance(x, torch.FloatTensor)
    assert not isinstance(x.cpu(), torch.cuda.FloatTensor)
