"""Hooks: when they run, in which order, what they may change and what they must not."""

from tests.autograd.claims import holds_for_both

test_hooks_are_pytorchs = holds_for_both("""
# a hook on a leaf sees the gradient before it is accumulated
x.register_hook(lambda grad: print(grad, x.grad))
(x * w).sum().backward()

# a hook that returns something replaces the gradient
x.register_hook(lambda grad: grad * 10)
(x * w).sum().backward(); print(x.grad, w.grad)

# hooks of one tensor run in the order in which they came, each on what the one before returned
x.register_hook(lambda grad: grad + 1); x.register_hook(lambda grad: print(grad)); x.register_hook(lambda grad: grad * 2)
(x * w).sum().backward(); print(x.grad)

# a hook on a non-leaf changes what flows on, and not what its tensor is
y = x * 2; y.register_hook(lambda grad: grad * 100)
y.sum().backward(); print(x.grad)

# all hooks around one node, in their order
y = x * 2
y.retain_grad()
y.grad_fn.register_hook(lambda i, o: print("after", i, o))
y.grad_fn.register_prehook(lambda o: print("before", o))
y.register_hook(lambda grad: print("tensor", grad))
(y * w).sum().backward(); print(y.grad)

# all hooks around a leaf, in their order
accumulate = (x * 1).grad_fn.next_functions[0][0]
x.register_post_accumulate_grad_hook(lambda t: print("accumulated", t.grad))
accumulate.register_hook(lambda i, o: print("after", i, o, x.grad))
accumulate.register_prehook(lambda o: print("before", o, x.grad))
x.register_hook(lambda grad: print("tensor", grad))
(x * w).sum().backward()

# what is retained is what the tensor hooks have made of it, whoever came first
y = x * 2
y.retain_grad(); y.register_hook(lambda grad: grad * 10)
y.sum().backward(); print(y.grad, x.grad)
z = w * 2
z.register_hook(lambda grad: grad * 10); z.retain_grad()
z.sum().backward(); print(z.grad, w.grad)

# a pre-hook of the node runs after the tensor's own, and what is retained does not show it
y = x * 2; y.retain_grad()
y.grad_fn.register_prehook(lambda grads: (grads[0] * 7,))
y.sum().backward(); print(y.grad, x.grad)

# a node's hook replaces the gradients of the inputs
y = x * w
y.grad_fn.register_hook(lambda i, o: (i[0] * 10, None))
y.sum().backward(); print(x.grad, w.grad)

# a node's hook must return a tuple
y = x * w
y.grad_fn.register_hook(lambda i, o: i[0])
tries(y.sum().backward)

# a node's hook must return as many gradients as there were
y = x * w
y.grad_fn.register_hook(lambda i, o: (i[0],))
tries(y.sum().backward)

# a pre-hook must return as many gradients as there were
y = x * w
y.grad_fn.register_prehook(lambda o: (o[0], o[0]))
tries(y.sum().backward)

# a tensor hook must keep the shape
y = x * 2
def shorter(grad): return grad[:1]
y.register_hook(shorter)
tries(y.sum().backward)

# a tensor hook must keep the dtype
y = x * 2
def doubled(grad): return grad.double()
y.register_hook(doubled)
tries(y.sum().backward)

# a tensor hook must return a tensor or nothing
y = x * 2
def five(grad): return 5
y.register_hook(five)
tries(y.sum().backward)

# an error in a hook ends the pass, and the graph can be used again
y = x * 2
handle = y.register_hook(lambda grad: 1 / 0)
tries(y.sum().backward); print(x.grad)
handle.remove(); y.sum().backward(); print(x.grad)

# a hook is taken away by its handle, also within a with-block
handle = x.register_hook(shows("one"))
with x.register_hook(shows("two")):
    (x * 2).sum().backward()
handle.remove(); handle.remove()
(x * 2).sum().backward(); print(x.grad)

# a hook may take itself away while it runs
handle = x.register_hook(lambda grad: (print("once"), handle.remove())[1])
for _ in range(2): (x * 2).sum().backward()

# a hook that takes a later one away while it runs
def first(grad): print("first"); second.remove()
x.register_hook(first)
second = x.register_hook(lambda grad: print("second"))
for _ in range(2): (x * 2).sum().backward()

# a hook that is registered while the hooks run waits for the next time
def register(grad):
    print("registers"); x.register_hook(lambda grad: print("registered"))
handle = x.register_hook(register)
(x * 2).sum().backward(); handle.remove()
(x * 2).sum().backward()

# a hook needs a gradient to look at
tries(c.register_hook, print)

# a hook that is no function is found when it is called
x.register_hook(5)
tries((x * 2).sum().backward)

# a tensor that a pass does not reach has hooks that do not run
y, z = x * 2, x * 3
z.register_hook(shows("z")); y.register_hook(shows("y"))
y.sum().backward()

# hooks run for autograd.grad as for backward
y = x * 2; y.register_hook(shows("y")); x.register_hook(shows("x"))
print(torch.autograd.grad(y.sum(), x))

# a hook on an input of autograd.grad changes what is returned
y = x * 2; y.register_hook(lambda grad: grad * 10); x.register_hook(lambda grad: grad * 100)
print(torch.autograd.grad((y * w).sum(), (y, x)))

# a pre-hook of the node of an input of autograd.grad does not
y = x * 2; y.grad_fn.register_prehook(lambda grads: (grads[0] * 10,))
print(torch.autograd.grad((y * w).sum(), (y, x)))

# a hook on the node of an input runs only if the pass goes on behind it
y = x * 2; y.grad_fn.register_hook(shows("after")); y.grad_fn.register_prehook(shows("before"))
torch.autograd.grad((y * w).sum(), y, retain_graph=True)
print("---"); torch.autograd.grad((y * w).sum(), x)

# retain_grad keeps the gradient of a non-leaf, and adds nothing to what was there
y = x * 2; y.retain_grad(); print(y.retains_grad, x.retains_grad)
loss = (y * w).sum()
loss.backward(retain_graph=True); print(y.grad)
loss.backward(); print(y.grad)

# retain_grad on a leaf does nothing
x.retain_grad(); print(x.retains_grad)
(x * 2).sum().backward(); print(x.grad)

# retain_grad is refused where no gradient will come
tries(c.retain_grad)

# retain_grad after an in-place write follows the tensor
y = x * 2; y.retain_grad(); y.mul_(w); (y * 3).sum().backward(); print(y.grad, x.grad)

# a tensor hook stays with the value that it was registered on
y = x * 2; y.register_hook(shows("before the write")); y.mul_(w); y.register_hook(shows("after the write"))
(y * 3).sum().backward()

# without retain_grad, looking at the gradient of a non-leaf warns
y = x * 2; y.sum().backward(); print(y.grad)

# a retained gradient has a graph of its own where one is wanted
y = x * 2; y.retain_grad()
(y * y * w).sum().backward(create_graph=True)
print(y.grad, y.grad.requires_grad)

# a post-accumulate hook gets the leaf, and may clear its gradient
x.register_post_accumulate_grad_hook(lambda t: (print(t is x, t.grad), setattr(t, "grad", None))[1])
(x * w).sum().backward(); print(x.grad)

# post-accumulate hooks run in their order, and once for each pass
x.register_post_accumulate_grad_hook(lambda t: print("one")); x.register_post_accumulate_grad_hook(lambda t: print("two"))
(x * x * x).sum().backward()

# a post-accumulate hook is for leaves that require grad
tries((x * 2).register_post_accumulate_grad_hook, print)
tries(c.register_post_accumulate_grad_hook, print)

# a post-accumulate hook must return nothing
x.register_post_accumulate_grad_hook(lambda t: t)
tries((x * 2).sum().backward)

# an optimizer may step within a post-accumulate hook
def step(t):
    with torch.no_grad(): t -= 0.1 * t.grad
    t.grad = None
x.register_post_accumulate_grad_hook(step)
(x * w).sum().backward(); print(x, x.grad)

# autograd.grad accumulates nothing, so no post-accumulate hook runs
x.register_post_accumulate_grad_hook(shows("accumulated"))
print(torch.autograd.grad((x * w).sum(), x))

# a multi-grad hook waits for all gradients
y, z = x * w, x + w
torch.autograd.graph.register_multi_grad_hook((x, w, y, z), lambda grads: print([g is not None for g in grads]))
y.sum().backward(retain_graph=True)
(y + z).sum().backward(retain_graph=True)
y.sum().backward(inputs=(x,))

# a multi-grad hook in mode any is called with the first gradient
y, z = x * w, x + w
handle = torch.autograd.graph.register_multi_grad_hook((y, z), lambda grad: print(grad), mode="any")
(y * 2 + z * 3).sum().backward(retain_graph=True); print("---")
(y + z).sum().backward(retain_graph=True)
handle.remove(); (y + z).sum().backward()

# a multi-grad hook knows two modes
tries(torch.autograd.graph.register_multi_grad_hook, (x, w), print, mode="some")

# hooks that change gradients are differentiated with them
y = x * w; y.register_hook(lambda grad: grad * grad)
gx, = torch.autograd.grad((y * y).sum(), x, create_graph=True)
print(gx); print(torch.autograd.grad(gx.sum(), (x, w)))

# a hook runs without recording unless the graph is wanted
x.register_hook(lambda grad: print(torch.is_grad_enabled(), grad.requires_grad))
(x * w).sum().backward(); (x * w).sum().backward(create_graph=True)

# a hook on a view sees the gradient of the view
y = x * 2; v = y[1:]; v.register_hook(shows("view")); y.register_hook(shows("base"))
(v * 3).sum().backward()

# one of several outputs has its own hooks
a, b = torch.tensor([[3., 1.], [2., 4.]], requires_grad=True).max(1)
a.register_hook(shows("values")); a.sum().backward()
tries(b.register_hook, print)
p, q = torch.stack([x, w]).unbind()
p.register_hook(shows("p")); q.register_hook(shows("q"))
p.sum().backward()

# hooks and the order of leaves: every leaf behind the last node that sends to it
for name, t in (("x", x), ("w", w)): t.register_hook(shows(name))
((x * w) + x).sum().backward()

# a hook lives as long as its tensor's node, not as long as the tensor
y = x * 2; y.register_hook(shows("y")); z = y + 1; del y
z.sum().backward()

# the hooks of a leaf outlive all graphs
x.register_hook(shows("x")); gc.collect()
for _ in range(2): (x * 2).sum().backward()

# hooks on a deep copy
import copy
x.register_hook(shows("x")); d = copy.deepcopy(x)
(d * 2).sum().backward(); print(d.grad)
""")
