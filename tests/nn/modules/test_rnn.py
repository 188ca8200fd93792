"""Recurrent networks, beside PyTorch's: layers, directions, packed and single sequences, and single steps."""

from __future__ import annotations

import itertools
import textwrap
from typing import Any

import pytest

from tests.nn.modules.twins import assert_refused_alike, assert_twins
from tests.ops.calls import agree
from tests.programs import assert_says_the_same

NAMES = "RNN", "GRU", "LSTM"
SETTINGS = [
    "",
    "bias=False",
    "num_layers=2",
    "bidirectional=True",
    "batch_first=True",
    "num_layers=3, bidirectional=True, batch_first=True, bias=False",
    "num_layers=2, dropout=0.4",
    "num_layers=2, bidirectional=True, dropout=0.4, batch_first=True",
]
PACKED = "torch.nn.utils.rnn.pack_padded_sequence(torch.randn(5, 3, 3), [5, 2, 2])"
UNSORTED = "torch.nn.utils.rnn.pack_sequence([torch.randn(n, 3).double() for n in (2, 4, 1, 4)], enforce_sorted=False)"
DOUBLE = "torch.nn.utils.rnn.pack_padded_sequence(torch.randn(5, 3, 3).double(), [5, 2, 2])"
INPUTS = {
    "batch": "torch.randn(5, 2, 3)",
    "single": "torch.randn(5, 3)",
    "packed": DOUBLE,
    "unsorted": UNSORTED,
}
EVERY_LAYER = list(itertools.product(NAMES, SETTINGS, INPUTS))


@pytest.mark.parametrize("name, settings, given", EVERY_LAYER)
def test_layers_that_begin_with_zeros_are_pytorchs(name: str, settings: str, given: str) -> None:
    assert_twins(f"nn.{name}(3, 4, {settings})", INPUTS[given], double=True)


def state(name: str, *size: int) -> str:
    one = f"torch.randn{size}"
    return f"({one}, {one})" if name == "LSTM" else one


@pytest.mark.parametrize("settings", ["", "num_layers=2", "bidirectional=True"])
@pytest.mark.parametrize("name", NAMES)
def test_layers_that_begin_with_a_state_are_pytorchs(name: str, settings: str) -> None:
    layers = 2 if settings else 1
    made = f"nn.{name}(3, 4, {settings})"
    for given, size in (("batch", (layers, 2, 4)), ("single", (layers, 4))):
        assert_twins(made, f"{INPUTS[given]}, {state(name, *size)}", double=True)
    packed = f"{INPUTS['packed']}, {state(name, layers, 3, 4)}"
    unsorted = f"{INPUTS['unsorted']}, {state(name, layers, 4, 4)}"
    for given in (packed, unsorted):
        assert_twins(made, given, double=True)


@pytest.mark.parametrize("settings", SETTINGS[:4])
@pytest.mark.parametrize("name", NAMES)
def test_layers_of_float32_are_pytorchs(name: str, settings: str) -> None:
    assert_twins(f"nn.{name}(3, 4, {settings})", "torch.randn(2, 5, 3)", rtol=2e-5)


