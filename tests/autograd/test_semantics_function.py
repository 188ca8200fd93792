"""autograd.Function: ctx, what forward may return, what backward has to return, and what is said where it does not."""

from tests.autograd.claims import claims, holds_for_both

FUNCTIONS = '''
from torch.autograd import Function
from torch.autograd.function import once_differentiable
class Square(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x
    @staticmethod
    def backward(ctx, grad):
        x, = ctx.saved_tensors
        return grad * 2 * x
class Scaled(Function):
    @staticmethod
    def forward(ctx, x, factor, name=None):
        ctx.factor = factor
        return x * factor
    @staticmethod
    def backward(ctx, grad):
        return grad * ctx.factor, None, None
class Both(Function):
    @staticmethod
    def forward(ctx, x, w):
        ctx.save_for_backward(x, w)
        return x * w, x + w
    @staticmethod
    def backward(ctx, product, sum):
        print("backward", product, sum)
        x, w = ctx.saved_tensors
        return product * w + sum, product * x + sum
class Doubles(Function):
    @staticmethod
    def forward(ctx, x): ctx.mark_dirty(x); x.mul_(2); return x
    @staticmethod
    def backward(ctx, grad): return grad * 2
class Same(Function):
    @staticmethod
    def forward(ctx, x): return x
    @staticmethod
    def backward(ctx, grad): return grad * 7
def returning(found):
    class Returning(Function):
        @staticmethod
        def forward(ctx, x, factor):
            return x * factor
        @staticmethod
        def backward(ctx, grad):
            return found(grad)
    return Returning
'''.replace("from torch.autograd import Function", "Function = torch.autograd.Function").replace(
    "from torch.autograd.function import once_differentiable", "once_differentiable = torch.autograd.function.once_differentiable"
)

