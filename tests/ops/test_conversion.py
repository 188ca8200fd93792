"""Conversion against PyTorch: every cast between dtypes, all forms of `to`, copies and fills, and what is refused."""

from __future__ import annotations

import pytest

from minitorch_edu import dtypes
from tests.ops.calls import agree
from tests.ops.spoken import assert_same_answer, lines

CALLS = lines("""
torch.polar(torch.ones(2),torch.zeros(2).double())
torch.polar(torch.ones(2).int(),torch.zeros(2).int())
torch.view_as_complex(torch.ones(2,2).int())
torch.ones(2).int().new_full((2,),3.5)
x.type()
x.type(torch.FloatTensor)
x.type('torch.LongTensor')
x.type(torch.LongTensor)
x.type('torch.FooTensor')
x.type('LongTensor')
x.type(int)
x.type(3)
x.type(torch.float64,True)
x.type(dtype=torch.float64,non_blocking=True)
x.type_as(x.long())
x.type_as(3)
x.is_signed()
x.to()
x.to(torch.float64)
x.to('cpu') is x
x.to('cuda')
x.to('foo')
x.to(3)
x.to(None)
x.to([1])
x.to(int)
x.to(float)
x.to('float')
x.to(x.int())
x.to(other=x.int())
x.to('cpu',torch.float64)
x.to(torch.float64,'cpu')
x.to('cpu',torch.float64,True)
x.to('cpu',torch.float64,True,True)
x.to('cpu',torch.float64,True,True,memory_format=torch.preserve_format)
x.to(torch.float32,True,True) is x
x.to(torch.float32,copy=True) is x
x.to(torch.float32,non_blocking=True) is x
x.to(dtype=torch.float64,device='cpu')
x.to(device='cpu',dtype=None) is x
x.to(dtype=torch.int32,copy=True)
x.to(x,copy=True) is x
x.to(x,True,True) is x
x.to(foo=1)
x.to(memory_format=torch.contiguous_format) is x
x.to(memory_format=torch.channels_last)
x.to(torch.float64,foo=2)
x.to(x,dtype=torch.int32)
x.to(None,torch.float64)
xg.to(torch.float64)
xg.to(torch.float32) is xg
xg.to(torch.int32)
xg.double()
xg.long()
xg.bool()
xg.to(torch.complex64)
torch.complex(x,x).to(torch.float32)
torch.complex(x,x).int()
torch.complex(x,x).bool()
x.float() is x
x.float(memory_format=torch.preserve_format) is x
x.double(memory_format=torch.contiguous_format)
x.double(3)
x.double(foo=3)
x.byte()
x.char()
x.bfloat16()
x.cfloat()
x.cdouble()
torch.tensor([1.7,-1.7,300.,-300.]).byte()
torch.tensor([1.7,-1.7,300.,-300.]).char()
torch.tensor([1e10,-1e10,float('nan'),float('inf')]).int()
torch.tensor([1e20,-1e20,float('nan'),float('inf'),-float('inf')]).long()
torch.tensor([1e10,-1e10,float('nan'),float('inf')]).short()
torch.tensor([1e10,-1e10,float('nan'),float('inf')]).byte()
torch.tensor([1e10,-1e10,float('nan'),float('inf')]).char()
torch.tensor([1e10,-1e10,float('nan'),float('inf')]).to(torch.uint16)
torch.tensor([1e10,-1e10,float('nan'),float('inf')]).to(torch.uint32)
torch.tensor([1e20,-1e10,float('nan'),float('inf')]).to(torch.uint64)
torch.tensor([float('nan'),0.,-0.]).bool()
torch.tensor([300,-1]).byte()
torch.tensor([70000.]).half()
torch.ones(2,3).t().double().stride()
torch.ones(2,3).t().double(memory_format=torch.contiguous_format).stride()
torch.ones(2,3).t().to(torch.float64).stride()
torch.ones(2,3).expand(2,2,3).to(torch.float64).stride()
torch.ones(2,6)[:,::2].clone().stride()
torch.ones(2,3).expand(2,2,3).clone().stride()
x.clone(memory_format=torch.contiguous_format)
x.clone(memory_format=torch.channels_last)
x.clone(memory_format=3)
torch.clone(x)
torch.clone(3)
x.contiguous(memory_format=torch.contiguous_format) is x
x.contiguous(3)
x.contiguous(memory_format=torch.preserve_format)
x.is_contiguous(memory_format=torch.contiguous_format)
x.cpu() is x
x.cpu(memory_format=torch.preserve_format) is x
x.cuda()
x.copy_(3)
x.copy_('a')
x.copy_(torch.ones(3))
x.copy_(torch.ones(2).int(),True) is x
x.copy_(torch.ones(2).int(),non_blocking=True) is x
x.int().copy_(torch.tensor([1.5,2.5]))
x.copy_(torch.tensor([1j,2j]))
x.fill_('a')
x.fill_()
x.clone().fill_(torch.tensor(3))
x.clone().fill_(torch.tensor([3]))
x.clone().fill_(1j)
x.int().fill_(1.5)
x.byte().fill_(300)
x.byte().fill_(-1)
x.clone().fill_(True)
x.real
x.imag
xg.real
x.layout
x.is_sparse
x.is_meta
x.is_quantized
x.is_pinned()
x.is_mps
torch.ones(2,3,4,5).to(memory_format=torch.channels_last).stride()
torch.ones(2,3,4,5).contiguous(memory_format=torch.channels_last).stride()
torch.ones(2,3,4,5).contiguous(memory_format=torch.channels_last).is_contiguous()
torch.zeros_like(torch.ones(2,3,4,5).contiguous(memory_format=torch.channels_last)).stride()
x.int().new_tensor([1.5])
x.int().new_zeros((2,),requires_grad=True)
torch.clone(x,memory_format=torch.preserve_format)
x.cfloat(memory_format=torch.preserve_format)
x.to(torch.device('cpu'),non_blocking=True,copy=False) is x
x.to('cpu',non_blocking=True) is x
x.to('cpu',True) is x
x.to('cpu',3)
x.to(torch.float64,3)
x.to(torch.float64,True,True,True)
x.to(dtype='a')
x.to(device=3.)
x.to(x,3)
x.to(3,4)
x.cpu(3)
x.type(None)
x.type(torch.Tensor)
x.type('torch.Tensor')
x.type('torch.DoubleTensor')
x.type(float)
x.type('a','b')
x.type(torch.float64,foo=1)
x.double().type(torch.Tensor)
""")


