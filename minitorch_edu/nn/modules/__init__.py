"""Modules: the parts that networks are made of."""

from minitorch_edu.nn.modules.container import Container as Container
from minitorch_edu.nn.modules.container import ModuleDict as ModuleDict
from minitorch_edu.nn.modules.container import ModuleList as ModuleList
from minitorch_edu.nn.modules.container import Sequential as Sequential
from minitorch_edu.nn.modules.linear import Identity as Identity
from minitorch_edu.nn.modules.linear import Linear as Linear
from minitorch_edu.nn.modules.loss import MSELoss as MSELoss
from minitorch_edu.nn.modules.module import Module as Module
from minitorch_edu.nn.modules.parameter_container import ParameterDict as ParameterDict
from minitorch_edu.nn.modules.parameter_container import ParameterList as ParameterList
