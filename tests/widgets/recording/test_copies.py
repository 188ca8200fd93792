"""copies.py and all that reads tensors: what the pictures say of GPUs, and that a look leaves no trace in their books."""

import gc
import json
import time
import weakref

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from minitorch_widgets import record, to_svg
from minitorch_widgets.backward.walk import Timeline
from minitorch_widgets.picture.memory import Memory
from minitorch_widgets.picture.snapshot import snapshot
from minitorch_widgets.recording.copies import between
from minitorch_widgets.session.inspector import Inspector
from minitorch_widgets.words import describe

import minitorch_edu as torch
from tests.device import made_on_the_host


@pytest.fixture(autouse=True)
def books():
    with torch.cuda.simulate(2, memory="1 GiB") as books, made_on_the_host():
        yield books


def lanes(picture):
    """Each lane by the names of those that look at it."""
    names = {each["id"]: each["names"][0] for each in picture["tensors"]}
    looking = {
        lane["id"]: [names[each["id"]] for each in picture["tensors"] if each["lane"] == lane["id"]]
        for lane in picture["lanes"]
    }
    return {" ".join(looking[lane["id"]]): lane for lane in picture["lanes"]}


def arrows(picture):
    """Each copy as (from, to, bytes), the ends by the names of those that look at them."""
    names = {None: None} | {lane["id"]: key for key, lane in lanes(picture).items()}
    return [(names[each["from"]], names[each["to"]], each["bytes"]) for each in picture["copies"]]


def a_program():
    """From the host to a GPU, along there, and back to NumPy."""
    x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    g = x.to("cuda")
    y = g * 2
    host = y.detach().cpu()
    array = host.numpy()
    return {"x": x, "g": g, "y": y, "loss": y.sum(), "host": host, "array": array, "part": g[1:]}


def test_every_storage_tells_its_device_and_whether_it_is_simulated():
    found = lanes(snapshot(a_program()))
    assert {key: (lane["device"], lane["simulated"]) for key, lane in found.items()} == {
        "x": ("cpu", False),
        "host array": ("cpu", False),
        "g part": ("cuda:0", True),
        "y": ("cuda:0", True),
        "loss": ("cuda:0", True),
    } | {key: (lane["device"], lane["simulated"]) for key, lane in found.items() if "saved" in key}


def test_lanes_come_device_by_device():
    far = torch.ones(2, device="cuda:1")
    near = torch.ones(2, device="cuda:0")
    picture = snapshot({"far": far, "near": near, "here": torch.ones(2)})
    assert [lane["device"] for lane in picture["lanes"]] == ["cpu", "cuda:0", "cuda:1"]
    assert [lane["letter"] for lane in picture["lanes"]] == ["C", "B", "A"]  # letters stay as they were given


def test_a_copy_is_an_arrow_with_its_bytes_and_its_line():
    picture = snapshot(a_program())
    assert arrows(picture) == [("x", "g part", 12), ("y", "host array", 12)]
    there, back = picture["copies"]
    assert there["direction"] == ["cpu", "cuda:0"] and back["direction"] == ["cuda:0", "cpu"]
    assert there["source"]["line"] == 'g = x.to("cuda")'
    assert there["simulated"] and back["simulated"]


def test_an_array_is_linked_with_the_copy_on_the_cpu_and_not_with_the_gpu():
    program = a_program()
    found = lanes(snapshot(program))
    assert "host array" in found
    program["array"][0] = 42
    found = lanes(snapshot(program))
    assert found["host array"]["cells"] == [42, 4, 6]
    assert found["y"]["cells"] == [2, 4, 6]


def test_the_copy_is_known_though_only_the_array_is_left_of_it():
    y = torch.tensor([2.0, 4.0], device="cuda")
    array = y.cpu().numpy()
    assert arrows(snapshot({"y": y, "array": array})) == [("y", "array", 8)]


def test_a_source_that_is_gone_is_told_as_such_though_its_address_lives_on():
    g = torch.ones(3).to("cuda")
    others = {f"other{i}": torch.ones(3) for i in range(50)}  # one of them lies where the source lay
    picture = snapshot({"g": g, **others})
    assert arrows(picture) == [(None, "g", 12)]
    assert "12 bytes from a storage that no name holds on cpu to storage A on cuda:0" in picture["text"]


def test_a_copy_that_is_gone_is_no_longer_told():
    x = torch.ones(3)
    x.to("cuda")
    gc.collect()
    assert snapshot({"x": x})["copies"] == []


