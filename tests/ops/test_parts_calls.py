"""The parts of complex numbers, call by call: the same value, or the same refusal, as in PyTorch."""

from __future__ import annotations

import pytest

from tests.ops.answered import assert_answered_alike
from tests.ops.spoken import lines

CALLS = lines("""
c.to(torch.float32)
c.float()
c.int()
c.bool()
c.half()
c.double()
c.to(torch.complex128)
torch.complex(x,x)
torch.complex(x,x.double())
torch.complex(il,il)
torch.complex(x,1)
torch.polar(x,x)
torch.view_as_real(c)
torch.view_as_real(x)
torch.view_as_complex(m)
torch.view_as_complex(torch.ones(3,2))
torch.real(x)
torch.imag(x)
torch.real(3)
torch.angle(3)
torch.conj(3)
torch.angle(x>0)
torch.angle(torch.tensor([float('nan'),-0.,0.,-1.]))
torch.angle(x.half())
torch.isreal(3)
torch.is_complex(3)
c.real
c.imag
c.angle()
c.abs()
torch.angle(x)
torch.angle(il)
torch.conj(c)
c.conj()
c.is_conj()
x.conj() is x
x.conj().is_conj()
torch.conj_physical(c)
c.conj_physical()
x.conj_physical()
il.conj_physical() is il
torch.resolve_conj(c) is c
c.conj().resolve_conj()
c.resolve_neg() is c
torch.resolve_neg(c)
c.conj().imag
c.conj()+1
c.conj().conj() is c
c.conj().conj().is_conj()
c.conj().clone().is_conj()
torch.view_as_real_physical(c) if hasattr(torch,'view_as_real_physical') else 1
c.conj_physical_()
c.clone().conj_physical_()
x.real is x
torch.real(x) is x
torch.real(c)
torch.imag(c)
x.imag
torch.isreal(c)
torch.isreal(x)
c.isreal()
torch.is_complex(c)
c.is_complex()
torch.abs(c)
c.angle().dtype
x.cfloat()
x.cdouble()
""")


@pytest.mark.parametrize("call", CALLS)
def test_a_call_is_answered_as_pytorch_answers_it(call: str) -> None:
    assert_answered_alike(call)
