"""torch.utils.hooks: the handle that takes a hook away again."""

from minitorch_edu.autograd.hooks import RemovableHandle as RemovableHandle
