"""autocast: where it is on, what it says, what it keeps, and that a program without it pays nothing."""

from __future__ import annotations

import threading

import pytest

import minitorch_edu
from minitorch_edu.amp import casting
from tests.device import made_on_the_host, without_gpus
from tests.programs import assert_says_the_same

PROGRAMS = [
    "x = torch.ones(2, 2)\nwith torch.autocast('cpu') as c: print((x @ x).dtype, c._enabled)\nprint((x @ x).dtype)",
    "x = torch.ones(2, 2)\nwith torch.autocast('cpu', torch.float16): print((x @ x).dtype, torch.get_autocast_dtype('cpu'))\nprint(torch.get_autocast_dtype('cpu'))",
    "x = torch.ones(2, 2)\nwith torch.autocast('cpu', enabled=False): print((x @ x).dtype, torch.is_autocast_enabled('cpu'))",
    "x = torch.ones(2, 2)\nwith torch.autocast('cpu'):\n  with torch.autocast('cpu', enabled=False): print((x @ x).dtype)\n  print((x @ x).dtype)\nprint((x @ x).dtype)",
    "x = torch.ones(2, 2)\nwith torch.autocast('cpu'):\n  with torch.autocast('cpu', dtype=torch.float16): print((x @ x).dtype)\n  print((x @ x).dtype)",
    "x = torch.ones(2, 2)\n@torch.autocast('cpu')\ndef f(a):\n  'doc'\n  return a @ a\nprint(f(x).dtype, (x @ x).dtype, f.__name__, f.__doc__)",
    "x = torch.ones(2, 2)\nwith torch.autocast('mps'): print((x @ x).dtype, torch.is_autocast_enabled('mps'))",
    "x = torch.ones(2, 2)\nc = torch.autocast('cpu')\nwith c:\n  with c: print((x @ x).dtype)\n  print((x @ x).dtype)",
    "try:\n  with torch.autocast('cpu'): raise ValueError('a')\nexcept ValueError: print(torch.is_autocast_enabled('cpu'))",
    "torch.set_autocast_enabled('cpu', True)\nx = torch.ones(2, 2); print((x @ x).dtype)\ntorch.set_autocast_enabled('cpu', False); print((x @ x).dtype)",
    "print(torch.is_autocast_enabled(), torch.is_autocast_enabled('cpu'), torch.is_autocast_cache_enabled())",
    "for d in 'cpu cuda mps xpu hpu xla mtia maia ipu privateuseone'.split(): print(torch.amp.is_autocast_available(d), torch.get_autocast_dtype(d))",
    "print(torch.amp.is_autocast_available('vulkan'), torch.amp.is_autocast_available('meta'))",
    "torch.get_autocast_dtype('meta')",
    "torch.autocast('foo')",
    "torch.autocast('meta')",
    "torch.autocast(1)",
    "torch.autocast('vulkan', dtype=torch.float16)",
    "torch.autocast('cpu', dtype=torch.float32)",
    "torch.autocast('cpu', torch.int8)",
    "x = torch.ones(2, 2)\nwith torch.autocast('cpu', torch.float32): print((x @ x).dtype)",
    "torch.autocast('cpu')(3)",
    "torch.autocast()",
    "torch.amp.is_autocast_available(1)",
    "torch.is_autocast_enabled(1)",
    "torch.is_autocast_enabled('foo')",
    "torch.set_autocast_enabled('cpu', 1)",
    "torch.set_autocast_enabled(1)",
    "torch.set_autocast_dtype('cpu', 1)",
    "torch.get_autocast_dtype(1)",
    "torch.set_autocast_cache_enabled(1)",
    "torch.set_autocast_dtype('cpu', torch.float16)\nx = torch.ones(2, 2)\nwith torch.autocast('cpu'): print((x @ x).dtype)\ntorch.set_autocast_dtype('cpu', torch.bfloat16)",
    "print(torch.is_autocast_cpu_enabled(), torch.get_autocast_cpu_dtype(), torch.get_autocast_gpu_dtype())",
    "torch.set_autocast_cpu_enabled(False); torch.set_autocast_cpu_dtype(torch.bfloat16); torch.set_autocast_gpu_dtype(torch.float16)",
    "print(torch.autocast_increment_nesting(), torch.autocast_decrement_nesting())",
    "print(torch.amp.autocast, torch.amp.GradScaler, torch.cuda.amp.autocast, torch.cpu.amp.autocast, torch.autocast is torch.amp.autocast)",
    "print(torch.autocast('cpu'))",
    "torch.cpu.amp.autocast()",
    "x = torch.ones(2, 2)\nwith torch.cpu.amp.autocast(): print((x @ x).dtype)",
    "torch.cpu.amp.GradScaler()",
    # weights are cast once, and their gradients are their own
    "w = torch.ones(2, 2, requires_grad=True)\nwith torch.autocast('cpu'):\n  a, b = w @ w, w @ w\nfor n in (a.grad_fn, a.grad_fn.next_functions[0][0]): print(n.name())\nprint(a.grad_fn.next_functions[0][0] is b.grad_fn.next_functions[1][0])\n(a + b).sum().backward(); print(w.grad)",
    "w = torch.ones(2, 2, requires_grad=True)\nwith torch.autocast('cpu', cache_enabled=False):\n  a, b = w @ w, w @ w\n  print(torch.is_autocast_cache_enabled())\nprint(a.grad_fn.next_functions[0][0] is b.grad_fn.next_functions[1][0])",
    "w = torch.ones(2, 2, requires_grad=True)\nwith torch.autocast('cpu'):\n  a = w @ w\n  torch.clear_autocast_cache()\n  b = w @ w\nprint(a.grad_fn.next_functions[0][0] is b.grad_fn.next_functions[0][0])",
    "w = torch.ones(2, 2, requires_grad=True)\nwith torch.autocast('cpu'):\n  with torch.no_grad(): w.mm(w)\n  print(w.mm(w).requires_grad)",
    "w, x = torch.randn(2, 2, dtype=torch.float64), torch.ones(2, 2)\nwith torch.autocast('cpu'): print((w @ w).dtype, torch.cat([w, w]).dtype, w.prod().dtype)",
    "x = torch.ones(2, 2)\nwith torch.autocast('cpu'): torch.cat([x.half(), x])",
    "x = torch.ones(2, 2)\nwith torch.autocast('cpu'): torch.cat([x.half(), x.half()])",
    "x = torch.ones(2, 2)\nwith torch.autocast('cpu'): torch.cat([x.bfloat16(), x.half()])",
    "x = torch.ones(2, 3)\nwith torch.autocast('cpu'): x @ x",
    "x = torch.ones(2, 2)\nwith torch.autocast('cpu'): torch.mm(x)",
    "i = torch.ones(2, 2, dtype=torch.long)\nwith torch.autocast('cpu'): print((i @ i).dtype)",
    "x = torch.full((2, 2), 1 / 3)\nwith torch.autocast('cpu'): print(x @ x)\nprint(x @ x)",
    # custom functions
    """
class Twice(torch.autograd.Function):
    @staticmethod
    @torch.amp.custom_fwd(device_type='cpu')
    def forward(ctx, x):
        print('forward', torch.is_autocast_enabled('cpu'), x.dtype)
        return x @ x
    @staticmethod
    @torch.amp.custom_bwd(device_type='cpu')
    def backward(ctx, grad):
        print('backward', torch.is_autocast_enabled('cpu'), torch.get_autocast_dtype('cpu'), grad.dtype)
        return grad * 2
x = torch.ones(2, 2, requires_grad=True)
with torch.autocast('cpu', torch.float16):
    y = Twice.apply(x)
print(y.dtype)
y.sum().backward()
Twice.apply(x).sum().backward()
""",
    """
class Twice(torch.autograd.Function):
    @staticmethod
    @torch.amp.custom_fwd(device_type='cpu', cast_inputs=torch.float32)
    def forward(ctx, x, many, text):
        print('forward', torch.is_autocast_enabled('cpu'), x.dtype, many[0].dtype, text)
        return x @ x
    @staticmethod
    @torch.amp.custom_bwd(device_type='cpu')
    def backward(ctx, grad):
        print('backward', torch.is_autocast_enabled('cpu'))
        return grad * 2, None, None
x = torch.ones(2, 2, dtype=torch.bfloat16, requires_grad=True)
with torch.autocast('cpu'):
    y = Twice.apply(x, [x.detach()], 'text')
print(y.dtype)
y.sum().backward(); print(x.grad.dtype)
""",
    "torch.amp.custom_fwd(device_type=1)",
    "torch.amp.custom_bwd(device_type=1)",
    "torch.amp.custom_fwd(lambda ctx: 1)",
    # what a checkpoint computes again
    """
checkpoint = torch.utils.checkpoint.checkpoint
for reentrant in (True, False):
    x = torch.full((2, 2), 1 / 3, requires_grad=True)
    seen = []
    def part(x):
        y = x @ x
        seen.append(y.dtype)
        return y.float().tanh()
    with torch.autocast('cpu'):
        z = checkpoint(part, x, use_reentrant=reentrant)
    z.sum().backward()
    print(x.grad)
    z = checkpoint(part, x, use_reentrant=reentrant)
    with torch.autocast('cpu'):
        z.sum().backward()
    print(seen)
""",
    # training
    """
torch.manual_seed(0)
w = torch.randn(4, 3, requires_grad=True); x, t = torch.randn(8, 4), torch.tensor([0, 1, 2, 0, 1, 2, 0, 1])
for step in range(5):
    with torch.autocast('cpu'):
        logits = x @ w
        loss = torch.nn.functional.cross_entropy(logits, t)
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad; w.grad = None
    print(logits.dtype, loss.dtype, f'{loss.item():.3f}')
""",
]

