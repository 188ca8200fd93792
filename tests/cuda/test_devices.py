"""torch.cuda: how many GPUs there are, and which one is the current one."""

from __future__ import annotations

from typing import Any

import pytest

import minitorch_edu
from tests.oracle import assert_same_error
from tests.oracle import torch as pytorch


def answer(ask: str, engine: Any) -> Any:
    """What an expression comes to, with the names of one engine."""
    return eval(
        ask, {name: getattr(engine, name) for name in ("cuda", "accelerator", "device", "ones", "zeros")}
    )


ANSWERS = """
cuda.is_available()
cuda.device_count()
cuda.is_initialized()
cuda.is_bf16_supported()
cuda.is_tf32_supported()
cuda.get_arch_list()
cuda.get_gencode_flags()
cuda.memory_allocated()
cuda.max_memory_allocated('cuda:3')
cuda.memory_reserved(7)
cuda.max_memory_reserved()
cuda.memory_stats()
cuda.memory_stats_as_nested_dict()
cuda.empty_cache()
cuda.manual_seed(3)
cuda.manual_seed_all(3)
cuda.seed()
cuda.seed_all()
cuda.get_rng_state_all()
cuda.set_rng_state_all([])
cuda.default_generators
cuda.device(None).idx
cuda.device(2).idx
cuda.device('cuda:1').idx
cuda.device_of(ones(1)).idx
cuda.device_of(ones(1)).__enter__()
cuda.stream(None).__enter__()
cuda.set_stream(None)
cuda.set_device(-1)
cuda.list_gpu_processes()
cuda.has_half
cuda.has_magma
accelerator.is_available()
accelerator.device_count()
accelerator.current_accelerator()
accelerator.current_accelerator(check_available=True)
accelerator.device_index(None).__enter__()
"""


@pytest.mark.usefixtures("no_gpu")
@pytest.mark.parametrize("ask", ANSWERS.strip().splitlines())
def test_without_a_gpu_the_answer_is_pytorchs(ask):
    assert answer(ask, minitorch_edu) == answer(ask, pytorch)


REFUSED = """
cuda.init()
cuda.current_device()
cuda.synchronize()
cuda.synchronize('cpu')
cuda.ipc_collect()
cuda.get_device_name()
cuda.get_device_name('cpu')
cuda.get_device_properties(0)
cuda.get_device_capability()
cuda.can_device_access_peer(0, 1)
cuda.set_device('cpu')
cuda.set_device('cuda')
cuda.set_device(None)
cuda.device('cpu')
cuda.device(0).__enter__()
cuda.current_stream()
cuda.default_stream()
cuda.Stream()
cuda.Stream(0)
cuda.Event()
cuda.Event(enable_timing=True)
cuda.mem_get_info()
cuda.memory_summary()
cuda.set_per_process_memory_fraction(0.5)
cuda.get_per_process_memory_fraction()
cuda.initial_seed()
cuda.get_rng_state()
cuda.manual_seed('a')
cuda.utilization()
cuda.temperature()
cuda.nvtx.range_push('a')
cuda.nvtx.range_pop()
cuda.nvtx.mark('a')
cuda.set_sync_debug_mode('warn')
cuda.get_sync_debug_mode()
accelerator.current_device_index()
accelerator.set_device_index(0)
accelerator.set_device_index('cuda:0')
accelerator.device_index(0).__enter__()
accelerator.synchronize()
accelerator.current_stream()
accelerator.memory_allocated()
accelerator.empty_cache()
accelerator.get_memory_info()
zeros(1, device='cuda')
ones(1).cuda()
device(0)
"""


@pytest.mark.usefixtures("no_gpu")
@pytest.mark.parametrize("ask", REFUSED.strip().splitlines())
def test_without_a_gpu_the_error_is_pytorchs(ask):
    assert_same_error(lambda: answer(ask, minitorch_edu), lambda: answer(ask, pytorch))


def test_a_simulated_gpu_is_available(books):
    torch = minitorch_edu
    assert torch.cuda.is_available() and torch.cuda.device_count() == 2
    assert torch.backends.cuda.is_built()
    assert "cuda" if torch.cuda.is_available() else "cpu" == "cuda"


