"""Recurrent networks over whole sequences, `torch.lstm` and its like: layers of steps, in one direction or in both.

Note [One product for all steps]
What a step makes of its input does not depend on the state. So a layer computes it for the whole sequence with one
product of matrices, and only what the state has to say is left for the loop.

Note [Packed sequences]
Sequences of different lengths lie step by step, without padding: first the first elements of all, the longest sequence
foremost, then the second elements of those that have one, and so on. `batch_sizes` says how many there are of each.
Going forward, the state loses its last samples when their sequences end; going backward, it gains them as they begin.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minitorch_edu.nn.recurrent import State, Weights, gru_step, lstm_step, relu_step, tanh_step
from minitorch_edu.ops.joining import cat, stack
from minitorch_edu.ops.sampling import dropout as dropped
from minitorch_edu.ops.signatures import reads
from minitorch_edu.tensor import Tensor

Step = Callable[[Tensor, State, Weights], State]
Sizes = list[int] | None
"""The samples of each step of a packed sequence; None where all sequences have one length."""


# --- one layer --------------------------------------------------------------------------------------------------------


def layer(step: Step, input: Tensor, sizes: Sizes, first: State, weights: Weights, backward: bool) -> Any:
    """(output of every step, last state) of one direction. See Note [One product for all steps]."""
    of_input = weights.of_input(input)
    steps = list(of_input.unbind(0) if sizes is None else of_input.split(sizes, 0))
    if not steps:
        raise RuntimeError("Expected sequence length to be larger than 0 in RNN")
    if backward:
        begun = first if sizes is None else _samples(first, 0, sizes[-1])
        outputs, last = _over(step, steps[::-1], begun, weights, first)
        outputs.reverse()
    else:
        outputs, last = _over(step, steps, first, weights, first)
    return stack(outputs) if sizes is None else cat(outputs), last


def _over(
    step: Step, inputs: list[Tensor], state: State, weights: Weights, first: State
) -> tuple[list[Tensor], State]:
    """Step by step. How many samples there are may fall or rise on the way: see Note [Packed sequences].

    first: what samples that join later begin with.
    """
    outputs, ended = [], []
    begun = len(inputs[0])
    for each in inputs:
        count = len(each)
        if count < begun:
            ended.append(_samples(state, count, begun))
            state = _samples(state, 0, count)
        elif count > begun:
            state = _joined([state, _samples(first, begun, count)])
        begun = count
        state = step(each, state, weights)
        outputs.append(state[0])
    return outputs, _joined([state, *reversed(ended)]) if ended else state


def _samples(state: State, start: int, stop: int) -> State:
    return tuple(each.narrow(0, start, stop - start) for each in state)


def _joined(states: Sequence[State]) -> State:
    return tuple(map(cat, zip(*states, strict=True)))


# --- all layers -------------------------------------------------------------------------------------------------------


def network(
    step: Step,
    input: Tensor,
    sizes: Sizes,
    states: list[State],
    weights: list[Weights],
    layers: int,
    dropout: float,
    bidirectional: bool,
) -> tuple[Tensor, ...]:
    """The output of the last layer, and the last states of all; the states and weights of both directions alternate.

    input is (steps, samples, features), or packed (elements, features).
    """
    directions = 2 if bidirectional else 1
    if len(states) % directions or len(weights) % directions:
        raise RuntimeError("Odd number of params or hiddens given to a bidirectional RNN")
    for name, given in (("hidden states", states), ("weights", weights)):
        if len(given) != layers * directions:
            raise RuntimeError(f"Expected more {name} in stacked_rnn")
    last: list[State] = []
    for number in range(layers):
        outputs = []
        for place in range(number * directions, (number + 1) * directions):
            output, state = layer(step, input, sizes, states[place], weights[place], bool(place % directions))
            outputs.append(output)
            last.append(state)
        input = cat(outputs, -1) if bidirectional else output
        if dropout and number < layers - 1:
            input = dropped(input, dropout, True)
    return input, *map(stack, zip(*last, strict=True))


def _weights(params: Sequence[Tensor], biases: bool, projected: bool) -> list[Weights]:
    """A flat list of parameters, layer by layer."""
    each = 2 + 2 * biases + projected
    if len(params) % each:
        raise RuntimeError("got an incorrect number of RNN parameters")
    found = []
    for place in range(0, len(params), each):
        w_ih, w_hh, *rest = params[place : place + each]
        b_ih, b_hh = rest[:2] if biases else (None, None)
        found.append(Weights(w_ih, w_hh, b_ih, b_hh, rest[-1] if projected else None))
    return found


PADDED = "input hx params has_biases num_layers dropout train bidirectional batch_first".split()
PACKED = "data batch_sizes hx params has_biases num_layers dropout train bidirectional".split()


def _run(step: Step, args: tuple[Any, ...], named: dict[str, Any], packed: bool) -> tuple[Tensor, ...]:
    """A call, of padded or of packed sequences."""
    given = {**dict(zip(PACKED if packed else PADDED, args, strict=False)), **named}
    input, sizes = (given["data"], given["batch_sizes"].tolist()) if packed else (given["input"], None)
    states = given["hx"] if step is lstm_step else [given["hx"]]
    batch_first = not packed and given["batch_first"]
    output, *last = network(
        step,
        input.transpose(0, 1) if batch_first else input,
        sizes,
        list(zip(*(each.unbind(0) for each in states), strict=False)),
        _weights(
            given["params"], given["has_biases"], len(states) == 2 and states[0].size(2) != states[1].size(2)
        ),
        given["num_layers"],
        given["dropout"] if given["train"] else 0.0,
        given["bidirectional"],
    )
    if batch_first:  # PyTorch's nodes are TransposeBackward0 of an LSTM, and TransposeBackward1 of the others
        output = output.transpose(0, 1) if step is lstm_step else output.transpose_(0, 1)
    return output, *last


# --- by name ----------------------------------------------------------------------------------------------------------

REST = (
    "tuple of Tensors params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional"
)
CALLS = (
    f"Tensor data, Tensor batch_sizes, Tensor hx, {REST}",
    f"Tensor input, Tensor hx, {REST}, bool batch_first",
)


def _is_packed(args: tuple[Any, ...], named: dict[str, Any]) -> bool:
    return "batch_sizes" in named or (len(args) > 2 and isinstance(args[2], Tensor))


@reads(*CALLS)
def rnn_tanh(*args: Any, **named: Any) -> tuple[Tensor, ...]:
    """(output, h) of layers of `rnn_tanh_cell` over whole sequences; `nn.RNN` is the convenient way to call it.

    input (steps, samples, inputs), hx (layers, samples, hidden), params as `nn.RNN._flat_weights` has them.

    >>> weights = torch.zeros(1, 1), torch.ones(1, 1)
    >>> torch.rnn_tanh(torch.ones(2, 1, 1), torch.ones(1, 1, 1), weights, False, 1, 0.0, False, False, False)[0]
    tensor([[[0.7616]],
    <BLANKLINE>
            [[0.6420]]])
    """
    return _run(tanh_step, args, named, _is_packed(args, named))


@reads(*CALLS)
def rnn_relu(*args: Any, **named: Any) -> tuple[Tensor, ...]:
    """`rnn_tanh` with ReLUs.

    >>> weights = torch.ones(1, 1), torch.ones(1, 1)
    >>> torch.rnn_relu(torch.ones(3, 1, 1), torch.zeros(1, 1, 1), weights, False, 1, 0.0, False, False, False)[1]
    tensor([[[3.]]])
    """
    return _run(relu_step, args, named, _is_packed(args, named))


@reads(*CALLS)
def gru(*args: Any, **named: Any) -> tuple[Tensor, ...]:
    """(output, h) of layers of `gru_cell` over whole sequences; `nn.GRU` is the convenient way to call it.

    >>> weights = torch.zeros(3, 1), torch.zeros(3, 1)
    >>> torch.gru(torch.ones(2, 1, 1), torch.ones(1, 1, 1), weights, False, 1, 0.0, False, False, False)[1]
    tensor([[[0.2500]]])
    """
    return _run(gru_step, args, named, _is_packed(args, named))


@reads(*(each.replace("Tensor hx", "tuple of Tensors hx") for each in CALLS))
def lstm(*args: Any, **named: Any) -> tuple[Tensor, ...]:
    """(output, h, c) of layers of `lstm_cell` over whole sequences; `nn.LSTM` is the convenient way to call it.

    >>> state, weights = (torch.zeros(1, 1, 1), torch.ones(1, 1, 1)), (torch.zeros(4, 1), torch.zeros(4, 1))
    >>> torch.lstm(torch.ones(2, 1, 1), state, weights, False, 1, 0.0, False, False, False)[2]
    tensor([[[0.2500]]])
    """
    packed = "batch_sizes" in named or (len(args) > 1 and isinstance(args[1], Tensor))
    states = named["hx"] if "hx" in named else args[1 + packed]
    if len(states) != 2:
        raise RuntimeError("lstm expects two hidden states")
    return _run(lstm_step, args, named, packed)
