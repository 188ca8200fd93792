"""Files go both ways between this engine and PyTorch, and no file runs a command."""

from __future__ import annotations

import collections
import io
import os
import pickle
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest

import minitorch_edu
from tests.oracle import torch

pytestmark = pytest.mark.host

BOTH = [minitorch_edu, torch]
DTYPES = [
    name
    for name in (
        "uint8", "int8", "int16", "int32", "int64", "uint16", "uint32", "uint64", "float16", "bfloat16", "float32", "float64",
        "complex64", "complex128", "bool",
    )
    if hasattr(minitorch_edu, name)
]  # fmt: skip


def through(writer, reader, value, **options):
    """What `reader` loads of what `writer` has saved."""
    file = io.BytesIO()
    writer.save(value, file)
    file.seek(0)
    return reader.load(file, **options)


def told(value):
    """A value in words that are the same for both engines."""
    if hasattr(value, "untyped_storage"):
        data = value.detach()
        shown = (data.float() if "bfloat16" in str(data.dtype) else data).numpy().tolist()
        place = (
            tuple(value.shape),
            tuple(value.stride()),
            value.storage_offset(),
            value.untyped_storage().nbytes(),
        )
        return str(value.dtype), place, value.requires_grad, shown
    if isinstance(value, dict):
        return type(value).__name__, [(told(key), told(each)) for key, each in value.items()]
    if isinstance(value, tuple | list | set):
        return type(value).__name__, [told(each) for each in value]
    return f"{value!r}"


def nested(engine):
    whole = engine.arange(12.0)
    return {
        "state": collections.OrderedDict(weight=engine.ones(2, 3, requires_grad=True), bias=engine.zeros(3)),
        "views": [whole, whole[3:7], whole.view(3, 4).t(), whole.view(3, 4)[:, ::2], whole[2]],
        "numbers": (
            1,
            -(2**40),
            2**70,
            2.5,
            float("inf"),
            True,
            False,
            None,
            1 + 2j,
            "text \u00e9 \U0001f600",
            b"bytes",
        ),
        "sizes": [whole.view(3, 4).shape, engine.Size([])],
        "kinds": [engine.float32, engine.int64, engine.bool, engine.device("cpu"), engine.device("cuda:1")],
        "nothing": ([], {}, (), set(), engine.zeros(0), engine.zeros(0, 3)),
        3: {"deep": [{"deeper": (engine.tensor(1.5),)}]},
        "more": list(range(300)),
    }


@pytest.mark.parametrize("writer", BOTH, ids=["ours", "theirs"])
@pytest.mark.parametrize("reader", BOTH, ids=["ours", "theirs"])
def test_nested_values_survive(writer, reader):
    assert told(through(writer, reader, nested(writer))) == told(nested(torch))


