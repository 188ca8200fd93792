"""One step of recurrent networks: a new state out of an input and the state before, `torch.lstm_cell` and its like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from minitorch_edu.nn.functional.linear import linear
from minitorch_edu.ops.linalg import matmul
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.unsafe_splits import in_memory_of, unsafe_split_equal
from minitorch_edu.tensor import Tensor


class Weights(NamedTuple):
    """What a layer has learned in one direction. The weights of its gates lie one below the other.

    w_ih (gates * hidden, inputs), w_hh (gates * hidden, hidden), a bias of each; w_hr (projected, hidden) of an LSTM.
    """

    w_ih: Tensor
    w_hh: Tensor
    b_ih: Tensor | None = None
    b_hh: Tensor | None = None
    w_hr: Tensor | None = None

    def of_input(self, input: Tensor) -> Tensor:
        """What the gates make of the input, before they look at the state."""
        return linear(input, self.w_ih, self.b_ih)

    def of_state(self, state: Tensor) -> Tensor:
        return linear(state, self.w_hh, self.b_hh)


State = tuple[Tensor, ...]
"""What a step hands to the next one: (h,), or (h, c) of an LSTM."""


def tanh_step(of_input: Tensor, state: State, weights: Weights) -> State:
    return ((weights.of_state(state[0]) + of_input).tanh(),)


def relu_step(of_input: Tensor, state: State, weights: Weights) -> State:
    return ((weights.of_state(state[0]) + of_input).relu(),)


def by_gate(values: Tensor, count: int) -> tuple[Tensor, ...]:
    """`values.unsafe_chunk(count, 1)`, of what is known to fit."""
    return in_memory_of(values, unsafe_split_equal(values, values._array.shape[1] // count, 1))


def gru_step(of_input: Tensor, state: State, weights: Weights) -> State:
    (hx,) = state
    forget_x, keep_x, new_x = by_gate(of_input, 3)
    forget_h, keep_h, new_h = by_gate(weights.of_state(hx), 3)
    forget = (forget_h + forget_x).sigmoid()
    keep = (keep_h + keep_x).sigmoid()
    new = (new_x + new_h * forget).tanh()
    return ((hx - new) * keep + new,)


def lstm_step(of_input: Tensor, state: State, weights: Weights) -> State:
    hx, cx = state
    into, forget, new, out = by_gate(weights.of_state(hx) + of_input, 4)
    cell = forget.sigmoid() * cx + into.sigmoid() * new.tanh()
    output = out.sigmoid() * cell.tanh()
    return (output if weights.w_hr is None else matmul(output, weights.w_hr.t())), cell


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


def _stepped(step: Callable[..., State], input: Tensor, state: State, *given: Any) -> State:
    weights = Weights(*given)
    return step(weights.of_input(input), state, weights)


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
    return _stepped(tanh_step, input, (hx,), w_ih, w_hh, b_ih, b_hh)[0]


@reads(CELL)
def rnn_relu_cell(
    input: Tensor, hx: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Any = None, b_hh: Any = None
) -> Tensor:
    """`rnn_tanh_cell` with a ReLU: h' = max(0, W_ih x + b_ih + W_hh h + b_hh).

    >>> torch.rnn_relu_cell(torch.ones(1, 1), torch.ones(1, 1), torch.ones(1, 1), torch.ones(1, 1))
    tensor([[2.]])
    """
    _check(input, [hx], w_ih, w_hh, 1)
    return _stepped(relu_step, input, (hx,), w_ih, w_hh, b_ih, b_hh)[0]


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
    return _stepped(gru_step, input, (hx,), w_ih, w_hh, b_ih, b_hh)[0]


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
    output, cell = _stepped(lstm_step, input, tuple(hx), w_ih, w_hh, b_ih, b_hh)
    return output, cell
