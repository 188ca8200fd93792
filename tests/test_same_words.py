"""The same program prints the same characters on this engine and on PyTorch: values, names, errors."""

from __future__ import annotations

import contextlib
import io
import re
import textwrap
import warnings

import numpy as np
import pytest

import minitorch_edu
from tests.oracle import torch as pytorch

PROGRAMS = {
    "a tensor prints its grad_fn": "x = torch.tensor([1., 2.], requires_grad=True); print(x, x * 2, (x * x).sum())",
    "a gradient is printed": "x = torch.tensor([1., 2., 3.], requires_grad=True); (x * x + 2).sum().backward(); print(x.grad)",
    "powers and quotients": """
        x = torch.tensor([1., 2., 3.], requires_grad=True); w = torch.tensor([2., 3., 4.], requires_grad=True)
        y = x / w - w ** 2 + 2 ** x + x ** w + 1 / x + (2 - x); y.sum().backward(); print(y, x.grad, w.grad)""",
    "broadcasting is undone": """
        x = torch.ones(2, 3, requires_grad=True); b = torch.ones(3, requires_grad=True)
        (x + b).mean().backward(); print(x.grad, b.grad)""",
    "activations": """
        x = torch.tensor([[-1., 0., 2.]], requires_grad=True)
        y = [x.tanh(), x.sigmoid(), x.relu(), x.exp(), x.abs(), x.sin(), x.cos(), x.softmax(1), x.log_softmax(1), x.clamp(0, 1)]
        print(y); sum(each.sum() for each in y).backward(); print(x.grad)""",
    "slices, transposes and masks": """
        x = torch.arange(6.).view(2, 3)
        print(x.t(), x.T.stride(), x[1], x[:, 1], x[0, 1:], x[..., 0], x[None].shape, x[x > 2], x[[0, 1], [1, 2]])""",
    "views share versions": """
        a = torch.zeros(3); b = a[1:]; b += 1; print(a, b, a._version, b._version, b._base is a, b._is_view(), a._is_view())
        print(a.detach()._version, a.data._version, a.detach()._is_view())""",
    "a write through a view rewrites history": """
        a = torch.ones(3, requires_grad=True); b = a.clone(); b[0] = 5; b[1:].mul_(3)
        print(b, b.grad_fn.name()); b.sum().backward(); print(a.grad)""",
    "a view of a written base follows it": """
        a = torch.ones(3, requires_grad=True); b = torch.zeros(3); v = b[:2]; b.copy_(a * 2)
        print(v, v.requires_grad, v.is_leaf); v.sum().backward(); print(a.grad)""",
    "nodes have PyTorch's names": """
        x = torch.ones(3, requires_grad=True); m = x.view(1, 3); w = torch.ones(3, requires_grad=True)
        for y in [x + w, x - w, 2 - x, x * w, x / w, 2 / x, x ** 2, x ** w, 2 ** x, -x, x.exp(), x.log(), x.sqrt(), x.abs(),
                  x.sin(), x.tanh(), x.sigmoid(), x.relu(), torch.maximum(x, w), x.clamp(0, 1), torch.where(x > 0, x, w),
                  x.sum(), x.sum(0), x.mean(), x.mean(0), x.max(), x.max(0)[0], x.logsumexp(0), x.softmax(0), x @ w, m @ x,
                  m @ m.t(), x.view(3, 1), m.t(), m.T, m.mT, m.transpose(0, 1), m.permute(1, 0), x[0], x[1:], x[None], x[:],
                  x[...], x[x > 0], m.squeeze(), m.squeeze(0), m.expand(2, 3), m.expand(2, 3).reshape(6), x.clone(),
                  x.double(), torch.cat([x, w]), torch.stack([x, w]), x.gather(0, torch.tensor([0])), x.square(),
                  x.masked_fill(x > 0, 1.), torch.outer(x, w), torch.addmm(torch.ones(1), m, m.t())]:
            f = y.grad_fn
            print(f.name(), type(f).__name__, [g and (g.name(), n) for g, n in f.next_functions], y._is_view())""",
    "the chain of next_functions": """
        x = torch.ones(2, requires_grad=True); y = (x * 3).sum(); f = y.grad_fn
        while f.next_functions: f = f.next_functions[0][0]
        print(f.variable is x, type(f).__name__, f.next_functions, f is (x * 2).grad_fn.next_functions[0][0])""",
    "saved tensors": """
        x = torch.tensor([2.], requires_grad=True); w = torch.tensor([3.])
        y = x * w; print(y.grad_fn._saved_self, y.grad_fn._saved_other); z = x.exp(); print(z.grad_fn._saved_result)""",
    "leaves": """
        x = torch.ones(2, requires_grad=True); y = x * 2
        print(x.is_leaf, y.is_leaf, x.detach().is_leaf, x.data.requires_grad, x.grad_fn, torch.ones(1).is_leaf)""",
    "grad modes": """
        x = torch.ones(2, requires_grad=True)
        with torch.no_grad():
            y = x * 2; print(y.requires_grad, torch.is_grad_enabled())
            with torch.enable_grad(): print((x * 2).requires_grad)
        @torch.no_grad()
        def f(t): return t * 2
        print(f(x).requires_grad, torch.is_grad_enabled()); print(torch.set_grad_enabled(True))""",
    "retained gradients": """
        x = torch.ones(2, requires_grad=True); y = x * 3; y.retain_grad(); y.sum().backward()
        print(y.grad, y.retains_grad, x.retains_grad, x.grad)""",
    "gradients accumulate": """
        x = torch.ones(2, requires_grad=True)
        for _ in range(2): (x * 3).sum().backward(); print(x.grad)
        x.grad.zero_(); print(x.grad); x.grad = None; print(x.grad)""",
    "hooks replace gradients": """
        x = torch.ones(2, requires_grad=True); h = x.register_hook(lambda g: g * 10); y = x * 3
        y.register_hook(lambda g: print('y', g)); y.sum().backward(); print(x.grad); h.remove()
        (x * 3).sum().backward(); print(x.grad)""",
    "node hooks": """
        x = torch.ones(2, requires_grad=True); y = x * 3
        y.grad_fn.register_prehook(lambda gs: print('before', gs)); y.grad_fn.register_hook(lambda i, o: print('after', i, o))
        y.sum().backward()""",
    "second derivatives": """
        x = torch.tensor(2., requires_grad=True); g, = torch.autograd.grad(x ** 3, x, create_graph=True); print(g)
        h, = torch.autograd.grad(g, x, create_graph=True); print(h); print(torch.autograd.grad(h, x))""",
    "a gradient of a non-scalar": "x = torch.ones(2, requires_grad=True); (x * 2).backward(torch.tensor([1., 10.])); print(x.grad)",
    "autograd.grad of several": """
        x = torch.ones(2, requires_grad=True); w = torch.ones(2, requires_grad=True); y = x * w; z = (y * 2).sum()
        print(torch.autograd.grad(z, [x, w, y]), x.grad)
        print(torch.autograd.grad((x * 2).sum(), [x, w], allow_unused=True))""",
    "backward with inputs": """
        x = torch.ones(2, requires_grad=True); w = torch.ones(2, requires_grad=True); y = x * w
        y.sum().backward(inputs=[x]); print(x.grad, w.grad)""",
    "maxima": """
        x = torch.tensor([[1., 5.], [5., 2.]], requires_grad=True); v, i = x.max(1); print(v, i, x.max(0)); v.sum().backward()
        print(x.grad, x.max(), x.argmax(), x.argmax(1), torch.return_types.max if False else '')
        x.grad = None; x.max().backward(); print(x.grad)""",
    "random numbers": """
        torch.manual_seed(0); print(torch.rand(3), torch.randn(3), torch.randn(20), torch.randint(0, 10, (5,)))
        print(torch.randperm(5), torch.rand(2, 2, dtype=torch.float64), torch.randn(17, dtype=torch.float64))""",
    "factories": """
        print(torch.linspace(0, 1, 7), torch.arange(0, 1, 0.1), torch.full((2,), 3), torch.eye(2), torch.zeros(0))
        print(torch.tensor([]), torch.tensor(3), torch.tensor([1, 2.5]), torch.ones(2, dtype=torch.int32), torch.zeros((2, 1)))""",
    "the old constructor": """
        print(torch.Tensor([1, 2]), torch.Tensor(np.array([5, 7])), torch.Tensor(2, 3).shape, torch.Tensor())
        print(torch.Tensor(torch.ones(2)), isinstance(torch.ones(1), torch.Tensor))""",
    "dtypes meet": """
        print(2 - torch.ones(2), torch.tensor([1, 2]) / 2, torch.tensor([1, 2]) * 2.5, torch.tensor([True]) + 1)
        print(torch.tensor([1.]) + torch.tensor(1., dtype=torch.float64), torch.tensor([1]) + torch.tensor([1.5]))""",
    "strides and offsets": """
        x = torch.ones(1, 3).expand(2, 3); print(x.stride(), x.is_contiguous(), x.storage_offset())
        y = torch.arange(6)[2:]; print(y.storage_offset(), y.untyped_storage().nbytes(), y.element_size(), y.nbytes)""",
    "reading numbers out": """
        print(float(torch.tensor(2.5)), int(torch.tensor(2)), f'{torch.tensor(2.5):.3f}', len(torch.ones(3)), bool(torch.tensor(1)))
        print([t for t in torch.arange(3)], torch.arange(3).tolist(), torch.tensor(1.5).item(), 2 in torch.arange(3), [1, 2][torch.tensor(1)])""",
    "NumPy shares memory": """
        a = torch.ones(1, 2); n = a.numpy(); n[0][0] = 10; print(n, a); c = n.copy(); c[0] = 7; print(a)
        n = np.array([1., 2.]); t = torch.from_numpy(n); t[0] = 5; print(n, t, t.dtype); print(torch.as_tensor(n).data_ptr() == t.data_ptr())
        x = torch.ones(2, requires_grad=True); x.detach().numpy()[0] = 3; print(x); x.data.numpy()[1] = 4; print(x)
        with torch.no_grad(): print(x.numpy())""",
    "NumPy functions on tensors": """
        x = torch.tensor([1., 4.]); print(np.sqrt(x), np.asarray(x), x * np.ones(2), np.float32(2) * x, x * np.float32(2))""",
    "no version for NumPy and .data": """
        x = torch.ones(2); x.numpy()[0] = 3; print(x._version); x.data.mul_(2); print(x._version); x.detach().mul_(2); print(x._version)""",
    "an MLP by hand": """
        torch.manual_seed(0); x = torch.randn(8, 2); y = (x[:, :1] * x[:, 1:] > 0).float()
        w1 = torch.randn(2, 16, requires_grad=True); b1 = torch.zeros(16, requires_grad=True)
        w2 = torch.randn(16, 1, requires_grad=True); b2 = torch.zeros(1, requires_grad=True)
        for step in range(3):
            p = ((x @ w1 + b1).relu() @ w2 + b2).sigmoid(); loss = ((p - y) ** 2).mean(); print(loss); loss.backward()
            with torch.no_grad():
                for t in (w1, b1, w2, b2): t -= 0.1 * t.grad; t.grad = None
        print(w2.t())""",
}  # fmt: skip