PROGRAMS = '''
# a Function has the derivative that it says
y = Square.apply(x); print(y); y.sum().backward(); print(x.grad)

# its node bears its name, and is its ctx
y = Square.apply(x); print(y.grad_fn.name(), type(y.grad_fn).__name__, isinstance(y.grad_fn, Square._backward_cls), y.grad_fn.next_functions)
print(y.grad_fn.saved_tensors, y.grad_fn.needs_input_grad)

# its derivative can be differentiated
y = Square.apply(x).sum()
gx, = torch.autograd.grad(y, x, create_graph=True); print(gx); print(torch.autograd.grad(gx.sum(), x))

# numbers and names are handed on, and have no gradient
y = Scaled.apply(x, 3.0, "three"); y.sum().backward(); print(x.grad, y.grad_fn.factor)
print(Scaled.apply(x, 3.0).grad_fn.next_functions)

# several results have a gradient each, zeros where none came
a, b = Both.apply(x, w); print(a.output_nr, b.output_nr, a.grad_fn is b.grad_fn)
a.sum().backward(); print(x.grad, w.grad)

# without materialized gradients there is None instead
class Bare(Both):
    @staticmethod
    def forward(ctx, x, w):
        ctx.set_materialize_grads(False); return Both.forward(ctx, x, w)
    @staticmethod
    def backward(ctx, product, sum): print(product, sum); return (None if product is None else product * 2), None
a, b = Bare.apply(x, w); b.sum().backward(); print(x.grad, w.grad)
a, b = Bare.apply(x, w); (a * 3).sum().backward(); print(x.grad, w.grad)

# under no_grad nothing is recorded
with torch.no_grad(): y = Square.apply(x)
print(y, y.requires_grad)

# without inputs that require grad neither
print(Square.apply(c))

# forward runs unrecorded
class Looks(Square):
    @staticmethod
    def forward(ctx, x): print(torch.is_grad_enabled(), (x * 2).requires_grad, x.requires_grad); return Square.forward(ctx, x)
Looks.apply(x)

# backward runs unrecorded, unless the graph is wanted
class Looks(Square):
    @staticmethod
    def backward(ctx, grad): print(torch.is_grad_enabled()); return Square.backward(ctx, grad)
Looks.apply(x).sum().backward(); torch.autograd.grad(Looks.apply(x).sum(), x, create_graph=True)

# ctx knows which inputs need a gradient
class Asks(Function):
    @staticmethod
    def forward(ctx, x, w, n): print(ctx.needs_input_grad); return x * w
    @staticmethod
    def backward(ctx, grad): print(ctx.needs_input_grad); return grad, None, None
Asks.apply(x, c, 5).sum().backward(); Asks.apply(c, w, 5).sum().backward()

# too few gradients
tries(returning(lambda g: g).apply(x, 2.).sum().backward)

# too many gradients, unless they are None
tries(returning(lambda g: (g, None, None, g)).apply(x, 2.).sum().backward)
tries(returning(lambda g: (g, None, None, None)).apply(x, 2.).sum().backward); print(x.grad)

# a gradient for what is no tensor
tries(returning(lambda g: (g, g)).apply(x, 2.).sum().backward)

# a gradient that is no tensor
tries(returning(lambda g: (5, None)).apply(x, 2.).sum().backward)

# a gradient of the wrong shape
tries(returning(lambda g: (torch.ones(3), None)).apply(x, 2.).sum().backward)

# a gradient that broadcasting explains is summed
returning(lambda g: (g.expand(3, 2), None)).apply(x, 2.).sum().backward(); print(x.grad)

# a gradient of another dtype is made to fit
returning(lambda g: (g.double(), None)).apply(x, 2.).sum().backward(); print(x.grad)

# no gradient at all
returning(lambda g: (None, None)).apply(x, 2.).sum().backward(); print(x.grad)

# a Function behind one that sends nothing gets zeros
class Tells(Function):
    @staticmethod
    def forward(ctx, x): return x * 1
    @staticmethod
    def backward(ctx, grad): print(grad); return grad
returning(lambda g: (None, None)).apply(Tells.apply(x), 2.).sum().backward(); print(x.grad)

# an error in backward comes through
def wrong(g): raise ValueError("mine")
tries(returning(wrong).apply(x, 2.).sum().backward)

# only tensors can be saved
class Saves(Square):
    @staticmethod
    def forward(ctx, x): ctx.save_for_backward(x, 5); return x * x
tries(Saves.apply, x); print(Saves.apply(c))

# None can be saved
class Saves(Square):
    @staticmethod
    def forward(ctx, x): ctx.save_for_backward(None, x); return x * x
    @staticmethod
    def backward(ctx, grad): print(ctx.saved_tensors); return grad
Saves.apply(x).sum().backward()

# what was saved must not be written before backward
y = x * 1; z = Square.apply(y); y.mul_(2); tries(z.sum().backward)

# what was saved is freed
y = Square.apply(x).sum(); y.backward(); tries(y.backward)
node = Square.apply(x).grad_fn; print(len(node.saved_tensors))

# a result may be saved, and knows where it belongs
class Exp(Function):
    @staticmethod
    def forward(ctx, x): y = x.exp(); ctx.save_for_backward(y); return y
    @staticmethod
    def backward(ctx, grad): y, = ctx.saved_tensors; print(y.requires_grad, y.grad_fn is ctx); return grad * y
gx, = torch.autograd.grad(Exp.apply(x).sum(), x, create_graph=True); print(torch.autograd.grad(gx.sum(), x))

# mark_non_differentiable takes a result out of the graph
class Sorts(Function):
    @staticmethod
    def forward(ctx, x):
        values, places = x.sort(); rest = x * 2
        ctx.mark_non_differentiable(rest); ctx.save_for_backward(places); return values, places, rest
    @staticmethod
    def backward(ctx, grad, places, rest): print(grad, places, rest); return grad
v, p, r = Sorts.apply(x); print(v.requires_grad, p.requires_grad, r.requires_grad); v.sum().backward(); print(x.grad)

# mark_dirty: an input written in place gets the Function as its history
y = x * 1; z = Doubles.apply(y); print(z is y, y.grad_fn.name(), y._version); y.sum().backward(); print(x.grad)

# a leaf cannot be written in place
tries(Doubles.apply, x)

# what was saved before is found to be written
y = x * 1; s = y.exp().sin(); t = y * y; Doubles.apply(y); tries(t.sum().backward)

# what is marked dirty has to be returned
class Forgets(Function):
    @staticmethod
    def forward(ctx, x): ctx.mark_dirty(x); x.mul_(2); return x.clone()
    @staticmethod
    def backward(ctx, grad): return grad
tries(Forgets.apply, x * 1)

# only tensors are dirty
class Marks(Function):
    @staticmethod
    def forward(ctx, x): ctx.mark_dirty(5); return x * 1
    @staticmethod
    def backward(ctx, grad): return grad
tries(Marks.apply, x)

# a dirty view changes its base
y = x * 1; v = y[:1]; Doubles.apply(v); print(y, y.grad_fn.name()); y.sum().backward(); print(x.grad)

# an input that is returned as it is becomes a view with a history
y = Same.apply(x); print(y is x, y._is_view(), y.grad_fn.name()); y.sum().backward(); print(x.grad, x.is_leaf)

# and it must not be written
y = Same.apply(x * 1); tries(y.mul_, 2)

# a view of an input must not be written either
class Part(Function):
    @staticmethod
    def forward(ctx, x): return x[:1]
    @staticmethod
    def backward(ctx, grad): return torch.cat([grad, grad])
y = Part.apply(x * 1); print(y._is_view(), y.grad_fn.name()); tries(y.mul_, 2); y.sum().backward(); print(x.grad)

# another result may be written like any tensor
y = Square.apply(x); y.mul_(2); print(y.grad_fn.name()); y.sum().backward(); print(x.grad)

# once_differentiable refuses a second derivative
class Once(Square):
    @staticmethod
    @once_differentiable
    def backward(ctx, grad): return grad * 2 * ctx.saved_tensors[0]
Once.apply(x).sum().backward(); print(x.grad)
gx, = torch.autograd.grad((Once.apply(x) * w).sum(), x, create_graph=True); print(gx.requires_grad); tries(torch.autograd.grad, gx.sum(), x)

# setup_context apart from forward
class Apart(Function):
    @staticmethod
    def forward(x, factor=3): return x * factor
    @staticmethod
    def setup_context(ctx, inputs, output): print(inputs[1:], output); ctx.factor = inputs[1]
    @staticmethod
    def backward(ctx, grad): return grad * ctx.factor, None
y = Apart.apply(x); y.sum().backward(); print(x.grad); Apart.apply(x, factor=5).sum().backward(); print(x.grad)

# vjp is another name for backward, and both are too many
class Named(Function):
    @staticmethod
    def forward(ctx, x): return x * 2
    @staticmethod
    def vjp(ctx, grad): return grad * 2
Named.apply(x).sum().backward(); print(x.grad)
class Twice(Named):
    @staticmethod
    def backward(ctx, grad): return grad
tries(Twice.apply(x).sum().backward)

# what is left out is missed when it is needed
class NoForward(Function): pass
class NoBackward(Function):
    @staticmethod
    def forward(ctx, x): return x * 2
tries(NoForward.apply, x); y = NoBackward.apply(x); tries(y.sum().backward)

# a Function is not to be instantiated, nor called
class Empty(Function): pass
f = Empty()
tries(f, x)

# results that are no tensors are handed through
class Tells(Function):
    @staticmethod
    def forward(ctx, x): return x * 2, "two", 2
    @staticmethod
    def backward(ctx, grad, *rest): print(rest); return grad
y, *rest = Tells.apply(x); print(rest); y.sum().backward(); print(x.grad)

# a tensor in a list is not seen
class Lists(Function):
    @staticmethod
    def forward(ctx, xs): return xs[0] * xs[1]
    @staticmethod
    def backward(ctx, grad): return None
print(Lists.apply([x, w]))

# hooks around a Function
y = Square.apply(x); y.register_hook(shows("tensor")); y.grad_fn.register_hook(shows("after")); y.grad_fn.register_prehook(shows("before"))
y.sum().backward()

# forward mode by jvp
fwAD = torch.autograd.forward_ad
class Ahead(Square):
    @staticmethod
    def forward(ctx, x): ctx.save_for_forward(x); return Square.forward(ctx, x)
    @staticmethod
    def jvp(ctx, tangent): x, = ctx.saved_tensors; return tangent * 2 * x
with fwAD.dual_level():
    y = Ahead.apply(fwAD.make_dual(c, torch.ones(2))); print(*fwAD.unpack_dual(y))
    tries(Square.apply, fwAD.make_dual(c, torch.ones(2)))

# forward mode through one of two inputs
fwAD = torch.autograd.forward_ad
class Product(Both):
    @staticmethod
    def forward(ctx, x, w): ctx.x, ctx.w = x, w; return x * w
    @staticmethod
    def jvp(ctx, dx, dw): print(dx, dw); return dx * ctx.w + dw * ctx.x
with fwAD.dual_level(): print(fwAD.unpack_dual(Product.apply(fwAD.make_dual(c, torch.ones(2)), c * 2)).tangent)

# a batch at once, by the Function's own rule or one example after the other
class Exp(Function):
    generate_vmap_rule = True
    @staticmethod
    def forward(x): return x.exp()
    @staticmethod
    def setup_context(ctx, inputs, output): ctx.save_for_backward(output); ctx.save_for_forward(output)
    @staticmethod
    def backward(ctx, g): return g * ctx.saved_tensors[0]
    @staticmethod
    def jvp(ctx, t): return t * ctx.saved_tensors[0]
class Own(Exp):
    generate_vmap_rule = False
    @staticmethod
    def forward(x, y): return x * y
    @staticmethod
    def vmap(info, in_dims, x, y): print(info.batch_size, info.randomness, in_dims); return x * y, 0
class Neither(Exp): generate_vmap_rule = False
m = torch.arange(6.).view(3, 2)
print(torch.func.vmap(Exp.apply)(m)); print(torch.func.vmap(Own.apply, in_dims=(0, None))(m, m[0])); tries(torch.func.vmap(Neither.apply), m); tries(torch.func.vmap(Square.apply), m)

# a batch through a Function with two results
class Pair(Function):
    generate_vmap_rule = True
    @staticmethod
    def forward(x, w): return x * w, x + w
    @staticmethod
    def setup_context(ctx, inputs, output): ctx.save_for_backward(*inputs)
    @staticmethod
    def backward(ctx, p, s): a, b = ctx.saved_tensors; return p * b + s, p * a + s
m = torch.arange(6.).view(3, 2)
print(torch.func.vmap(Pair.apply, in_dims=(0, None))(m, c)); print(torch.func.vmap(torch.func.grad(lambda t: sum(each.sum() for each in Pair.apply(t, c))))(m))

# transforms of a Function
class Exp(Function):
    generate_vmap_rule = True
    @staticmethod
    def forward(x): return x.exp()
    @staticmethod
    def setup_context(ctx, inputs, output): ctx.save_for_backward(output); ctx.save_for_forward(output)
    @staticmethod
    def backward(ctx, g): return g * ctx.saved_tensors[0]
    @staticmethod
    def jvp(ctx, t): return t * ctx.saved_tensors[0]
m = torch.arange(6.).view(3, 2)
print(torch.func.vmap(torch.func.grad(lambda x: Exp.apply(x).sum()))(m), torch.func.jvp(Exp.apply, (c,), (c,)), torch.func.jacrev(Exp.apply)(c), torch.func.jacfwd(Exp.apply)(c), torch.func.hessian(lambda x: Exp.apply(x).sum())(c))

# gradcheck of a Function
d = torch.tensor([1., 2.], dtype=torch.float64, requires_grad=True)
print(torch.autograd.gradcheck(Square.apply, d), torch.autograd.gradgradcheck(Square.apply, d))

# the straight-through estimator
class Rounds(Function):
    @staticmethod
    def forward(ctx, x): return x.round()
    @staticmethod
    def backward(ctx, grad): return grad
y = Rounds.apply(x * 1.3); print(y); (y * w).sum().backward(); print(x.grad)

# the reversal of a gradient
class Reverses(Function):
    @staticmethod
    def forward(ctx, x, by): ctx.by = by; return x.view_as(x)
    @staticmethod
    def backward(ctx, grad): return grad.neg() * ctx.by, None
Reverses.apply(x * 2, 0.5).sum().backward(); print(x.grad)

# within its backward, another pass may run
class Inner(Function):
    @staticmethod
    def forward(ctx, x):
        with torch.enable_grad(): ctx.x = x.detach().requires_grad_(); ctx.y = (ctx.x ** 3).sum()
        return ctx.y.detach()
    @staticmethod
    def backward(ctx, grad): ctx.y.backward(grad); return ctx.x.grad
Inner.apply(x).backward(); print(x.grad)
'''

test_functions_are_pytorchs = holds_for_both(
    "".join(f"# {claim}\n{FUNCTIONS}{program}" for claim, program in claims(PROGRAMS).items())
)
