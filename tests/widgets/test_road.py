"""road_to_numpy: what it foretells is what PyTorch raises, word for word, and its shortest way leads there."""

import contextlib
import gc
import json
import weakref
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from minitorch_widgets import road_to_numpy
from minitorch_widgets.drawing.svg import to_svg
from minitorch_widgets.road import gates, needed, road

import minitorch_edu

pytestmark = [pytest.mark.host, pytest.mark.filterwarnings("ignore")]

TENSORS = {
    "plain": "torch.ones(2, 3)",
    "with history": "torch.ones(2, requires_grad=True)",
    "a result": "torch.ones(2, requires_grad=True) * 2",
    "conjugated": "torch.ones(2, dtype=torch.complex64).conj()",
    "negated": "torch.ones(2, dtype=torch.complex64).conj().imag",
    "bfloat16": "torch.ones(2, dtype=torch.bfloat16)",
    "bfloat16 with history": "torch.ones(2, dtype=torch.bfloat16, requires_grad=True)",
    "conjugated with history": "torch.ones(2, dtype=torch.complex64, requires_grad=True).conj()",
    "a number": "torch.tensor(3)",
    "empty": "torch.ones(0, 4)",
    "expanded": "torch.ones(1).expand(5)",
    "bool": "torch.ones(2) > 0",
    "seven dimensions": "torch.ones(1, 2, 1, 2, 1, 2, 1)",
    "whole numbers": "torch.arange(3)",
}
OF_TORCH = {
    "sparse": "torch.eye(2).to_sparse()",
    "sparse with history": "torch.eye(2, requires_grad=True).to_sparse()",
    "sparse_csr": "torch.eye(2).to_sparse_csr()",
    "sparse_csc": "torch.eye(2).to_sparse_csc()",
    "sparse_bsr": "torch.eye(2).to_sparse_bsr((1, 1))",
    "mkldnn": "torch.ones(2, 2).to_mkldnn()",
    "meta": "torch.ones(2, device='meta')",
    "meta with history": "torch.ones(2, device='meta', requires_grad=True)",
    "float8": "torch.ones(2).to(torch.float8_e4m3fn)",
    "float8_e5m2": "torch.ones(2).to(torch.float8_e5m2)",
    "complex32": "torch.ones(2).to(torch.complex32)",
    "complex32, conjugated": "torch.ones(2).to(torch.complex32).conj()",
    "quantized": "torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.quint8)",
    "quantized to qint32": "torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint32)",
    "uint16": "torch.ones(2, dtype=torch.uint16)",
    "nested": "torch.nested.nested_tensor([torch.ones(2), torch.ones(3)])",
    "uint4": "torch.empty(2, dtype=torch.uint4)",
    "negative view": "torch._neg_view(torch.ones(2))",
}


def raised(act):
    try:
        act()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def check(x):
    told = road(x, "x")
    json.dumps(told, allow_nan=False)
    assert told["error"] == raised(x.numpy)
    if told["expression"] is not None:
        array = eval(told["expression"], {"x": x})
        assert isinstance(array, np.ndarray) and array.shape == tuple(x.shape)
    if told["force"]:
        assert eval(told["force"], {"x": x}).shape == tuple(x.shape)
    return told


@pytest.mark.parametrize("name", TENSORS)
def test_the_error_is_foretold_and_the_way_out_works(torch, name):
    check(eval(TENSORS[name], {"torch": torch}))


@pytest.mark.parametrize("name", OF_TORCH)
def test_so_it_is_for_what_only_torch_has(name):
    torch = pytest.importorskip("torch")
    told = check(eval(OF_TORCH[name], {"torch": torch}))
    assert told["expression"] is None or told["expression"].endswith(".numpy()")


