"""The same program prints the same characters on this engine and on PyTorch: values, names, errors."""

from __future__ import annotations

import pytest

import minitorch_edu
from tests.oracle import torch as pytorch
from tests.programs import said

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

TUTORIAL = {
    "the first tensor": "x = torch.tensor([[1, 2], [3, 4]]); print(x, x.shape, x.dtype, x.device, x.ndim, x.numel(), type(x).__name__)",
    "tensors like another": "x = torch.ones(2, 2); print(torch.zeros_like(x), torch.ones_like(x, dtype=torch.int64), torch.full_like(x, 7))",
    "attributes": "t = torch.rand(3, 4); print(f'Shape of tensor: {t.shape}'); print(f'Datatype of tensor: {t.dtype}'); print(f'Device tensor is stored on: {t.device}')",
    "first row, first column, last column": "t = torch.ones(4, 4); print(f'First row: {t[0]}'); print(f'First column: {t[:, 0]}'); print(f'Last column: {t[..., -1]}'); t[:, 1] = 0; print(t)",
    "joining": "t = torch.ones(2, 2); print(torch.cat([t, t, t], dim=1)); print(torch.stack([t, t * 2]))",
    "matrix products three ways": "t = torch.arange(4.).view(2, 2); y1 = t @ t.T; y2 = t.matmul(t.T); print(y1, torch.equal(y1, y2)); print(t * t, t.mul(t))",
    "one number": "agg = torch.ones(4, 4).sum(); item = agg.item(); print(item, type(item))",
    "in place": "t = torch.ones(2, 2); t.add_(5); print(t); t[0].mul_(2); print(t)",
    "the bridge to NumPy": "t = torch.ones(5); n = t.numpy(); t.add_(1); print(f't: {t}'); print(f'n: {n}')",
    "the bridge from NumPy": "n = np.ones(5); t = torch.from_numpy(n); np.add(n, 1, out=n); print(f't: {t}'); print(f'n: {n}')",
    "lists there and back": "print(torch.tensor([[1, 2], [3, 4]]).tolist(), torch.tensor([[1., 2.]]).numpy().tolist(), list(torch.arange(3)))",
    "a seed": "torch.manual_seed(42); a = torch.rand(2, 2); torch.manual_seed(42); b = torch.rand(2, 2); print(torch.equal(a, b), a)",
    "normal numbers": "torch.manual_seed(1); print(torch.randn(2, 3)); print(torch.randn(4).mean())",
    "reshape with -1": "x = torch.arange(12); print(x.reshape(3, -1), x.reshape(-1, 6).shape, x.view(2, 2, 3).shape, x.view(-1).shape)",
    "squeeze and unsqueeze": "x = torch.zeros(2, 1, 3); print(x.squeeze().shape, x.squeeze(1).shape, x.unsqueeze(0).shape, x.unsqueeze(-1).shape)",
    "permute and transpose": "x = torch.arange(24).view(2, 3, 4); print(x.permute(2, 0, 1).shape, x.transpose(0, 2).stride(), x.permute(2, 0, 1).is_contiguous())",
    "view of a transpose": "x = torch.arange(6).view(2, 3).t(); print(x.is_contiguous(), x.contiguous().is_contiguous(), x.reshape(6)); x.contiguous().view(6)[0] = 9; print(x)",
    "a view sees writes": "x = torch.zeros(4); y = x.view(2, 2); y[0, 0] = 1; print(x, y.data_ptr() == x.data_ptr())",
    "a clone does not": "x = torch.zeros(2); y = x.clone(); y[0] = 1; print(x, y)",
    "broadcasting": "a = torch.arange(3).view(3, 1); b = torch.arange(2).view(1, 2); print(a + b, (a * b).shape)",
    "reductions": "x = torch.arange(6.).view(2, 3); print(x.sum(), x.sum(0), x.sum(dim=1, keepdim=True), x.mean(), x.mean(1), x.max(), x.min(), x.max(1), x.argmax(), x.argmin(1))",
    "truths": "x = torch.tensor([1, 0, 2]); print((x > 0).any(), (x > 0).all(), (x == 0).sum(), x.bool(), bool((x > 0).any()))",
    "masks": "x = torch.arange(6); print(x[x % 2 == 0], x[(x > 1) & (x < 5)], x[(x < 1) | (x > 4)], x[~(x > 2)], (x > 2).sum().item())",
    "where": "x = torch.tensor([-1., 2., -3.]); print(torch.where(x > 0, x, torch.zeros(3)), torch.where(x > 0, 1., 0.))",
    "clamp": "x = torch.tensor([-2., 0.5, 3.]); print(x.clamp(0, 1), x.clamp(min=0), torch.clamp(x, max=1))",
    "dtypes": "x = torch.tensor([1.7, -1.7]); print(x.int(), x.long(), x.double(), x.half(), x.bool(), x.to(torch.int32), x.type(torch.float64), x.to(torch.float32) is x)",
    "integers divide": "x = torch.tensor([7, -7]); print(x / 2, x // 2, x % 2, x.float() / 2, torch.div(x, 2), -x // 2)",
    "rounding": "x = torch.tensor([1.5, 2.5, -1.5, 1.25]); print(x.round(), x.floor(), x.ceil(), x.trunc(), x.frac(), torch.round(x, decimals=1))",
    "bits": "x = torch.tensor([5, 6]); print(x & 3, x | 8, x ^ 1, ~x, x << 2, x >> 1, 1 << x, 3 & x)",
    "powers": "x = torch.tensor([1., 2., 3.]); print(x ** 2, x.pow(3), 2 ** x, x ** -1, x ** 0.5, x.sqrt(), torch.tensor([2, 3]) ** 2)",
    "comparisons": "x = torch.tensor([1., 2.]); print(x == 1, x != 1, x > 1, x >= 2, x.eq(1), torch.equal(x, x), torch.allclose(x, x + 1e-9), (x == x).all())",
    "a scalar": "x = torch.tensor(3.14159); print(x, x.item(), f'{x:.2f}', x.ndim, x.shape, float(x), int(x))",
    "a loop over rows": "for i, row in enumerate(torch.arange(4).view(2, 2)): print(i, row, row.sum().item())",
    "unpacking": "a, b = torch.tensor([1, 2]); print(a, b); (c, d), e = torch.ones(2, 2); print(c, d, e)",
    "zip and sum": "print([int(a * b) for a, b in zip(torch.arange(3), torch.arange(3))], sum(torch.arange(4)), max(torch.tensor([1, 5, 2])))",
    "a dictionary of tensors": "d = {'w': torch.zeros(2), 'b': torch.ones(1)}\nfor k, v in d.items(): print(k, v, v.shape)",
    "printing large ones": "print(torch.arange(2000)); print(torch.ones(50, 50)); print(torch.zeros(3, 30))",
    "printing small numbers": "print(torch.tensor([1e-8, 1.]), torch.tensor([1e10]), torch.tensor([0.1, 0.123456]), torch.tensor([float('nan'), float('inf'), -1.]))",
    "print options": "torch.set_printoptions(precision=2); print(torch.tensor([3.14159])); torch.set_printoptions(profile='default'); print(torch.tensor([3.14159]))",
    "a derivative": "x = torch.tensor(3., requires_grad=True); y = x ** 2 + 2 * x + 1; y.backward(); print(y, x.grad)",
    "the chain rule": "x = torch.tensor(2., requires_grad=True); y = torch.exp(x); z = torch.log(y + 1); z.backward(); print(z, x.grad, y.requires_grad, z.grad_fn)",
    "a vector's gradient": "x = torch.tensor([1., 2., 3.], requires_grad=True); y = (x ** 3).sum(); y.backward(); print(x.grad)",
    "two leaves": "a = torch.tensor([2., 3.], requires_grad=True); b = torch.tensor([6., 4.], requires_grad=True); Q = 3 * a ** 3 - b ** 2; Q.backward(gradient=torch.tensor([1., 1.])); print(9 * a ** 2 == a.grad, -2 * b == b.grad)",
    "a Jacobian-vector product": "x = torch.ones(3, requires_grad=True); y = x * 2\nwhile y.sum() < 1000: y = y * 2\nprint(y); y.backward(torch.tensor([0.1, 1.0, 0.0001])); print(x.grad)",
    "requires_grad spreads": "x = torch.rand(5, 5); y = torch.rand(5, 5); z = torch.rand((5, 5), requires_grad=True); print((x + y).requires_grad, (x + z).requires_grad)",
    "zero_grad by hand": "w = torch.ones(2, requires_grad=True)\nfor _ in range(3):\n    (w * 3).sum().backward(); print(w.grad); w.grad.zero_()",
    "gradient descent": "x = torch.tensor([5.0], requires_grad=True)\nfor i in range(5):\n    loss = (x - 2) ** 2; loss.backward()\n    with torch.no_grad(): x -= 0.1 * x.grad\n    x.grad = None; print(i, x, f'{loss.item():.4f}')",
    "the sine by a polynomial": """
        import math
        x = torch.linspace(-math.pi, math.pi, 200); y = torch.sin(x)
        a, b, c, d = [torch.tensor(v, requires_grad=True) for v in (0.1, -0.2, 0.3, -0.4)]
        for t in range(20):
            y_pred = a + b * x + c * x ** 2 + d * x ** 3
            loss = (y_pred - y).pow(2).sum(); loss.backward()
            with torch.no_grad():
                for p in (a, b, c, d): p -= 1e-6 * p.grad; p.grad = None
        print(f'Result: y = {a.item():.3f} + {b.item():.3f} x + {c.item():.3f} x^2 + {d.item():.3f} x^3')""",
    "logistic regression by hand": """
        torch.manual_seed(0); x = torch.randn(20, 2); y = (x.sum(1) > 0).float(); w = torch.zeros(2, requires_grad=True)
        for _ in range(10):
            p = (x @ w).sigmoid(); loss = -(y * p.log() + (1 - y) * (1 - p).log()).mean(); loss.backward()
            with torch.no_grad(): w -= w.grad; w.grad = None
        print(f'{loss.item():.4f}', ((x @ w > 0).float() == y).float().mean())""",
    "cross entropy by hand": "x = torch.tensor([[1., 2., 3.], [1., 1., 1.]], requires_grad=True); t = torch.tensor([2, 0]); loss = -x.log_softmax(1)[[0, 1], t].mean(); loss.backward(); print(loss, x.grad)",
    "softmax by hand": "x = torch.tensor([1., 2., 3.]); e = (x - x.max()).exp(); print(e / e.sum(), torch.softmax(x, dim=0), (e / e.sum()).sum())",
    "standardisation": "x = torch.arange(6.).view(2, 3); print((x - x.mean(0)) / (((x - x.mean(0)) ** 2).mean(0)).sqrt())",
    "one-hot by hand": "t = torch.tensor([0, 2, 1]); y = torch.zeros(3, 3); y[torch.arange(3), t] = 1; print(y, torch.eye(3)[t])",
    "distances by broadcasting": "a = torch.tensor([[0., 0.], [3., 4.]]); d = ((a[:, None] - a[None]) ** 2).sum(-1).sqrt(); print(d)",
    "a batch of matrices": "a = torch.arange(12.).view(2, 2, 3); print(a @ a.transpose(1, 2), torch.bmm(a, a.mT).shape)",
    "a moving window": "x = torch.arange(6.); print(torch.stack([x[i:i + 3] for i in range(4)]).mean(1))",
    "shuffling": "torch.manual_seed(0); x = torch.arange(5); p = torch.randperm(5); print(p, x[p])",
    "hooks": "x = torch.ones(2, requires_grad=True); y = x * 2; y.register_hook(lambda g: print('grad of y', g)); y.sum().backward(); print(x.grad)",
    "no_grad and detach": "x = torch.ones(1, requires_grad=True)\nwith torch.no_grad(): print((x * 2).requires_grad)\nprint((x * 2).detach().requires_grad, (x * 2).requires_grad, x.detach().is_leaf)",
    "is_leaf": "a = torch.rand(2, requires_grad=True); b = torch.rand(2, requires_grad=True) + 2; c = torch.rand(2); print(a.is_leaf, b.is_leaf, c.is_leaf, a.grad, c.grad)",
    "the graph": "a = torch.ones(1, requires_grad=True); L = ((a * 2 + 3) ** 2).mean(); print(L.grad_fn); f = L.grad_fn\nwhile f: print(f.name()); f = f.next_functions[0][0] if f.next_functions else None",
    "NumPy in the middle": "x = torch.linspace(0, 1, 5); y = np.sin(x.numpy()); print(torch.from_numpy(y), torch.from_numpy(y).dtype, np.sin(x))",
    "float64 from NumPy": "x = torch.from_numpy(np.random.RandomState(0).rand(2)); print(x.dtype, x.float().dtype, (x + torch.ones(2)).dtype)",
    "errors are caught": "try: torch.ones(2) + torch.ones(3)\nexcept RuntimeError as e: print('caught:', e)\ntry: torch.ones(2).numpy().foo\nexcept AttributeError as e: print(e)",
    "copy.deepcopy": "import copy; x = torch.ones(2, requires_grad=True); y = copy.deepcopy(x); print(y, y is x, y.requires_grad, y.data_ptr() == x.data_ptr())",
    "pickle": "import pickle; x = torch.arange(4.).view(2, 2); print(pickle.loads(pickle.dumps(x)), pickle.loads(pickle.dumps(x.requires_grad_())).requires_grad)",
    "isinstance": "x = torch.ones(1); print(isinstance(x, torch.Tensor), torch.is_tensor(x), torch.is_tensor([1]), x.is_floating_point(), isinstance(x.dtype, torch.dtype), isinstance(x.shape, tuple))",
    "sizes are tuples": "s = torch.ones(2, 3).shape; a, b = s; print(s, a * b, s[0], s[-1], len(s), s == (2, 3), list(s), s.numel(), torch.ones(s).shape)",
}  # fmt: skip
"""What a reader of a tutorial types."""

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


@pytest.mark.parametrize("claim", [*PROGRAMS, *TUTORIAL])
def test_the_same_program_prints_the_same(claim: str) -> None:
    program = {**PROGRAMS, **TUTORIAL}[claim]
    ours = said(minitorch_edu, program)
    assert "Error" not in ours.splitlines()[-1], ours
    assert ours == said(pytorch, program)


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
