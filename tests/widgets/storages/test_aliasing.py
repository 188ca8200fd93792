"""The golden set of aliasing: programs whose names share bytes or do not, on our engine and on real torch.

For each one: which names are on which storage, and each name's offset and stride there, in elements of its own.
"""

import json

import numpy as np
import pytest
from minitorch_widgets.picture.snapshot import snapshot

pytestmark = [pytest.mark.host, pytest.mark.filterwarnings("ignore")]

A = "a = torch.arange(12.).reshape(3, 4)\n"
V = "a = torch.arange(4.)\n"
N = "n = np.arange(6.)\n"
OWN = (0, [4, 1])  # a, as it lies on its own storage

GOLDEN = {
    # the program, and storage by storage: name -> (offset, stride)
    "view": (A + "v = a.view(2, 6)", [{"a": OWN, "v": (0, [6, 1])}]),
    "T": (A + "t = a.T", [{"a": OWN, "t": (0, [1, 4])}]),
    "slices": (
        A + "row = a[1]; column = a[:, 2]; part = a[1:, ::2]",
        [{"a": OWN, "row": (4, [1]), "column": (2, [4]), "part": (4, [4, 2])}],
    ),
    "reshape that looks": (A + "r = a.reshape(-1)", [{"a": OWN, "r": (0, [1])}]),
    "reshape that copies": (A + "r = a.T.reshape(-1)", [{"a": OWN}, {"r": (0, [1])}]),
    "flatten of both kinds": (A + "f = a.flatten(); g = a.T.flatten()", [{"a": OWN, "f": (0, [1])}, {"g": (0, [1])}]),
    "expand": (
        V + "column = a[:, None].expand(4, 3); row = a[1:2].expand(5)",
        [{"a": (0, [1]), "column": (0, [1, 0]), "row": (1, [0])}],
    ),
    "detach and data": (
        "w = torch.ones(3, requires_grad=True); cut = w.detach(); bare = w.data",
        [{"w": (0, [1]), "cut": (0, [1]), "bare": (0, [1])}],
    ),
    "numpy": (A + "array = a.numpy(); turned = a.T.numpy()", [{"a": OWN, "array": OWN, "turned": (0, [1, 4])}]),
    "from_numpy": (
        N + "t = torch.from_numpy(n); u = torch.from_numpy(n[2:])", [{"n": (0, [1]), "t": (0, [1]), "u": (2, [1])}],
    ),
    "as_tensor": (
        N + "same = torch.as_tensor(n); short = torch.as_tensor(n, dtype=torch.float32)",
        [{"n": (0, [1]), "same": (0, [1])}, {"short": (0, [1])}],
    ),
    "asarray": (
        N + "t = torch.asarray(n); back = np.asarray(t); apart = torch.asarray(n, copy=True)",
        [{"n": (0, [1]), "t": (0, [1]), "back": (0, [1])}, {"apart": (0, [1])}],
    ),
    "torch.tensor": (N + "t = torch.tensor(n)", [{"n": (0, [1])}, {"t": (0, [1])}]),
    "clone and copy": (
        V + "c = a.clone(); n = a.numpy().copy(); d = np.array(a)",
        [{"a": (0, [1])}, {"c": (0, [1])}, {"n": (0, [1])}, {"d": (0, [1])}],
    ),
    "cpu of what is there": (V + "c = a.cpu()", [{"a, c": (0, [1])}]),
    "to the same and to another dtype": (
        V + "same = a.to(torch.float32); other = a.to(torch.float64); whole = a.long()",
        [{"a, same": (0, [1])}, {"other": (0, [1])}, {"whole": (0, [1])}],
    ),
    "DLPack from NumPy": (N + "t = torch.from_dlpack(n[1:])", [{"n": (0, [1]), "t": (1, [1])}]),
    "DLPack to NumPy": (A + "n = np.from_dlpack(a[1:])", [{"a": OWN, "n": (4, [4, 1])}]),
    "stack and cat": (
        V + "b = torch.ones(4); s = torch.stack([a, b]); c = torch.cat([a, b])",
        [{"a": (0, [1])}, {"b": (0, [1])}, {"s": OWN}, {"c": (0, [1])}],
    ),
    "contiguous": (
        A + "same = a.contiguous(); t = a.T; c = t.contiguous()",
        [{"a, same": OWN, "t": (0, [1, 4])}, {"c": (0, [3, 1])}],
    ),
    "as_strided that overlaps": (
        V + "w = a.as_strided((3, 2), (1, 1)); d = a.as_strided((2,), (2,), 1)",
        [{"a": (0, [1]), "w": (0, [1, 1]), "d": (1, [2])}],
    ),
    "unfold": ("a = torch.arange(6.)\nu = a.unfold(0, 3, 2)", [{"a": (0, [1]), "u": (0, [2, 1])}]),
    "diagonal": (A + "d = a.diagonal(); above = a.diagonal(1)", [{"a": OWN, "d": (0, [5]), "above": (1, [5])}]),
    "split, chunk and unbind": (
        V + "head, tail = a.split([1, 3]); one, two = a.chunk(2); e, f, g, h = a.unbind()",
        [{
            "a": (0, [1]), "head": (0, [1]), "tail": (1, [1]), "one": (0, [1]), "two": (2, [1]),
            "e": (0, []), "f": (1, []), "g": (2, []), "h": (3, []),
        }],
    ),
    "negative strides of NumPy": (
        N + "back = n[::-1]; pairs = n.reshape(2, 3)[:, ::-1]",
        [{"n": (0, [1]), "back": (5, [-1]), "pairs": (2, [3, -1])}],
    ),
    "NumPy's views of views": (
        N + "m = n[1:].reshape(5, 1)[::2]; wide = np.broadcast_to(m[:2, 0], (3, 2))",
        [{"n": (0, [1]), "m": (1, [2, 1]), "wide": (1, [0, 2])}],
    ),
    "the same bytes as another dtype": (
        "a = torch.ones(3); whole = a.view(torch.int32); bytes = a.view(torch.uint8); half = a[1:].view(torch.int16)",
        [{"a": (0, [1]), "whole": (0, [1]), "bytes": (0, [1]), "half": (2, [1])}],
    ),
    "parts of complex numbers": (
        "z = torch.tensor([1 + 2j, 3 - 4j]); re = z.real; im = z.imag",
        [{"z": (0, [1]), "re": (0, [2]), "im": (1, [2])}],
    ),
    "an index that picks": (
        V + "p = a[[0, 2]]; m = a[a > 1]; s = a[2:]", [{"a": (0, [1]), "s": (2, [1])}, {"p": (0, [1])}, {"m": (0, [1])}],
    ),
    "tied parameters": (
        "class Tied(torch.nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.take = torch.nn.Parameter(torch.ones(4, 2))\n"
        "        self.give = torch.nn.Parameter(torch.zeros(3))\n"
        "model = Tied(); w = model.take; turned = w.detach().T",
        [{"model.take, w": (0, [2, 1]), "turned": (0, [1, 2])}, {"model.give": (0, [1])}],
    ),
    "gradients and an optimizer's buffers": (
        "w = torch.ones(2, requires_grad=True)\n"
        "opt = torch.optim.SGD([w], lr=0.5, momentum=0.9)\n"
        "(w * w).sum().backward(); opt.step(); g = w.grad.detach()",
        [{"w": (0, [1])}, {"w.grad": (0, [1]), "g": (0, [1])}, {"opt.state[w]['momentum_buffer']": (0, [1])}],
    ),
    "several results of one program": (
        "a = torch.zeros(2, 2); b = a.view(4)[1:]; c = b.detach().numpy(); d = torch.from_numpy(c[::-1].copy())",
        [{"a": (0, [2, 1]), "b": (1, [1]), "c": (1, [1])}, {"d": (0, [1])}],
    ),
}  # fmt: skip


