"""Areas: what each part of PyTorch is for, and which page of its documentation tells of it."""

from __future__ import annotations

from typing import NamedTuple

DOCUMENTATION = "https://docs.pytorch.org/docs/stable/"


class Area(NamedTuple):
    """A part of PyTorch. Where `each_apart` is true every name has a page of its own."""

    name: str
    purpose: str
    page: str
    each_apart: bool = False


AREAS = [
    Area("torch", "tensors and what is computed with them", "torch.html", True),
    Area("torch.Tensor", "what a tensor can do", "tensors.html", True),
    Area("torch.__config__", "how PyTorch was built", "config_mod.html"),
    Area("torch.__future__", "switches that will be the rule one day", "future_mod.html"),
    Area(
        "torch.accelerator",
        "the device that computes beside the processor, whatever it is",
        "accelerator.html",
        True,
    ),
    Area("torch.amp", "computing in narrower dtypes where that is safe", "amp.html"),
    Area(
        "torch.ao",
        "quantization and sparsity: networks in integers, networks with holes",
        "quantization.html",
    ),
    Area("torch.autograd", "derivatives", "autograd.html", True),
    Area("torch.autograd.graph", "the graph that backward walks", "autograd.html"),
    Area("torch.autograd.profiler", "measuring what operators cost", "autograd.html"),
    Area("torch.backends", "switches of the libraries that PyTorch computes with", "backends.html"),
    Area("torch.compiler", "turning Python functions into compiled kernels", "torch.compiler_api.html", True),
    Area("torch.cpu", "the processor in the words of torch.cuda", "cpu.html", True),
    Area("torch.cuda", "NVIDIA's GPUs: devices, memory, streams", "cuda.html", True),
    Area("torch.cuda.amp", "the older home of torch.amp", "amp.html"),
    Area("torch.distributed", "training by many processes, on many machines", "distributed.html"),
    Area(
        "torch.distributed.algorithms",
        "training by processes with unequal inputs",
        "distributed.algorithms.join.html",
    ),
    Area(
        "torch.distributed.checkpoint",
        "saving what many processes hold in parts",
        "distributed.checkpoint.html",
    ),
    Area("torch.distributed.device_mesh", "the processes as a grid of devices", "distributed.html"),
    Area("torch.distributed.elastic", "restarting processes that fail", "distributed.elastic.html"),
    Area("torch.distributed.fsdp", "models whose parameters are spread over processes", "fsdp.html"),
    Area(
        "torch.distributed.optim", "optimizers whose state is spread over processes", "distributed.optim.html"
    ),
    Area(
        "torch.distributed.pipelining",
        "a model cut into stages, one for each process",
        "distributed.pipelining.html",
    ),
    Area("torch.distributed.rpc", "calling functions in other processes", "rpc.html"),
    Area("torch.distributed.tensor", "tensors that are spread over processes", "distributed.tensor.html"),
    Area(
        "torch.distributed.tensor.parallel",
        "layers that are spread over processes",
        "distributed.tensor.parallel.html",
    ),
    Area("torch.distributions", "random variables, their densities and samples", "distributions.html"),
    Area("torch.export", "writing a model down as a graph, without its Python", "export.html"),
    Area("torch.fft", "Fourier transforms", "fft.html", True),
    Area("torch.func", "functions of functions: gradients, Jacobians, vmap", "func.api.html", True),
    Area("torch.futures", "results that come later", "futures.html"),
    Area("torch.fx", "a module's forward as a graph that programs rewrite", "fx.html"),
    Area("torch.hub", "loading models that others have published", "hub.html"),
    Area("torch.jit", "TorchScript, the older way to compile models", "jit.html", True),
    Area("torch.library", "registering operators of one's own with PyTorch's dispatcher", "library.html"),
    Area("torch.linalg", "linear algebra", "linalg.html", True),
    Area("torch.masked", "tensors some of whose elements do not count", "masked.html"),
    Area("torch.monitor", "counters of what happens in long runs", "monitor.html"),
    Area("torch.mps", "Apple's GPUs", "mps.html", True),
    Area("torch.mtia", "Meta's accelerators", "mtia.html", True),
    Area("torch.multiprocessing", "processes that share tensors", "multiprocessing.html"),
    Area("torch.nested", "batches of tensors of unequal shapes", "nested.html"),
    Area("torch.nn", "layers, losses and what they are made of", "nn.html", True),
    Area("torch.nn.attention", "which kernel computes attention", "nn.attention.html", True),
    Area("torch.nn.attention.bias", "masks of attention that need no memory", "nn.attention.bias.html"),
    Area(
        "torch.nn.attention.flex_attention",
        "attention with scores of one's own",
        "nn.attention.flex_attention.html",
    ),
    Area("torch.nn.functional", "layers and losses as functions", "nn.functional.html", True),
    Area("torch.nn.init", "how weights begin", "nn.init.html"),
    Area("torch.nn.parallel", "one model on many devices", "nn.html", True),
    Area("torch.nn.utils", "clipping, pruning and packing what layers hold", "nn.html", True),
    Area("torch.numa", "which processor's memory a process uses", "torch.html"),
    Area("torch.onnx", "writing models down for other programs to run", "onnx.html"),
    Area("torch.optim", "optimizers", "optim.html", True),
    Area("torch.optim.lr_scheduler", "how the learning rate changes during training", "optim.html", True),
    Area("torch.overrides", "classes that behave like tensors", "torch.overrides.html"),
    Area("torch.package", "a model and its code in one file", "package.html"),
    Area("torch.profiler", "measuring what a program spends its time on", "profiler.html"),
    Area("torch.quantization", "the older home of torch.ao.quantization", "quantization.html"),
    Area("torch.quasirandom", "points that fill space evenly", "torch.html"),
    Area("torch.random", "the generator of random numbers", "random.html"),
    Area("torch.serialization", "how tensors are written to files", "notes/serialization.html"),
    Area("torch.signal", "windows of signals", "signal.html", True),
    Area("torch.sparse", "tensors that store only what is not zero", "sparse.html", True),
    Area("torch.special", "special functions", "special.html"),
    Area("torch.storage", "the bytes beneath tensors", "storage.html"),
    Area("torch.testing", "comparing tensors in tests", "testing.html"),
    Area("torch.utils", "helpers of several kinds", "utils.html", True),
    Area("torch.utils.benchmark", "measuring how long code takes", "benchmark_utils.html"),
    Area("torch.utils.checkpoint", "computing again instead of keeping in memory", "checkpoint.html"),
    Area("torch.utils.cpp_extension", "compiling operators of one's own from C++", "cpp_extension.html"),
    Area("torch.utils.data", "datasets, and batches made from them", "data.html"),
    Area("torch.utils.deterministic", "filling memory so that mistakes repeat", "deterministic.html"),
    Area("torch.utils.dlpack", "sharing memory with other libraries", "dlpack.html"),
    Area("torch.utils.jit", "what compiled models have logged", "jit_utils.html"),
    Area("torch.utils.mobile_optimizer", "models for telephones", "mobile_optimizer.html"),
    Area("torch.utils.model_zoo", "the older name of torch.hub's downloads", "model_zoo.html"),
    Area("torch.utils.module_tracker", "which module is running", "module_tracker.html"),
    Area("torch.utils.tensorboard", "curves and pictures of training, for TensorBoard", "tensorboard.html"),
    Area("torch.xpu", "Intel's GPUs", "xpu.html", True),
]

BY_NAME = {area.name: area for area in AREAS}


def area_of(name: str) -> Area:
    """The area that a name lies in, `torch.fx` for `torch.fx.Graph` and for itself."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        area = BY_NAME.get(".".join(parts[:length]))
        if area is not None:
            return area
    return BY_NAME["torch"]


def address(name: str, kind: str) -> str:
    """Where PyTorch documents a public name."""
    area = area_of(name)
    if name == area.name:
        return DOCUMENTATION + area.page
    if kind == "module":
        return f"{DOCUMENTATION}{area.page}#module-{name}"
    if kind == "dtype":
        return f"{DOCUMENTATION}tensor_attributes.html#torch.dtype"
    if kind == "type":
        return f"{DOCUMENTATION}tensors.html"
    if area.each_apart:
        return f"{DOCUMENTATION}generated/{name}.html"
    return f"{DOCUMENTATION}{area.page}#{name}"
