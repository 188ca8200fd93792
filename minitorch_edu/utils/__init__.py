"""torch.utils: tools beside the tensors."""

from minitorch_edu.utils import checkpoint as checkpoint
from minitorch_edu.utils import dlpack as dlpack
from minitorch_edu.utils import hooks as hooks