@pytest.mark.parametrize("call", CALLS)
def test_a_conversion_is_pytorchs(call):
    assert_same_answer(call)


VALUES = [0.0, -0.0, 1.0, -1.0, 1.7, -1.7, 127.0, 100.5, 3.25]


@pytest.mark.parametrize("source", dtypes.ALL, ids=repr)
@pytest.mark.parametrize("target", dtypes.ALL, ids=repr)
def test_a_cast_between_two_dtypes_is_pytorchs(source, target):
    values = VALUES if source.is_signed else [abs(each) for each in VALUES]
    if source.is_signed and target in dtypes.BAREBONES:
        values = [abs(each) for each in values]

    if source is dtypes.uint64:
        values = list(map(int, values))

    def cast(engine):
        tensor = engine.tensor(values, dtype=getattr(engine, source.name)).reshape(3, 3).t()
        made = tensor.to(getattr(engine, target.name))
        forms = (
            tensor.to(dtype=made.dtype),
            tensor.to(made),
            tensor.type(made.dtype),
            tensor.to("cpu", made.dtype),
        )
        return (
            [repr(made), made.stride(), [repr(each) for each in forms], (tensor.to(made.dtype) is tensor)],
            repr(tensor.to(made.dtype, copy=True, memory_format=engine.contiguous_format)),
        )

    agree(cast)


@pytest.mark.parametrize("target", ["float16", "bfloat16", "float64", "complex64"])
def test_a_gradient_flows_back_in_the_dtype_it_came_in(target):
    def back(engine):
        x = engine.tensor([1.0, 2.0], requires_grad=True)
        y = x.to(getattr(engine, target))
        (y * y).abs().sum().backward()
        return repr(y), repr(x.grad)

    agree(back)


HALVES = {
    "sum": lambda e, x, y: (x.sum(), x.sum(0), x.mean(1)),
    "products": lambda e, x, y: (x @ y, e.bmm(x[None], y[None]), x @ y[:, 0], e.addmm(y[0], x, y)),
    "softmax": lambda e, x, y: (x.softmax(1), x.log_softmax(1), e.logsumexp(x, 1)),
    "pointwise": lambda e, x, y: (
        x + 1.5,
        x * x,
        x.exp(),
        x.abs().sqrt(),
        x.sigmoid(),
        x.abs() ** 2.5,
        x.clamp(-1, 1),
    ),
    "comparison": lambda e, x, y: (x < 1, x == x, e.where(x > 0, x, -x), x.max(), x.argmax(1)),
}


@pytest.mark.parametrize("kind", ["float16", "bfloat16"])
@pytest.mark.parametrize("act", HALVES.values(), ids=HALVES)
def test_narrow_floats_are_computed_with_in_float32_and_rounded(kind, act):
    def computed(engine):
        x = engine.tensor(
            [[(7 * i * j % 13 - 6) / 4 for j in range(30)] for i in range(20)], dtype=getattr(engine, kind)
        )
        y = engine.tensor(
            [[(5 * i + j) % 11 / 8 for j in range(6)] for i in range(30)], dtype=getattr(engine, kind)
        )
        results = act(engine, x, y)
        return [str(each.dtype) for each in results], [each.double() for each in results]

    agree(computed, rtol=8e-3 if kind == "bfloat16" else 1e-3)
