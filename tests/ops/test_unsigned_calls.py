"""Unsigned elements of 16, 32 and 64 bits, call by call: the same value, or the same refusal, as in PyTorch."""

from __future__ import annotations

import pytest

from tests.ops.answered import assert_answered_alike
from tests.ops.spoken import lines

CALLS = lines("""
torch.zeros(2,dtype=torch.uint16)
torch.ones(2,dtype=torch.uint32)
torch.full((2,),7,dtype=torch.uint64)
torch.arange(3,dtype=torch.uint16)
torch.arange(3,dtype=torch.uint64)
torch.empty(0,dtype=torch.uint32)
torch.tensor(2**64-1,dtype=torch.uint64)
torch.tensor([2**64-1,1],dtype=torch.uint64)
torch.tensor(2**64,dtype=torch.uint64)
torch.tensor(70000,dtype=torch.uint32)
torch.tensor(5,dtype=torch.uint32)*2
torch.tensor([5],dtype=torch.uint32)*2
torch.tensor([5],dtype=torch.uint32)*2.5
torch.tensor([5],dtype=torch.uint32)/2
torch.tensor([5],dtype=torch.uint32).mean()
torch.cat([torch.tensor([5],dtype=torch.uint32)]*2)
torch.tensor([5,4],dtype=torch.uint32).sort()
torch.tensor([5,4],dtype=torch.uint32)[torch.tensor([True,False])]
torch.tensor([5,4],dtype=torch.uint32).type()
torch.tensor([5,4],dtype=torch.uint32).is_signed()
torch.tensor([5],dtype=torch.uint16).to(torch.uint64)
torch.tensor([5],dtype=torch.int64).to(torch.uint16)
torch.tensor([-1]).to(torch.uint16)
torch.tensor([-1]).to(torch.uint64)
torch.zeros(2,dtype=torch.uint16).fill_(3)
torch.zeros(2,dtype=torch.uint16).copy_(torch.tensor([1,2]))
torch.zeros(2,dtype=torch.uint16).zero_()
torch.tensor([3],dtype=torch.uint16).eq(3)
torch.tensor([3],dtype=torch.uint16)&1
torch.tensor([3],dtype=torch.uint16).float().sqrt()
torch.tensor([3],dtype=torch.uint16).sqrt()
torch.tensor([3],dtype=torch.uint16).unique()
torch.tensor([3,4],dtype=torch.uint16).reshape(2,1)
torch.stack([torch.tensor([3,4],dtype=torch.uint16)]*2)
torch.where(torch.tensor([True,False]),torch.tensor([3,4],dtype=torch.uint16),torch.tensor([3,4],dtype=torch.uint16))
torch.equal(torch.tensor([3,4],dtype=torch.uint16),torch.tensor([3,4],dtype=torch.uint16))
torch.tensor([3,4],dtype=torch.uint16).any()
torch.randint(0,5,(2,),dtype=torch.uint16).dtype
torch.ones(5)[torch.tensor([3,4],dtype=torch.uint16)]
torch.tensor([5],dtype=torch.uint32).sum()
torch.tensor([5],dtype=torch.uint64).sum(0)
torch.frombuffer(b8,dtype=torch.uint16)
torch.frombuffer(b8,dtype=torch.uint64)
torch.from_numpy(u16).tolist()
torch.from_numpy(u16)[1]
torch.from_numpy(u16).to(torch.int32)
torch.from_numpy(u16).numpy()
torch.from_numpy(u16).float()
torch.from_numpy(u16).item()
torch.from_numpy(u16)[0].item()
torch.from_numpy(u16)==torch.from_numpy(u16)
torch.from_numpy(u16).clone()
torch.from_numpy(u16).view(torch.int16)
torch.tensor(2**64-1,dtype=torch.uint64).item()
np.array(torch.tensor([3,4],dtype=torch.uint16))
int(torch.tensor(3,dtype=torch.uint16))
bool(torch.tensor(3,dtype=torch.uint16))
range(torch.tensor(3,dtype=torch.uint16))
[1,2,3,4][torch.tensor(3,dtype=torch.uint16)]
torch.from_numpy(u16).sum()
torch.from_numpy(u16).sum(0)
torch.from_numpy(u16).prod()
torch.from_numpy(u16).cumsum(0)
torch.from_numpy(u16).sum(dtype=torch.int32)
""")


@pytest.mark.parametrize("call", CALLS)
def test_a_call_is_answered_as_pytorch_answers_it(call: str) -> None:
    assert_answered_alike(call)
