"""Stream uses: memory that a stream still works with stays, though the tensor is gone.

An allocator hands memory on within the stream that it was made for, where work runs in order, so that nobody has to
wait. `record_stream` says that another stream works with it as well: when the last tensor over it goes, a mark is put
into that stream, and the memory is kept until the mark is reached.
"""

from __future__ import annotations

import weakref
from typing import Any

from minitorch_edu.backends import gpus
from minitorch_edu.ops import registry
from minitorch_edu.tensor import Tensor


@registry.method
def record_stream(input: Tensor, s: Any) -> None:
    """Keep this tensor's memory, when the tensor goes, until a stream has done what it was given by then."""
    if input.is_cpu:
        raise NotImplementedError(
            "Could not run 'aten::record_stream' with arguments from the 'CPU' backend. This could be because the "
            "operator doesn't exist for this backend, or was omitted during the selective/custom build process (if "
            "using custom build)."
        )
    gpu = getattr(s, "_gpu", None)
    if gpu is None:
        raise RuntimeError("unknown parameter type")
    gpus.let_go()
    storage = input._storage
    weakref.finalize(storage, _keep, gpu, s.stream_id, storage.buffer).atexit = False


def _keep(gpu: Any, stream: int, memory: Any) -> None:
    gpus.kept.append((gpu.mark(stream, False), memory))
    gpus.let_go()
