"""Recurrent networks over sequences: RNN, LSTM and GRU. Their single steps are in rnn_cells.py."""

from __future__ import annotations

import warnings
from numbers import Number
from typing import Any

from minitorch_edu.amp.state import state as autocast
from minitorch_edu.callers import outside
from minitorch_edu.nn import sequences
from minitorch_edu.nn.modules.module import Module
from minitorch_edu.nn.modules.rnn_cells import draw_weights
from minitorch_edu.nn.modules.utils import OwnForward
from minitorch_edu.nn.utils.rnn import PackedSequence
from minitorch_edu.ops.creation import empty, zeros
from minitorch_edu.parameter import Parameter
from minitorch_edu.tensor import Tensor

GATES = {"LSTM": 4, "GRU": 3, "RNN_TANH": 1, "RNN_RELU": 1}
FUNCTIONS = {
    "LSTM": sequences.lstm,
    "GRU": sequences.gru,
    "RNN_TANH": sequences.rnn_tanh,
    "RNN_RELU": sequences.rnn_relu,
}


class RNNBase(Module):
    """What RNN, LSTM and GRU have in common: layers, directions, and a state that goes from step to step.

    The parameters of layer k are weight_ih_lk (gates * hidden_size, its inputs), weight_hh_lk (gates * hidden_size,
    hidden_size), bias_ih_lk and bias_hh_lk; those of the other direction end in _reverse. All are drawn from U(-k, k)
    with k = 1 / sqrt(hidden_size). Two biases are one more than needed; PyTorch has them for cuDNN's sake.
    """

    def __init__(
        self,
        mode: str,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.mode = mode
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bias = bias
        self.batch_first = batch_first
        self.dropout = float(dropout)
        self.bidirectional = bidirectional
        self.proj_size = proj_size
        self._check_dropout(dropout)
        self._check_arguments()
        self._flat_weights_names: list[str] = []
        self._all_weights: list[list[str]] = []
        for layer in range(num_layers):
            for suffix in ("", "_reverse")[: self._directions]:
                self._make_weights(layer, suffix, {"device": device, "dtype": dtype})
        self.reset_parameters()

    def _check_dropout(self, dropout: Any) -> None:
        if not isinstance(dropout, Number) or isinstance(dropout, bool) or not 0 <= dropout <= 1:  # type: ignore[operator]
            raise ValueError(
                "dropout should be a number in range [0, 1] representing the probability of an element being zeroed"
            )
        if dropout > 0 and self.num_layers == 1:  # type: ignore[operator]
            warnings.warn(
                "dropout option adds dropout after all but last recurrent layer, so non-zero dropout expects "
                f"num_layers greater than 1, but got dropout={dropout} and num_layers={self.num_layers}",
                stacklevel=outside(),
            )

    def _check_arguments(self) -> None:
        for name, kind in (("bias", bool), ("batch_first", bool), ("input_size", int), ("hidden_size", int)):
            value = getattr(self, name)
            if not isinstance(value, kind):
                raise TypeError(f"{name} should be of type {kind.__name__}, got: {type(value).__name__}")
            if kind is int and value <= 0:
                raise ValueError(f"{name} must be greater than zero")
        if self.num_layers <= 0:
            raise ValueError("num_layers must be greater than zero")
        if self.proj_size < 0:
            raise ValueError("proj_size should be a positive integer or zero to disable projections")
        if self.proj_size >= self.hidden_size:
            raise ValueError("proj_size has to be smaller than hidden_size")
        if self.mode not in GATES:
            raise ValueError("Unrecognized RNN mode: " + self.mode)

    def _make_weights(self, layer: int, suffix: str, place: dict[str, Any]) -> None:
        """The parameters of one layer in one direction."""
        rows, state = GATES[self.mode] * self.hidden_size, self._state_size
        inputs = self.input_size if layer == 0 else state * self._directions
        shapes: dict[str, Any] = {"weight_ih": (rows, inputs), "weight_hh": (rows, state)}
        if self.bias:
            shapes |= {"bias_ih": rows, "bias_hh": rows}
        if self.proj_size:
            shapes["weight_hr"] = self.proj_size, self.hidden_size
        names = [f"{name}_l{layer}{suffix}" for name in shapes]
        for name, shape in zip(names, shapes.values(), strict=True):
            setattr(self, name, Parameter(empty(shape, **place)))
        self._flat_weights_names += names
        self._all_weights.append(names)

    @property
    def _directions(self) -> int:
        return 2 if self.bidirectional else 1

    @property
    def _state_size(self) -> int:
        return self.proj_size or self.hidden_size

    @property
    def _flat_weights(self) -> list[Any]:
        """The parameters as `torch.lstm` takes them."""
        return [getattr(self, name) for name in self._flat_weights_names]

    @property
    def all_weights(self) -> list[list[Parameter]]:
        """The parameters, layer by layer."""
        return [[getattr(self, name) for name in names] for names in self._all_weights]

    def __getstate__(self) -> dict[str, Any]:
        """For files that PyTorch is to read: it keeps the list beside the parameters."""
        return {**self.__dict__, "_flat_weights": self._flat_weights}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__({name: each for name, each in state.items() if name != "_flat_weights"})

    def flatten_parameters(self) -> None:
        """Nothing: cuDNN would like its weights in one piece of memory, and here is no cuDNN."""

    def reset_parameters(self) -> None:
        draw_weights(self)

    # --- what fits --------------------------------------------------------------------------------------------------

    def check_input(self, input: Tensor, batch_sizes: Tensor | None) -> None:
        wanted = self._flat_weights[0].dtype
        if input.dtype != wanted and not autocast.enabled:
            raise ValueError(
                f"RNN input dtype ({input.dtype}) does not match weight dtype ({wanted}). Convert input: "
                f"input.to({wanted}), or convert model: model.to({input.dtype})"
            )
        dimensions = 3 if batch_sizes is None else 2
        if input.ndim != dimensions:
            raise RuntimeError(f"input must have {dimensions} dimensions, got {input.ndim}")
        if self.input_size != input.shape[-1]:
            raise RuntimeError(
                f"input.size(-1) must be equal to input_size. Expected {self.input_size}, got {input.shape[-1]}"
            )

    def get_expected_hidden_size(self, input: Tensor, batch_sizes: Tensor | None) -> tuple[int, int, int]:
        samples = input.shape[not self.batch_first] if batch_sizes is None else int(batch_sizes[0])
        return self.num_layers * self._directions, samples, self._state_size

    def check_hidden_size(
        self,
        hx: Tensor,
        expected_hidden_size: tuple[int, int, int],
        msg: str = "Expected hidden size {}, got {}",
    ) -> None:
        if hx.shape != expected_hidden_size:
            raise RuntimeError(msg.format(expected_hidden_size, list(hx.shape)))

    def check_forward_args(self, input: Tensor, hidden: Any, batch_sizes: Tensor | None) -> None:
        self.check_input(input, batch_sizes)
        self.check_hidden_size(hidden, self.get_expected_hidden_size(input, batch_sizes))

    def permute_hidden(self, hx: Any, permutation: Tensor | None) -> Any:
        """The state with its samples in another order."""
        return hx if permutation is None else hx.index_select(1, permutation)

    def extra_repr(self) -> str:
        defaults = {
            "proj_size": 0, "num_layers": 1, "bias": True, "batch_first": False, "dropout": 0, "bidirectional": False
        }  # fmt: skip
        given = [
            f"{name}={getattr(self, name)}"
            for name, usual in defaults.items()
            if getattr(self, name) != usual
        ]
        return ", ".join([f"{self.input_size}, {self.hidden_size}", *given])


class _Recurrent(OwnForward, RNNBase):
    """What RNN, LSTM and GRU do with a sequence."""

    def forward(self, input: Any, hx: Any = None) -> Any:
        """(output of every step, last state): the state is `hx` at first, or zeros."""
        if isinstance(input, PackedSequence):
            return self._forward_packed(input, hx)
        if input.dim() not in (2, 3):
            raise ValueError(self._not_that(input.ndim))
        single, samples = input.ndim == 2, 0 if self.batch_first else 1
        if single:
            input = input.unsqueeze(samples)
        hx = self._at_rest(input, input.shape[samples]) if hx is None else self._as_batch(hx, single)
        self.check_forward_args(input, hx, None)
        output, state = self._call(input, hx)
        if single:
            output = output.squeeze(samples)
            state = tuple(each.squeeze(1) for each in state) if type(state) is tuple else state.squeeze(1)
        return output, state

    def _forward_packed(self, packed: PackedSequence, hx: Any) -> Any:
        data, batch_sizes, order, back = packed
        hx = self._at_rest(data, int(batch_sizes[0])) if hx is None else self.permute_hidden(hx, order)
        if (
            self.mode != "LSTM"
        ):  # PyTorch's looks at nothing that is packed: the products refuse what does not fit
            self.check_forward_args(data, hx, batch_sizes)
        output, state = self._call(data, hx, batch_sizes)
        return PackedSequence(output, batch_sizes, order, back), self.permute_hidden(state, back)

    def _call(self, input: Tensor, hx: Any, batch_sizes: Tensor | None = None) -> tuple[Tensor, Any]:
        function = FUNCTIONS[self.mode]
        settings = self.bias, self.num_layers, self.dropout, self.training, self.bidirectional
        if batch_sizes is None:
            output, *state = function(input, hx, self._flat_weights, *settings, self.batch_first)
        else:
            output, *state = function(input, batch_sizes, hx, self._flat_weights, *settings)
        return output, state[0] if len(state) == 1 else tuple(state)

    def _not_that(self, dimensions: int) -> str:
        return f"{type(self).__name__}: Expected input to be 2D or 3D, got {dimensions}D instead"

    def _at_rest(self, input: Tensor, samples: int) -> Any:
        """The state before the first step, where none is given."""
        return self._zeros(input, samples, self._state_size)

    def _zeros(self, input: Tensor, samples: int, size: int) -> Tensor:
        shape = self.num_layers * self._directions, samples, size
        return zeros(shape, dtype=input.dtype, device=input.device)

    def _as_batch(self, hx: Any, single: bool) -> Any:
        """The given state, which has as many dimensions as the input; a batch of one for an input without a batch."""
        wanted = 2 if single else 3
        if hx.dim() != wanted:
            kind = "unbatched" if single else "batched"
            raise RuntimeError(
                f"For {kind} {wanted}-D input, hx should also be {wanted}-D but got {hx.ndim}-D tensor"
            )
        return hx.unsqueeze(1) if single else hx


class RNN(_Recurrent):
    r"""Layers of $h_t = \tanh(W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh})$, or with a ReLU for the tanh (Elman).

    RNN(input_size, hidden_size, num_layers=1, nonlinearity="tanh", bias=True, batch_first=False, dropout=0.0,
    bidirectional=False): `nonlinearity` may be "relu"; `dropout` is between layers, in training.

    Shapes: input (steps, samples, input_size), or (samples, steps, input_size) where `batch_first`, or (steps,
    input_size), or packed; output with hidden_size times directions for input_size; h (layers * directions, samples,
    hidden_size).

    >>> output, h = torch.nn.RNN(3, 5, num_layers=2)(torch.zeros(7, 4, 3))
    >>> output.shape, h.shape
    (torch.Size([7, 4, 5]), torch.Size([2, 4, 5]))
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        _refuse_projections(kwargs)
        if len(args) > 3:
            self.nonlinearity = args[3]
            args = args[:3] + args[4:]
        else:
            self.nonlinearity = kwargs.pop("nonlinearity", "tanh")
        if self.nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"Unknown nonlinearity '{self.nonlinearity}'. Select from 'tanh' or 'relu'.")
        super().__init__(f"RNN_{self.nonlinearity.upper()}", *args, **kwargs)

    def _not_that(self, dimensions: int) -> str:
        return f"RNN: Expected input to be 2D or 3D, got {dimensions}D tensor instead"


class GRU(_Recurrent):
    r"""Layers of gated units: $h_t = (1 - z_t) n_t + z_t h_{t-1}$ (Cho et al., 2014).

    The gates $r_t$ and $z_t$ are sigmoids of $W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh}$, the new state is
    $n_t = \tanh(W_{in} x_t + b_{in} + r_t (W_{hn} h_{t-1} + b_{hn}))$; weights lie in the order r, z, n.

    GRU(input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0, bidirectional=False). Shapes
    as those of `RNN`.

    >>> output, h = torch.nn.GRU(3, 5, bidirectional=True)(torch.zeros(7, 4, 3))
    >>> output.shape, h.shape
    (torch.Size([7, 4, 10]), torch.Size([2, 4, 5]))
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        _refuse_projections(kwargs)
        super().__init__("GRU", *args, **kwargs)