def test_cuda_is_initialized_by_its_first_use(books):
    assert not minitorch_edu.cuda.is_initialized()
    minitorch_edu.zeros(1, device="cuda")
    assert minitorch_edu.cuda.is_initialized()


def test_the_current_device_is_what_cuda_stands_for(books):
    torch = minitorch_edu
    assert torch.cuda.current_device() == 0
    torch.cuda.set_device("cuda:1")
    assert torch.cuda.current_device() == 1 and torch.zeros(1, device="cuda").device == torch.device("cuda:1")
    torch.cuda.set_device(torch.device("cuda", 0))
    torch.cuda.set_device(-1)
    assert torch.cuda.current_device() == 0


def test_a_block_gives_the_device_back_also_after_an_error(books):
    torch = minitorch_edu
    with pytest.raises(ZeroDivisionError), torch.cuda.device(1):
        assert torch.cuda.current_device() == 1
        with torch.cuda.device(-1), torch.cuda.device(torch.cuda.device(0)):
            assert torch.cuda.current_device() == 0
        assert torch.cuda.current_device() == 1
        raise ZeroDivisionError
    assert torch.cuda.current_device() == 0


def test_the_device_of_a_tensor(books):
    torch = minitorch_edu
    with torch.cuda.device_of(torch.zeros(1, device="cuda:1")):
        assert torch.cuda.current_device() == 1
        with torch.cuda.device_of(torch.zeros(1)):
            assert torch.cuda.current_device() == 1


WRONG: list[tuple[str, type, str]] = [
    ("cuda.set_device(2)", minitorch_edu.cuda.AcceleratorError, "CUDA error: invalid device ordinal"),
    ("cuda.device(2).__enter__()", minitorch_edu.cuda.AcceleratorError, "CUDA error: invalid device ordinal"),
    ("zeros(1, device='cuda:7')", minitorch_edu.cuda.AcceleratorError, "CUDA error: invalid device ordinal"),
    ("cuda.synchronize(2)", minitorch_edu.cuda.AcceleratorError, "CUDA error: invalid device ordinal"),
    ("cuda.get_device_name(2)", AssertionError, "Invalid device id"),
    ("cuda.get_device_properties(-1)", AssertionError, "Invalid device id"),
    ("cuda.can_device_access_peer(0, 5)", AssertionError, "Invalid peer device id"),
    ("cuda.can_device_access_peer(5, 0)", AssertionError, "Invalid device id"),
    ("cuda.memory_allocated(2)", RuntimeError, "Invalid device argument 2: did you call init?"),
    ("cuda.memory_allocated('cpu')", ValueError, "Expected a cuda device, but got: cpu"),
    ("cuda.synchronize('cpu')", ValueError, "Expected a cuda device, but got: cpu"),
    (
        "cuda.set_device('cuda')",
        ValueError,
        "Expected a torch.device with a specified index or an integer, but got:cuda",
    ),
    ("accelerator.set_device_index('cpu')", ValueError, "cpu doesn't match the current accelerator cuda."),
]


@pytest.mark.parametrize("ask, kind, text", WRONG, ids=[each[0] for each in WRONG])
def test_a_device_that_there_is_not_is_refused(books, ask, kind, text):
    with pytest.raises(kind) as refused:
        answer(ask, minitorch_edu)
    assert str(refused.value).splitlines()[0] == text


def test_the_accelerator_is_cuda(books):
    torch: Any = minitorch_edu
    assert torch.accelerator.is_available() and torch.accelerator.device_count() == 2
    assert torch.accelerator.current_accelerator() == torch.device("cuda")
    torch.accelerator.set_device_index("cuda:1")
    assert torch.accelerator.current_device_index() == torch.cuda.current_device() == 1
    with torch.accelerator.device_index(0):
        assert torch.accelerator.current_device_index() == 0
        x = torch.zeros(256, device=torch.accelerator.current_accelerator())
        assert torch.accelerator.memory_allocated() == 1024 == torch.accelerator.max_memory_allocated(0)
    assert torch.accelerator.memory_reserved() == 0 and x.device.index == 0
    assert torch.accelerator.get_memory_info() == (1 << 30, 1 << 30)
    torch.accelerator.synchronize()
    assert torch.accelerator.current_stream() == torch.cuda.current_stream()
    assert torch.float32 in torch.accelerator.get_device_capability()["supported_dtypes"]
