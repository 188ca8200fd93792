"""What travels when a tensor goes through a queue or a pipe: its elements, or the place where they are shared."""

from __future__ import annotations

from multiprocessing.reduction import ForkingPickler as ForkingPickler
from typing import Any

from minitorch_edu.ops import shared_memory
from minitorch_edu.parameter import Parameter
from minitorch_edu.tensor import Tensor


def reduce_tensor(tensor: Tensor) -> Any:
    """What pickling keeps, but without the rest of a storage of which the tensor is a small part."""
    if tensor.requires_grad and not tensor.is_leaf:
        raise RuntimeError(
            "Cowardly refusing to serialize non-leaf tensor which requires_grad, since autograd does not support "
            "crossing process boundaries.  If you just want to transfer the data, call detach() on the tensor before "
            "serializing (e.g., putting it on the queue)."
        )
    if not tensor.is_cuda and tensor.is_shared():
        return shared_memory.reduced(tensor)
    if tensor.untyped_storage().nbytes() > tensor.nbytes:
        tensor = tensor.detach().clone().requires_grad_(tensor.requires_grad)
    return tensor.__reduce_ex__(5)


def reduce_parameter(parameter: Parameter) -> Any:
    return parameter.__reduce_ex__(5)


ForkingPickler.register(Tensor, reduce_tensor)
ForkingPickler.register(Parameter, reduce_parameter)