@pytest.mark.parametrize("writer", BOTH, ids=["ours", "theirs"])
@pytest.mark.parametrize("reader", BOTH, ids=["ours", "theirs"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_every_dtype_survives(dtype, writer, reader):
    tensor = writer.tensor([[1, 0, 3], [4, 5, 6]]).to(getattr(writer, dtype))
    expected = torch.tensor([[1, 0, 3], [4, 5, 6]]).to(getattr(torch, dtype))
    loaded = through(writer, reader, [tensor, tensor.t()])
    assert told(loaded) == told([expected, expected.t()])


@pytest.mark.parametrize("writer", BOTH, ids=["ours", "theirs"])
@pytest.mark.parametrize("reader", BOTH, ids=["ours", "theirs"])
def test_views_that_shared_a_storage_share_one_again(writer, reader):
    whole = writer.zeros(6)
    first, second, third = through(writer, reader, [whole, whole[2:4], writer.zeros(6)])
    second.fill_(7)
    assert first.tolist() == [0, 0, 7, 7, 0, 0] and third.tolist() == [0] * 6
    assert first.untyped_storage().data_ptr() == second.untyped_storage().data_ptr()
    assert [first._version, second._version] == [1, 2]
    assert not second._is_view()


def test_a_storage_is_saved_whole_and_once():
    whole = minitorch_edu.zeros(1000)
    file = io.BytesIO()
    minitorch_edu.save([whole[:1], whole[1:2]], file)
    assert 4000 < len(file.getvalue()) < 6000


def test_an_array_with_gaps_keeps_its_strides():
    array = np.arange(24.0).reshape(4, 6)
    tensor = minitorch_edu.from_numpy(array[1:, ::2])
    for reader in BOTH:
        loaded = through(minitorch_edu, reader, tensor)
        assert loaded.tolist() == array[1:, ::2].tolist() and loaded.stride() == (6, 2)


def test_a_state_of_the_random_numbers_survives():
    state = through(torch, minitorch_edu, torch.Generator().manual_seed(3).get_state())
    ours = minitorch_edu.Generator().set_state(state)
    assert (
        minitorch_edu.rand(3, generator=ours).tolist()
        == torch.rand(3, generator=torch.Generator().manual_seed(3)).tolist()
    )


@pytest.mark.parametrize("engine", BOTH, ids=["ours", "theirs"])
def test_paths_and_files(engine, tmp_path):
    for path in (tmp_path / "a.pt", str(tmp_path / "b.c.pth"), tmp_path / "without"):
        minitorch_edu.save({"x": minitorch_edu.ones(2)}, path)
        assert engine.load(path)["x"].tolist() == [1, 1]
        assert zipfile.ZipFile(path).namelist()[0] == f"{Path(path).stem}/data.pkl"
        with open(path, "rb") as file:
            assert engine.load(file)["x"].tolist() == [1, 1]
    with open(tmp_path / "open.pt", "wb") as file:
        minitorch_edu.save(minitorch_edu.ones(2), file)
    assert engine.load(tmp_path / "open.pt").tolist() == [1, 1]


@pytest.mark.parametrize(
    "location", [None, "cpu", {"cpu": "cpu"}, lambda storage, place: storage, lambda storage, place: None]
)
def test_map_location(location):
    assert through(torch, minitorch_edu, torch.ones(2), map_location=location).tolist() == [1, 1]
    assert through(
        torch, minitorch_edu, torch.ones(2), map_location=minitorch_edu.device("cpu")
    ).tolist() == [1, 1]


def rewritten(change, value=None):
    """A file of PyTorch's with its entries changed: `change(name, bytes)` gives the new bytes, or None to leave it out."""
    source, result = io.BytesIO(), io.BytesIO()
    torch.save({"x": torch.ones(3)} if value is None else value, source)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(result, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    result.seek(0)
    return result


def test_tensors_from_a_gpu_need_a_map_location():
    file = rewritten(
        lambda name, content: content.replace(b"cpu", b"cuda:0").replace(
            b"X\x03\x00\x00\x00cuda", b"X\x06\x00\x00\x00cuda"
        )
    )
    ours, theirs = failures(lambda engine: engine.load(io.BytesIO(file.getvalue())))
    assert ours == theirs
    assert minitorch_edu.load(file, map_location="cpu")["x"].tolist() == [1, 1, 1]


# --- what no file may do -----------------------------------------------------------------------------------------------


class Command:
    """An object whose pickle is a command."""

    def __init__(self, path, how):
        self.path, self.how = path, how

    def __reduce__(self):
        if self.how == "system":
            return os.system, (f"touch {self.path}",)
        return eval, (f"open({str(self.path)!r}, 'w').close()",)


def failures(act):
    """(name, text) of the exception on either engine."""
    found = []
    for engine in BOTH:
        with pytest.raises(Exception) as caught, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            act(engine)
        found.append((type(caught.value).__name__, str(caught.value)))
    return found


@pytest.mark.parametrize("how", ["system", "eval"])
def test_a_file_that_would_run_a_command_does_not(how, tmp_path):
    marker = tmp_path / "marker"
    evil = pickle.dumps({"x": Command(marker, how)}, protocol=2)
    text = rewritten(lambda name, content: evil if name.endswith("data.pkl") else content).getvalue()
    for content in (text, evil):
        ours, theirs = failures(lambda engine, content=content: engine.load(io.BytesIO(content)))
        assert ours == theirs
        assert ours[0] == "UnpicklingError" and "Weights only load failed" in ours[1]
    assert not marker.exists()


def test_only_weights_only_false_runs_what_a_file_says(tmp_path):
    marker = tmp_path / "marker"
    file = io.BytesIO()
    torch.save(Command(marker, "eval"), file)
    file.seek(0)
    minitorch_edu.load(file, weights_only=False)
    assert marker.exists()


class Point:
    def __init__(self):
        self.x = 1


def test_a_class_has_to_be_allowed():
    file = io.BytesIO()
    torch.save(Point(), file)
    for engine in BOTH:
        with pytest.raises(pickle.UnpicklingError, match="was not an allowed global by default"):
            engine.load(io.BytesIO(file.getvalue()))
        with engine.serialization.safe_globals([Point]):
            assert engine.load(io.BytesIO(file.getvalue())).x == 1
        engine.serialization.add_safe_globals([Point])
        assert Point in engine.serialization.get_safe_globals()
        engine.serialization.clear_safe_globals()
        with pytest.raises(pickle.UnpicklingError):
            engine.load(io.BytesIO(file.getvalue()))


# each a pickle of protocol 2 that builds something it must not
FORBIDDEN = {
    "a call of a value": b"\x80\x02}q\x00)R.",
    "a new object": b"\x80\x02])\x81.",
    "state for a list": b"\x80\x02]q\x00}b.",
    "an item for a list": b"\x80\x02]K\x01K\x02s.",
    "an append to a dict": b"\x80\x02}K\x01a.",
    "an append to many": b"\x80\x02}(K\x01e.",
    "items for a tuple": b"\x80\x02)(K\x01K\x02u.",
    "a persistent id that is text": b"\x80\x02X\x01\x00\x00\x00aQ.",
    "another persistent id": b"\x80\x02X\x01\x00\x00\x00a\x85Q.",
    "a name from the stack": b"\x80\x04\x8c\x02os\x8c\x06system\x93.",
    "an instance": b"(S'x'\nios\nsystem\n.",
    "the module sys": b"\x80\x02csys\nexit\n.",
    "a builtin": b"\x80\x02c__builtin__\neval\n.",
    "a global of torch's": b"\x80\x02ctorch.serialization\nload\n.",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_refusal_is_pytorchs(what):
    file = rewritten(lambda name, content: FORBIDDEN[what] if name.endswith("data.pkl") else content)
    ours, theirs = failures(lambda engine: engine.load(io.BytesIO(file.getvalue())))
    assert ours[0] == theirs[0]
    assert ours[1].replace("minitorch_edu.shape", "torch") == theirs[1]


# --- files that are broken ------------------------------------------------------------------------------------------------


def test_a_truncated_file_gets_a_clear_error():
    file = io.BytesIO()
    torch.save({"x": torch.ones(1000)}, file)
    whole = file.getvalue()
    for length in (0, 2, 4, 100, 1000, len(whole) // 2, len(whole) - 10, len(whole) - 1):
        ours, theirs = failures(lambda engine, length=length: engine.load(io.BytesIO(whole[:length])))
        if theirs[0] == "ValueError":  # a negative seek: an accident of its reader
            theirs = ours
        assert ours[0] == theirs[0], length
        if length not in (0, 2):
            assert ours[0] == "RuntimeError" and ours[1] == theirs[1]


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"\x80\x02", b"\x80\x02K\x01.", b"not a zip file at all", bytes(100)]
)
def test_what_is_no_zip_file_gets_pytorchs_error(content):
    ours, theirs = failures(lambda engine: engine.load(io.BytesIO(content)))
    assert ours[0] == theirs[0]
    assert ours[1].splitlines()[:1] == theirs[1].splitlines()[:1]


def test_a_missing_file(tmp_path):
    ours, theirs = failures(lambda engine: engine.load(tmp_path / "none.pt"))
    assert ours == theirs
    ours, theirs = failures(lambda engine: engine.save(1, tmp_path / "no" / "folder.pt"))
    assert ours == theirs
    ours, theirs = failures(lambda engine: engine.load(3))
    assert ours[0] == theirs[0]
    ours, theirs = failures(lambda engine: engine.save(1, 3))
    assert ours == theirs


@pytest.mark.parametrize("left_out", ["data.pkl", "data/0"])
def test_a_missing_entry(left_out):
    file = rewritten(lambda name, content: None if name.endswith(left_out) else content)
    ours, theirs = failures(lambda engine: engine.load(io.BytesIO(file.getvalue())))
    assert ours[0] == theirs[0] and "file not found" in ours[1] and "file not found" in theirs[1]


def test_a_storage_shorter_than_it_says():
    file = rewritten(lambda name, content: content[:4] if name.endswith("data/0") else content)
    ours, theirs = failures(lambda engine: engine.load(io.BytesIO(file.getvalue())))
    assert ours == theirs


def test_a_tensor_may_not_reach_beyond_its_storage():
    def widened(name, content):  # the size (3,) becomes (200,)
        return content.replace(b"K\x03\x85", b"K\xc8\x85", 1) if name.endswith("data.pkl") else content

    file = rewritten(widened)
    ours, theirs = failures(lambda engine: engine.load(io.BytesIO(file.getvalue())))
    assert ours[0] == theirs[0] == "RuntimeError"
    assert ours[1].splitlines()[0] == theirs[1].splitlines()[0]


def test_a_compressed_entry_is_not_unfolded():
    result = io.BytesIO()
    source = io.BytesIO()
    torch.save(torch.ones(3), source)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, bytes(10**7) if name.endswith("data/0") else old.read(name))
    assert len(result.getvalue()) < 20_000
    result.seek(0)
    with pytest.raises(RuntimeError, match="compressed"):
        minitorch_edu.load(result)


@pytest.mark.parametrize("name", ["../../escaped", "/tmp/escaped"])
def test_a_name_that_leads_elsewhere_is_only_a_name(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = rewritten(lambda entry, content: content)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(name, b"here")
        archive.writestr(f"archive/data/{name}", b"here")
    file.seek(0)
    assert minitorch_edu.load(file)["x"].tolist() == [1, 1, 1]
    assert not list(tmp_path.iterdir()) and not Path("/tmp/escaped").exists()


def test_another_pickle_protocol_gets_pytorchs_warning():
    file = rewritten(
        lambda name, content: (
            content.replace(b"\x80\x02", b"\x80\x03", 1) if name.endswith("data.pkl") else content
        )
    )
    with pytest.warns(UserWarning, match="Detected pickle protocol 3 in the checkpoint"):
        minitorch_edu.load(file)


def test_a_pickle_module_and_weights_only_exclude_each_other():
    ours, theirs = failures(lambda engine: engine.load(io.BytesIO(), pickle_module=pickle, weights_only=True))
    assert ours == theirs


# --- extending ---------------------------------------------------------------------------------------------------------------


def test_other_modules_add_their_own_names(monkeypatch):
    from minitorch_edu import serialization

    monkeypatch.setattr(serialization, "WRITERS", dict(serialization.WRITERS))
    monkeypatch.setitem(serialization.GLOBALS, "torch.point", None)
    serialization.add_name("torch.point", lambda x: ("a point", x), Point, lambda point: (point.x,))
    assert through(minitorch_edu, minitorch_edu, [Point()]) == [("a point", 1)]


# --- safetensors -------------------------------------------------------------------------------------------------------------


def test_safetensors_go_both_ways(tmp_path):
    pytest.importorskip("safetensors")
    from safetensors.torch import load_file, save_file

    from minitorch_edu import serialization

    ours = {"a": minitorch_edu.ones(2, 3), "b": minitorch_edu.arange(4).view(2, 2).t()}
    serialization.save_file(ours, tmp_path / "ours.safetensors", {"by": "us"})
    theirs = load_file(tmp_path / "ours.safetensors")
    assert {name: value.tolist() for name, value in theirs.items()} == {
        "a": [[1] * 3] * 2,
        "b": [[0, 2], [1, 3]],
    }
    save_file(
        {"a": torch.ones(3, dtype=torch.float16), "c": torch.tensor(True)}, tmp_path / "theirs.safetensors"
    )
    for loaded in (
        minitorch_edu.load(tmp_path / "theirs.safetensors"),
        serialization.load_file(tmp_path / "theirs.safetensors"),
    ):
        assert told(loaded["a"])[0] == "torch.float16" and loaded["c"].item() is True
    assert serialization.load_safetensors(serialization.save_safetensors(ours))["b"].tolist() == [
        [0, 2],
        [1, 3],
    ]


def test_safetensors_hold_every_dtype():
    pytest.importorskip("safetensors")
    from safetensors.torch import load, save

    from minitorch_edu import serialization

    for name in sorted(set(DTYPES) - {"complex128"}):
        expected = {
            "x": torch.tensor([[1, 0, 3]]).to(getattr(torch, name)),
            "number": torch.zeros((), dtype=getattr(torch, name)),
        }
        ours = serialization.load_safetensors(save(expected))
        assert told(ours["x"]) == told(expected["x"]) and told(ours["number"]) == told(expected["number"])
        again = load(serialization.save_safetensors(ours))
        assert {each: told(value) for each, value in again.items()} == {
            each: told(value) for each, value in expected.items()
        }


def test_a_broken_safetensors_file_gets_an_error():
    pytest.importorskip("safetensors")
    for content in (b"", b"hello", bytes(8), b"\xff" * 8, (100).to_bytes(8, "little") + b"{}"):
        with pytest.raises(Exception, match="deserializing"):
            minitorch_edu.serialization.load_safetensors(content)
