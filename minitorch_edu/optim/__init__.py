"""optim: algorithms that move parameters against their gradients."""

from minitorch_edu.optim.optimizer import Optimizer as Optimizer
from minitorch_edu.optim.sgd import SGD as SGD
