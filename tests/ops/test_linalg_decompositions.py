"""Decompositions: their factors make the matrix again, their derivatives pass, and their errors are PyTorch's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import minitorch_edu
from minitorch_edu.autograd import gradcheck, gradgradcheck
from tests.ops.calls import agree, outcome
from tests.oracle import torch

linalg = minitorch_edu.linalg


def random(*shape: int, complex: bool = False, seed: int = 0) -> np.ndarray:
    source = np.random.RandomState(seed)
    numbers = source.randn(*shape)
    return numbers + 1j * source.randn(*shape) if complex else numbers


def matrix(*shape: int, complex: bool = False, seed: int = 0) -> Any:
    return minitorch_edu.from_numpy(random(*shape, complex=complex, seed=seed))


def hermitian(x: Any) -> Any:
    return (x + x.mH) / 2


def definite(x: Any) -> Any:
    return x @ x.mH + x.new_ones(x.shape[-1]).diag()


SHAPES = [(3, 3), (4, 2), (2, 4), (2, 3, 3), (2, 1, 2, 3)]


@pytest.mark.parametrize("complex", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_factors_make_the_matrix_again(shape, complex):
    A = matrix(*shape, complex=complex)
    U, S, Vh = linalg.svd(A, full_matrices=False)
    Q, R = linalg.qr(A)
    P, L, W = linalg.lu(A)
    for again in (U * S.unsqueeze(-2) @ Vh, Q @ R, P @ L @ W):
        np.testing.assert_allclose(again.numpy(), A.numpy(), atol=1e-12)


@pytest.mark.parametrize("complex", [False, True])
def test_eigenvectors_are_what_a_matrix_scales(complex):
    A = matrix(2, 3, 3, complex=complex)
    values, vectors = linalg.eig(A)
    np.testing.assert_allclose(
        (A.to(values.dtype) @ vectors).numpy(), (vectors * values.unsqueeze(-2)).numpy(), atol=1e-12
    )
    for UPLO in "LU":
        H = hermitian(A)
        values, vectors = linalg.eigh(H, UPLO)
        np.testing.assert_allclose(
            (H @ vectors).numpy(), (vectors * values.unsqueeze(-2)).numpy(), atol=1e-12
        )


DERIVED = {
    "eigh": lambda x: [each.abs() for each in linalg.eigh(hermitian(x))],
    "eigvalsh": lambda x: linalg.eigvalsh(hermitian(x)),
    "eig": lambda x: [each.abs() for each in linalg.eig(x)],
    "svd": linalg.svd,
    "svd of a wide matrix": lambda x: linalg.svd(x[:2], False),
    "qr": linalg.qr,
    "cholesky": lambda x: linalg.cholesky(definite(x)),
    "cholesky, upper": lambda x: linalg.cholesky(definite(x), upper=True),
    "lu_solve": lambda x: linalg.lu_solve(*linalg.lu_factor(x), x, adjoint=True),
    "pinv": lambda x: linalg.pinv(x[:, :2]),
    "lstsq": lambda x: linalg.lstsq(x[:, :2], x).solution,
    "matrix_exp": minitorch_edu.matrix_exp,
    "matrix_power": lambda x: linalg.matrix_power(x, -2),
    "cond": lambda x: linalg.cond(x, "fro"),
    "householder_product": lambda x: linalg.householder_product(x, x[0]),
}


@pytest.mark.parametrize("name", DERIVED)
def test_finite_differences_confirm_both_derivatives(name):
    x = matrix(3, 3).requires_grad_()
    assert gradcheck(DERIVED[name], [x])
    assert gradgradcheck(DERIVED[name], [x])


def test_the_determinant_of_a_singular_matrix_has_a_derivative():
    factor = random(3, 3)
    A = minitorch_edu.from_numpy(factor @ np.diag([1.0, 2.0, 0.0]) @ factor.T).requires_grad_()
    assert gradcheck(linalg.det, [A])
    B = minitorch_edu.tensor([[1.0, 2.0], [3.0, 6.0]], dtype=minitorch_edu.float64, requires_grad=True)
    (first,) = minitorch_edu.autograd.grad(linalg.det(B), B, create_graph=True)
    np.testing.assert_allclose(first.detach().numpy(), [[6.0, -3.0], [-2.0, 1.0]], atol=1e-12)
    weights = minitorch_edu.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=minitorch_edu.float64)
    (second,) = minitorch_edu.autograd.grad((first * weights).sum(), B)
    np.testing.assert_allclose(second.numpy(), [[4.0, -3.0], [-2.0, 1.0]], atol=1e-12)


COMPLEX = {
    "det": lambda e, x: e.linalg.det(x),
    "slogdet": lambda e, x: e.linalg.slogdet(x)[0] * e.linalg.slogdet(x)[1],
    "inv": lambda e, x: e.linalg.inv(x),
    "solve": lambda e, x: e.linalg.solve(x, x.mH),
    "solve_triangular": lambda e, x: e.linalg.solve_triangular(x, x.mH, upper=True),
    "qr": lambda e, x: e.linalg.qr(x)[1],
    "cholesky": lambda e, x: e.linalg.cholesky(x @ x.mH + e.eye(3)),
    "eigvals": lambda e, x: e.linalg.eigvals(x).abs().sort()[0],
    "eigh": lambda e, x: e.linalg.eigh(x + x.mH)[1].abs(),
    "eig": lambda e, x: e.linalg.eig(x)[1].abs().sum(),
    "svd": lambda e, x: e.linalg.svd(x)[0].abs(),
    "svdvals": lambda e, x: e.linalg.svdvals(x),
    "pinv": lambda e, x: e.linalg.pinv(x[:, :2]),
    "lu": lambda e, x: e.linalg.lu(x)[1],
    "matrix_exp": lambda e, x: e.linalg.matrix_exp(x),
    "lstsq": lambda e, x: e.linalg.lstsq(x[:, :2], x).solution,
    "cholesky_inverse": lambda e, x: e.cholesky_inverse(e.linalg.cholesky(x @ x.mH)),
    "cholesky_solve": lambda e, x: e.cholesky_solve(x, e.linalg.cholesky(x @ x.mH)),
}


@pytest.mark.parametrize("name", COMPLEX)
def test_gradients_of_complex_matrices_are_pytorchs(name):
    def gradients(engine):
        x = engine.from_numpy(random(3, 3, complex=True)).requires_grad_()
        result = COMPLEX[name](engine, x)
        loss = (result * engine.from_numpy(random(*result.shape, seed=5))).abs().sum()
        (first,) = engine.autograd.grad(loss, x, create_graph=True)
        (second,) = engine.autograd.grad((first.abs() ** 2).sum(), x)
        return first.detach(), second

    agree(gradients, rtol=1e-8)


def test_a_loss_that_depends_on_a_phase_is_refused():
    def turned(decomposed):
        def act(engine):
            x = engine.from_numpy(random(3, 3, complex=True)).requires_grad_()
            vectors = decomposed(engine, x)
            (vectors.real * engine.from_numpy(random(3, 3, seed=2))).sum().backward()

        return act

    agree(turned(lambda e, x: e.linalg.svd(x)[0]))
    agree(turned(lambda e, x: e.linalg.eigh(x + x.mH)[1]))
    agree(turned(lambda e, x: e.linalg.eig(x)[1]))


WRONG = {
    name: lambda e, name=name: getattr(e.linalg, name)
    for name in (
        "inv", "det", "slogdet", "eigh", "eigvalsh", "eig", "eigvals", "svd", "svdvals", "qr", "cholesky", "matrix_exp",
        "inv_ex", "cholesky_ex", "lu", "lu_factor", "pinv", "matrix_rank", "cond",
    )
}  # fmt: skip
INPUTS = {
    "not square": lambda e: e.zeros(2, 3),
    "whole numbers": lambda e: e.ones(2, 2, dtype=e.int64),
    "a vector": lambda e: e.zeros(2),
    "16 bits": lambda e: e.ones(2, 2, dtype=e.float16),
    "singular": lambda e: e.zeros(2, 2),
    "a singular one in a batch": lambda e: e.stack([e.eye(2), e.zeros(2, 2)]),
}


@pytest.mark.parametrize("given", INPUTS)
@pytest.mark.parametrize("name", WRONG)
def test_matrices_are_refused_in_pytorchs_words(name, given):
    def act(engine):
        WRONG[name](engine)(INPUTS[given](engine))

    assert outcome(minitorch_edu, act) == outcome(torch, act)


@pytest.mark.parametrize(
    "act",
    [
        lambda e: e.linalg.solve(e.zeros(2, 2), e.ones(2)),
        lambda e: e.linalg.solve(e.zeros(3, 2, 2), e.ones(3, 2, 1)),
        lambda e: e.linalg.solve(e.eye(2), e.zeros(3)),
        lambda e: e.linalg.solve(e.eye(2), e.zeros(3, 1), left=False),
        lambda e: e.linalg.solve(e.eye(2), e.eye(2, dtype=e.float64)),
        lambda e: e.linalg.solve_triangular(e.eye(2), e.ones(3, 3), upper=True),
        lambda e: e.linalg.solve_triangular(e.zeros(2, 2), e.ones(2, 2), upper=True),
        lambda e: e.linalg.eigh(e.eye(2), "X"),
        lambda e: e.linalg.qr(e.eye(2), "X"),
        lambda e: e.linalg.qr(e.ones(3, 2, requires_grad=True), "r").R.sum().backward(),
        lambda e: e.linalg.qr(e.ones(3, 2, requires_grad=True), "complete").R.sum().backward(),
        lambda e: e.linalg.cond(e.eye(2), 3),
        lambda e: e.linalg.cond(e.ones(2, 3), 1),
        lambda e: e.linalg.lstsq(e.ones(3, 2), e.ones(2)),
        lambda e: e.linalg.lstsq(e.ones(3, 2), e.ones(3, 1), driver="x"),
        lambda e: e.linalg.tensorinv(e.ones(2, 3), ind=1),
        lambda e: e.linalg.tensorsolve(e.ones(2, 3), e.ones(2)),
        lambda e: e.linalg.matrix_power(e.ones(2, 2), -1),
        lambda e: e.linalg.householder_product(e.ones(2, 3), e.ones(2)),
        lambda e: e.linalg.vander(e.tensor(1.0)),
        lambda e: e.lu_unpack(e.eye(2), e.ones(2)),
    ],
)
def test_wrong_calls_are_refused_in_pytorchs_words(act):
    agree(act, rtol=1e-6)


def test_a_singular_matrix_is_a_linalg_error():
    with pytest.raises(linalg.LinAlgError, match="singular"):
        linalg.inv(minitorch_edu.zeros(2, 2))
    assert issubclass(linalg.LinAlgError, RuntimeError)
    assert linalg.LinAlgError.__name__ == torch.linalg.LinAlgError.__name__


@pytest.mark.parametrize(
    "name", ["slogdet", "eigh", "qr", "lu", "lu_factor", "inv_ex", "cholesky_ex", "lstsq"]
)
def test_several_results_are_printed_by_name(name):
    def act(engine):
        x = 2 * engine.eye(2)
        return (
            repr(getattr(engine.linalg, name)(x, *[x] * (name == "lstsq")))
            .replace("-0.", "0.")
            .replace(" 0.", "0.")
        )

    assert act(minitorch_edu) == act(torch)