def test_remembering_copies_keeps_no_tensor_alive(books):
    x = torch.ones(3)
    g = x.to("cuda")
    gone = [
        weakref.ref(x),
        weakref.ref(g),
        weakref.ref(x.untyped_storage()),
        weakref.ref(g.untyped_storage()),
    ]
    snapshot({"x": x, "g": g})
    held = torch.cuda.memory_allocated()
    del x, g
    gc.collect()
    assert [each() for each in gone] == [None] * 4
    assert torch.cuda.memory_allocated() < held


def test_a_copy_from_gpu_to_gpu_and_parts_of_a_storage():
    near = torch.arange(6.0, device="cuda:0")
    far = near[2:5].to("cuda:1")
    assert arrows(snapshot({"near": near, "far": far})) == [("near", "far", 12)]


def test_what_is_beyond_the_limit_is_said():
    omitted = []
    held = [torch.ones(1).to("cuda") for _ in range(205)]
    from minitorch_widgets.facts import lanes as laid
    from minitorch_widgets.facts.reading import tensor_geometry

    merged = laid.merge((str(i), tensor_geometry(each)) for i, each in enumerate(held))
    told = between(((f"lane{i}", lane) for i, lane in enumerate(merged)), omitted)
    assert len(told) == 200 and omitted == ["5 copies between devices left out: the last 200 are shown"]


def test_two_simulations_share_addresses_and_no_bytes():
    one = torch.ones(2, device="cuda")
    with torch.cuda.simulate(1, memory="1 GiB"):
        two = torch.zeros(2, device="cuda")
        assert one.data_ptr() == two.data_ptr()
        found = lanes(snapshot({"one": one, "two": two}))
    assert {key: lane["cells"] for key, lane in found.items()} == {"one": [1, 1], "two": [0, 0]}


# A look leaves no trace ------------------------------------------------------------------------------------------


def state_of(books):
    return (
        dict(books.copied),
        books.launches,
        books.waits,
        len(books.history),
        [torch.cuda.memory_stats(device) for device in range(len(books))],
    )


def test_looking_disturbs_no_number_in_the_books(books):
    program = a_program()
    before = state_of(books)
    inspector = Inspector(lambda: program)
    inspector.refresh("after cell [1]")
    to_svg(inspector.message["snapshot"])
    shown = {
        each["names"][0]: each["values"]["data"] for each in inspector.message["snapshot"]["tensors"][:4]
    }
    assert shown["y"] == [2, 4, 6]
    assert state_of(books) == before
    assert inspector.message["snapshot"]["omitted"] == []


def test_recording_disturbs_no_number_in_the_books(books):
    a_program()["loss"].backward()  # what is first called is prepared
    books.reset()
    a_program()["loss"].backward()
    alone = (dict(books.copied), books.launches, books.waits)
    books.reset()
    with record():
        a_program()["loss"].backward()
    assert (dict(books.copied), books.launches, books.waits) == alone


def test_a_look_never_waits_where_waiting_is_an_error():
    program = a_program()
    torch.cuda.set_sync_debug_mode("error")
    try:
        assert snapshot(program)["omitted"] == []
    finally:
        torch.cuda.set_sync_debug_mode("default")


@pytest.mark.parametrize(
    "make",
    [
        lambda: torch.zeros(0, 3, device="cuda"),
        lambda: torch.tensor(3.0, device="cuda"),
        lambda: torch.ones(3, device="cuda").expand(4, 3),
        lambda: torch.arange(24, device="cuda").reshape(2, 3, 4).permute(2, 0, 1),
        lambda: torch.ones(1, 1, 1, 1, 1, 1, 2, device="cuda"),
        lambda: torch.tensor([float("nan"), float("inf")], device="cuda"),
        lambda: torch.ones(3, dtype=torch.bfloat16, device="cuda"),
        lambda: torch.tensor([True, False], device="cuda"),
        lambda: torch.tensor([1 + 2j], device="cuda"),
        lambda: torch.zeros(10_000_000, dtype=torch.uint8, device="cuda"),
        lambda: torch.arange(5.0, device="cuda").flip(0)[::2],
    ],
    ids="empty scalar expanded permuted seven-dim nan bfloat16 bool complex large flipped".split(),
)
def test_odd_tensors_look_on_a_gpu_as_they_do_on_the_cpu(make):
    tensor = make()
    twin = tensor.cpu()
    (there,), (here,) = (snapshot({"t": each})["tensors"] for each in (tensor, twin))
    if tensor.numel() <= 1024 or not tensor.is_contiguous():
        assert there["values"] == here["values"]
    assert there["values"]["truncated"] == here["values"]["truncated"]
    assert there["shape"] == list(tensor.shape) and there["stride"] == list(tensor.stride())
    assert there["offset"] == tensor.storage_offset()


