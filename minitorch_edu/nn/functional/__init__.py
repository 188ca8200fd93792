"""nn.functional: the functions of neural networks, a family a module. One line for each name."""

from minitorch_edu.ops.convolution_calls import conv1d as conv1d
from minitorch_edu.ops.convolution_calls import conv2d as conv2d
from minitorch_edu.ops.convolution_calls import conv3d as conv3d
from minitorch_edu.ops.convolution_calls import conv_transpose1d as conv_transpose1d
from minitorch_edu.ops.convolution_calls import conv_transpose2d as conv_transpose2d
from minitorch_edu.ops.convolution_calls import conv_transpose3d as conv_transpose3d
