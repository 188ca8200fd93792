"""The conformance run: what it counts, what it explains, and that it finds mistakes."""

from __future__ import annotations

import numpy as np
import pytest

import minitorch_edu
from tests.ops import conformance, opinfo
from tests.ops.calls import Raised
from tests.ops.explained import EXPLAINED, explained
from tests.oracle import torch

NAMES = {opinfo.identifier(info) for info in opinfo.op_db}


def test_every_operator_that_is_absent_has_its_reason():
    verdicts = conformance.judged(sorted(NAMES - opinfo.PRESENT.keys()), {}, 0)
    unreasoned = [each.name for each in verdicts if each.reason in ("", conformance.UNWRITTEN)]
    assert not unreasoned


def test_an_explanation_speaks_of_operators_that_are_here():
    assert not [name for each in EXPLAINED for name in each.names if name not in opinfo.PRESENT]


def test_the_census_counts_an_operator_under_each_of_its_names(tmp_path):
    table = tmp_path / "census.csv"
    table.write_text("name,files\ntorch.concat,7\nTensor.relu_,5\ntorch.cat,2\n")
    files = conformance.files_of(str(table))
    cat, relu = opinfo.PRESENT["cat"], opinfo.PRESENT["nn.functional.relu"]
    assert (conformance.used_in(cat, files), conformance.used_in(relu, files)) == (7, 5)


def test_the_figures_are_those_of_the_verdicts():
    lines = conformance.summary(list(conformance.judged(["dot", "chalf"], {"dot": 9}, 1)), census=True)
    assert lines[0] == "2 entries of the database: 1 here, 1 pass whole (50.0 %)"
    assert lines[3] == "used in 3 or more files and not whole: none"
    assert "0 wrong calls" not in lines[4] and "(100.0 %)" in lines[4]


def planted(monkeypatch, name, wrong):
    """What is found in an operator where this engine's function is another one."""
    opinfo.translated_function.cache_clear()
    monkeypatch.setattr(minitorch_edu, name, wrong(getattr(minitorch_edu, name)))
    found = (
        list(opinfo.differences(name, "float32", 6)),
        list(opinfo.gradient_differences(name, "float64", 6)),
    )
    opinfo.translated_function.cache_clear()
    return [{(each.where, each.aspect) for each in part} for part in found]


MISTAKES = {
    "a value": (lambda right: lambda *args, **named: right(*args, **named) * 1.001, ("", "value")),
    "a dtype": (lambda right: lambda *args, **named: right(*args, **named).double(), ("", "dtype")),
    "a shape": (lambda right: lambda *args, **named: right(*args, **named)[None], ("", "shape")),
    "no out=": (lambda right: lambda input, other: right(input, other), ("out", "error")),
}


@pytest.mark.parametrize("wrong, found", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_found(monkeypatch, wrong, found):
    values, _ = planted(monkeypatch, "maximum", wrong)
    assert found in values


def test_a_history_that_is_missing_is_found(monkeypatch):
    _, gradients = planted(
        monkeypatch, "maximum", lambda right: lambda *args, **named: right(*args, **named).detach()
    )
    assert ("", "gradient") in gradients


def differing(name, aspect, ours, theirs, dtype="float64", sample=None, where=""):
    return opinfo.Difference(name, aspect, where, dtype, sample, "", ours, theirs)


TAU = np.array([6.283185307179586, 1.0])
SAMPLE = torch.testing._internal.opinfo.core.SampleInput(torch.ones(2, 2))
HOLDS = {
    "six digits": (differing("special.airy_ai", "value", TAU, TAU + 1e-7), differing("special.airy_ai", "value", TAU, TAU + 1e-3)),
    "a zero": (
        differing("corrcoef", "gradient", TAU * 1e-17, TAU * 0),
        differing("corrcoef", "gradient", TAU, TAU * 0),
    ),
    "a conjugate": (
        differing("conj", "view", [()], [(0,)]),
        differing("conj", "view", [(0,)], [()]),
    ),
    "the unread triangle": (
        differing("cholesky_inverse", "gradient", np.tril(np.ones((2, 2))), np.ones((2, 2)), sample=SAMPLE),
        differing("cholesky_inverse", "gradient", np.triu(np.ones((2, 2))), np.ones((2, 2)), sample=SAMPLE),
    ),
    "an error": (
        differing("take_along_dim", "error", Raised("RuntimeError", "index -1 is out of bounds"), 1),
        differing("take_along_dim", "error", Raised("RuntimeError", "no such index"), 1),
    ),
}  # fmt: skip


@pytest.mark.parametrize("known, other", HOLDS.values(), ids=HOLDS)
def test_an_explanation_covers_no_other_mistake_of_its_operator(known, other):
    assert explained(known)
    assert not explained(other)
