"""Conversions and the old ways to make tensors, call by call: the same value, or the same refusal, as in PyTorch."""

from __future__ import annotations

import pytest

from tests.ops.answered import assert_answered_alike
from tests.ops.spoken import lines

CALLS = lines("""
torch.as_tensor(data=[1])
torch.as_tensor(a,dtype=torch.float64).data_ptr()==a.ctypes.data
torch.as_tensor(xg) is xg
torch.as_tensor(xg,dtype=torch.float64)
torch.as_tensor([xg[0],1])
x.copy_(3)
x.copy_(torch.ones(2).double())
x.copy_(torch.ones(1))
x.copy_(torch.ones(3))
x.copy_(torch.ones(2,2))
x.copy_([1,2])
x.copy_(None)
x.copy_()
x.copy_(src=torch.ones(2))
x.copy_(other=torch.ones(2))
x.copy_(torch.tensor([1j,2j]))
x.copy_(c)
il.copy_(torch.tensor([1.5,2.5,-3.5]))
il.copy_(torch.tensor([float('nan'),1,2]))
(x>0).copy_(torch.tensor([0.5,0]))
xg.copy_(x)
(xg*1).copy_(x)
x.new_zeros(2)
x.new_zeros((2,3))
x.new_zeros()
x.new_zeros('a')
x.new_zeros(2,dtype=torch.int32)
x.new_zeros(2,dtype=int)
x.new_zeros(2,device='foo')
x.new_ones(2,3)
x.new_full((2,),3)
x.new_full((2,),3.5,dtype=torch.int64)
x.new_full(2,3)
il.new_full((2,),3.5)
il.new_full((2,),True)
x.new_full((2,),1j)
x.new_full((2,),'a')
x.new_full((2,))
x.new_empty(2).shape
x.new_empty((2,3),dtype=torch.int8).dtype
x.new_empty_strided((2,3),(1,2)).stride()
x.new_tensor([1,2])
x.new_tensor(1)
x.new_tensor([1.5],dtype=torch.int32)
x.new_tensor('a')
x.new_tensor()
x.new_tensor([1],requires_grad=True)
il.new_tensor([1],requires_grad=True)
x.new_tensor(a)
x.new_tensor([1],foo=1)
x.new(2).shape
x.new([1,2])
x.new(x)
x.new()
x.new('a')
x.new(2,3).shape
il.new([1.5])
il.new(x)
x.type(torch.int32)
x.type('torch.IntTensor')
x.type(int)
x.type(torch.IntTensor)
x.type('foo')
x.type(3)
x.to(torch.int32)
x.to('cpu')
x.to(torch.device('cpu'))
x.to('cuda')
x.to(dtype=torch.int8,copy=True)
x.to(il)
x.to(other=il)
x.to(a)
x.to('int32')
x.to()
x.to(None)
x.to(torch.int32,torch.int64)
torch.tensor([1.5,-1.5,300.]).to(torch.uint8)
torch.tensor([300,-1]).to(torch.int8)
torch.tensor([1e40,-1e40],dtype=torch.float64).float()
torch.tensor([1e10]).half()
torch.tensor([70000]).half()
torch.tensor([1.00390625]).bfloat16()
torch.tensor([1.]).bool()
torch.Tensor(2,3).shape
torch.Tensor(2,3.5)
torch.Tensor([1,2],[3])
torch.Tensor((2,3))
torch.Tensor(2).dtype
torch.Tensor(x)
torch.Tensor(il)
torch.Tensor(size=(2,3)).shape
torch.Tensor(data=[1])
torch.Tensor(foo=1)
torch.Tensor(1,foo=1)
torch.Tensor('a','b')
torch.Tensor(None)
torch.Tensor([[1,2],[3]])
torch.Tensor(1.)
torch.FloatTensor(2,3).shape
torch.FloatTensor([1,2])
torch.FloatTensor(il)
torch.FloatTensor(x)
torch.FloatTensor(x) is x
torch.FloatTensor((1,2))
torch.FloatTensor(2.5)
torch.IntTensor([1.5])
torch.IntTensor([2**40])
torch.ByteTensor([300])
torch.ByteTensor([-1])
torch.BoolTensor([0,1,2])
torch.HalfTensor([1.5])
torch.BFloat16Tensor([1.5])
torch.DoubleTensor(a)
torch.DoubleTensor(a).data_ptr()==a.ctypes.data
torch.cuda.FloatTensor if hasattr(torch,'cuda') and 0 else 1
torch.FloatTensor.dtype
torch.zeros(2,device='cuda')
torch.zeros(2,device='xpu')
torch.ones(2).to('mps')
torch.ones(2).to('cuda:0')
torch.ones(2).to(0)
torch.zeros(2,device=0)
torch.zeros(2,device='cpu').device
torch.fill_(x.clone(),3)
torch.fill(x,3)
torch.random.get_rng_state().shape
torch.cuda.is_available()
torch.cuda.device_count()
torch.clone(x)
torch.detach(x)
torch.empty_like(x).shape
torch.scalar_tensor(3)
x.bool()
torch.zeros(2,device='cpu:0').device
torch.zeros(2,device='cpu:1').device
x.to('mps')
torch.exp_(x.clone())
torch.ones(3,1).t().contiguous().stride()
torch.Tensor(a.astype('f4'))
torch.LongTensor(ro)
torch.Tensor(bc.astype('f4')[:0])
torch.FloatTensor(f16)
torch.FloatTensor(neg)
torch.FloatTensor(big)
torch.FloatTensor(obj)
torch.FloatTensor(st)
torch.ones(5)[torch.tensor([3,4],dtype=torch.uint8)]
torch.ones(2)[torch.tensor([1,0],dtype=torch.uint8)]
torch.ones(2)[torch.tensor([1,0],dtype=torch.int32)]
torch.ones(2,3,4).T
torch.tensor(2.).T
torch.ones(2).T
torch.ones(2,3,4).mT.shape
torch.ones(2).mT
torch.ones(2).H
(xg*2).grad
x.half()
torch.tensor([200,100],dtype=torch.uint8).sum()
""")


@pytest.mark.parametrize("call", CALLS)
def test_a_call_is_answered_as_pytorch_answers_it(call: str) -> None:
    assert_answered_alike(call)
