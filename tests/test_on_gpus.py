"""Tensors of a GPU at their edges: in files, in copies, in other libraries. What is told of them is PyTorch's."""

from __future__ import annotations

import copy
import io
import pickle

import pytest
import torch as real

import minitorch_edu as torch
from minitorch_edu import nn
from tests.device import made_on_the_host, without_gpus


@pytest.fixture(autouse=True)
def gpus():
    with made_on_the_host(), torch.cuda.simulate(2):
        yield


FIRST, SECOND = torch.device("cuda:0"), torch.device("cuda:1")


def there(*values, device="cuda", **options):
    return torch.tensor(values, device=device, **options)


def saved(value):
    file = io.BytesIO()
    torch.save(value, file)
    file.seek(0)
    return file


# --- files --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "complex64", "bool", "int64", "uint16"])
@pytest.mark.parametrize("weights_only", [True, False])
def test_a_file_remembers_the_device(dtype, weights_only):
    x = torch.arange(6).reshape(2, 3).to("cuda:1", getattr(torch, dtype)).t()
    y = torch.load(saved([x, x[1:]]), weights_only=weights_only)
    assert y[0].device == y[1].device == SECOND and y[0].dtype is x.dtype and y[0].stride() == x.stride()
    assert y[0].tolist() == x.tolist() and y[1].tolist() == x[1:].tolist()
    assert y[0].untyped_storage() is y[1].untyped_storage()


PLACES = {
    "nothing": (None, FIRST),
    "cpu": ("cpu", torch.device("cpu")),
    "cuda": ("cuda", FIRST),
    "cuda:1": ("cuda:1", SECOND),
    "torch.device('cuda')": (torch.device("cuda"), FIRST),
    "a dict": ({"cuda:0": "cuda:1"}, SECOND),
    "a dict of other places": ({"cuda:7": "cpu"}, FIRST),
    "storage": (lambda storage, location: storage, torch.device("cpu")),
    "storage.cuda(1)": (lambda storage, location: storage.cuda(1), SECOND),
    "a function without an answer": (lambda storage, location: None, FIRST),
}


@pytest.mark.parametrize("map_location", PLACES)
def test_map_location(map_location):
    location, device = PLACES[map_location]
    x = torch.load(saved(there(1.0, 2.0)), map_location=location)
    assert x.device == device and x.tolist() == [1, 2]


def test_map_location_is_told_where_the_bytes_were():
    seen = []
    torch.load(
        saved(there(1.0, device="cuda:1")), map_location=lambda storage, at: seen.append((storage.device, at))
    )
    assert seen == [(torch.device("cpu"), "cuda:1")]


def test_pytorch_reads_the_files_of_a_gpu_and_they_name_its_location():
    file = saved({"w": there(1.0, 2.0)})
    seen = []
    found = real.load(file, map_location=lambda storage, at: seen.append(at) or storage)
    assert seen == ["cuda:0"] and found["w"].tolist() == [1, 2]


def test_files_in_the_old_format_go_to_a_gpu():
    file = io.BytesIO()
    real.save([real.ones(3), real.arange(4)], file, _use_new_zipfile_serialization=False)
    file.seek(0)
    ones, numbers = torch.load(file, map_location="cuda:1")
    assert (
        ones.device == numbers.device == SECOND
        and ones.tolist() == [1, 1, 1]
        and numbers.tolist() == [0, 1, 2, 3]
    )


def test_a_file_of_a_gpu_cannot_be_loaded_without_one():
    file = saved(there(1.0))
    with pytest.raises(RuntimeError) as expected:
        real.load(file)
    file.seek(0)
    with without_gpus(), pytest.raises(RuntimeError) as refused:
        torch.load(file)
    assert str(refused.value) == str(expected.value)


@pytest.mark.parametrize("location", ["cuda0", "cuda:x", "cpu:0"])
def test_places_that_are_none(location):
    with pytest.raises(RuntimeError) as expected:
        real.load(saved(torch.ones(1)), map_location=location)
    with pytest.raises(RuntimeError) as refused:
        torch.load(saved(torch.ones(1)), map_location=location)
    assert str(refused.value) == str(expected.value)


def test_a_file_of_a_gpu_that_is_not_there():
    text = "on CUDA device 1 but torch.cuda.device_count() is 1. Please use torch.load with map_location to map your"
    file = saved(there(1.0, device="cuda:1"))
    with (
        torch.cuda.simulate(1),
        pytest.raises(RuntimeError, match=text.replace("(", r"\(").replace(")", r"\)")),
    ):
        torch.load(file)


def test_safetensors(tmp_path):
    pytest.importorskip("safetensors")
    path = tmp_path / "x.safetensors"
    torch.serialization.save_file({"w": there(1.0, 2.0)}, path)
    assert torch.load(path)["w"].device.type == "cpu"
    assert torch.load(path, map_location="cuda:1")["w"].device == SECOND
    with pytest.raises(RuntimeError, match="with dict map_location is not supported"):
        torch.load(path, map_location={})


