"""lanes.py: who shares bytes is told by addresses, and a letter stays with its bytes."""

import importlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from minitorch_widgets.facts.lanes import Letters, elements, merge
from minitorch_widgets.facts.reading import Geometry
from minitorch_widgets.picture.memory import Memory
from minitorch_widgets.picture.snapshot import snapshot


def lanes(**variables):
    """The names on each lane."""
    picture = snapshot(variables)
    return [
        {name for each in picture["tensors"] if each["lane"] == lane["id"] for name in each["names"]}
        for lane in picture["lanes"]
    ]


def test_views_are_on_their_bases_lane(torch):
    a = torch.arange(12.0).reshape(3, 4)
    assert lanes(a=a, t=a.T, row=a[1], flat=a.view(12), cut=a.detach(), wide=a[:1].expand(3, 4)) == [
        {"a", "t", "row", "flat", "cut", "wide"}
    ]


def test_copies_have_lanes_of_their_own(torch):
    a = torch.arange(6.0)
    assert lanes(a=a, clone=a.clone(), sum=a + 0.0) == [{"a"}, {"clone"}, {"sum"}]


@pytest.mark.host
def test_numpy_and_tensor_share_a_lane_both_ways(torch):
    t = torch.arange(4.0)
    array = np.arange(4.0)
    assert lanes(t=t, n=t.numpy()) == [{"t", "n"}]
    assert lanes(array=array, one=torch.from_numpy(array), two=torch.from_numpy(array)) == [
        {"array", "one", "two"}
    ]


@pytest.mark.host
def test_slices_of_one_array_that_do_not_overlap_share_its_lane():
    whole = np.arange(10.0)
    assert lanes(head=whole[:3], tail=whole[7:]) == [{"head", "tail"}]
    tensor = importlib.import_module("minitorch_edu").from_numpy(whole[7:])
    assert lanes(head=whole[:3], tensor=tensor, whole=whole) == [{"head", "tensor", "whole"}]


def test_a_dlpack_alias_is_recognised():
    torch = pytest.importorskip("torch")
    array = np.arange(4.0)
    assert lanes(array=array, alias=torch.from_dlpack(array[1:])) == [{"array", "alias"}]
    tensor = torch.ones(3)
    assert lanes(tensor=tensor, alias=np.from_dlpack(tensor)) == [{"tensor", "alias"}]


def test_offsets_and_strides_are_in_elements_of_the_lane():
    torch = pytest.importorskip("torch")
    array = np.arange(8.0)
    picture = snapshot({"array": array, "t": torch.from_numpy(array[2:])[::2], "back": array[::-1]})
    found = {each["names"][0]: (each["offset"], each["stride"]) for each in picture["tensors"]}
    assert found == {"array": (0, [1]), "t": (2, [2]), "back": (7, [-1])}
    assert picture["lanes"][0]["cells"] == array.tolist()


def test_bytes_that_only_touch_are_two_lanes():
    def at(start, end):
        return Geometry(start, ((end - start) // 4,), (4,), 4, "float32", "cpu", start, end)

    assert [lane.members for lane in merge([("a", at(0, 16)), ("b", at(16, 32)), ("c", at(8, 16))])] == [
        ("a", "c"),
        ("b",),
    ]


@given(
    st.lists(
        st.tuples(st.integers(1, 60), st.integers(0, 12), st.sampled_from(["cpu", "cuda:0"])), max_size=12
    )
)
def test_two_share_a_lane_when_a_chain_of_overlaps_joins_them(spans):
    views = [
        (str(i), Geometry(start, (size,), (1,), 1, "uint8", device, start, start + size))
        for i, (start, size, device) in enumerate(spans)
    ]
    lane_of = {member: at for at, lane in enumerate(merge(views)) for member in lane.members}
    assert set(lane_of) == {key for key, each in views if each.end > each.start}
    for key, one in views:
        for other, two in views:
            overlap = one.device == two.device and max(one.start, two.start) < min(one.end, two.end)
            if overlap:
                assert lane_of[key] == lane_of[other]
    for at, lane in enumerate(merge(views)):  # and a lane has no hole
        covered = {
            byte for key, each in views if lane_of.get(key) == at for byte in range(each.start, each.end)
        }
        assert covered == set(range(lane.start, lane.end))


def test_a_letter_is_not_given_to_the_next_storage_at_once(torch):
    memory = Memory()

    def letters(**variables):
        return [lane["letter"] for lane in snapshot(variables, memory=memory)["lanes"]]

    a, b = torch.ones(2), torch.ones(3)
    assert letters(a=a, b=b) == ["A", "B"]
    assert letters(b=b, c=torch.ones(4)) == ["B", "C"]
    assert letters(b=b, c=torch.ones(4)) == ["B", "A"]


def test_letters_go_on_after_z():
    apart = (
        (str(i), Geometry(i * 8, (1,), (4,), 4, "float32", "cpu", i * 8, i * 8 + 4)) for i in range(1, 54)
    )
    names = Letters().name(merge(apart))
    assert names[:2] == ["A", "B"] and names[25:28] == ["Z", "AA", "AB"] and names[-1] == "BA"


def test_an_empty_tensor_has_no_lane(torch):
    picture = snapshot({"nothing": torch.zeros(0)})
    assert picture["lanes"] == [] and picture["tensors"][0]["lane"] is None


@pytest.mark.host
def test_a_write_through_numpy_shows_in_every_alias(torch):
    t = torch.zeros(3)
    n = t.numpy()
    n[1] = 7
    picture = snapshot({"t": t, "n": n})
    assert [each["values"]["data"] for each in picture["tensors"]] == [[0, 7, 0], [0, 7, 0]]
    assert picture["lanes"][0]["cells"] == [0, 7, 0]
    assert picture["tensors"][0]["version"] == 0  # and nobody noticed


@given(st.data())
def test_the_elements_that_read_some_bytes_are_those_that_brute_force_finds(data):
    dims = data.draw(st.integers(0, 4))
    shape = data.draw(st.lists(st.integers(0, 4), min_size=dims, max_size=dims))
    stride = data.draw(st.lists(st.integers(-5, 5), min_size=dims, max_size=dims))
    itemsize = data.draw(st.sampled_from([1, 2, 4, 8]))
    first = data.draw(st.integers(-40, 60))
    last = first + data.draw(st.integers(1, 12))
    offset = data.draw(st.integers(0, 20))
    tensor = {"shape": shape, "stride": stride, "offset": offset, "itemsize": itemsize}
    starts = (
        (index, (offset + sum(i * step for i, step in zip(index, stride, strict=True))) * itemsize)
        for index in np.ndindex(*shape)
    )
    assert elements(tensor, first, last) == [
        (index, start) for index, start in starts if start < last and first < start + itemsize
    ]


def test_ten_million_elements_are_not_gone_through():
    turned = {"shape": [10_000, 1000], "stride": [1, 10_000], "offset": 0, "itemsize": 4}
    assert [each.where for each in elements(turned, 400, 408)] == [(100, 0), (101, 0)]
    spread = {"shape": [10_000_000], "stride": [0], "offset": 3, "itemsize": 4}
    assert len(elements(spread, 12, 16)) == 4096 and elements(spread, 16, 20) == []
