"""Corners: where hooks, writes, views, Functions and passes meet each other."""

import pytest

from tests.autograd.claims import claims, holds_for_both
from tests.autograd.test_semantics_function import FUNCTIONS

pytest.importorskip("torch.utils.checkpoint", reason="PyTorch loads it when it is asked for")

PROGRAMS = '''
# a Function that returns its tensor twice
class Two(Function):
    @staticmethod
    def forward(ctx, x): y = x * 2; return y, y
    @staticmethod
    def backward(ctx, a, b): print(a, b); return a + b
a, b = Two.apply(x); print(a is b, a.output_nr, b.output_nr); (a + 3 * b).sum().backward(); print(x.grad)

# the same input twice
a, b = Both.apply(x, x); (a + b).sum().backward(); print(x.grad)

# a Function that returns None
class Nothing(Function):
    @staticmethod
    def forward(ctx, x): return None
    @staticmethod
    def backward(ctx, g): return g
tries(Nothing.apply, x)

# a Function that returns a list
class AList(Function):
    @staticmethod
    def forward(ctx, x): return [x * 2, x * 3]
    @staticmethod
    def backward(ctx, *g): print(g); return g[0]
tries(AList.apply, x)

# a Function that returns a dict or a number
class Num(Function):
    @staticmethod
    def forward(ctx, x): return 5
    @staticmethod
    def backward(ctx, *g): return None
tries(Num.apply, x)

# an empty tuple
class Emp(Function):
    @staticmethod
    def forward(ctx, x): return ()
    @staticmethod
    def backward(ctx, *g): return None
tries(Emp.apply, x)

# an integer result
class Ints(Function):
    @staticmethod
    def forward(ctx, x): return x.long(), x * 2
    @staticmethod
    def backward(ctx, a, b): print(a, b); return b
i, y = Ints.apply(x); print(i.requires_grad, i.grad_fn, y.output_nr); y.sum().backward()

# an input marked as non-differentiable
class Mk(Function):
    @staticmethod
    def forward(ctx, x): ctx.mark_non_differentiable(x); return x
    @staticmethod
    def backward(ctx, g): return g
y = Mk.apply(x * 1); print(y.requires_grad, y.is_leaf)

# saved_tensors before and after
class Acc(Square):
    @staticmethod
    def backward(ctx, g): print(len(ctx.saved_tensors), len(ctx.saved_tensors)); return g
y = Acc.apply(x); y.sum().backward(); tries(lambda: y.grad_fn.saved_tensors)

# backward inside a hook
def hook(grad):
    with torch.enable_grad(): z = (w * 2).sum(); z.backward()
    print("inner", w.grad)
y = x * 2; y.register_hook(hook); y.sum().backward(); print(x.grad)

# grad inside backward of the same graph
y = x.exp()
y.register_hook(lambda g: print(torch.autograd.grad(y.sum(), x, retain_graph=True)))
y.sum().backward(); print(x.grad)

# hooks of a leaf across a write
x.register_hook(shows("x"))
with torch.no_grad(): x.mul_(2)
(x * x).sum().backward()

# a leaf that is detached again
y = (x * 2).detach().requires_grad_(); (y * w).sum().backward(); print(y.grad, x.grad, y.is_leaf)

# requires_grad_ on a view
v = c[:1]; v.requires_grad_(); print(v.requires_grad, c.requires_grad, v.is_leaf); (v * 2).sum().backward(); print(v.grad)

# writing to the base of such a view
v = c[:1]; v.requires_grad_(); tries(c.mul_, 2); print(v.requires_grad); tries(v.mul_, 2)

# a write with something recorded into the base of a leaf view
v = c[:1].requires_grad_(); tries(c.mul_, w); print(c.requires_grad)

# del grad
x.sum().backward(); del x.grad; print(x.grad); x.grad = None; print(x.grad)

# data assignments
x.data = torch.tensor([7., 8.]); print(x, x.requires_grad); y = x * 2; x.data.fill_(1.); print(x)
tries(setattr, x, "data", torch.tensor([1, 2])); tries(setattr, x, "data", 5)

# grad of roots without gradients
print(torch.autograd.grad([x.sum(), (w * 2).sum()], [x, w]))
tries(torch.autograd.grad, [x * 2, (w * 2).sum()], [x, w], [None, None])
print(torch.autograd.grad([x * 2, (w * 2).sum()], [x, w], [torch.ones(2), None]))

# one input twice
print(torch.autograd.grad((x * w).sum(), [x, x, w]))

# freed in the middle: an error leaves what ran freed
y = x.exp(); z = y.sin(); y.detach().mul_(2); tries(z.sum().backward); tries(z.sum().backward)

# view chains and writes
y = torch.zeros(2, 2); v = y[0]; u = v[:1]; u.mul_(x[:1]); print(y.requires_grad, v.requires_grad, y.grad_fn.name(), v.grad_fn.name())
v.add_(w); y.sum().backward(); print(x.grad, w.grad)

# write under no_grad into the base of a recorded view
y = x * 1; v = y[:1]
with torch.no_grad(): y.mul_(2)
print(v.grad_fn.name(), y.grad_fn.name()); v.sum().backward(); print(x.grad)

# saved view then base written
y = x * 1; v = y.view(2); z = v * v; y.add_(1); tries(z.sum().backward)

# a write to what an out-of-place view shares, after it was saved by exp
y = x.exp(); v = y[:1]; v.mul_(2); tries(y.sum().backward)

# set_
y = x * 2; tries(lambda: y.resize_(3)); tries(lambda: x.resize_(3))

# retain_grad on a view whose base is written
y = x * 1; v = y[:1]; v.retain_grad(); v.mul_(3); y.sum().backward(); print(v.grad, x.grad)

# clone keeps the history
y = x.clone(); print(y.grad_fn.name()); y.mul_(3); y.sum().backward(); print(x.grad)

# backward twice with different gradients
y = x * w; y.backward(torch.tensor([1., 0.]), retain_graph=True); y.backward(torch.tensor([0., 1.])); print(x.grad)

# no gradient for an integer path
y = (x * 2).long().float(); tries(y.sum().backward)

# post-accumulate hook in create_graph
warnings.simplefilter("ignore")
x.register_post_accumulate_grad_hook(lambda t: print(t.grad.requires_grad)); (x ** 2).sum().backward(create_graph=True)

# hook handles as context and id
h = x.register_hook(lambda g: None); print(type(h).__name__, isinstance(h.id, int));
with h as k: print(k is h)

# node equality and hash
y = x * 2; print(y.grad_fn is y.grad_fn, len({y.grad_fn, y.grad_fn}), y.grad_fn == y.grad_fn)

# names
print([f(x).grad_fn.name() for f in (lambda t: t + 1, lambda t: t @ t, lambda t: t[0], lambda t: t.view(2), lambda t: t.sum(), lambda t: t.mean(0), lambda t: t[[0]], lambda t: t.clamp(0, 1))])
print((x * 2).grad_fn, (x * 2).sum())

# tensor attributes after backward
y = x * 2; y.sum().backward(); print(y.grad_fn.name(), y.requires_grad, x.is_leaf, x.grad.requires_grad, x.grad.grad_fn)

# a zero-size pass
z = torch.zeros(0, requires_grad=True); (z * 2).sum().backward(); print(z.grad)

# gradient of an expanded leaf has the shape and stride of the leaf
z = torch.ones(1, requires_grad=True); z.expand(3).sum().backward(); print(z.grad, z.grad.stride())

# gradients of a transposed leaf
z = torch.ones(2, 3).t().requires_grad_(); (z * 2).sum().backward(); print(z.grad.stride())

# set_grad_enabled nesting
with torch.set_grad_enabled(False):
    with torch.set_grad_enabled(True): print(torch.is_grad_enabled())
    print(torch.is_grad_enabled())

# threads and no_grad decorator
@torch.no_grad()
def f():
    out = []
    t = threading.Thread(target=lambda: out.append(torch.is_grad_enabled())); t.start(); t.join(); return out, torch.is_grad_enabled()
print(f())

# multi-grad hook with an unused tensor and backward twice
y = x * w; h = torch.autograd.graph.register_multi_grad_hook((x, y), lambda gs: print(gs));
for _ in range(2): (y * 2).sum().backward(retain_graph=True)

# register_hook on Function output modifies
y = Square.apply(x); y.register_hook(lambda g: g * 2); y.sum().backward(); print(x.grad)

# grad_fn of in-place on Function output
y = Square.apply(x); y += 1; print(y.grad_fn.next_functions[0][0].name()); y.sum().backward(); print(x.grad)

# anomalies in a Function under grad
with torch.autograd.set_detect_anomaly(True): y = Square.apply(x); print(sorted(y.grad_fn.metadata))

# nan by a Function
class NaN(Square):
    @staticmethod
    def backward(ctx, g): return g * float("nan")
warnings.simplefilter("ignore")
with torch.autograd.set_detect_anomaly(True): tries(NaN.apply(x).sum().backward)

# gradcheck fails inside no_grad
d = torch.ones(2, dtype=torch.float64, requires_grad=True)
with torch.no_grad(): tries(torch.autograd.gradcheck, lambda t: t * 2, d)

# checkpoint of a Function
y = torch.utils.checkpoint.checkpoint(Square.apply, x, use_reentrant=False); y.sum().backward(); print(x.grad)
y = torch.utils.checkpoint.checkpoint(Square.apply, x, use_reentrant=True); y.sum().backward(); print(x.grad)

# Function inside hooks packing, double backward
with torch.autograd.graph.saved_tensors_hooks(lambda t: t.clone(), lambda t: t): y = Square.apply(x)
g, = torch.autograd.grad(y.sum(), x, create_graph=True); print(g); print(torch.autograd.grad(g.sum(), x))

# is_inference inside Function
with torch.inference_mode(): y = Square.apply(x); print(y.is_inference(), y.requires_grad)

# mark_dirty under no_grad
with torch.no_grad(): y = Doubles.apply(x)
print(y is x, x, x._version, x.is_leaf)

# mark_dirty on a leaf view
tries(Doubles.apply, x[:1])

# mark_dirty of one of two inputs
class Into(Function):
    @staticmethod
    def forward(ctx, a, b): ctx.mark_dirty(a); a.add_(b); return a
    @staticmethod
    def backward(ctx, g): return g, g * 2
z = torch.zeros(2); y = Into.apply(z, x); print(y is z, z.requires_grad, z.grad_fn.name()); z.sum().backward(); print(x.grad)

# dirty and another result
class DirtyTwo(Function):
    @staticmethod
    def forward(ctx, a): ctx.mark_dirty(a); a.mul_(2); return a, a * 3
    @staticmethod
    def backward(ctx, g, h): print(g, h); return g * 2 + h * 6
y = x * 1; a, b = DirtyTwo.apply(y); print(a is y, a.output_nr, b.output_nr); (a + b).sum().backward(); print(x.grad)

# dirty second result
class Second(Function):
    @staticmethod
    def forward(ctx, a): ctx.mark_dirty(a); a.mul_(2); return a.clone() * 3, a
    @staticmethod
    def backward(ctx, g, h): print(g, h); return h * 2 + g * 6
y = x * 1; a, b = Second.apply(y); print(b is y, b.output_nr); b.sum().backward(); print(x.grad)

# an error in forward leaves grad mode
class Err(Square):
    @staticmethod
    def forward(ctx, x): raise ValueError("mine")
tries(Err.apply, x); print(torch.is_grad_enabled())

# an error in backward leaves grad mode
class ErrB(Square):
    @staticmethod
    def backward(ctx, g): raise ValueError("mine")
tries(ErrB.apply(x).sum().backward); print(torch.is_grad_enabled(), (x * 2).requires_grad)

# needs_input_grad false: gradients dropped
class Part(Function):
    @staticmethod
    def forward(ctx, a, b): return a * b
    @staticmethod
    def backward(ctx, g): print(ctx.needs_input_grad); return g, g
Part.apply(x, c).sum().backward(); print(x.grad, c.grad)

# apply with keywords
tries(lambda: Scaled.apply(x, factor=2.))

# a subclass of a Function
class Sub(Square): pass
print(Sub.apply(x).grad_fn.name())

# static forward called by hand
class Ctx:
    def save_for_backward(self, *t): self.saved_tensors = t
ctx = Ctx(); print(Square.forward(ctx, c)); print(Square.backward(ctx, torch.ones(2)))

# once_differentiable with several results
class OnceTwo(Both):
    @staticmethod
    @once_differentiable
    def backward(ctx, p, s): a, b = ctx.saved_tensors; return p * b, p * a
a, b = OnceTwo.apply(x, w); g = torch.autograd.grad(a.sum(), (x, w), create_graph=True); print([t.requires_grad for t in g]); tries(torch.autograd.grad, g[0].sum(), w)

# the name in the error of a freed Function
y = Square.apply(x).sum(); y.backward(); tries(y.backward)

# higher orders of a Function
class Cube(Function):
    @staticmethod
    def forward(ctx, x): ctx.save_for_backward(x); return x ** 3
    @staticmethod
    def backward(ctx, g): x, = ctx.saved_tensors; return 3 * g * x ** 2
y = Cube.apply(x).sum()
for _ in range(3): y, = torch.autograd.grad(y, x, create_graph=True); print(y.detach()); y = y.sum()

# retain_graph with a Function
y = Cube0 = Square.apply(x).sum(); y.backward(retain_graph=True); y.backward(); print(x.grad)

# materialized zeros have the dtype and shape
class Z(Function):
    @staticmethod
    def forward(ctx, x): return x * 2, x.double().view(2, 1)
    @staticmethod
    def backward(ctx, a, b): print(a.dtype, b.dtype, b.shape, b.sum()); return a
Z.apply(x)[0].sum().backward()

# vjp of a Function in functional
print(torch.autograd.functional.vjp(Square.apply, c, torch.ones(2)), torch.autograd.functional.hessian(lambda t: Square.apply(t).sum(), c))

# a hook on the AccumulateGrad that changes nothing, and a prehook that does
acc = torch.autograd.graph.get_gradient_edge(x).node; acc.register_prehook(lambda g: (g[0] * 5,)); (x * 2).sum().backward(); print(x.grad)

# AccumulateGrad in grad()
acc = torch.autograd.graph.get_gradient_edge(x).node; acc.register_prehook(lambda g: (g[0] * 5,)); print(torch.autograd.grad((x * 2).sum(), x))

# post hooks on a node that is an end
y = x * 2; y.grad_fn.register_hook(shows("post")); print(torch.autograd.grad((y * 3).sum(), y))

# hooks on Split outputs partially used
p, q = (x * 1).split(1); p.register_hook(shows("p")); q.register_hook(shows("q")); p.sum().backward()

# prehook on a node with two outputs
p, q = (x * 1).split(1); p.grad_fn.register_prehook(lambda g: print(g)); p.sum().backward()

# post-accumulate hook error
x.register_post_accumulate_grad_hook(lambda t: 1 / 0); tries((x * 2).sum().backward); print(x.grad)

# grad mode in hooks
x.register_post_accumulate_grad_hook(lambda t: print(torch.is_grad_enabled())); x.register_hook(lambda g: print(torch.is_grad_enabled())); (x * 2).sum().backward()

# a prehook that returns one tensor
y = x * w; y.grad_fn.register_prehook(lambda g: g[0] * 2); y.sum().backward(); print(x.grad)

# a prehook that returns a list
y = x * w; y.grad_fn.register_prehook(lambda g: [g[0] * 2]); tries(y.sum().backward); print(x.grad)

# a hook returning None in a tuple
y = x * w; y.grad_fn.register_hook(lambda i, o: (None, i[1])); tries(y.sum().backward); print(x.grad, w.grad)

# a hook that fills None
y = x * c; y.grad_fn.register_hook(lambda i, o: (i[0], i[0])); tries(y.sum().backward); print(x.grad)

# warn twice for non-leaf grads
y = x * 2; y.grad; y.grad

# inputs= with a GradientEdge
y = x * w; e = torch.autograd.graph.get_gradient_edge(x); (y * 2).sum().backward(inputs=[e]); print(x.grad, w.grad)

# grad of a view in the graph
y = x * 1; v = y.view(2, 1); print(torch.autograd.grad((v * 3).sum(), v)); z = (y.view(2, 1) * 2).sum(); print(torch.autograd.grad(z, y))

# double wheres
y = torch.where(x > 1, x * 2, w); y.sum().backward(); print(x.grad, w.grad)
'''

test_corners_are_pytorchs = holds_for_both(
    "".join(f"# {claim}\n{FUNCTIONS}{program}" for claim, program in claims(PROGRAMS).items())
)
