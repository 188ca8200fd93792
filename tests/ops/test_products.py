"""Products in all their forms against PyTorch: values, dtypes, refusals, and complex derivatives."""

from __future__ import annotations

import pytest

from tests.ops.calls import agree
from tests.ops.spoken import lines
from tests.programs import assert_says_the_same, shown

CALLS = lines("""
torch.addmv(torch.ones(3),torch.ones(2,3),torch.ones(3))
torch.addmv(torch.ones(2),torch.ones(3),torch.ones(2))
torch.addmv(torch.ones(2,2),torch.ones(2,3),torch.ones(3))
torch.addmv(torch.ones(2,dtype=torch.int64),torch.ones(2,3),torch.ones(3))
torch.addmv(torch.ones(2,dtype=torch.int64),torch.ones(2,3,dtype=torch.int64),torch.ones(3,dtype=torch.int64),alpha=1.5)
torch.addmv(torch.ones(2,dtype=torch.bool),torch.ones(2,3,dtype=torch.bool),torch.ones(3,dtype=torch.bool))
torch.addmv(torch.tensor([torch.nan,1.]),torch.ones(2,3),torch.ones(3),beta=0)
torch.ones(1).addmv_(torch.ones(2,3),torch.ones(3))
torch.ones(2).addmv_(torch.ones(2,3),torch.ones(3,dtype=torch.int64))
torch.ones(2).addmv(2,3,torch.ones(2,3),torch.ones(3))
torch.addmv(2,torch.ones(2),torch.ones(2,3),torch.ones(3))
torch.addr(torch.ones(2),torch.ones(2),torch.ones(3))
torch.addr(torch.ones(2),torch.ones(2,2),torch.ones(3))
torch.addr(torch.ones(3,dtype=torch.int64),torch.ones(2,dtype=torch.int64),torch.ones(3,dtype=torch.int64),beta=1.5)
torch.addr(torch.ones(3,dtype=torch.bool),torch.ones(2,dtype=torch.bool),torch.ones(3,dtype=torch.bool))
torch.addr(torch.ones(3,dtype=torch.int64),torch.ones(2),torch.ones(3,dtype=torch.int64))
torch.addr(torch.ones(3),torch.ones(2),torch.ones(3),beta=True)
torch.ones(3).addr_(torch.ones(2),torch.ones(3))
torch.ones(2,3).addr_(torch.ones(2),torch.ones(4))
torch.ones(2,3,dtype=torch.int64).addr_(torch.ones(2),torch.ones(3))
torch.baddbmm(torch.ones(2),torch.ones(2,2,3),torch.ones(2,3,3))
torch.baddbmm(torch.ones(2),torch.ones(2,2,3),torch.ones(2,3))
torch.baddbmm(torch.ones(3),torch.ones(2,2,3),torch.ones(2,3,3,dtype=torch.int64))
torch.baddbmm(torch.ones(3,dtype=torch.int64),torch.ones(2,2,3),torch.ones(2,3,3))
torch.ones(3).baddbmm_(torch.ones(2,2,3),torch.ones(2,3,3))
torch.baddbmm(torch.ones(3,dtype=torch.bool),torch.ones(2,2,3,dtype=torch.bool),torch.ones(2,3,3,dtype=torch.bool))
torch.addbmm(torch.ones(3),torch.ones(2,2,3),torch.ones(2,3,3))
torch.addbmm(torch.ones(2),torch.ones(2,2,3),torch.ones(2,3,3))
torch.addbmm(torch.ones(3),torch.ones(2,2,3),torch.ones(2,3,3,dtype=torch.int64))
torch.addbmm(torch.ones(3),torch.ones(0,2,3),torch.ones(0,3,3))
torch.addbmm(torch.ones(3,dtype=torch.int64),torch.ones(2,2,3,dtype=torch.int64),torch.ones(2,3,3,dtype=torch.int64),beta=1.5,alpha=2.5)
torch.ones(3).addmm_(torch.ones(2,3),torch.ones(3,3))
torch.ones(2,3).addmm_(torch.ones(2,3),torch.ones(2,3))
torch.addmm(2,torch.ones(2,3),3,torch.ones(2,3),torch.ones(3,3))
torch.vdot(torch.ones(2),torch.ones(3))
torch.vdot(torch.ones(2,2),torch.ones(3))
torch.vdot(torch.ones(2),torch.ones(2,dtype=torch.int64))
torch.ger(torch.ones(2,2),torch.ones(2))
torch.ger(torch.ones(2),torch.ones(2,dtype=torch.int64))
torch.trace(torch.ones(2))
torch.trace(torch.ones(2,2,dtype=torch.bool))
torch.trace(torch.ones(2,2,dtype=torch.uint8))
torch.trace(torch.ones(2,2,dtype=torch.bfloat16))
torch.inner(torch.ones(2),torch.ones(3))
torch.inner(torch.ones(2,2),torch.ones(2,dtype=torch.int64))
torch.inner(torch.ones(2,dtype=torch.int64),torch.tensor(1.5))
torch.inner(torch.ones(2,dtype=torch.bool),torch.ones(2,dtype=torch.bool))
torch.cross(torch.ones(2,2),torch.ones(2,2))
torch.cross(torch.ones(3,2),torch.ones(3,2),dim=1)
torch.cross(torch.ones(3,2),torch.ones(3,2),5)
torch.linalg.cross(torch.ones(3),torch.ones(2,3))
torch.linalg.cross(torch.ones(2,3),torch.ones(3,3))
torch.linalg.cross(torch.ones(2,3,dtype=torch.int64),torch.ones(2,3))
torch.linalg.cross(torch.ones(2,3,dtype=torch.bool),torch.ones(2,3,dtype=torch.bool))
torch.linalg.vecdot(torch.ones(2),torch.ones(3))
torch.linalg.vecdot(torch.ones(2),torch.ones(2,dtype=torch.int64))
torch.linalg.vecdot(torch.ones(2,3),torch.ones(3))
torch.linalg.multi_dot([torch.ones(2)])
torch.linalg.multi_dot([torch.ones(2,2),torch.ones(2)])
torch.linalg.multi_dot([torch.ones(2),torch.ones(2),torch.ones(2)])
torch.linalg.multi_dot([torch.ones(2,2),torch.ones(3,2)])
torch.linalg.multi_dot([torch.ones(2,2,2),torch.ones(2,2)])
torch.linalg.multi_dot([torch.ones(2,2),torch.ones(2,2,dtype=torch.int64)])
torch.chain_matmul(torch.ones(2),torch.ones(2))
torch.chain_matmul(torch.ones(2,2))
torch.chain_matmul()
torch.tensordot(torch.ones(2,3),torch.ones(3,2),3)
torch.tensordot(torch.ones(2,3),torch.ones(3,2),-1)
torch.tensordot(torch.ones(2,3),torch.ones(3,2),([0],[0]))
torch.tensordot(torch.ones(2,3),torch.ones(3,2),([0,1],[0]))
torch.tensordot(torch.ones(2,3),torch.ones(3,2,dtype=torch.int64),([1],[0]))
torch.tensordot(torch.ones(2,3),torch.ones(3,2),"x")
torch.tensordot(torch.ones(2,3),torch.ones(3,2),torch.tensor([[1],[0]]))
torch.tensordot(torch.ones(2,3),torch.ones(3,2),(1,0))
torch.tensordot(torch.ones(2,3),torch.ones(3,2),([5],[0]))
torch.tensordot(torch.ones(2,3),torch.ones(1,2),([1],[0]))
torch.bilinear(torch.ones(2,3),torch.ones(2,4),torch.ones(5,3,4),torch.ones(5))
torch.bilinear(torch.ones(2,3),torch.ones(1,4),torch.ones(5,3,4))
torch.bilinear(torch.ones(2,2),torch.ones(2,4),torch.ones(5,3,4))
torch.bilinear(torch.ones(2,3),torch.ones(2,3),torch.ones(5,3,4))
torch.bilinear(torch.ones(2,3),torch.ones(2,4),torch.ones(5,3,4),torch.ones(4))
torch.bilinear(torch.ones(2,3),torch.ones(2,2,4),torch.ones(5,3,4))
torch.bilinear(torch.ones(2,3),torch.ones(2,4),torch.ones(5,3))
torch.kron(torch.ones(2),torch.ones(2,dtype=torch.int64))
torch.kron(torch.ones(2,1,dtype=torch.bool),torch.ones(2,dtype=torch.bool))
""")  # fmt: skip