def run(torch, program):
    namespace = {"torch": torch, "np": np}
    exec(program, namespace)
    return {name: value for name, value in namespace.items() if name not in ("torch", "np", "__builtins__")}


def shown(picture):
    """The picture as the table above has it."""
    lanes = {lane["id"]: {} for lane in picture["lanes"]}
    for each in picture["tensors"]:
        lanes[each["lane"]][", ".join(sorted(each["names"]))] = (each["offset"], each["stride"])
    return list(lanes.values())


@pytest.mark.parametrize("name", GOLDEN)
def test_each_name_is_on_its_storage_with_offset_and_stride(torch, name):
    program, expected = GOLDEN[name]
    picture = snapshot(run(torch, program))
    json.dumps(picture, allow_nan=False)
    found = sorted(shown(picture), key=lambda lane: min(lane))
    assert found == sorted(expected, key=lambda lane: min(lane))


@pytest.mark.parametrize("name", GOLDEN)
def test_the_values_are_those_that_each_name_has(torch, name):
    values = run(torch, GOLDEN[name][0])
    picture = snapshot(values)
    for each in picture["tensors"]:
        value = values.get(each["names"][0])
        if value is None:
            continue
        whole = value.reshape(-1).tolist()
        assert each["values"]["data"] == (
            [str(one).strip("()") for one in whole] if "complex" in each["dtype"] else whole
        )
        assert each["dtype"] == str(value.dtype).rpartition(".")[2]


