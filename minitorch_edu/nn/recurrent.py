"""One step of recurrent networks: a new state out of an input and the state before, `torch.lstm_cell` and its like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minitorch_edu.nn.functional import linear
from minitorch_edu.ops.signatures import reads
from minitorch_edu.tensor import Tensor

CELL = "Tensor input, Tensor hx, Tensor w_ih, Tensor w_hh, Tensor b_ih = None, Tensor b_hh = None"


def _check(input: Tensor, states: Sequence[Tensor], w_ih: Tensor, w_hh: Tensor, gates: int) -> None:
    """Refuse what does not fit together."""
    size, hidden = w_ih.size(1), w_hh.size(1)
    if input.size(1) != size:
        raise RuntimeError(f"input has inconsistent input_size: got {input.size(1)} expected {size}")
    for number, state in enumerate(states):
        if input.size(0) != state.size(0):
            raise RuntimeError(
                f"Input batch size {input.size(0)} doesn't match hidden{number} batch size {state.size(0)}"
            )
        if state.size(1) != hidden:
            raise RuntimeError(
                f"hidden{number} has inconsistent hidden_size: got {state.size(1)}, expected {hidden}"
            )
    for name, weight in (("ih", w_ih), ("hh", w_hh)):
        if weight.size(0) != gates * hidden:
            raise RuntimeError(
                f"weight_{name} first dim must be {gates} * hidden_size = {gates * hidden}, but got {weight.size(0)}"
            )


def _summed(input: Tensor, hx: Tensor, weights: tuple[Any, ...]) -> Tensor:
    """What the input and the state before have to say."""
    w_ih, w_hh, b_ih, b_hh = weights
    return linear(hx, w_hh, b_hh) + linear(input, w_ih, b_ih)


@reads(CELL)
def rnn_tanh_cell(
    input: Tensor, hx: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Any = None, b_hh: Any = None
) -> Tensor:
    """A step of a plain recurrent network: h' = tanh(W_ih x + b_ih + W_hh h + b_hh).

    input (samples, inputs), hx (samples, hidden), w_ih (hidden, inputs), w_hh (hidden, hidden).

    >>> torch.rnn_tanh_cell(torch.ones(1, 1), torch.ones(1, 1), torch.zeros(1, 1), torch.ones(1, 1))
    tensor([[0.7616]])
    """
    _check(input, [hx], w_ih, w_hh, 1)
    return _summed(input, hx, (w_ih, w_hh, b_ih, b_hh)).tanh()


@reads(CELL)
def rnn_relu_cell(
    input: Tensor, hx: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Any = None, b_hh: Any = None
) -> Tensor:
    """`rnn_tanh_cell` with a ReLU: h' = max(0, W_ih x + b_ih + W_hh h + b_hh).

    >>> torch.rnn_relu_cell(torch.ones(1, 1), torch.ones(1, 1), torch.ones(1, 1), torch.ones(1, 1))
    tensor([[2.]])
    """
    _check(input, [hx], w_ih, w_hh, 1)
    return _summed(input, hx, (w_ih, w_hh, b_ih, b_hh)).relu()


@reads(CELL)
def gru_cell(
    input: Tensor, hx: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Any = None, b_hh: Any = None
) -> Tensor:
    """A step of a GRU: a gate r forgets, a gate z keeps, h' = (1 - z) n + z h with n = tanh(W_in x + r W_hn h).

    The weights of r, z and n lie one below the other: w_ih (3 hidden, inputs), w_hh (3 hidden, hidden).

    >>> torch.gru_cell(torch.ones(1, 1), torch.ones(1, 1), torch.zeros(3, 1), torch.zeros(3, 1))
    tensor([[0.5000]])
    """
    _check(input, [hx], w_ih, w_hh, 3)
    of_input, of_state = (
        linear(input, w_ih, b_ih).unsafe_chunk(3, 1),
        linear(hx, w_hh, b_hh).unsafe_chunk(3, 1),
    )
    forget, keep = ((of_state[gate] + of_input[gate]).sigmoid() for gate in (0, 1))
    new = (of_input[2] + of_state[2] * forget).tanh()
    return (hx - new) * keep + new


@reads(CELL.replace("Tensor hx", "tuple of Tensors hx"))
def lstm_cell(
    input: Tensor, hx: Sequence[Tensor], w_ih: Tensor, w_hh: Tensor, b_ih: Any = None, b_hh: Any = None
) -> tuple[Tensor, Tensor]:
    """A step of an LSTM: (h', c') with c' = f c + i g and h' = o tanh(c'), where i, f, o are gates and g is new.

    hx is (h, c); the weights of i, f, g and o lie one below the other: w_ih (4 hidden, inputs), w_hh (4 hidden, ...).

    >>> state = torch.zeros(1, 1), torch.ones(1, 1)
    >>> torch.lstm_cell(torch.ones(1, 1), state, torch.zeros(4, 1), torch.zeros(4, 1))
    (tensor([[0.2311]]), tensor([[0.5000]]))
    """
    if len(hx) != 2:
        raise RuntimeError("lstm_cell expects two hidden states")
    _check(input, hx, w_ih, w_hh, 4)
    gates = _summed(input, hx[0], (w_ih, w_hh, b_ih, b_hh)).unsafe_chunk(4, 1)
    into, forget, out = (gates[gate].sigmoid() for gate in (0, 1, 3))
    cell = forget * hx[1] + into * gates[2].tanh()
    return out * cell.tanh(), cell
