"""Variance, standard deviation, running sums and products against PyTorch: values, dtypes, warnings, refusals."""

from __future__ import annotations

import numpy as np
import pytest

from tests.ops.spoken import lines
from tests.programs import assert_says_the_same, shown

GIVEN = "xx = (torch.arange(12.).view(3, 4) * 0.3 - 1.1).requires_grad_()\n"

CALLS = lines("""
xx.var()
xx.std()
xx.var(0)
xx.std(1,keepdim=True)
xx.var(correction=0)
xx.var(0,False)
xx.var(False)
xx.var(unbiased=False)
xx.var(dim=(0,1),keepdim=True)
xx.var(())
xx.var(dim=None,correction=None)
xx.var((0,1),True,True)
torch.ones(1).var()
torch.ones(0).var()
torch.ones(0,2).var(0)
torch.ones(2,0).var(0)
torch.tensor(3.).std()
torch.ones(2,dtype=torch.int64).var()
torch.ones(2,dtype=torch.bool).std()
torch.ones(2,dtype=torch.complex64).std()
torch.tensor([1+2j,3j]).var()
torch.ones(2).half().std()
torch.ones(2).var(5)
torch.ones(2).var((0,0))
torch.ones(1,3).var(0)
torch.ones(3).var(correction=5)
torch.ones(3).var(correction=1.5)
torch.std_mean(torch.ones(2,dtype=torch.int64))
torch.var_mean(xx,0)
torch.std_mean(xx,dim=1,keepdim=True)
torch.std_mean(torch.ones(1))
xx.nansum()
xx.nansum(1,keepdim=True)
(xx/xx.floor().clamp(min=0)).nansum(0)
torch.nansum(torch.ones(2,dtype=torch.complex64))
torch.ones(2,dtype=torch.bool).nansum()
(0*xx/xx.floor()).nanmean(1)
torch.nanmean(torch.ones(2,dtype=torch.int64))
xx.cov()
xx.sin().corrcoef()
xx[0].cov()
torch.tensor(1.).corrcoef()
xx.cov(correction=0,aweights=torch.tensor([1.,2.,3.,4.]),fweights=torch.tensor([1,1,2,2]))
torch.cov(torch.ones(2,2,2))
torch.cov(torch.ones(2,2,dtype=torch.bool))
torch.cov(torch.ones(2,2),fweights=torch.ones(2))
torch.cov(torch.ones(2,2),fweights=torch.ones(3,dtype=torch.int64))
torch.cov(torch.ones(2,2),fweights=-torch.ones(2,dtype=torch.int64))
torch.cov(torch.ones(2,2),aweights=torch.ones(2,2))
torch.cov(torch.ones(2,2),aweights=0*torch.ones(2))
torch.cov(torch.ones(2,2),correction=5)
torch.corrcoef(torch.ones(2,2,2))
xx.quantile(0.3)
xx.quantile(torch.tensor([0.1,0.5]),dim=0,keepdim=True)
xx.quantile(0.3,dim=1,interpolation='nearest')
xx.quantile(0.3,dim=1,interpolation='midpoint')
xx.nanquantile(0.3,dim=1,interpolation='lower')
torch.quantile(torch.ones(2,dtype=torch.int64),.5)
torch.quantile(torch.ones(2),torch.tensor([[.5]]))
torch.quantile(torch.ones(2),torch.tensor(.5,dtype=torch.double))
torch.quantile(torch.ones(2),torch.tensor([1.5]))
torch.quantile(torch.ones(2),1.5)
torch.quantile(torch.ones(0),.5)
torch.quantile(torch.ones(2),.5,interpolation="foo")
torch.ones(3).var(correction='a')
torch.var(xx.detach(),0,out=torch.empty(4))
torch.ones(2).var('a')
torch.ones(2).var(1.5)
torch.ones(2).var(axis=0)
torch.ones(2).var(foo=0)
torch.var(3)
torch.var()
torch.ones(2).var(dtype=torch.float64)
torch.ones(3).std(correction=True)
torch.ones(3).std([0])
torch.ones(3).std(unbiased=True,dim=0)
torch.ones(3,3).std(0,True,True)
xx.prod()
xx.prod(0)
xx.prod(1,True)
xx.prod(0,dtype=torch.float32)
torch.ones(2,dtype=torch.int32).prod()
torch.ones(2,dtype=torch.bool).prod()
torch.ones(2,dtype=torch.uint8).prod(0)
torch.ones(2).half().prod()
torch.ones(0).prod()
torch.ones(2,0).prod(1)
torch.ones(2).prod(5)
torch.tensor(3.).prod(0)
torch.tensor(3.).prod(1)
torch.ones(2).prod((0,))
torch.ones(2).prod('a')
torch.ones(2).prod(dtype=torch.int32)
torch.tensor([1.7,2.7]).prod(dtype=torch.int32)
torch.ones(2).prod(axis=0)
torch.ones(2,2).prod(0,out=torch.ones(1))
torch.prod(torch.ones(2),dtype=torch.float64)
torch.ones(2).prod(None)
torch.ones(2,2).prod(0,keepdims=True)
torch.tensor([1+1j,2]).prod()
torch.ones(2).bfloat16().prod(0)
torch.tensor([True,False]).prod(dtype=torch.bool)
xx.cumsum(0)
xx.cumsum(1,dtype=torch.float32)
xx.cumprod(0)
torch.ones(2,dtype=torch.int32).cumsum(0)
torch.ones(2,dtype=torch.bool).cumsum(0)
torch.ones(2,dtype=torch.uint8).cumprod(0)
torch.ones(2).half().cumsum(0)
torch.ones(2).cumsum(1)
torch.ones(2).cumsum()
torch.cumsum(torch.ones(2))
torch.tensor(3.).cumsum(0)
torch.tensor(3).cumprod(-1)
torch.tensor(3).cumprod(1)
torch.ones(0).cumsum(0)
torch.ones(2).cumsum('a')
torch.ones(2).cumsum(0,dtype=torch.int32)
torch.ones(2).cumsum(0).cumsum_(0)
torch.ones(2,dtype=torch.int32).cumsum_(0)
torch.ones(2,dtype=torch.int32).cumprod_(0,dtype=torch.int64)
torch.ones(2,dtype=torch.int32).cumsum_(0,dtype=torch.int32)
torch.ones(2,dtype=torch.bool).cumsum_(0)
torch.ones(2).cumsum(dim=0)
torch.ones(2).cumsum(axis=0)
torch.ones(2).cumsum(None)
torch.cumsum(torch.ones(2),0,out=torch.ones(3))
torch.ones(2,3).t().cumsum(0).stride()
torch.ones(2).cumsum(0,1)
torch.tensor([1+1j,2]).cumprod(0)
(xx*1).cumsum_(0)
(xx*1).cumprod_(0)
torch.ones(2,dtype=torch.int32).cumsum(0,dtype=torch.bool)
torch.ones(2,3).t().cumprod(0).stride()
""")