def test_a_device_that_cannot_be_peeked_at_is_not_read_and_not_called_simulated(monkeypatch, books):
    for gpu in books.devices:
        monkeypatch.setattr(gpu, "peek", lambda array: None, raising=False)
        monkeypatch.setattr(gpu, "simulated", False, raising=False)
    program = a_program()
    before = state_of(books)
    picture = snapshot(program)
    assert state_of(books) == before
    found = lanes(picture)
    assert found["y"]["cells"] == [] and found["y"]["truncated"] and found["host array"]["cells"] == [2, 4, 6]
    assert arrows(picture) == [("x", "g part", 12), ("y", "host array", 12)]
    assert "simulated" not in picture["text"] and "simulated" not in to_svg(picture)
    assert "values of g, y, loss and 2 more are on cuda:0: nothing is copied from there" in picture["omitted"]
    walk = Timeline(program["loss"], "loss", Memory())
    walk.finish()
    assert walk.error is None and program["x"].grad.tolist() == [2, 2, 2]


# The log ---------------------------------------------------------------------------------------------------------


def test_the_log_tells_the_device_of_every_storage_and_every_copy():
    with record() as recorder:
        a_program()
    assert json.loads(json.dumps(recorder.log, allow_nan=False)) == recorder.log
    copied = [each for each in recorder.log if each["event"] == "copied"]
    assert [(each["direction"], each["bytes"], each["simulated"]) for each in copied] == [
        (["cpu", "cuda:0"], 12, True),
        (["cuda:0", "cpu"], 12, True),
    ]
    places = {each["device"] for each in recorder.log if each["event"] in ("allocated", "aliased")}
    assert places == {"cpu", "cuda:0"}
    storages = [
        result["storage"] for each in recorder.log if each["event"] == "op" for result in each["results"]
    ]
    assert {(each["device"], each["simulated"]) for each in storages} == {("cpu", False), ("cuda:0", True)}


def test_the_log_tells_how_a_gradient_came_back():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    loss = (x.to("cuda") * 3).sum()
    with record() as recorder:
        loss.backward()
    events = [each for each in recorder.log if each["event"] in ("backward stepped", "copied")]
    told = [each.get("direction") or each["node"]["name"] for each in events]
    assert told == ["SumBackward0", "MulBackward0", "ToCopyBackward0", ["cuda:0", "cpu"], "AccumulateGrad"]
    assert events[3]["bytes"] == 8


def test_the_log_tells_the_storages_of_two_simulations_apart():
    with record() as recorder:
        one = torch.ones(2, device="cuda") * 1
        with torch.cuda.simulate(1, memory="1 GiB"):
            two = torch.ones(2, device="cuda") * 1
    assert one.data_ptr() == two.data_ptr()
    assert "aliased" not in [each["event"] for each in recorder.log]


# In words --------------------------------------------------------------------------------------------------------


def test_the_words_tell_where_tensors_live_and_what_was_copied():
    text = snapshot(a_program())["text"]
    assert "They live on cpu and cuda:0 (simulated)" in text
    assert "x is a (3,) tensor of float32 on cpu" in text
    assert "g is a (3,) tensor of float32 on cuda:0" in text
    assert (
        'Copied: 12 bytes from storage A on cpu to storage B on cuda:0 by g = x.to("cuda") (test_copies.py, line'
        in text
    )


def test_where_there_is_only_the_cpu_nothing_is_said_of_devices():
    text = snapshot({"x": torch.ones(2)})["text"]
    assert "cpu" not in text and "simulated" not in text


def test_the_still_picture_has_its_devices_and_arrows():
    drawn = to_svg(snapshot(a_program()))
    assert "cpu: the host&apos;s memory" in drawn or "cpu: the host's memory" in drawn
    assert "cuda:0: a simulated GPU" in drawn
    assert drawn.count('class="copy"') == drawn.count('class="tip"') == 2
    assert 'class="copy"' not in to_svg(snapshot({"x": torch.ones(2)}))


def test_a_picture_of_an_earlier_version_is_still_drawn_and_told():
    picture = snapshot(a_program())
    del picture["copies"]
    for each in [*picture["lanes"], *picture["tensors"]]:
        del each["simulated"]
    assert "cuda:0" in to_svg(picture) and "Copied" not in describe(picture)


# Backward --------------------------------------------------------------------------------------------------------


def layers():
    """A small net whose weights are on the host, and whose work is done on a GPU."""
    torch.manual_seed(0)
    w, b = torch.randn(3, 3, requires_grad=True), torch.randn(3, requires_grad=True)
    x = torch.randn(4, 3, device="cuda")
    h = (x @ w.to("cuda") + b.to("cuda")).tanh()
    return w, b, (h * h).mean()