WITHOUT_A_GPU = [
    "torch.autocast('cuda')",
    "with torch.autocast('cuda'): print(torch.is_autocast_enabled('cuda'))",
    "torch.cuda.amp.autocast()",
    "with torch.cuda.amp.autocast(enabled=False): print(torch.is_autocast_enabled())",
    "torch.cuda.amp.GradScaler()",
    "torch.amp.GradScaler()",
    "print(torch.cuda.amp.amp_definitely_not_available(), torch.cuda.amp.GradScaler(enabled=False).is_enabled())",
    "print(torch.cuda.amp.custom_fwd(lambda c: 1)(torch.ones(1)))",
    "torch.cuda.amp.custom_bwd(lambda c: 1)",
]


@pytest.mark.host
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_says_what_it_says_in_pytorch(program):
    assert_says_the_same(program, heed=True)


@pytest.mark.host
@pytest.mark.parametrize("program", WITHOUT_A_GPU)
def test_a_program_for_a_gpu_says_without_one_what_it_says_in_pytorch(program):
    with without_gpus():
        assert_says_the_same(program, heed=True)


@pytest.fixture
def gpu():
    with made_on_the_host(), minitorch_edu.cuda.simulate():
        yield "cuda"


@pytest.mark.host
def test_a_simulated_gpu_has_the_list_of_cuda(gpu):
    torch = minitorch_edu
    functional = torch.nn.functional
    x, w = torch.rand(3, 3, device=gpu) + 0.1, torch.rand(3, 3)
    half = x.half()
    with torch.autocast("cuda"):
        assert (x @ x).dtype is (x.mv(x[0])).dtype is torch.einsum("ij,jk", x, x).dtype is torch.float16
        assert (
            half.softmax(0).dtype is half.exp().dtype is (half**2).dtype is half.sum().dtype is torch.float32
        )
        assert functional.layer_norm(half, (3,)).dtype is torch.norm(half).dtype is torch.float32
        assert functional.relu(half).dtype is half.mean().dtype is (half + half).dtype is torch.float16
        assert half.sum(dtype=torch.float16).dtype is half.softmax(0, torch.float16).dtype is torch.float16
        assert torch.addcmul(x, half, half).dtype is torch.dot(half[0], x[0]).dtype is torch.float32
        assert (w @ w).dtype is torch.float32  # the CPU's is off
        with pytest.raises(RuntimeError, match="unsafe to autocast"):
            functional.binary_cross_entropy(x * 0.5, x * 0.5)
        with torch.autocast("cpu"):
            assert (w @ w).dtype is torch.bfloat16 and (x @ x).dtype is torch.float16
    assert (x @ x).dtype is torch.float32


