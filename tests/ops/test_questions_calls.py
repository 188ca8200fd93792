"""Attributes, devices, types and questions, call by call: the same value, or the same refusal, as in PyTorch."""

from __future__ import annotations

import pytest

from tests.ops.answered import assert_answered_alike
from tests.ops.spoken import lines

CALLS = lines("""
x.untyped_storage().nbytes()
isinstance(x,torch.FloatTensor)
torch.is_floating_point(x)
torch.is_floating_point(il)
torch.is_nonzero(x)
torch.is_nonzero(x[0])
torch.is_nonzero(torch.zeros(0))
torch.is_same_size(x,il)
torch.is_signed(x)
torch.numel(3)
torch.result_type(x,3)
torch.result_type(il,3.5)
torch.result_type(il,1j)
torch.result_type(3,3.5)
torch.result_type(x,'a')
torch.result_type(x)
torch.can_cast(torch.float32,torch.int32)
torch.can_cast(1,2)
torch.promote_types(torch.int8,torch.uint8)
torch.promote_types(1,2)
torch.finfo(torch.float32)
torch.finfo(torch.bfloat16)
torch.finfo(torch.int32)
torch.finfo()
torch.finfo('a')
torch.iinfo(torch.int32)
torch.iinfo(torch.float32)
torch.iinfo(torch.bool)
torch.iinfo()
torch.finfo(torch.float64).eps
torch.finfo(torch.complex64)
torch.get_default_dtype()
torch.device()
torch.device(None)
torch.device(1.5)
torch.device('cpu','a')
torch.device('cpu',1,2)
torch.device(-1)
torch.device('cpu:-1')
torch.device(0,1)
torch.device(0)
torch.device(type=1)
torch.device(foo=1)
torch.device(index=1)
torch.device('cpu',True)
torch.device(True)
torch.device(torch.device('cpu'),1)
torch.device(device='cpu')
torch.device(type='cpu')
torch.device(type='cpu',index=2)
torch.device('cuda',index=2)
torch.device('cuda:1',2)
torch.device(type=torch.device('cpu'))
torch.device(torch.device('cuda:1'))
torch.device('cpu',None)
torch.device('cuda',-1)
torch.device('meta')
torch.device('mps')
torch.device('mps:0')
torch.device('xpu',1)
torch.device('xla').type
torch.device('foo')
torch.device('cpu')==torch.device('cpu')
torch.device('cpu')=='cpu'
torch.device('cpu')==torch.device('cpu:0')
x.pin_memory()
x.is_pinned()
x.is_sparse
x.is_sparse_csr
x.is_mkldnn
x.is_quantized
x.is_meta
x.is_cuda
x.is_cpu
x.is_xpu
x.is_mps
x.is_xla
x.is_vulkan
x.is_ipu
x.is_hpu
x.is_maia
x.is_mtia
x.is_nested
x.is_shared()
x.is_distributed()
x.is_inference()
x.is_contiguous()
x.is_set_to(x)
x.is_signed()
x.has_names()
x.names
x.name
x.output_nr
x.layout
x.is_leaf
x.retains_grad
x.dense_dim()
x.sparse_dim()
x.to_dense()
x.share_memory_() is x
x.element_size()
x.itemsize
x.nbytes
x.storage()
x.untyped_storage().size()
x.typename() if hasattr(x,'typename') else 1
torch.typename(x)
torch.typename(3)
torch.is_tensor(3)
torch.is_storage(x.untyped_storage())
torch.is_distributed(x)
torch.is_grad_enabled()
torch.is_deterministic_algorithms_enabled() if hasattr(torch,'is_deterministic_algorithms_enabled') else 1
torch.are_deterministic_algorithms_enabled()
torch.use_deterministic_algorithms(False)
torch.get_rng_state().dtype
torch.backends.mps.is_available()
torch.backends.cudnn.is_available()
torch.set_float32_matmul_precision('high')
torch.get_float32_matmul_precision()
torch.numel(x)
torch.bool
torch.int
torch.float16.itemsize
torch.float.is_signed
torch.float32.to_complex()
torch.complex64.to_real()
torch.int32.to_complex()
torch.int32.to_real()
torch.strided
torch.device('cpu')
torch.device('cpu',0)
torch.device(type='cpu',index=1)
torch.device('cuda:1').index
torch.device('xpu')
torch.device('cuda')==torch.device('cuda:0')
hash(torch.device('cpu'))==hash(torch.device('cpu'))
torch.device('cpu')<torch.device('cuda')
torch.device(torch.device('cpu'))
x.cpu().device
x.device
x.device.type
x.get_device()
str(x.device)
torch.accelerator.is_available()
torch.newaxis
torch.iinfo(torch.uint64).max
torch.iinfo(torch.uint16)
torch.result_type(torch.ones(1,dtype=torch.uint16),1)
torch.result_type(torch.ones(1,dtype=torch.uint16),1.)
torch.promote_types(torch.uint16,torch.int32)
torch.promote_types(torch.uint16,torch.float32)
torch.promote_types(torch.uint8,torch.uint16)
torch.can_cast(torch.uint16,torch.int8)
torch.inf
torch.nan
torch.pi
torch.e
torch.get_default_device()
""")


@pytest.mark.parametrize("call", CALLS)
def test_a_call_is_answered_as_pytorch_answers_it(call: str) -> None:
    assert_answered_alike(call)
