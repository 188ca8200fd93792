"""Contexts: modes, hooks for what is saved and anomalies, in all the ways in which programs use them together."""

from tests.autograd.claims import holds_for_both

test_contexts_are_pytorchs = holds_for_both('''
# inference: writes between kinds
with torch.inference_mode(): y = c * 2; c.add_(y); y.add_(c); v = y[:1]; v.mul_(2); print(y, v.is_inference())
print(c, y)

# inference: view made inside, written outside
with torch.inference_mode(): v = x[:1]
print(v.requires_grad, v.is_inference()); tries(v.mul_, 2); y = x * 1
with torch.inference_mode(): v = y[:1]
tries(v.mul_, w[0])

# inference: nn style
@torch.inference_mode()
def predict(x): return (x * w).sum().item()
print(predict(c))

# inference: grad
with torch.inference_mode(): y = torch.ones(2, requires_grad=True); print(y.requires_grad, y.is_leaf, y.grad_fn); z = y * 2; print(z.requires_grad)
print(y.requires_grad, y.is_inference()); tries(lambda: y * 2)

# inference: detach and data and to
with torch.inference_mode(): y = c * 2
print(y.detach().is_inference(), y.float() is y, y.double().is_inference(), y.view(2, 1).is_inference(), y.numpy().tolist())

# inference: out and copy
with torch.inference_mode(): y = c * 2
z = torch.zeros(2); z.copy_(y); print(z, z.is_inference()); tries(y.copy_, z); tries(torch.add, c, c, out=y)

# inference: indexing writes
with torch.inference_mode(): y = c * 2
def f(): y[0] = 5.
tries(f)

# inference: save and load into a list
with torch.inference_mode(): out = [c * i for i in range(2)]
print(torch.stack(out), torch.stack(out).is_inference(), torch.cat(out).sum().item())

# inference: a leaf with grad written inside
with torch.inference_mode(): x.mul_(2); print(x)
print(x._version); (x * x).sum().backward(); print(x.grad)

# inference: saved before, written inside
y = (x * x).sum()
with torch.inference_mode(): x.mul_(2)
tries(y.backward)

# inference: in-place result of recorded
y = x * 1
with torch.inference_mode(): y.mul_(2)
y.sum().backward(); print(x.grad)

# anomaly: no graph
with torch.autograd.set_detect_anomaly(True):
    y = (x * w).sum(); y.backward(); tries(y.backward)

# anomaly: grad
with torch.autograd.detect_anomaly(check_nan=False): print(torch.autograd.grad((x / 0 * 0).sum(), x))

# saved hooks and in place
with torch.autograd.graph.saved_tensors_hooks(lambda t: t.clone(), lambda t: t):
    y = x * 1; y.mul_(y); y.exp_()
print(y.grad_fn.name()); y.sum().backward(); print(x.grad)

# saved hooks: unpack per access
with torch.autograd.graph.saved_tensors_hooks(lambda t: t, lambda t: (print("unpack"), t)[1]): y = x.exp()
y.grad_fn._saved_result; y.grad_fn._saved_result; y.sum().backward()

# saved hooks returning None
with torch.autograd.graph.saved_tensors_hooks(lambda t: None, lambda t: torch.ones(2)): y = x.exp()
y.sum().backward(); print(x.grad)

# save_on_cpu in create_graph
with torch.autograd.graph.save_on_cpu(): y = x ** 3
g, = torch.autograd.grad(y.sum(), x, create_graph=True); print(torch.autograd.grad(g.sum(), x))

# disable hooks message nested
G = torch.autograd.graph
def f():
    with G.disable_saved_tensors_hooks("a"):
        with G.disable_saved_tensors_hooks("b"):
            with G.save_on_cpu(): pass
tries(f)
with G.save_on_cpu(): print("ok")

# allow mutation nested and outside
G = torch.autograd.graph
def f():
    with G.allow_mutation_on_saved_tensors():
        with G.allow_mutation_on_saved_tensors(): pass
tries(f)
with G.allow_mutation_on_saved_tensors(): y = x * 1; z = y * y
tries(z.sum().backward)

# increment_version errors
tries(torch.autograd.graph.increment_version, 5)

# functional with kwargs
F = torch.autograd.functional
print(F.jacobian(func=lambda t: t ** 2, inputs=c), F.hvp(lambda t: (t ** 3).sum(), c, v=c))

# gradient edge of a view and of an in-place result
y = x * 1; y.mul_(2); e = torch.autograd.graph.get_gradient_edge(y); print(e.node.name(), e.output_nr); p, q = y.unbind(); print(torch.autograd.graph.get_gradient_edge(q).output_nr)

# no_grad under a generator expression
with torch.no_grad(): g = (x * i for i in range(2))
print([t.requires_grad for t in g])

# no_grad repr and nesting
print(type(torch.no_grad()).__name__, str(torch.set_grad_enabled(True)), torch.is_grad_enabled())

# no_grad decorating a method and a lambda
class A:
    @torch.no_grad()
    def f(self, x): return (x * 2).requires_grad
    @staticmethod
    @torch.no_grad()
    def g(x): return (x * 2).requires_grad
print(A().f(x), A.g(x), torch.no_grad()(lambda: (x * 2).requires_grad)())

# recursion under no_grad
@torch.no_grad()
def rec(n): return [torch.is_grad_enabled()] + (rec(n - 1) if n else [])
print(rec(3), torch.is_grad_enabled())

# async nothing; with and exceptions
try:
    with torch.no_grad(): raise KeyError("k")
except KeyError: print(torch.is_grad_enabled())

# two entered modes out of order
a, b = torch.no_grad(), torch.enable_grad()
a.__enter__(); b.__enter__(); a.__exit__(None, None, None); print(torch.is_grad_enabled()); b.__exit__(None, None, None); print(torch.is_grad_enabled()); torch.set_grad_enabled(True)
''')
