"""func: functions that make functions. Gradients, Jacobians and maps over batches, composed as one likes."""

from minitorch_edu import missing as _missing
from minitorch_edu.func.batching import vmap as vmap
from minitorch_edu.func.calls import functional_call as functional_call
from minitorch_edu.func.calls import stack_module_state as stack_module_state
from minitorch_edu.func.gradients import grad as grad
from minitorch_edu.func.gradients import grad_and_value as grad_and_value
from minitorch_edu.func.gradients import jvp as jvp
from minitorch_edu.func.gradients import vjp as vjp
from minitorch_edu.func.jacobians import hessian as hessian
from minitorch_edu.func.jacobians import jacfwd as jacfwd
from minitorch_edu.func.jacobians import jacrev as jacrev
from minitorch_edu.func.linearized import linearize as linearize

__getattr__ = _missing.names_of(__name__)
