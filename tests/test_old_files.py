"""Files from before PyTorch 1.6, and archives that PyTorch would not have written."""

from __future__ import annotations

import io
import pickle
import zipfile

import pytest

import minitorch_edu
from tests.oracle import torch
from tests.test_serialization import Command, failures


def in_the_old_format(value):
    file = io.BytesIO()
    torch.save(value, file, _use_new_zipfile_serialization=False)
    return file.getvalue()


@pytest.mark.parametrize("weights_only", [True, False])
@pytest.mark.parametrize("dtype", ["uint8", "int64", "bool", "float16", "bfloat16", "float32", "complex128"])
def test_the_old_format_is_read(dtype, weights_only):
    old = in_the_old_format(
        {
            "a": torch.tensor([[0, 1, 2], [3, 4, 5]]).to(getattr(torch, dtype)),
            "e": torch.ones(0, 3),
            "n": [1, "x"],
        }
    )
    ours, theirs = (
        str(engine.load(io.BytesIO(old), weights_only=weights_only)) for engine in (minitorch_edu, torch)
    )
    assert ours == theirs


def test_views_in_the_old_format_share_their_storage():
    base = torch.arange(12.0)
    base, column, tail = minitorch_edu.load(
        io.BytesIO(in_the_old_format([base, base.view(3, 4)[:, 1], base[10:]]))
    )
    base[5] = base[11] = -1
    assert column.tolist() == [1, -1, 9] and tail.tolist() == [10, -1] and column.stride() == (4,)


@pytest.mark.parametrize("length", [0, 1, 14, 30, 120, -200, -40, -10, -1])
def test_a_truncated_file_in_the_old_format_gets_an_error(length):
    old = in_the_old_format({"a": torch.arange(100.0)})
    with pytest.raises((EOFError, RuntimeError, pickle.UnpicklingError)):
        minitorch_edu.load(io.BytesIO(old[:length]))


def test_a_command_in_the_old_format_is_not_run(tmp_path):
    old = in_the_old_format({"a": Command(tmp_path / "ran", "system")})
    ours, theirs = failures(lambda engine: engine.load(io.BytesIO(old)))
    assert ours == theirs and ours[0] == "UnpicklingError" and not (tmp_path / "ran").exists()


def test_a_length_in_a_file_takes_no_memory():
    old = in_the_old_format(torch.ones(3)).replace(b"cpuq\x04K\x03", b"cpuq\x04J\xff\xff\xff\x7f")
    with pytest.raises(RuntimeError, match="unexpected EOF"):
        minitorch_edu.load(io.BytesIO(old))


ODD_ARCHIVES = {
    "nothing in a folder": {"hello.txt": b"x"},
    "no version": {"a/data.pkl": b"\x80\x02K\x01."},
    "an unknown order of bytes": {"a/byteorder": b"middle"},
    "a storage that is missing": {"a/data/0": None},
    "a storage that is short": {"a/data/0": b"1234"},
}


@pytest.mark.parametrize("what", ODD_ARCHIVES)
def test_an_odd_archive_gets_pytorchs_error(what):
    entries = {"a/version": b"3\n", "a/byteorder": b"little", "a/data/0": bytes(12)}
    source, file = io.BytesIO(), io.BytesIO()
    torch.save(torch.ones(3), source)
    with zipfile.ZipFile(source) as archive:
        entries["a/data.pkl"] = archive.read("archive/data.pkl")
    entries = ODD_ARCHIVES[what] if what.startswith("no") else entries | ODD_ARCHIVES[what]
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in entries.items():
            if content is not None:
                archive.writestr(name, content)
    ours, theirs = failures(lambda engine: engine.load(io.BytesIO(file.getvalue())))
    assert ours == theirs


def test_what_load_refuses_to_be_told(tmp_path):
    new, old = tmp_path / "new.pt", tmp_path / "old.pt"
    torch.save(torch.ones(3), new)
    old.write_bytes(in_the_old_format(torch.ones(3)))
    for call in (
        lambda engine: engine.load(io.BytesIO(new.read_bytes()), mmap=True),
        lambda engine: engine.load(old, mmap=True),
        lambda engine: engine.load(new, map_location=3),
        lambda engine: engine.load(new, unknown=1),
    ):
        ours, theirs = failures(call)
        assert ours == theirs
    assert minitorch_edu.load(new, mmap=True).tolist() == [1, 1, 1]


def test_names_from_python_2_are_refused_under_their_new_ones():
    file = io.BytesIO()
    torch.save({"a": range(3)}, file)
    ours, theirs = failures(lambda engine: engine.load(io.BytesIO(file.getvalue())))
    assert ours == theirs and "GLOBAL range" in ours[1]
