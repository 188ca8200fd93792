"""amp: automatic mixed precision. Products in 16 bits, sums and losses in 32, and gradients kept out of the dust."""

from minitorch_edu import missing as _missing
from minitorch_edu.amp import autocast_mode as autocast_mode
from minitorch_edu.amp import grad_scaler as grad_scaler
from minitorch_edu.amp.autocast_mode import autocast as autocast
from minitorch_edu.amp.autocast_mode import custom_bwd as custom_bwd
from minitorch_edu.amp.autocast_mode import custom_fwd as custom_fwd
from minitorch_edu.amp.grad_scaler import GradScaler as GradScaler
from minitorch_edu.amp.switches import is_autocast_available as is_autocast_available

__getattr__ = _missing.names_of(__name__)