CASES = [
    ("nn.RNN(3, 4, 2, 'relu')", "torch.randn(5, 2, 3)"),
    ("nn.RNN(3, 4, nonlinearity='relu', bidirectional=True)", PACKED),
    ("nn.RNN(3, 4, 1, 'tanh', False, True)", "torch.randn(5, 2, 3)"),
    ("nn.LSTM(3, 4, proj_size=2)", "torch.randn(5, 2, 3)"),
    ("nn.LSTM(3, 4, 2, proj_size=2, bidirectional=True)", "torch.randn(5, 2, 3)"),
    ("nn.LSTM(3, 4, proj_size=2, bias=False)", "torch.randn(5, 3), (torch.randn(1, 2), torch.randn(1, 4))"),
    ("nn.LSTM(3, 4, 2, True, True, 0.5, True, 3)", PACKED),
    ("nn.LSTM(3, 4)", "torch.randn(1, 2, 3), hx=(torch.zeros(1, 2, 4), torch.zeros(1, 2, 4))"),
    ("nn.GRU(3, 4, dtype=torch.float64)", "torch.randn(5, 2, 3, dtype=torch.float64)"),
    ("nn.GRU(1, 1, device=None)", "torch.randn(1, 1, 1)"),
    ("nn.RNNCell(3, 4)", "torch.randn(2, 3)"),
    ("nn.RNNCell(3, 4, nonlinearity='relu')", "torch.randn(2, 3), torch.randn(2, 4)"),
    ("nn.RNNCell(3, 4, False, 'relu')", "torch.randn(3)"),
    ("nn.RNNCell(3, 4)", "torch.randn(3), torch.randn(4)"),
    ("nn.GRUCell(3, 4)", "torch.randn(2, 3)"),
    ("nn.GRUCell(3, 4, bias=False)", "torch.randn(2, 3), torch.randn(2, 4)"),
    ("nn.GRUCell(3, 4)", "torch.randn(3), torch.randn(4)"),
    ("nn.LSTMCell(3, 4)", "torch.randn(2, 3)"),
    ("nn.LSTMCell(3, 4, False)", "torch.randn(2, 3), (torch.randn(2, 4), torch.randn(2, 4))"),
    ("nn.LSTMCell(3, 4)", "torch.randn(3), (torch.randn(4), torch.randn(4))"),
    ("nn.LSTMCell(3, 4, dtype=torch.float64)", "torch.randn(3, dtype=torch.float64)"),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:LSTM with projections")
@pytest.mark.parametrize("made, given", CASES)
def test_a_recurrent_layer_is_pytorchs(made: str, given: str) -> None:
    assert_twins(made, given, rtol=2e-5)


MISTAKES = [
    ("nn.RNN()", ""),
    ("nn.RNN(3)", ""),
    ("nn.RNN(3, 4, 1, 'sigmoid')", ""),
    ("nn.RNN(3, 4, nonlinearity='sigmoid')", ""),
    ("nn.RNN(3, 4, proj_size=2)", ""),
    ("nn.GRU(3, 4, proj_size=2)", ""),
    ("nn.GRU(3, 4, 1, nonlinearity='relu')", ""),
    ("nn.LSTM(3, 4, proj_size=-1)", ""),
    ("nn.LSTM(3, 4, proj_size=4)", ""),
    ("nn.LSTM(3, 4, dropout=2)", ""),
    ("nn.LSTM(3, 4, dropout=True)", ""),
    ("nn.LSTM(3, 4, dropout='half')", ""),
    ("nn.LSTM(3.0, 4)", ""),
    ("nn.LSTM(3, 4.0)", ""),
    ("nn.LSTM(0, 4)", ""),
    ("nn.LSTM(3, 0)", ""),
    ("nn.LSTM(3, 4, 0)", ""),
    ("nn.LSTM(3, 4, bias=1)", ""),
    ("nn.LSTM(3, 4, batch_first=1)", ""),
    ("nn.RNNBase('ELMAN', 3, 4)", ""),
    ("nn.RNN(3, 4)", "torch.randn(3)"),
    ("nn.GRU(3, 4)", "torch.randn(3)"),
    ("nn.LSTM(3, 4)", "torch.randn(1, 1, 1, 3)"),
    ("nn.LSTM(3, 4)", "[1.0]"),
    ("nn.LSTM(3, 4)", "torch.randn(0, 2, 3)"),
    *((f"nn.{name}(3, 4)", "torch.randn(5, 2, 2)") for name in NAMES),
    *((f"nn.{name}(3, 4)", "torch.randn(5, 2)") for name in NAMES),
    *((f"nn.{name}(3, 4)", "torch.randn(5, 2, 3).double()") for name in NAMES),
    *((f"nn.{name}(3, 4)", "torch.ones(5, 2, 3, dtype=torch.int64)") for name in NAMES),
    *((f"nn.{name}(3, 4)", f"torch.randn(5, 2, 3), {state(name, 2, 4)}") for name in NAMES),
    *((f"nn.{name}(3, 4)", f"torch.randn(5, 3), {state(name, 1, 2, 4)}") for name in NAMES),
    *((f"nn.{name}(3, 4)", f"torch.randn(5, 2, 3), {state(name, 1, 5, 4)}") for name in NAMES),
    *((f"nn.{name}(3, 4, 2, batch_first=True)", f"torch.randn(5, 2, 3), {state(name, 2, 2, 4)}") for name in NAMES),
    ("nn.LSTM(3, 4)", "torch.randn(5, 2, 3), (torch.randn(1, 2, 4), torch.randn(1, 2, 5))"),
    ("nn.LSTM(3, 4, proj_size=2)", "torch.randn(5, 2, 3), (torch.randn(1, 2, 4), torch.randn(1, 2, 4))"),
    *((f"nn.{name}(2, 4)", PACKED) for name in ("RNN", "GRU")),
    *((f"nn.{name}(3, 4)", f"{PACKED}, {state(name, 1, 2, 4)}") for name in ("RNN", "GRU")),
    *((f"nn.{name}Cell(3, 4)", "torch.randn(2, 2, 3)") for name in NAMES),
    *((f"nn.{name}Cell(3, 4)", "torch.randn(2, 5)") for name in NAMES),
    *((f"nn.{name}Cell(3, 4)", f"torch.randn(2, 3), {state(name, 2, 2, 4)}") for name in NAMES),
    *((f"nn.{name}Cell(3, 4)", f"torch.randn(2, 3), {state(name, 5, 4)}") for name in NAMES),
    ("nn.RNNCell(3, 4, nonlinearity='sigmoid')", "torch.randn(2, 3)"),
    ("nn.LSTMCell(3)", ""),
    ("nn.LSTM(2, 4)", PACKED),
    ("nn.LSTM(3, 4)", DOUBLE),
    ("nn.LSTM(3, 4)", f"{PACKED}, {state('LSTM', 1, 2, 4)}"),
    ("nn.LSTM(3, 4)", f"{PACKED}, (torch.zeros(1, 3, 4),)"),
    ("nn.LSTM(3, 4)", "torch.randn(5, 2, 3), (torch.zeros(1, 2, 4),)"),
    ("nn.LSTM(3, 4)", "torch.randn(5, 2, 3), 3 * (torch.zeros(1, 2, 4),)"),
    ("nn.LSTM(3, 4)", "torch.randn(5, 1, 3), torch.zeros(1, 1, 4)"),
    ("nn.GRU(3, 4)", "torch.randn(5, 1, 3), (torch.zeros(1, 1, 4),)"),
    ("nn.GRU(3, 4)", "torch.randn(5, 1, 3), torch.zeros(1, 1, 4).double()"),
    ("nn.GRU(3, 4)", "hx=None"),
    ("nn.RNN(3, 4)", "None"),
    ("nn.RNNBase('GRU', 3, 4)", "torch.randn(5, 2, 3)"),
    ("nn.LSTMCell(3, 4)", "torch.randn(1, 3), torch.zeros(1, 4)"),
    ("nn.LSTMCell(3, 4)", "torch.randn(1, 3), (torch.zeros(1, 4),)"),
    ("nn.GRUCell(3, -1)", ""),
    ("nn.LSTM(3, 4, 2.0)", ""),
    ("nn.LSTM(3, 4, '2')", ""),
    ("nn.LSTM(3, 4, proj_size=1.5)", ""),
]  # fmt: skip


@pytest.mark.parametrize("made, given", MISTAKES)
def test_a_mistake_with_recurrent_layers_gets_pytorchs_error(made: str, given: str) -> None:
    assert_refused_alike(made, given)


def test_a_dropout_after_the_only_layer_is_warned_of():
    assert_says_the_same("print(torch.nn.LSTM(1, 1, dropout=0.5))", heed=True)
    assert_says_the_same("print(torch.nn.GRU(1, 1, 2, dropout=0.5))", heed=True)


# --- names and graphs -------------------------------------------------------------------------------------------------


def nodes(outputs: list[Any]) -> list[str]:
    """All nodes behind these tensors, by name."""
    seen: dict[Any, str] = {}
    waiting = [each.grad_fn for each in outputs]
    while waiting:
        node = waiting.pop()
        if node is not None and node not in seen:
            seen[node] = node.name()
            waiting += [each for each, _ in node.next_functions]
    return sorted(seen.values())


@pytest.mark.parametrize(
    "settings", ["", "num_layers=2", "bidirectional=True", "batch_first=True", "bias=False"]
)
@pytest.mark.parametrize("name", NAMES)
def test_the_graph_is_made_of_the_same_nodes(name, settings):
    """In float64: PyTorch's LSTM of float32 is one node, since its kernel is oneDNN's."""

    def act(engine: Any) -> Any:
        module = eval(f"nn.{name}(3, 4, dtype=torch.float64, {settings})", {"torch": engine, "nn": engine.nn})
        output, last = module(engine.ones(5, 2, 3, dtype=engine.float64))
        last = last if name == "LSTM" else (last,)
        return nodes([output, *last])

    agree(act)


def test_weights_are_found_by_layer_and_as_one_list():
    assert_says_the_same(
        """
        net = torch.nn.LSTM(3, 4, 2, bidirectional=True, proj_size=2)
        for name, weight in net.named_parameters():
            print(name, tuple(weight.shape))
        print([[w is getattr(net, name) for w, name in zip(ws, names)]
               for ws, names in zip(net.all_weights, net._all_weights)])
        print(net._flat_weights_names, [tuple(w.shape) for w in net._flat_weights])
        net.flatten_parameters()
        net.weight_ih_l0 = torch.nn.Parameter(torch.zeros(16, 3))
        print(net._flat_weights[0].sum().item(), net.mode, net.proj_size, net.dropout, net.bidirectional)
        """
    )


def test_a_state_goes_on_where_it_stopped():
    assert_says_the_same(
        """
        torch.manual_seed(0)
        net = torch.nn.GRU(2, 3).double()
        x = torch.randn(6, 1, 2).double()
        whole, last = net(x)
        first, h = net(x[:4])
        second, h = net(x[4:], h)
        print(torch.allclose(whole, torch.cat([first, second])), torch.allclose(last, h))
        """
    )


def test_moved_and_changed_weights_are_those_that_compute():
    assert_says_the_same(
        """
        torch.manual_seed(0)
        net = torch.nn.LSTM(2, 3)
        net.double()
        print(net(torch.zeros(1, 1, 2, dtype=torch.float64))[0])
        with torch.no_grad():
            for weight in net.parameters():
                weight.fill_(0.5)
        print(net(torch.ones(2, 1, 2, dtype=torch.float64))[0])
        net.load_state_dict({name: torch.zeros_like(value) for name, value in net.state_dict().items()})
        print(net(torch.ones(2, 1, 2, dtype=torch.float64))[1])
        """
    )


def test_what_a_state_dict_lacks_is_said():
    assert_says_the_same("torch.nn.LSTM(1, 2, 2).load_state_dict(torch.nn.LSTM(1, 2).state_dict())")
    assert_says_the_same("torch.nn.GRU(1, 2).load_state_dict(torch.nn.LSTM(1, 2).state_dict())")


# --- the functions behind them ----------------------------------------------------------------------------------------

FUNCTIONS = {"rnn_tanh": 1, "rnn_relu": 1, "gru": 3, "lstm": 4}


def arguments(engine: Any, name: str, samples: int = 2) -> tuple[Any, Any]:
    """A state and weights."""
    engine.manual_seed(0)
    hidden = engine.randn(2, samples, 4).double()
    rows = FUNCTIONS[name] * 4
    shapes = [(rows, 3), (rows, 4), (rows, 8), (rows, 4)]
    return (hidden, hidden) if name == "lstm" else hidden, [engine.randn(*shape).double() for shape in shapes]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_functions_take_padded_and_packed_sequences(name):
    def padded(engine: Any) -> Any:
        state, weights = arguments(engine, name)
        weights = weights[:2] + [weights[0] * 2, weights[1]]
        x = engine.randn(2, 5, 3).double()
        return getattr(engine, name)(x, state, weights, False, 1, 0.0, False, True, True)

    def packed(engine: Any) -> Any:
        state, weights = arguments(engine, name)
        x = engine.randn(3, 3).double()
        sizes = engine.tensor([2, 1], device="cpu")
        return getattr(engine, name)(x, sizes, state, weights[:2] * 2, False, 1, 0.0, True, True)

    agree(padded, rtol=1e-12)
    agree(packed, rtol=1e-12)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_functions_refuse_what_they_cannot_read(name):
    def act(change: Any) -> Any:
        def run(engine: Any) -> Any:
            state, weights = arguments(engine, name)
            given = [engine.ones(5, 2, 3).double(), state, weights[:2], False, 1, 0.0, False, False, False]
            return getattr(engine, name)(*change(given))

        return run

    agree(act(lambda given: given[:4]))
    agree(act(lambda given: [*given[:2], given[2][:1], *given[3:]]))
    agree(act(lambda given: [*given[:4], 3, *given[5:]]))
    agree(act(lambda given: [*given[:7], True, False]))
    agree(act(lambda given: [*given[:2], given[2] * 3, *given[3:]]))


def test_an_lstm_has_two_states():
    def act(engine: Any) -> Any:
        state, weights = arguments(engine, "lstm")
        return engine.lstm(
            engine.ones(5, 2, 3).double(), state[:1], weights, False, 1, 0.0, False, False, False
        )

    agree(act)


# --- beside the rest of the library -----------------------------------------------------------------------------------

MORE = {
    "a copy has weights of its own": """
        import copy
        net = torch.nn.LSTM(2, 3, 2, bidirectional=True).double()
        other, x = copy.deepcopy(net), torch.randn(4, 1, 2).double()
        print(torch.equal(net(x)[0], other(x)[0]), other._flat_weights[0] is other.weight_ih_l0)
        with torch.no_grad():
            other.weight_ih_l0.zero_()
        print(torch.equal(net(x)[0], other(x)[0]))""",
    "a whole layer is saved and loaded": """
        import io
        net, file = torch.nn.GRU(2, 3), io.BytesIO()
        torch.save(net, file)
        file.seek(0)
        other, x = torch.load(file, weights_only=False), torch.randn(4, 1, 2)
        print(other, torch.equal(net(x)[0], other(x)[0]))""",
    "weights by other means: a norm, a parametrization, a call": """
        net, x = torch.nn.GRU(2, 3).double(), torch.randn(4, 1, 2).double()
        zeros = {name: each * 0 for name, each in net.named_parameters()}
        print(torch.func.functional_call(net, zeros, (x,))[0])
        class Doubled(torch.nn.Module):
            def forward(self, weight): return 2 * weight
        torch.nn.utils.parametrize.register_parametrization(net, "weight_hh_l0", Doubled())
        print(net, net(x)[0])""",
    "hooks see packed sequences": """
        net = torch.nn.GRU(2, 3).double()
        net.register_forward_hook(lambda *seen: print([type(each).__name__ for each in seen], type(seen[2][0]).__name__))
        net.register_full_backward_hook(lambda net, *grads: print([[each is None for each in some] for some in grads]))
        x = torch.nn.utils.rnn.pack_sequence([torch.ones(3, 2).double(), torch.ones(2, 2).double()])
        net(x)[0].data.sum().backward()
        net(torch.ones(3, 1, 2, dtype=torch.float64, requires_grad=True))[0].sum().backward()""",
    "gradients have gradients": """
        net, x = torch.nn.LSTM(2, 3, bidirectional=True).double(), torch.randn(3, 1, 2).double().requires_grad_()
        (grad,) = torch.autograd.grad(net(x)[0].pow(2).sum(), x, create_graph=True)
        grad.pow(2).sum().backward()
        print(grad, x.grad, net.weight_hh_l0.grad)""",
    "narrow numbers": """
        for name in ("RNN", "GRU"):
            net = getattr(torch.nn, name)(2, 3).bfloat16()
            print(net(torch.randn(4, 1, 2).bfloat16())[0].float().sum(), {each.dtype for each in net._flat_weights})""",
    "autocast": """
        for name in ("RNN", "GRU", "LSTM"):
            net, cell = getattr(torch.nn, name)(2, 3), getattr(torch.nn, f"{name}Cell")(2, 3)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                print(net(torch.randn(4, 1, 2))[0].dtype, net(torch.randn(4, 1, 2).bfloat16())[0].dtype)
                print([each.dtype for each in cell(torch.randn(1, 2))])""",
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.host] * (name == "autocast")) for name in MORE]
)
def test_with_the_rest_of_the_library(name: str) -> None:
    assert_says_the_same("torch.manual_seed(0)\n" + textwrap.dedent(MORE[name]))
