"""Honest states: what is odd, empty, huge or not to be read is shown as what it is, on our engine and on real torch."""

import json
import time
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from minitorch_widgets.drawing.svg import to_svg
from minitorch_widgets.picture.snapshot import snapshot

pytestmark = [pytest.mark.host, pytest.mark.filterwarnings("ignore")]


def told(**variables):
    """The picture, after a check that it travels as JSON and can be drawn."""
    picture = snapshot(variables)
    json.dumps(picture, allow_nan=False)
    ElementTree.fromstring(to_svg(picture))
    return picture


def one(**variables):
    picture = told(**variables)
    return picture["tensors"][0], picture["lanes"][0] if picture["lanes"] else None


def test_nan_and_infinities_are_words_and_minus_zero_keeps_its_sign(torch):
    tensor, lane = one(x=torch.tensor([float("nan"), float("inf"), -float("inf"), -0.0]))
    assert lane["cells"][:3] == ["nan", "inf", "-inf"] and str(lane["cells"][3]) == "-0.0"
    assert (tensor["values"]["min"], tensor["values"]["max"]) == (0, 0)  # of what is finite
    assert one(x=torch.full((2,), float("nan")))[0]["values"]["min"] is None


def test_an_empty_tensor_has_a_shape_and_no_lane(torch):
    tensor, lane = one(x=torch.zeros(0, 3))
    assert lane is None and tensor["lane"] is None
    assert tensor["values"]["data"] == [] and not tensor["values"]["truncated"]


def test_a_zero_dim_tensor_is_one_cell(torch):
    tensor, lane = one(x=torch.tensor(2.5))
    assert (tensor["shape"], tensor["stride"], lane["cells"]) == ([], [], [2.5])


def test_seven_dimensions_keep_their_strides(torch):
    deep = torch.arange(16.0).reshape(1, 2, 1, 2, 2, 1, 2)
    picture = told(deep=deep, turned=deep.transpose(1, 6))
    assert [each["stride"] for each in picture["tensors"]] == [
        list(deep.stride()),
        list(deep.transpose(1, 6).stride()),
    ]
    assert len(picture["lanes"]) == 1


def test_ten_million_elements_are_told_in_part_and_at_once(torch):
    big = torch.zeros(10_000_000)
    start = time.perf_counter()
    tensor, lane = one(big=big, turned=big.view(1000, 10_000).T)
    assert time.perf_counter() - start < 2
    assert lane["bytes"] == 40_000_000 and lane["truncated"] and len(lane["cells"]) == 256
    assert (
        tensor["values"]["truncated"] and tensor["values"]["min"] is None
    )  # nobody has looked at all of them


def test_ten_million_elements_on_one_cell_are_four_bytes(torch):
    tensor, lane = one(spread=torch.ones(1).expand(10_000_000))
    assert (lane["bytes"], lane["cells"], tensor["stride"]) == (4, [1], [0])
    assert "each cell read 10,000,000 times" in to_svg(told(spread=torch.ones(1).expand(10_000_000)))


def test_complex_numbers_truth_values_and_bytes_are_what_they_are(torch):
    assert one(z=torch.tensor([complex(float("nan"), 1), 2 - 1j]))[1]["cells"] == ["nan+1j", "2-1j"]
    assert one(b=torch.tensor([True, False]))[1]["cells"] == [True, False]
    assert one(u=torch.tensor([0, 255]).to(torch.uint8))[1]["cells"] == [0, 255]


def test_whole_numbers_beyond_javascripts_keep_all_their_digits(torch):
    assert one(i=torch.tensor([2**60 + 1, -1]))[1]["cells"] == [str(2**60 + 1), -1]


def test_short_floats_are_told_as_they_are(torch):
    assert one(h=torch.tensor([1.01, 3e38, float("nan")]).to(torch.bfloat16))[1]["cells"] == [
        1.008,
        3.004e38,
        "nan",
    ]
    assert one(h=torch.tensor([0.1, 65504.0]).to(torch.float16))[1]["cells"] == [0.1, 65504]


def test_a_conjugate_that_is_taken_as_it_is_read_is_called_so():
    torch = pytest.importorskip("torch")  # ours computes it at once
    z = torch.tensor([1 + 2j])
    picture = told(z=z, c=z.conj())
    assert [each.get("lazy") for each in picture["tensors"]] == [None, "conj"]
    assert [each["values"]["data"] for each in picture["tensors"]] == [["1+2j"], ["1-2j"]]
    assert picture["lanes"][0]["cells"] == ["1+2j"]  # the bytes are the same
    assert "conjugated as it is read" in to_svg(picture)


def test_a_minus_sign_that_is_put_in_as_it_is_read_is_called_so():
    torch = pytest.importorskip("torch")
    tensor = next(each for each in told(im=torch.tensor([1 + 2j]).conj().imag)["tensors"])
    assert tensor["lazy"] == "neg" and tensor["values"]["data"] == [-2]


def test_records_are_told_whole_and_field_by_field():
    records = np.array([(1.5, 7, True), (float("nan"), 8, False)], [("x", "f8"), ("n", "i4"), ("ok", "?")])
    picture = told(records=records, n=records["n"])
    assert picture["lanes"][0]["cells"] == ["(1.5, 7, True)", "(nan, 8, False)"]
    assert picture["tensors"][1]["apart"] == {"offset": 8, "stride": [13]}


def test_numpys_wide_floats_travel():
    tensor, lane = one(x=np.array([1.5, np.nan, np.inf], np.longdouble))
    assert lane["cells"] == [1.5, "nan", "inf"] and tensor["values"]["max"] == 1.5


def test_arrays_of_objects_and_texts_are_no_numbers():
    assert told(texts=np.array(["<b>", "c"]), things=np.array([object(), None]))["tensors"] == []


def test_a_dtype_that_numpy_lacks_is_named():
    torch = pytest.importorskip("torch")
    picture = told(x=torch.zeros(3).to(torch.float8_e4m3fn))
    assert picture["tensors"][0]["values"] is None and picture["lanes"][0]["cells"] == []
    assert "values of x are not read: NumPy has no float8_e4m3fn" in picture["omitted"]
    assert "values are not read" in to_svg(picture)


def test_what_has_no_bytes_has_no_lane_and_says_nothing_of_them():
    torch = pytest.importorskip("torch")
    picture = told(sparse=torch.eye(2).to_sparse(), meta=torch.ones(3, device="meta"))
    assert picture["lanes"] == [] and [each["values"] for each in picture["tensors"]] == [None, None]
    assert picture["omitted"] == ["values of meta are on meta: nothing is copied from there"]