@pytest.mark.host
def test_what_is_on_no_list_keeps_its_dtype_on_a_gpu(gpu):
    torch = minitorch_edu
    x = torch.rand(3, 3, device=gpu).half()
    image = torch.rand(1, 2, 4, 4, device=gpu).half()
    calls = {
        "add": lambda: x + x,
        "batch_norm": lambda: torch.nn.functional.batch_norm(image, None, None, training=True),
        "dropout": lambda: torch.nn.functional.dropout(x),
        "gelu": lambda: torch.nn.functional.gelu(x),
        "max_pool2d": lambda: torch.nn.functional.max_pool2d(image, 2),
        "avg_pool2d": lambda: torch.nn.functional.avg_pool2d(image, 2),
        "mean": lambda: x.mean(0),
        "relu": lambda: x.relu(),
        "sigmoid": lambda: x.sigmoid(),
        "silu": lambda: torch.nn.functional.silu(x),
        "sqrt": lambda: x.sqrt(),
        "std": lambda: x.std(),
        "tanh": lambda: x.tanh(),
        "var": lambda: x.var(0),
        "where": lambda: torch.where(x > 0, x, x),
    }
    with torch.autocast("cuda"):
        found = {name: call().dtype for name, call in calls.items()}
    assert found == dict.fromkeys(calls, torch.float16)


