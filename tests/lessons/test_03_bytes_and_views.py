"""Lesson 3 says what is so: what its cells print, and the strides and bytes in its prose."""

import pytest

from tests.lessons.course import ENGINES, LessonTests


class TestLesson(LessonTests):
    name = "03_bytes_and_views"


def test_what_the_prose_says_is_what_the_cells_print(solved):
    assert solved["layout"].splitlines() == [
        "name    shape    offset  stride",
        "t       (12,)    0       (1,)",
        "table   (3, 4)   0       (4, 1)",
        "row     (4,)     4       (1,)",
        "column  (3,)     1       (4,)",
        "96 bytes, in elements of 8",
    ]
    assert solved["place"] == "11 tensor(11) tensor(11)\n"
    assert solved["transpose"].splitlines()[-2:] == ["turned  (4, 3)   0       (1, 4)", "True"]
    assert solved["contiguous"].split()[1::2] == ["True", "True", "False", "True", "False"]
    assert solved["make-contiguous"] == "True\n(3, 1) False\n"
    assert "view size is not compatible" in solved["view-or-reshape"]
    assert solved["view-or-reshape"].splitlines()[1:] == [
        "tensor([ 0,  4,  8,  1,  5,  9,  2,  6, 10,  3,  7, 11])",
        "False",
    ]
    assert solved["reshape-both"] == "True\nFalse\n"
    assert solved["view-of-turned"] == "False (2, 1, 4)\n(1, 4)\n"
    assert solved["expand"] == "(3, 1000) (1, 0) 12\n"
    assert (
        "tensor([[9.],\n" in solved["write-expanded"] and "single memory location" in solved["write-expanded"]
    )
    assert "out of bounds for storage of size 96" in solved["as-strided"]
    assert solved["as-strided-offset"].splitlines()[1] == "tensor([[ 8,  9],"
    assert "red? tensor([[10, 20, 30],\n        [11, 21, 31]])" in solved["suspicious"]


@pytest.fixture(params=ENGINES)
def torch(request):
    return pytest.importorskip(request.param)


def test_each_element_of_each_view_stands_where_the_formula_says(torch):
    t = torch.arange(12)
    for x in (t.view(3, 4), t.view(3, 4).t(), t.view(3, 4)[:, 1:3]):
        for i in range(x.size(0)):
            for j in range(x.size(1)):
                assert x[i, j].item() == x.storage_offset() + i * x.stride(0) + j * x.stride(1)


def test_all_five_tensors_have_one_storage(torch):
    t = torch.arange(12)
    table = t.view(3, 4)
    views = [table, table.t(), table.T, table.transpose(0, 1), table.permute(1, 0), table[1], table[:, 1]]
    assert {x.untyped_storage().data_ptr() for x in views} == {t.untyped_storage().data_ptr()}


def test_transposing_twice_is_contiguous_again(torch):
    table = torch.arange(12).view(3, 4)
    assert table.t().t().is_contiguous() and table.t().t().stride() == table.stride()


def test_a_write_shows_through_one_reshape_and_not_through_the_other(torch):
    t = torch.arange(12)
    t.reshape(3, 4)[0, 0] = 100
    assert t[0].item() == 100
    turned = t.view(3, 4).t()
    turned.reshape(12)[0] = 200
    assert turned[0, 0].item() == 100


def test_two_dimensions_become_one_when_their_strides_fit(torch):
    table = torch.arange(12).view(3, 4)
    for x, fits in ((table, True), (table.t(), False), (table[:, :2], False), (table[::2], False)):
        assert (x.stride(0) == x.size(1) * x.stride(1)) is fits
        if fits:
            x.view(-1)
        else:
            with pytest.raises(RuntimeError):
                x.view(-1)


def test_splitting_works_with_any_stride(torch):
    for x in (torch.arange(40)[::2], torch.tensor(1.0).expand(20), torch.arange(60).view(20, 3)[:, 1]):
        assert x.view(4, 5).data_ptr() == x.data_ptr()


def test_broadcasting_steps_with_0(torch):
    narrow, other = torch.broadcast_tensors(torch.ones(3, 1), torch.ones(1, 4))
    assert narrow.stride()[1] == 0 and other.stride()[0] == 0


def test_what_the_last_part_says(torch):
    t = torch.arange(12)
    table = t.view(3, 4)
    assert t.view(torch.int32).untyped_storage().data_ptr() == t.untyped_storage().data_ptr()
    with pytest.raises(ValueError):
        t[::-1]
    assert t.flip(0).data_ptr() != t.data_ptr()
    assert table.numpy().strides == (32, 8)
    images = torch.ones(2, 3, 4, 5).to(memory_format=torch.channels_last)
    assert tuple(images.shape) == (2, 3, 4, 5) and images.stride(1) == 1