@pytest.mark.parametrize("call", CALLS)
def test_what_a_call_says_is_what_pytorch_says(call: str) -> None:
    assert_says_the_same(shown(call), heed=False)


SHAPES = {
    "mm": ((2, 3), (3, 2)), "mv": ((2, 3), (3,)), "dot": ((3,), (3,)), "bmm": ((2, 2, 3), (2, 3, 1)), "vdot": ((3,), (3,)),
    "addmm": ((2, 2), (2, 3), (3, 2)), "matmul": ((2, 2, 3), (3,)), "outer": ((2,), (3,)), "inner": ((2, 3), (3,)),
    "kron": ((2, 2), (2,)), "tensordot": ((2, 3, 2), (3, 2)),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_complex_derivatives_are_pytorchs(name: str) -> None:
    def gradients(engine):
        given = []
        for place, shape in enumerate(SHAPES[name]):
            count = engine.ones(shape).numel()
            steps = engine.arange(count, dtype=engine.float64) + place
            given.append(engine.complex(steps.sin(), (steps * 2).cos()).reshape(shape).requires_grad_())
        result = getattr(engine, name)(*given)
        first = engine.autograd.grad((result * result.conj()).real.sum(), given, create_graph=True)
        return result, first

    agree(gradients, rtol=1e-12)