@pytest.mark.parametrize("call", CALLS)
def test_a_statistic_is_pytorchs(call: str) -> None:
    with np.errstate(all="ignore"):  # NumPy's own warnings are silenced where the engine is imported
        assert_says_the_same(GIVEN + shown(call), heed=True)


GRADIENTS = [
    "var()",
    "std(0)",
    "var(1, correction=0)",
    "std(0, keepdim=True)",
    "prod()",
    "prod(0)",
    "cumsum(0)",
    "cumprod(1)",
    "var((0, 1))",
]


@pytest.mark.parametrize("call", GRADIENTS)
def test_a_gradient_through_zeros_and_equal_numbers_is_pytorchs(call: str) -> None:
    given = "x = torch.tensor([[0., 2., 2.], [0., -1., 2.], [3., 0., 2.]], dtype=torch.float64, requires_grad=True)\n"
    assert_says_the_same(f"{given}r = x.{call}\nr.sum().backward()\nprint(r + 0, x.grad + 0)")


def test_a_second_derivative_through_zeros_is_pytorchs() -> None:
    given = "x = torch.tensor([0., 2., 0., 3.], dtype=torch.float64, requires_grad=True)\n"
    twice = "g, = torch.autograd.grad((r * r).sum(), x, create_graph=True)\nprint(torch.autograd.grad(g.sum(), x))"
    for call in ("prod()", "prod(0)", "cumprod(0)", "cumsum(0)", "var()"):
        assert_says_the_same(f"{given}r = x.{call} + x[1]\n{twice}")
