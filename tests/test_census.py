"""What teaching programs use is here, and tested: every public name that three or more of them use."""

from __future__ import annotations

import pytest

import minitorch_edu
from tests import census
from tests.oracle import torch as pytorch  # noqa: F401  # only PyTorch knows which names are its own

ROWS = census.rows()
COUNTED = [row for row in ROWS if not row.out_of_scope]

ABSENT = {
    "Tensor.index": "it binds dimensions to names in functorch; programs that say so ask lists",
    "Tensor.to_sparse": "a tensor that stores only what is not zero is another kind of storage",
    "torch.classes.load_library": "it loads classes that are compiled from C++ for PyTorch",
    "torch.cond": "a branch in a compiled graph: where every line runs as it stands, that is `if`",
    "torch.futures.wait_all": "it waits for what other machines compute",
    "torch.jagged": "the layout of nested tensors",
    "torch.library.custom_op": "it registers an operator with PyTorch's dispatcher, and here is none",
    "torch.masked.masked_tensor": "a prototype in PyTorch, which warns that it may change",
    "torch.nested.nested_tensor": "a prototype in PyTorch, which warns that it may change",
    "torch.onnx.export": "it writes a model down for other programs to run, from a graph of PyTorch's operators",
    "torch.ops.aten.add": "an operator of PyTorch's dispatcher, and here is none",
    "torch.ops.aten.add_": "an operator of PyTorch's dispatcher, and here is none",
    "torch.sparse_coo_tensor": "a tensor that stores only what is not zero is another kind of storage",
}
"""Names that are not here, and why."""


def test_the_table_has_names_of_three_files_or_more():
    assert len(ROWS) > 600 and len({row.name for row in ROWS}) == len(ROWS)
    assert all(row.files >= 3 and row.uses >= row.files for row in ROWS)


@pytest.mark.parametrize("row", COUNTED, ids=lambda row: row.name)
def test_a_name_that_programs_use_is_here_and_tested(row):
    if row.name in ABSENT:
        assert census.found(minitorch_edu, row.name) is census.Absent, "it is here now"
        pytest.skip(ABSENT[row.name])
    assert census.found(minitorch_edu, row.name) is not census.Absent, f"used in {row.files} files"
    assert census.tested_in(row.name), f"no test speaks of {row.name}"


def test_what_is_not_counted_is_out_of_scope_or_none_of_pytorchs_names():
    reasons = {row.out_of_scope for row in ROWS} - {""}
    assert (
        {"distributed", "private", "not PyTorch's"}
        < reasons
        < {*census.OUT_OF_SCOPE, "private", "not PyTorch's"}
    )
    invented = [row.name for row in ROWS if row.out_of_scope == "not PyTorch's"]
    assert {"torch.nn.Dense", "torch.nn.Conv2D"} <= {*invented} and "torch.nn.Linear" not in invented


def test_at_least_98_percent_of_the_uses_are_covered():
    uses = sum(row.uses for row in COUNTED)
    covered = sum(row.uses for row in COUNTED if census.found(minitorch_edu, row.name) is not census.Absent)
    assert covered >= 0.98 * uses


def test_a_name_that_is_nowhere_is_found_nowhere():
    for name in (
        "torch.nn.Dense",
        "torch.no.such",
        "Tensor.no_such",
        "Module.no_such",
        "torch.zeros.no_such",
    ):
        assert census.found(minitorch_edu, name) is census.Absent
    assert census.tested_in("torch.no_such_function_at_all") is None


def test_what_is_told_adds_up(capsys):
    lines = list(census.told(ROWS))
    assert [line.split()[0] for line in lines[: len(census.CATEGORIES)]] == [
        called.split()[0] for called in census.CATEGORIES
    ]
    assert lines[len(census.CATEGORIES)].startswith("all ") and " % of " in lines[len(census.CATEGORIES)]