@pytest.mark.parametrize("name", GOLDEN)
def test_a_write_into_one_cell_is_seen_by_who_shares_it_and_by_nobody_else(torch, name):
    """What the picture says of shared bytes is what a write shows."""
    values = run(torch, GOLDEN[name][0])
    before = snapshot(values)
    writer = next(each for each in before["tensors"] if each["lane"] and each["shape"])
    with torch.no_grad():
        value = eval(writer["names"][0], {}, values)
        value[(0,) * value.ndim] = 77
    after = snapshot(values)
    for was, now in zip(before["tensors"], after["tensors"], strict=True):
        changed = was["values"]["data"] != now["values"]["data"]
        touched = [each for each in elements(now) if overlap(each, next(elements(writer)))]
        shares = now["lane"] is not None and was["lane"] == writer["lane"] and bool(touched)
        assert changed == shares, now["names"]


def elements(tensor):
    """The bytes of each element, from the lane's start."""
    for index in np.ndindex(*tensor["shape"]):
        at = tensor["offset"] + sum(i * step for i, step in zip(index, tensor["stride"], strict=True))
        yield at * tensor["itemsize"], (at + 1) * tensor["itemsize"]


def overlap(one, other):
    return one[0] < other[1] and other[0] < one[1]


def test_fields_of_records_lie_at_bytes_of_their_own():
    records = np.array([(1.5, 7), (2.5, 8)], [("x", "f8"), ("n", "i4")])
    picture = snapshot({"records": records, "x": records["x"], "n": records["n"]})
    assert len(picture["lanes"]) == 1 and picture["lanes"][0]["cells"] == ["(1.5, 7)", "(2.5, 8)"]
    whole, x, n = picture["tensors"]
    assert whole["dtype"] == "record(x: float64, n: int32)" and "apart" not in whole
    assert x["apart"] == {"offset": 0, "stride": [12]}  # which are not a whole number of its own elements
    assert (n["offset"], n["stride"]) == (2, [3])
    assert (x["values"]["data"], n["values"]["data"]) == ([1.5, 2.5], [7, 8])
    json.dumps(picture, allow_nan=False)


def test_bytes_at_odd_places_are_told_as_bytes():
    raw = np.arange(12, dtype=np.uint8)
    odd = raw[1:9].view(np.int16)
    found = snapshot({"raw": raw, "odd": odd})["tensors"][1]
    assert found["apart"] == {"offset": 1, "stride": [2]}


class HalfOfEach:
    """What an optimizer of the student's own looks like."""

    def __init__(self, parameter, kept):
        self.state = {parameter: kept}

    def step(self): ...

    def zero_grad(self): ...

    def add_param_group(self, group): ...


def test_what_an_optimizer_keeps_is_called_by_the_parameter_s_name(torch):
    w = torch.ones(2)
    opt = HalfOfEach(w, {"step": 3, "half": torch.zeros(2)})
    picture = snapshot({"opt": opt, "w": w, "other": HalfOfEach(torch.ones(1), {"half": torch.zeros(1)})})
    assert [(each["names"], each["kind"]) for each in picture["tensors"]] == [
        (["w"], "tensor"), (["opt.state[w]['half']"], "buffer"),
    ]  # fmt: skip


def test_running_statistics_of_a_module_are_shown(torch):
    class Counting(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("seen", torch.zeros(2))

    assert snapshot({"net": Counting()})["tensors"][0]["names"] == ["net.seen"]
