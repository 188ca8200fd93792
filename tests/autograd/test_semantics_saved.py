"""What is saved: versions, hooks that pack and unpack, checkpoints that compute again, and writes in place."""

from tests.autograd.claims import holds_for_both

test_saved_tensors_are_pytorchs = holds_for_both('''
# a pack hook is given what is saved, and the unpack hook what it returned
def pack(t): print("pack", t, t.requires_grad); return t.tolist()
def unpack(p): print("unpack", p); return torch.tensor(p)
with torch.autograd.graph.saved_tensors_hooks(pack, unpack): y = x * c; z = c * w; u = x * 2
(y + z).sum().backward(); print(x.grad, w.grad)

# a result is packed as well
with torch.autograd.graph.saved_tensors_hooks(lambda t: (print("pack", t.detach()), t)[1], lambda t: t * 2): y = x.exp()
print(y.grad_fn._saved_result); y.sum().backward(); print(x.grad)

# what is not saved is not packed
with torch.autograd.graph.saved_tensors_hooks(shows("pack"), shows("unpack")): y = x + w; z = x * 2; n = c * c
y.sum().backward()

# only the innermost pair is used
def named(name): return torch.autograd.graph.saved_tensors_hooks(lambda t: (print("pack", name), t)[1], lambda t: (print("unpack", name), t)[1])
with named("outer"):
    with named("inner"): y = x.exp()
    z = x.sin()
(y + z).sum().backward()

# what is unpacked has its place in the graph: a second derivative
with torch.autograd.graph.saved_tensors_hooks(lambda t: t.tolist(), torch.tensor): y = x ** 3; z = (y * w).exp()
gx, = torch.autograd.grad(z.sum(), x, create_graph=True); print([f"{each:.5g}" for each in gx.tolist()])
print([[f"{each:.5g}" for each in g.tolist()] for g in torch.autograd.grad(gx.sum(), (x, w))])

# versions are not checked through hooks
y = x * 1
with torch.autograd.graph.saved_tensors_hooks(lambda t: t.clone(), lambda t: t): z = y * y
y.mul_(10); z.sum().backward(); print(x.grad)

# a pack hook must not write into what it is given
y = x * 1
def pack(t): t.mul_(2); return t
with torch.autograd.graph.saved_tensors_hooks(pack, lambda t: t): tries(lambda: y * y)

# an unpack hook must return a tensor
with torch.autograd.graph.saved_tensors_hooks(lambda t: 5, lambda p: p): y = x * x
tries(y.sum().backward)

# an error in a hook comes through
def fails(t): raise ValueError("mine")
with torch.autograd.graph.saved_tensors_hooks(fails, lambda p: p): tries(lambda: x * x)
with torch.autograd.graph.saved_tensors_hooks(lambda t: t, fails): y = x * x
tries(y.sum().backward)

# hooks belong to the thread
def work(): y = x.exp(); y.sum().backward()
with torch.autograd.graph.saved_tensors_hooks(shows("pack"), shows("unpack")):
    t = threading.Thread(target=work); t.start(); t.join()
print(x.grad)

# freed is freed, hooks or not
with torch.autograd.graph.saved_tensors_hooks(lambda t: t, lambda t: t): y = (x * x).sum()
y.backward(); tries(y.backward)

# save_on_cpu changes nothing here
with torch.autograd.graph.save_on_cpu(): y = x * w
y.sum().backward(); print(x.grad)

# hooks may be forbidden
with torch.autograd.graph.disable_saved_tensors_hooks("not here"):
    def enter():
        with torch.autograd.graph.save_on_cpu(): pass
    tries(enter)
enter()
def forbid():
    with torch.autograd.graph.disable_saved_tensors_hooks("not now"): pass
with torch.autograd.graph.save_on_cpu(): tries(forbid)

# a custom Function's tensors are packed as well
class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): ctx.save_for_backward(x); return x * x
    @staticmethod
    def backward(ctx, grad): return grad * 2 * ctx.saved_tensors[0]
with torch.autograd.graph.saved_tensors_hooks(lambda t: (print("pack", t), t)[1], lambda t: t * 10): y = Square.apply(x)
y.sum().backward(); print(x.grad)

# with allow_mutation_on_saved_tensors writes do no harm
with torch.autograd.graph.allow_mutation_on_saved_tensors():
    y = x * 1; z = y * y; y.mul_(10); y[0] = 5.; print(y); z.sum().backward(); print(x.grad)

# a write to what was saved is found out, with the tensor and its versions
y = x * 2; z = y.exp() * y; y += 1
tries(z.sum().backward)
y = x.exp(); y.mul_(2); tries(y.sum().backward)
v = torch.ones(2, 3, dtype=torch.float64); y = (v.requires_grad_() * 1); z = y * y; y.zero_(); tries(z.sum().backward)

# a write to a view of it as well
y = x * 2; z = y * y; y[0].mul_(3); tries(z.sum().backward)

# a write to what was detached as well
y = x * 2; z = y * y; y.detach().zero_(); tries(z.sum().backward)

# a write through .data is not
y = x * 2; z = y * y; y.data.zero_(); z.sum().backward(); print(x.grad)

# a write before it is saved, or after the pass, does no harm
y = x * 2; y += 1; z = y * y; z.sum().backward(); y.detach().zero_(); print(x.grad)

# a leaf that was saved and updated
loss = (x * x).sum()
with torch.no_grad(): x -= 0.1
tries(loss.backward)

# increment_version says that something was written
y = x * 1; z = y * y; torch.autograd.graph.increment_version(y); print(y._version); tries(z.sum().backward)
torch.autograd.graph.increment_version([x, w]); print(x._version, w._version)

# ops that save nothing mind no writes
y = x * 1; z = y + w; y.mul_(2); z.sum().backward(); print(x.grad)

# a write to a leaf, or to a view of one, is refused
tries(x.mul_, 2); tries(x[0].mul_, 2); tries(x.view(2, 1).zero_)

# a chain of writes has a chain of nodes
y = x * 1; y.mul_(2); y.add_(w); y.sin_(); names = []; node = y.grad_fn
while node.next_functions: names.append(node.name()); node = node.next_functions[0][0]
print(names); y.sum().backward(); print([round(each, 5) for each in x.grad.tolist()])

# a write through a view gives the base a CopySlices, and the view a new history
y = x * 1; v = y[:1]; v.mul_(w[:1]); print(y.grad_fn.name(), v.grad_fn.name(), [n and n.name() for n, _ in y.grad_fn.next_functions])
y.sum().backward(); print(x.grad, w.grad)

# a view that was taken before the write follows its base
y = x * 1; v = y[1:]; y.mul_(w); print(v, v.grad_fn.name()); v.sum().backward(); print(x.grad, w.grad)

# a sibling view as well
y = x * 1; a, b = y[:1], y.view(2, 1); a.mul_(10); print(b.grad_fn.name()); b.sum().backward(); print(x.grad)

# a constant that is written with something that has a history
z = torch.zeros(2); z[0] = x[1]; print(z.requires_grad, z.is_leaf, z.grad_fn.name()); z.sum().backward(); print(x.grad)

# overwriting cuts the old history
y = x * 1; y.copy_(w); y.sum().backward(); print(x.grad, w.grad); y = x * 1; y.zero_(); y.sum().backward(); print(x.grad)

# a write from itself
y = x * 1; y.mul_(y); tries(y.sum().backward); print(x.grad)

# an expanded tensor cannot be written
tries((x * 1)[:1].expand(3).mul_, 2)

# the dtype of what is written must hold the result
y = torch.tensor([1, 2]); tries(y.mul_, x)

# out= has no derivative
tries(torch.mul, x, w, out=torch.zeros(2)); print(torch.mul(x.detach(), w.detach(), out=torch.zeros(2)))

# gradients of writes, differentiated again
y = x * 1; y[:1].mul_(w[1:]); y.mul_(y.clone())
g, = torch.autograd.grad(y.sum(), x, create_graph=True); print(g); print(torch.autograd.grad(g.sum(), (x, w)))

# a view of a view
y = torch.arange(6.).requires_grad_() * 1; v = y.view(2, 3)[1]; v[0] = x[0]; v.mul_(2); print(y); y.sum().backward(); print(x.grad)

# one of several views cannot be written
a, b = (torch.stack([x, w]) * 1).unbind(); tries(a.mul_, 2)

# chunks of a constant can
z = torch.zeros(4); a, b = z.chunk(2); a.add_(1); print(z)

# detach_ takes the history off
y = x * 2; y.detach_(); print(y.requires_grad, y.is_leaf); tries((x * 2)[0].detach_)
''')