FAILURES = {
    "a leaf written in place": "x = torch.ones(3, requires_grad=True); x.add_(1)",
    "a view of a leaf written in place": "x = torch.ones(3, requires_grad=True); x[0].add_(1)",
    "numpy() of what requires grad": "torch.ones(3, requires_grad=True).numpy()",
    "a saved input was modified": "a = torch.ones(3, requires_grad=True); b = a * 2; c = b * b; b.add_(1); c.sum().backward()",
    "a saved leaf was modified": "a = torch.ones(3, requires_grad=True); b = torch.ones(3, 2); c = a @ b; b.mul_(2); c.sum().backward()",
    "a saved result was modified": "b = torch.ones(3, requires_grad=True).exp(); b.mul_(2); b.sum().backward()",
    "a write through detach is noticed": "b = torch.ones(3, requires_grad=True).exp(); b.detach().mul_(2); b.sum().backward()",
    "a view of a modified leaf": """
        a = torch.ones(3, requires_grad=True); c = a.view(3, 1).t(); d = c * c
        with torch.no_grad(): a.mul_(2)
        d.sum().backward()""",
    "backward twice": "a = torch.ones(3, requires_grad=True); c = (a * a).sum(); c.backward(); c.backward()",
    "saved tensors are freed": "a = torch.ones(3, requires_grad=True); c = (a * a).sum(); f = c.grad_fn.next_functions[0][0]; c.backward(); f._saved_self",
    "backward of what has no history": "torch.ones(3).backward()",
    "backward of a vector": "(torch.ones(3, requires_grad=True) * 2).backward()",
    "a gradient of the wrong shape": "(torch.ones(3, requires_grad=True) * 2).backward(torch.ones(2))",
    "empty inputs": "torch.ones(3, requires_grad=True).sum().backward(inputs=[])",
    "grad of what was not used": "x = torch.ones(1, requires_grad=True); torch.autograd.grad((x * 2).sum(), torch.ones(1, requires_grad=True))",
    "grad of what requires none": "x = torch.ones(1, requires_grad=True); torch.autograd.grad((x * 2).sum(), torch.ones(1))",
    "integers require no grad": "torch.ones(3, dtype=torch.int64, requires_grad=True)",
    "integers require no grad, later": "torch.ones(3, dtype=torch.int64).requires_grad_()",
    "requires_grad of a result": "(torch.ones(3, requires_grad=True) * 2).requires_grad_(False)",
    "retain_grad of a constant": "torch.ones(3).retain_grad()",
    "a hook on a constant": "torch.ones(3).register_hook(print)",
    "a gradient of another shape assigned": "torch.ones(3).grad = torch.ones(2)",
    "a gradient of another dtype assigned": "torch.ones(3).grad = torch.ones(3).double()",
    "a gradient that is no tensor": "torch.ones(3).grad = 3",
    "item of many": "torch.ones(3).item()",
    "truth of many": "bool(torch.ones(3))",
    "truth of none": "bool(torch.ones(0))",
    "length of a number": "len(torch.tensor(1))",
    "iteration over a number": "list(torch.tensor(1))",
    "tensor + str": "torch.ones(3) + 'a'",
    "add(tensor, str)": "torch.add(torch.ones(3), 'a')",
    "mul(str, tensor)": "torch.mul('a', torch.ones(3))",
    "tensor @ int": "torch.ones(3) @ 2",
    "mm(tensor, float)": "torch.mm(torch.ones(3, 3), 2.)",
    "array * tensor": "np.ones(3) * torch.ones(3)",
    "a Tensor of a number": "torch.Tensor(1.5)",
    "no such method": "torch.ones(3).foo",
    "no such device": "torch.device('foo')",
    "no CUDA": "torch.ones(3).cuda()",
    "deepcopy of a result": "import copy; copy.deepcopy(torch.ones(3, requires_grad=True) * 2)",
}