# --- copies -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("again", [copy.deepcopy, copy.copy, lambda x: pickle.loads(pickle.dumps(x))])
def test_copies_stay_on_the_device(again):
    for x in (there(1.0, 2.0, device="cuda:1"), nn.Parameter(there(1.0, 2.0, device="cuda:1"))):
        y = again(x)
        assert type(y) is type(x) and y is not x and y.device == SECOND and y.tolist() == [1, 2]
        assert y.requires_grad == x.requires_grad


def test_a_parameter_is_one_in_files_of_both_engines():
    x = nn.Parameter(there(1.0, 2.0))
    assert type(torch.load(saved(x))) is nn.Parameter and torch.load(saved(x)).device == FIRST
    assert type(real.load(saved(nn.Parameter(torch.ones(2))))) is real.nn.Parameter
    file = io.BytesIO()
    real.save(real.nn.Parameter(real.ones(2), requires_grad=False), file)
    file.seek(0)
    y = torch.load(file, map_location="cuda:1")
    assert type(y) is nn.Parameter and y.device == SECOND and not y.requires_grad


def test_a_pickle_of_a_gpu_needs_one():
    text = pickle.dumps(there(1.0))
    with (
        without_gpus(),
        pytest.raises(RuntimeError, match="Attempting to deserialize object on a CUDA device"),
    ):
        pickle.loads(text)


def test_storages_move():
    storage = torch.arange(4.0).untyped_storage()
    moved = storage.cuda(1)
    assert moved.device == SECOND and moved.is_cuda and moved.get_device() == 1
    assert moved.tolist() == moved.cpu().tolist() == moved.clone().tolist() == storage.tolist()
    assert moved.to(device="cuda:1") is moved and storage.cpu() is storage and moved.clone().device == SECOND
    assert storage.get_device() is real.ones(1).untyped_storage().get_device() is None


# --- pinned memory ------------------------------------------------------------------------------------------------------

FACTORIES = {
    "zeros": lambda t, **options: t.zeros(2, **options),
    "empty": lambda t, **options: t.empty(2, **options),
    "full": lambda t, **options: t.full((2,), 1.0, **options),
    "eye": lambda t, **options: t.eye(2, **options),
    "tensor": lambda t, **options: t.tensor([1.0, 2.0], **options),
    "arange": lambda t, **options: t.arange(2, **options),
    "linspace": lambda t, **options: t.linspace(0, 1, 3, **options),
    "rand": lambda t, **options: t.rand(2, **options),
    "randn": lambda t, **options: t.randn(2, **options),
    "randint": lambda t, **options: t.randint(5, (2,), **options),
    "randperm": lambda t, **options: t.randperm(3, **options),
    "normal": lambda t, **options: t.normal(0.0, 1.0, (2,), **options),
    "tril_indices": lambda t, **options: t.tril_indices(2, 2, **options),
    "hann_window": lambda t, **options: t.hann_window(3, **options),
    "fftfreq": lambda t, **options: t.fft.fftfreq(3, **options),
    "empty_strided": lambda t, **options: t.empty_strided((2,), (1,), **options),
    "empty_like": lambda t, **options: t.empty_like(t.ones(2), **options),
    "new_zeros": lambda t, **options: t.ones(2).new_zeros(2, **options),
}


@pytest.mark.parametrize("name", FACTORIES)
def test_a_factory_pins_what_it_makes(name):
    made = FACTORIES[name](torch, pin_memory=True)
    assert made.is_pinned() and made.is_cpu
    assert not FACTORIES[name](torch, pin_memory=False).is_pinned()
    with pytest.raises(RuntimeError, match="^Only dense CPU tensors can be pinned$"):
        FACTORIES[name](torch, pin_memory=True, device="cuda")


@pytest.mark.parametrize("name", FACTORIES)
def test_nothing_is_pinned_without_a_gpu(name):
    with pytest.raises(RuntimeError) as expected:
        FACTORIES[name](real, pin_memory=True)
    with without_gpus(), pytest.raises(RuntimeError) as refused:
        FACTORIES[name](torch, pin_memory=True)
    assert str(refused.value) == str(expected.value)


def test_pinning_copies_once():
    x = torch.arange(4.0)
    y = x.pin_memory()
    assert y.is_pinned() and y.data_ptr() != x.data_ptr() and y.pin_memory() is y and not x.is_pinned()
    assert y[1:].is_pinned() and not (y + 1).is_pinned() and y.untyped_storage().is_pinned()
    assert y.to("cuda", non_blocking=True).tolist() == x.tolist()
    assert x.untyped_storage().pin_memory().is_pinned()
    with pytest.raises(
        RuntimeError, match=r"^cannot pin 'torch.cuda.FloatTensor' only dense CPU tensors can be pinned$"
    ):
        x.cuda().pin_memory()


def test_non_blocking_is_taken_everywhere():
    x = torch.ones(2)
    for moved in (
        x.cuda(non_blocking=True),
        x.cuda(0, True),
        x.to("cuda", non_blocking=True),
        x.to(0, torch.float, True),
    ):
        assert moved.device == FIRST
    assert (
        there(0.0, 0.0).copy_(x, non_blocking=True).tolist()
        == there(0.0, 0.0).copy_(x, True).tolist()
        == [1, 1]
    )
    assert nn.Linear(2, 2).to("cuda", non_blocking=True).weight.device == FIRST
