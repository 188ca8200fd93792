"""Modes: what holds for the whole program, such as whether gradients are recorded and how tensors are printed."""

from minitorch_edu.autograd.anomaly import is_anomaly_check_nan_enabled as is_anomaly_check_nan_enabled
from minitorch_edu.autograd.anomaly import is_anomaly_enabled as is_anomaly_enabled
from minitorch_edu.autograd.anomaly import set_anomaly_enabled as set_anomaly_enabled
from minitorch_edu.autograd.grad_mode import enable_grad as enable_grad
from minitorch_edu.autograd.grad_mode import is_grad_enabled as is_grad_enabled
from minitorch_edu.autograd.grad_mode import no_grad as no_grad
from minitorch_edu.autograd.grad_mode import set_grad_enabled as set_grad_enabled
from minitorch_edu.autograd.inference import inference_mode as inference_mode
from minitorch_edu.autograd.inference import is_inference_mode_enabled as is_inference_mode_enabled
from minitorch_edu.printing import set_printoptions as set_printoptions
from minitorch_edu.settings import (
    are_deterministic_algorithms_enabled as are_deterministic_algorithms_enabled,
)
from minitorch_edu.settings import get_deterministic_debug_mode as get_deterministic_debug_mode
from minitorch_edu.settings import get_float32_matmul_precision as get_float32_matmul_precision
from minitorch_edu.settings import get_num_interop_threads as get_num_interop_threads
from minitorch_edu.settings import get_num_threads as get_num_threads
from minitorch_edu.settings import (
    is_deterministic_algorithms_warn_only_enabled as is_deterministic_algorithms_warn_only_enabled,
)
from minitorch_edu.settings import set_deterministic_debug_mode as set_deterministic_debug_mode
from minitorch_edu.settings import set_float32_matmul_precision as set_float32_matmul_precision
from minitorch_edu.settings import set_num_interop_threads as set_num_interop_threads
from minitorch_edu.settings import set_num_threads as set_num_threads
from minitorch_edu.settings import use_deterministic_algorithms as use_deterministic_algorithms