@given(st.lists(st.integers(0, 40), max_size=12))
def test_the_gradients_after_any_walk_on_a_gpu_are_those_of_backward(moves):
    w, b, loss = layers()
    loss.backward()
    walked_w, walked_b, walked = layers()
    walk = Timeline(walked, "loss", Memory())
    for position in moves:
        walk.goto(position)
    walk.finish()
    assert walk.error is None
    for one, other in ((w, walked_w), (b, walked_b)):
        assert other.grad.device == one.grad.device
        assert np.array_equal(one.grad.numpy().view(np.uint32), other.grad.numpy().view(np.uint32))


def test_a_step_shows_the_numbers_on_the_gpu_and_the_way_back():
    w, _, loss = layers()
    walk = Timeline(loss, "loss", Memory())
    walk.goto(100)
    steps = walk.state()["steps"]
    assert all(value["data"] for step in steps for value in step["incoming"] if value is not None)
    crossing = [step for step in steps if step["name"] == "ToCopyBackward0"]
    assert len(crossing) == 2
    for step in crossing:
        assert step["incoming"][0]["device"] == "cuda:0"
        assert step["outgoing"][0]["value"]["device"] == "cpu"
        assert ", copied from cuda:0 to cpu." in step["sentence"]
        assert ", cuda:0, cpu) = " in step["outgoing"][0]["rule"]["numbers_text"]
        assert "<mtext>cuda:0</mtext>" in step["outgoing"][0]["rule"]["numbers_mathml"]
    assert steps[0]["incoming"][0]["device"] == "cuda:0"
    assert w.grad.device.type == "cpu"


def test_a_number_that_goes_to_a_gpu_with_the_work_has_a_value_and_no_storage_there():
    g = torch.ones(3, device="cuda", requires_grad=True)
    y = g * 2
    picture = snapshot({"g": g, "y": y})
    (saved,) = [each for each in picture["tensors"] if each["kind"] == "saved"]
    assert saved["values"]["data"] == [2] and saved["device"] == "cuda:0"
    walk = Timeline(y.sum(), "loss", Memory())
    walk.goto(2)
    assert "It uses what it saved: other = 2." in walk.state()["steps"][1]["sentence"]


def test_the_walk_costs_the_gpu_what_backward_costs(books):
    layers()[2].backward()
    _, _, loss = layers()
    books.reset()
    loss.backward()
    alone = (dict(books.copied), books.launches)
    _, _, loss = layers()
    books.reset()
    walk = Timeline(loss, "loss", Memory())
    walk.goto(3)
    walk.goto(0)
    walk.finish()
    assert (dict(books.copied), books.launches) == alone


def test_the_docked_inspector_follows_a_gpu(books):
    program = a_program()
    inspector = Inspector(lambda: program)
    inspector.refresh("after cell [1]")
    loss = next(each["id"] for each in inspector.message["snapshot"]["tensors"] if each["names"] == ["loss"])
    inspector.receive({"type": "backward", "tensor": loss})
    inspector.receive({"type": "goto", "position": 100})
    assert inspector.message["type"] == "snapshot" and inspector.message["timeline"]["error"] is None
    assert program["x"].grad.tolist() == [2, 2, 2]


def test_a_module_that_moves_tells_where_its_parameters_came_from():
    net = torch.nn.Linear(3, 2).to("cuda")
    picture = snapshot({"net": net})
    assert arrows(picture) == [(None, "net.weight", 24), (None, "net.bias", 8)]


def test_a_thousand_copies_are_found_in_no_time():
    held = {f"t{i}": torch.ones(2) for i in range(300)}
    moved = {f"g{i}": each.to("cuda") for i, each in enumerate(held.values())}
    repeated = [held["t0"].to("cuda") for _ in range(1500)]
    start = time.perf_counter()
    picture = snapshot({**held, **moved})
    assert time.perf_counter() - start < 1  # a fifth of it, on a machine that does nothing else
    assert len(picture["copies"]) == 200 and len(repeated) == 1500


def test_a_copy_into_a_tensor_is_an_arrow_to_that_tensor():
    x, y = torch.tensor([1.0, 2.0]), torch.zeros(2, device="cuda")
    y.copy_(x)
    gc.collect()
    assert arrows(snapshot({"x": x, "y": y})) == [("x", "y", 8)]
    x.copy_(y + 1)
    assert arrows(snapshot({"x": x, "y": y}))[-1] == (None, "x", 8)