@pytest.mark.parametrize("name", [*TENSORS, *OF_TORCH])
def test_without_each_gate_its_own_error_is_left(name):
    """All gates but one are taken: what PyTorch raises then is what stands at that one."""
    torch = pytest.importorskip("torch")
    x = eval((TENSORS | OF_TORCH)[name], {"torch": torch})
    found = gates(x)
    calls = [gate.call for gate in needed(found)]
    if not all(calls):
        return
    for left_out in calls:
        taken = [call for call in calls if call != left_out]
        left = [
            gate
            for gate in found
            if gate.error and gate.call not in taken and not set(gate.also) & set(taken)
        ]
        code = "x" + "".join(f".{call}" for call in taken) + ".numpy()"
        error = raised(lambda code=code: eval(code, {"x": x}))
        assert error == min(left, key=lambda gate: gate.rank).error


@pytest.mark.parametrize("grad", [False, True])
def test_a_simulated_gpu_is_a_gate(grad):
    with minitorch_edu.cuda.simulate():
        x = minitorch_edu.ones(2, 3, device="cuda", requires_grad=grad)
        told = check(x)
    assert told["simulated"] and told["device"] == "cuda:0" and told["shares"] is False
    assert told["error"].startswith("TypeError: can't convert cuda:0 device type tensor to numpy.")
    assert told["expression"] == ("x.detach().cpu().numpy()" if grad else "x.cpu().numpy()")


def test_the_gate_of_history_is_open_while_grad_mode_is_off(torch):
    x = torch.ones(2, requires_grad=True)
    with torch.no_grad():
        told = check(x)
    assert told["error"] == "" and "grad mode is off" in told["gates"][0]["does"]


def test_an_inference_tensor_passes(torch):
    with torch.inference_mode():
        x = torch.ones(2)
    assert check(x)["expression"] == "x.numpy()"


def test_it_says_whether_the_memory_is_shared(torch):
    x = torch.zeros(2, requires_grad=True)
    told = road(x, "x")
    eval(told["expression"], {"x": x})[0] = 5
    assert told["shares"] and x[0] == 5
    y = torch.zeros(2, dtype=torch.bfloat16)
    told = road(y, "y")
    eval(told["expression"], {"y": y})[0] = 5
    assert not told["shares"] and y[0] == 0


def test_the_road_comes_with_the_picture_as_words_and_as_a_drawing(torch):
    x = torch.ones(2, requires_grad=True)
    snapshot = road_to_numpy(x).state["snapshot"]
    assert snapshot["views"] == ["road", "lanes"] and snapshot["title"] == "road_to_numpy(x)"
    assert "The shortest way is x.detach().numpy()." in snapshot["text"]
    assert [each["names"] for each in snapshot["tensors"]] == [["x"]] and len(snapshot["lanes"]) == 1
    texts = [
        each.text
        for each in ElementTree.fromstring(to_svg(snapshot)).iter("{http://www.w3.org/2000/svg}text")
    ]
    assert "detach()" in texts and "✕ needed" in texts and "x.detach().numpy()" in texts


def test_a_view_may_ask_for_the_road_of_any_tensor(torch):
    x, y = torch.ones(2, requires_grad=True), torch.ones(3)
    inspector, heard = road_to_numpy(x).inspector, []
    inspector.connect(heard.append)
    (number,) = [each["id"] for each in inspector.message["snapshot"]["tensors"]]
    inspector.receive({"type": "road", "id": "q", "tensor": number})
    assert heard[-1]["value"]["expression"] == "x.detach().numpy()"
    inspector.receive({"type": "road", "id": "q", "tensor": "t999"})
    assert "no name" in heard[-1]["problem"]
    assert y is not None


def test_the_picture_keeps_no_tensor_alive(torch):
    def asked():  # a frame remembers its variables once it has been looked at
        x = torch.ones(2, requires_grad=True)
        return road_to_numpy(x), weakref.ref(x)

    widget, seen = asked()
    gc.collect()
    assert seen() is None
    widget.inspector.refresh()
    assert not widget.state["snapshot"]["parts"].get("road")


def test_what_is_no_tensor_is_refused():
    for value in ([1.0], np.ones(2), None):
        with (
            pytest.raises(TypeError, match=r"road_to_numpy\(\) takes a tensor"),
            contextlib.suppress(KeyError),
        ):
            road(value, "x")