@pytest.mark.host
def test_another_thread_has_it_off():
    torch = minitorch_edu
    x, found = torch.ones(2, 2), []
    with torch.autocast("cpu"):
        thread = threading.Thread(target=lambda: found.append((x @ x).dtype))
        thread.start()
        thread.join()
    assert found == [torch.float32]


@pytest.mark.host
def test_functions_have_their_own_code_where_it_is_off():
    torch = minitorch_edu
    matmul = torch.matmul
    with torch.autocast("cpu"):
        pass
    before = matmul.__code__
    with torch.autocast("cpu"):
        assert matmul.__code__ is not before and torch.matmul is matmul
        with torch.autocast("cpu", enabled=False):
            assert matmul.__code__ is before
    assert matmul.__code__ is before
    assert all(each.function.__code__ is each.itself.__code__ for each in casting.stand_ins())


@pytest.mark.host
def test_the_second_derivative_through_it_is_the_one_without():
    torch = minitorch_edu
    x = torch.tensor([[0.5, 0.25], [1.0, 2.0]], requires_grad=True)
    found = []
    for enabled in (True, False):
        with torch.autocast("cpu", enabled=enabled):
            y = (x @ x).sum()
        (slope,) = torch.autograd.grad(y, x, create_graph=True)
        found.append(torch.autograd.grad(slope.square().sum(), x)[0])
    torch.testing.assert_close(*found)


@pytest.mark.host
def test_a_function_that_is_compiled_inside_is_itself_outside():
    torch = minitorch_edu
    with torch.autocast("cpu"):
        assert torch.ger(torch.ones(2), torch.ones(2)).dtype is torch.float32
        assert torch.concatenate([torch.ones(2), torch.ones(2).bfloat16()]).dtype is torch.float32
    assert torch.concatenate([torch.ones(2).bfloat16()] * 2).dtype is torch.bfloat16
