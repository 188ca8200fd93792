"""Single steps of recurrent networks: RNNCell, GRUCell and LSTMCell."""

from __future__ import annotations

import math
from typing import Any

from minitorch_edu.nn import init, recurrent
from minitorch_edu.nn.modules.module import Module
from minitorch_edu.ops.creation import empty, zeros
from minitorch_edu.parameter import Parameter
from minitorch_edu.tensor import Tensor


def draw_weights(module: Any) -> None:
    """Draw all parameters from U(-k, k) with k = 1 / sqrt(hidden_size)."""
    bound = 1.0 / math.sqrt(module.hidden_size) if module.hidden_size > 0 else 0
    for weight in module.parameters():
        init.uniform_(weight, -bound, bound)


class RNNCellBase(Module):
    """What the single steps have in common: weight_ih, weight_hh and the biases, for one or several gates."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool,
        num_chunks: int,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.bias = bias
        rows = num_chunks * hidden_size
        self.weight_ih = Parameter(empty((rows, input_size), device=device, dtype=dtype))
        self.weight_hh = Parameter(empty((rows, hidden_size), device=device, dtype=dtype))
        for name in ("bias_ih", "bias_hh"):
            self.register_parameter(
                name, Parameter(empty(rows, device=device, dtype=dtype)) if bias else None
            )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        draw_weights(self)

    def extra_repr(self) -> str:
        text = f"{self.input_size}, {self.hidden_size}"
        if self.bias is not True:
            text += f", bias={self.bias}"
        if getattr(self, "nonlinearity", "tanh") != "tanh":
            text += f", nonlinearity={self.nonlinearity}"
        return text

    def _step(self, function: Any, input: Tensor, hx: Any) -> Any:
        return function(input, hx, self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh)

    def _check(self, what: str, given: Tensor) -> None:
        if given.dim() not in (1, 2):
            raise ValueError(
                f"{type(self).__name__}: Expected {what} to be 1D or 2D, got {given.ndim}D instead"
            )

    def _at_rest(self, input: Tensor) -> Tensor:
        return zeros(input.shape[0], self.hidden_size, dtype=input.dtype, device=input.device)

    def _forward(self, function: Any, input: Tensor, hx: Tensor | None) -> Tensor:
        """A step of a network with one state."""
        self._check("input", input)
        if hx is not None:
            self._check("hidden", hx)
        single = input.ndim == 1
        if single:
            input = input.unsqueeze(0)
        if hx is None:
            hx = self._at_rest(input)
        elif single:
            hx = hx.unsqueeze(0)
        found = self._step(function, input, hx)
        return found.squeeze(0) if single else found


class RNNCell(RNNCellBase):
    """One step of an `RNN`: from an input (samples, input_size) and a state (samples, hidden_size) to a new state.

    >>> torch.nn.RNNCell(3, 5)(torch.zeros(4, 3)).shape
    torch.Size([4, 5])
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 1, device, dtype)
        self.nonlinearity = nonlinearity

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        return self._forward(self._function, input, hx)

    def _function(self, *given: Any) -> Tensor:
        if self.nonlinearity == "tanh":
            return recurrent.rnn_tanh_cell(*given)
        if self.nonlinearity == "relu":
            return recurrent.rnn_relu_cell(*given)
        raise RuntimeError(f"Unknown nonlinearity: {self.nonlinearity}")


class GRUCell(RNNCellBase):
    """One step of a `GRU`: from an input (samples, input_size) and a state (samples, hidden_size) to a new state.

    >>> torch.nn.GRUCell(3, 5)(torch.zeros(3)).shape
    torch.Size([5])
    """

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 3, device, dtype)

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        return self._forward(recurrent.gru_cell, input, hx)


class LSTMCell(RNNCellBase):
    """One step of an `LSTM`: from an input (samples, input_size) and a state (h, c) to a new state (h, c).

    >>> h, c = torch.nn.LSTMCell(3, 5)(torch.zeros(4, 3))
    >>> h.shape, c.shape
    (torch.Size([4, 5]), torch.Size([4, 5]))
    """

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 4, device, dtype)

    def forward(self, input: Tensor, hx: Any = None) -> tuple[Tensor, Tensor]:
        self._check("input", input)
        for number, each in enumerate(() if hx is None else hx):
            self._check(f"hx[{number}]", each)
        single = input.ndim == 1
        if single:
            input = input.unsqueeze(0)
        if hx is None:
            rest = self._at_rest(input)
            hx = rest, rest
        elif single:
            hx = hx[0].unsqueeze(0), hx[1].unsqueeze(0)
        h, c = self._step(recurrent.lstm_cell, input, hx)
        return (h.squeeze(0), c.squeeze(0)) if single else (h, c)
