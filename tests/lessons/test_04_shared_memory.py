"""Lesson 4 says what is so: what its cells print, and who shares memory with whom in its prose."""

import warnings

import numpy as np
import pytest

from tests.lessons.course import ENGINES, LessonTests


class TestLesson(LessonTests):
    name = "04_shared_memory"


def test_what_the_prose_says_is_what_the_cells_print(solved):
    assert solved["write"].split()[1::2] == ["10.0", "1.0", "10.0", "10.0", "1.0"]
    assert solved["other-direction"].splitlines() == ["[10. 20.  3.]", "True False"]
    assert solved["after-editing"].splitlines()[0] == "[10. 20.  3.]"
    assert solved["conversion"].splitlines() == [
        "tensor([1., 2., 3.])",
        "tensor([10.,  2.,  3.], dtype=torch.float64)",
    ]
    assert solved["rebind-or-mutate"].splitlines() == ["tensor([0., 0., 0.])", "tensor([1., 1., 1.])"]
    assert solved["snapshot"].splitlines() == [
        "w      tensor([2.5000, 3.0000], requires_grad=True)",
        "before tensor([2.5000, 3.0000])",
        "kept   tensor([1., 2.])",
    ]
    assert solved["clone-in-the-graph"].splitlines() == [
        "tensor([2.5000, 3.0000], grad_fn=<CloneBackward0>)",
        "tensor([3., 3.])",
    ]
    assert solved["write-through-detach"].startswith("version: 1\none of the variables needed for gradient")
    assert solved["write-through-data"].splitlines() == ["version: 0", "tensor([20., 40., 60.])"]
    assert solved["suspicious"] == "[3.5, 3.5, 3.5]\n"


@pytest.fixture(params=ENGINES)
def torch(request):
    return pytest.importorskip(request.param)


def shares(a, b):
    return a.untyped_storage().data_ptr() == b.untyped_storage().data_ptr()


def test_the_table_says_which_bytes_a_result_is_on(torch):
    array = np.array([1.0, 2.0, 3.0, 4.0])
    a = torch.tensor(array)
    for result in (a[1:], a.view(2, 2), a.view(2, 2).t(), a.detach(), a.data):
        assert result is not a and shares(result, a)
    for result in (a.double(), a.to(torch.float64), a.to("cpu"), a.contiguous()):
        assert result is a
    for result in (a.float(), a.to(torch.float32), a.view(2, 2).t().contiguous(), a.clone()):
        assert not shares(result, a)
    assert np.shares_memory(torch.from_numpy(array).numpy(), array)
    assert not np.shares_memory(torch.tensor(array).numpy(), array)
    assert np.shares_memory(a.numpy(), a.numpy())


def test_the_wrong_numbers_of_prediction_3_and_of_the_data_attribute(torch):
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    ((w - 4.0) ** 2).sum().backward()
    assert w.grad.tolist() == [-6.0, -4.0]
    v = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    (v * v).sum().backward()
    assert v.grad.tolist() == [2.0, 4.0, 6.0]


def test_detach_shares_the_version_and_data_and_numpy_do_not(torch):
    w = torch.zeros(3, requires_grad=True)
    w.detach().add_(1.0)
    assert w._version == 1
    w.data.add_(1.0)
    w.detach().numpy()[0] = 5.0
    assert w._version == 1 and w.tolist() == [5.0, 2.0, 2.0]


def test_what_the_last_part_says(torch):
    array = np.array([1.0, 2.0])
    for function in (torch.as_tensor, torch.asarray):
        assert np.shares_memory(function(array).numpy(), array)
        assert not np.shares_memory(function(array, dtype=torch.float32).numpy(), array)
    w, other = torch.zeros(2), torch.ones(2)
    old = w[:]
    w.data = other
    assert shares(w, other) and not shares(w, old)
    assert old.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("engine", ENGINES)
def test_an_array_that_must_not_be_written_to(engine):
    torch = pytest.importorskip(engine)
    array = np.array([1.0, 2.0])
    array.flags.writeable = False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch says it once in a process
        tensor = torch.from_numpy(array)
    if engine == "torch":
        tensor[0] = 9.0
        assert array[0] == 9.0
        return
    with pytest.raises(ValueError, match="read-only"):
        tensor[0] = 9.0