class LSTM(_Recurrent):
    r"""Layers of long short-term memory: $c_t = f_t c_{t-1} + i_t g_t$, $h_t = o_t \tanh(c_t)$.

    The gates $i_t$, $f_t$, $o_t$ are sigmoids, and $g_t$ a tanh, of $W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh}$;
    weights lie in the order i, f, g, o (Hochreiter and Schmidhuber, 1997). With `proj_size`, $h_t$ is a projection of
    that by weight_hr.

    LSTM(input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0, bidirectional=False,
    proj_size=0). Shapes as those of `RNN`; the state is a pair (h, c).

    >>> output, (h, c) = torch.nn.LSTM(3, 5, batch_first=True)(torch.zeros(4, 7, 3))
    >>> output.shape, h.shape, c.shape
    (torch.Size([4, 7, 5]), torch.Size([1, 4, 5]), torch.Size([1, 4, 5]))
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__("LSTM", *args, **kwargs)

    def get_expected_cell_size(self, input: Tensor, batch_sizes: Tensor | None) -> tuple[int, int, int]:
        return *self.get_expected_hidden_size(input, batch_sizes)[:2], self.hidden_size

    def check_forward_args(self, input: Tensor, hidden: Any, batch_sizes: Tensor | None) -> None:
        self.check_input(input, batch_sizes)
        sizes = (
            self.get_expected_hidden_size(input, batch_sizes),
            self.get_expected_cell_size(input, batch_sizes),
        )
        for number, (each, size) in enumerate(zip(hidden, sizes, strict=False)):
            self.check_hidden_size(each, size, f"Expected hidden[{number}] size {{}}, got {{}}")

    def permute_hidden(self, hx: Any, permutation: Tensor | None) -> Any:
        if permutation is None:
            return hx
        h, c = hx
        return h.index_select(1, permutation), c.index_select(1, permutation)

    def _at_rest(self, input: Tensor, samples: int) -> Any:
        return super()._at_rest(input, samples), self._zeros(input, samples, self.hidden_size)

    def _as_batch(self, hx: Any, single: bool) -> Any:
        h, c = hx[0], hx[1]
        wanted = 2 if single else 3
        if h.ndim != wanted or c.ndim != wanted:
            kind = "unbatched" if single else "batched"
            raise RuntimeError(
                f"For {kind} {wanted}-D input, hx and cx should also be {wanted}-D but got ({h.ndim}-D, {c.ndim}-D) "
                "tensors"
            )
        return (h.unsqueeze(1), c.unsqueeze(1)) if single else hx


def _refuse_projections(kwargs: dict[str, Any]) -> None:
    if "proj_size" in kwargs:
        raise ValueError("proj_size argument is only supported for LSTM, not RNN or GRU")
