"""Passes: what backward and grad take, keep, free and return; derivatives of derivatives; edges of the graph."""

from tests.autograd.claims import holds_for_both

test_passes_are_pytorchs = holds_for_both('''
# a second backward through a freed graph is refused
y = (x * w).sum(); y.backward()
tries(y.backward)

# a second backward where nothing was saved is not
y = (x + w).sum(); y.backward(); y.backward(); print(x.grad)

# a part of the graph that is shared is freed as well
y = x * w; a, b = y.sum(), (y * 2).sum()
a.backward(); tries(b.backward)

# retain_graph keeps it, and gradients add up
y = (x * w).sum(); y.backward(retain_graph=True); y.backward(retain_graph=True); y.backward(); print(x.grad)
tries(y.backward)

# what was saved can be read before the pass and not after it
y = x * w; print(y.grad_fn._saved_self, y.grad_fn._saved_other); y.sum().backward()
tries(lambda: y.grad_fn._saved_self)

# autograd.grad frees as well
y = (x * w).sum(); print(torch.autograd.grad(y, x)); tries(torch.autograd.grad, y, x)

# only what leads to the inputs is freed
a, b = x.exp(), w.exp()
y = (a * b).sum(); torch.autograd.grad(y, a); tries(lambda: a.grad_fn._saved_result); tries(lambda: y.grad_fn._saved_self)
print(torch.autograd.grad(a.sum(), x))

# create_graph gives gradients that can be differentiated
gx, = torch.autograd.grad((x ** 3 * w).sum(), x, create_graph=True); print(gx)
ggx, = torch.autograd.grad(gx.sum(), x, create_graph=True); print(ggx)
gggx, = torch.autograd.grad(ggx.sum(), x, create_graph=True); print(gggx)
tries(torch.autograd.grad, gggx.sum(), x)
print(torch.autograd.grad(gggx.sum(), w))

# create_graph keeps the graph unless told otherwise
y = (x * w).sum(); torch.autograd.grad(y, x, create_graph=True); torch.autograd.grad(y, x, create_graph=True, retain_graph=False)
tries(torch.autograd.grad, y, x)

# the sixth derivative
y = x[0].sin() * x[0] ** 2
for _ in range(6): y, = torch.autograd.grad(y, x, create_graph=True); print(y); y = y.sum()

# backward with create_graph leaves a gradient with a history
warnings.simplefilter("ignore")
(x ** 3).sum().backward(create_graph=True); print(x.grad)
g = x.grad; x.grad = None; g.sum().backward(); print(x.grad)

# the gradient of a gradient penalty
h = (x * w).tanh().sum()
gx, = torch.autograd.grad(h, x, create_graph=True)
(h + (gx.norm() - 1) ** 2).backward() if hasattr(gx, "norm") else (h + ((gx * gx).sum().sqrt() - 1) ** 2).backward()
print([round(each, 4) for each in x.grad.tolist() + w.grad.tolist()])

# a Hessian-vector product by a second backward
v = torch.tensor([1., -1.])
gx, = torch.autograd.grad((x ** 3).sum() + x[0] * x[1], x, create_graph=True)
print(torch.autograd.grad(gx, x, v))

# the gradient given at the start is part of the graph
g = torch.tensor([1., 1.], requires_grad=True)
gx, = torch.autograd.grad(x * w, x, g, create_graph=True); print(torch.autograd.grad(gx.sum(), g))

# backward of a vector needs a gradient
tries((x * w).backward); tries(torch.autograd.grad, x * w, x)
(x * w).backward(torch.tensor([1., 10.])); print(x.grad)

# a vector with one element needs none
x[:1].backward(); print(x.grad)

# the gradient must have the shape of its tensor
tries((x * w).backward, torch.ones(3)); tries((x * w).backward, torch.ones(1, 2)); tries((x * w).sum().backward, torch.ones(1))

# the gradient's dtype is made to fit
(x * w).backward(torch.ones(2, dtype=torch.float64)); print(x.grad)

# a tensor without history cannot start a pass
tries(c.sum().backward); tries(torch.autograd.grad, c.sum(), x)

# a leaf can
x.backward(torch.ones(2)); x.backward(torch.ones(2)); print(x.grad)

# backward with inputs fills these alone
y = x * w
(y * 2).sum().backward(inputs=[x]); print(x.grad, w.grad)

# backward with a non-leaf among the inputs keeps its gradient from now on
y = x * w
(y * 2).sum().backward(inputs=[y, w], retain_graph=True); print(y.grad, y.retains_grad, x.grad, w.grad)

# backward with inputs that it does not reach
z = torch.ones(2, requires_grad=True)
(x * w).sum().backward(inputs=[z]); print(z.grad, x.grad)

# backward with inputs that require no gradient
tries((x * w).sum().backward, inputs=[c])

# backward of several roots at once
torch.autograd.backward([(x * w).sum(), x.sum()]); print(x.grad)
torch.autograd.backward((x * w, x * 2), (torch.ones(2), torch.tensor([1., 0.]))); print(x.grad)

# several roots, one of them within the other's graph
y = x * w; z = y * 2
torch.autograd.backward([z.sum(), y.sum()]); print(x.grad)

# one root twice
y = (x * w).sum(); torch.autograd.backward([y, y]); print(x.grad)

# grad of an intermediate tensor stops there
y = x * w; z = (y * y).sum()
print(torch.autograd.grad(z, y)); print(x.grad)

# grad of a tensor in itself is one
y = x * 2
print(torch.autograd.grad(y.sum(), y)); s = y.sum(); print(torch.autograd.grad(s, s)); print(torch.autograd.grad(x, x, torch.ones(2)))

# grad in several inputs, one of them an ancestor of the other
y = x * 3; z = (y * w).sum()
print(torch.autograd.grad(z, [x, y, w]))

# unused inputs
z = torch.ones(3, requires_grad=True)
tries(torch.autograd.grad, (x * w).sum(), [x, z])
print(torch.autograd.grad((x * w).sum(), [z, x], allow_unused=True)); print(torch.autograd.grad((x * w).sum(), [z, x], materialize_grads=True))
tries(torch.autograd.grad, (x * w).sum(), [x, z], allow_unused=False, materialize_grads=True)

# an input that needs no gradient
tries(torch.autograd.grad, (x * c).sum(), [x, c])
tries(torch.autograd.grad, (x * c).sum(), [x, c], allow_unused=True)

# a batch of gradients at once: the rows of a Jacobian
y = x ** 2 * w
print(torch.autograd.grad(y, x, torch.eye(2), is_grads_batched=True))
print(torch.autograd.grad(x ** 2, [x, w], torch.eye(2), is_grads_batched=True, allow_unused=True))

# a batch of gradients must fit, batch apart
tries(torch.autograd.grad, x * w, x, torch.ones(()), is_grads_batched=True)

# a batch of gradients that is differentiated again
y = (x ** 3)
j, = torch.autograd.grad(y, x, torch.eye(2), is_grads_batched=True, create_graph=True); print(j.detach())
print(torch.autograd.grad(j.sum(), x)); print(j.requires_grad)

# a gradient edge stands for its tensor
y = x * w; edge = torch.autograd.graph.get_gradient_edge(y); z = (y * 3).sum()
print(edge.node is y.grad_fn, edge.output_nr, type(edge).__name__); print(torch.autograd.grad(z, edge, retain_graph=True))
leaf = torch.autograd.graph.get_gradient_edge(x); print(leaf.node.name(), leaf.output_nr); print(torch.autograd.grad(z, [leaf, edge]))

# a gradient edge as the root of a pass
edge = torch.autograd.graph.get_gradient_edge(x * w)
torch.autograd.backward(edge, torch.ones(2)); print(x.grad)
tries(torch.autograd.graph.get_gradient_edge, c)

# the graph read node by node
y = (x * w + c).sum(); node = y.grad_fn
while node: print(node.name(), [n and n.name() for n, _ in node.next_functions]); node = node.next_functions[0][0] if node.next_functions else None

# what nodes keep, by PyTorch's names
print((x * w).grad_fn._saved_self, x.exp().grad_fn._saved_result, x.sum().grad_fn._saved_self_sym_sizes, (x ** 3).grad_fn._saved_exponent)
tries(lambda: (x * w).grad_fn._saved_nothing)

# what is saved, as it is
y = x * w; y.grad_fn._raw_saved_self.register_hooks(lambda t: (print("pack", t), t)[1], lambda t: (print("unpack", t), t * 10)[1])
y.sum().backward(); print(x.grad, w.grad)
tries(y.grad_fn._raw_saved_self.register_hooks, print, print)

# an AccumulateGrad knows its leaf
node = (x * 2).grad_fn.next_functions[0][0]; print(node.variable is x, node.next_functions)

# metadata is a dict of one's own
node = (x * 2).grad_fn; print(node.metadata); node.metadata["mine"] = 5; print(node.metadata)

# a node is what the graph module says it is
print(isinstance((x * 2).grad_fn, torch.autograd.graph.Node), isinstance((x * 2).grad_fn.next_functions[0][0], torch.autograd.graph.Node), isinstance(5, torch.autograd.graph.Node))

# nodes may be called by hand
print((x * w).grad_fn(torch.ones(2))); print((x.exp()).grad_fn(torch.ones(2)))

# the derivative of a leaf that is used twice is added up
y = x * x + x; y.sum().backward(); print(x.grad)

# the first gradient is not the tensor that came
g = torch.ones(2); (x * 1).backward(g); print(x.grad is g); g.zero_(); print(x.grad)

# gradients are added in place: whoever holds the first sees the second
x.sum().backward(); g = x.grad; x.sum().backward(); print(g, g is x.grad)

# a gradient set by hand is added to
x.grad = torch.tensor([10., 20.]); x.sum().backward(); print(x.grad)

# a gradient must fit its tensor
tries(setattr, x, "grad", torch.ones(3)); tries(setattr, x, "grad", 5); tries(setattr, x, "grad", torch.ones(2).double()); tries(setattr, x, "grad", x)

# detach cuts, and shares the bytes
y = x * 2; d = y.detach(); d.add_(1); print(y, d.requires_grad); (d * w).sum().backward(); print(x.grad, w.grad)

# requires_grad can be taken from a leaf only
tries((x * 2).requires_grad_, False); print(x.requires_grad_(False).requires_grad); tries(setattr, x * w, "requires_grad", False)

# integers have no gradient
tries(torch.tensor([1, 2]).requires_grad_); tries(torch.ones, 2, dtype=torch.int64, requires_grad=True)

# a comparison and an integer have no history
print((x > 1).requires_grad, x.long().requires_grad, x.argmax().requires_grad)

# a tensor with a history cannot be copied deeply, a leaf can
import copy
tries(copy.deepcopy, x * 2); d = copy.deepcopy(x); print(d, d is x)

# a complex number cannot start a pass by itself
z = torch.tensor([1 + 2j], requires_grad=True)
tries((z * z).sum().backward)
''')