def said(torch: object, program: str) -> str:
    """What a program prints, and the error it ends with."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(textwrap.dedent(program), {"torch": torch, "np": np})
        except Exception as error:
            out.write(f"{type(error).__name__}: {error}")
    return re.sub(r"0x[0-9a-f]+", "0x", out.getvalue())


@pytest.mark.parametrize("claim", PROGRAMS)
def test_the_same_program_prints_the_same(claim: str) -> None:
    ours = said(minitorch_edu, PROGRAMS[claim])
    assert "Error" not in ours.splitlines()[-1], ours
    assert ours == said(pytorch, PROGRAMS[claim])


@pytest.mark.parametrize("mistake", FAILURES)
def test_the_same_mistake_gets_the_same_error(mistake: str) -> None:
    ours = said(minitorch_edu, FAILURES[mistake])
    assert "Error: " in ours
    assert ours == said(pytorch, FAILURES[mistake])


def test_the_hint_rides_as_a_note_behind_pytorchs_text() -> None:
    with pytest.raises(RuntimeError) as caught:
        minitorch_edu.ones(2, 3) @ minitorch_edu.ones(4, 5)
    assert str(caught.value) == "mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)"
    assert caught.value.__notes__ == ["input is (2, 3), other is (4, 5): the 3 and the 4 must agree"]
