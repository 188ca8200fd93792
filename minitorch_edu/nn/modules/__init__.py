"""Modules: the parts that networks are made of."""

from minitorch_edu.nn.modules.linear import Identity as Identity
from minitorch_edu.nn.modules.linear import Linear as Linear
from minitorch_edu.nn.modules.loss import MSELoss as MSELoss
from minitorch_edu.nn.modules.module import Module as Module
