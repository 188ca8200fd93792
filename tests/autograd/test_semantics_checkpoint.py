"""Checkpoints: both ways of computing again, what they refuse, and what they leave alone."""

from tests.autograd.claims import claims, holds_for_both

GIVEN = '''
if torch.__name__ == "torch": import torch.utils.checkpoint
checkpoint = torch.utils.checkpoint.checkpoint
def part(x, w):
    print("runs", torch.is_grad_enabled())
    return (x * w).sin().exp()
'''

PROGRAMS = '''
# without reentrance: recorded at once, and computed again for the backward pass
y = checkpoint(part, x, w, use_reentrant=False); print(y.grad_fn.name()); y.sum().backward(); print(x.grad, w.grad)

# with reentrance: one node, and a pass within the pass
y = checkpoint(part, x, w, use_reentrant=True); print(y.grad_fn.name()); y.sum().backward(); print(x.grad, w.grad)

# which way has to be said
y = checkpoint(part, x, w); y.sum().backward(); print(x.grad)

# reentrance needs an input that requires grad
y = checkpoint(part, c, c, use_reentrant=True); print(y.requires_grad)

# without reentrance a parameter of the part is enough
y = checkpoint(lambda c: part(c, w), c, use_reentrant=False); y.sum().backward(); print(w.grad)

# reentrance refuses autograd.grad and inputs
tries(torch.autograd.grad, checkpoint(part, x, w, use_reentrant=True).sum(), x)
tries(checkpoint(part, x, w, use_reentrant=True).sum().backward, inputs=[x])

# without reentrance both work
print(torch.autograd.grad(checkpoint(part, x, w, use_reentrant=False).sum(), x))
checkpoint(part, x, w, use_reentrant=False).sum().backward(inputs=[w]); print(x.grad, w.grad)

# second derivatives without reentrance
gx, = torch.autograd.grad(checkpoint(part, x, w, use_reentrant=False).sum(), x, create_graph=True)
print([f"{each:.4f}" for each in torch.autograd.grad(gx.sum(), w)[0].tolist()])

# keyword arguments without reentrance only
print(checkpoint(lambda x, by: x * by, x, by=3, use_reentrant=False)); tries(checkpoint, lambda x, by: x * by, x, by=3, use_reentrant=True)

# what is no tensor is handed on
y = checkpoint(lambda x, n, name: x ** n, x, 3, "three", use_reentrant=True); y.sum().backward(); print(x.grad)

# several results
a, b = checkpoint(lambda x: (x * x, x.exp()), x, use_reentrant=True); (a + b).sum().backward(); print(x.grad)
a, b = checkpoint(lambda x: (x * x, x.exp()), x, use_reentrant=False); a.sum().backward(); print(x.grad)

# a result that has no gradient
tries(checkpoint(lambda x: x.detach() * 2, x, use_reentrant=True).sum().backward)

# no graph, no checkpoint
with torch.no_grad(): print(checkpoint(part, x, w, use_reentrant=False).requires_grad, checkpoint(part, x, w, use_reentrant=True).requires_grad)

# computing stops with the last tensor that is needed
def long(x): y = x.exp().sin(); print("late"); return y + 1
checkpoint(long, x, use_reentrant=False).sum().backward(); print("---"); checkpoint(long, x, use_reentrant=False, early_stop=False).sum().backward()
with torch.utils.checkpoint.set_checkpoint_early_stop(False): y = checkpoint(long, x, use_reentrant=False)
y.sum().backward()

# with retain_graph it is computed for each pass
y = checkpoint(part, x, w, use_reentrant=False).sum(); y.backward(retain_graph=True); y.backward(retain_graph=True); print(x.grad)

# freed is freed
y = checkpoint(part, x, w, use_reentrant=False).sum(); y.backward(); tries(y.backward)

# an input that was written is found out
y = x * 1; z = checkpoint(part, y, w, use_reentrant=True); y.mul_(2); tries(z.sum().backward)

# a part that does something else the second time
times = []
def changes(x): times.append(1); return (x * x if len(times) == 1 else x * x * x).sin()
def less(x): times.append(1); return (x * x * x if len(times) == 1 else x + 1)
def caught(f, **named):
    try: checkpoint(f, x, use_reentrant=False, **named).sum().backward()
    except Exception as error: print(type(error).__name__, str(error).split("Tip")[0].rstrip())
caught(less, early_stop=False); times.clear(); caught(changes, early_stop=False)

# other shapes the second time
times = []
def shapes(x): times.append(1); return (x.view(2, 1) if len(times) == 1 else x.view(1, 2)).exp().sum()
try: checkpoint(shapes, x, use_reentrant=False).backward()
except Exception as error: print(type(error).__name__, str(error).split("Tip")[0].rstrip())

# the checks that are known
tries(checkpoint, part, x, w, use_reentrant=False, determinism_check="some"); tries(checkpoint, part, x, w, use_reentrant=True, debug=True)

# the same random numbers again
def noisy(x): r = torch.rand(2); drawn.append(r); return (x * r).exp()
for way in (True, False):
    drawn = []; torch.manual_seed(0); y = checkpoint(noisy, x, use_reentrant=way); before = torch.rand(1); y.sum().backward(); print(torch.equal(*drawn), torch.rand(1) == before)
drawn = []; y = checkpoint(noisy, x, use_reentrant=False, preserve_rng_state=False); y.sum().backward(); print(torch.equal(*drawn))

# checkpoints within checkpoints
def inner(x): print("inner"); return x.sin()
def outer(x): print("outer"); return checkpoint(inner, x.exp(), use_reentrant=False).cos()
y = checkpoint(outer, x, use_reentrant=False); y.sum().backward(); print(x.grad)

# contexts around the first run and the second
@contextlib.contextmanager
def says(text): print("in", text); yield; print("out", text)
y = checkpoint(lambda x: x.exp(), x, use_reentrant=False, context_fn=lambda: (says("first"), says("again"))); y.sum().backward()

# a sequence in segments
functions = [torch.sin, torch.exp, torch.cos, torch.tanh, torch.sqrt]
for way in (True, False):
    y = torch.utils.checkpoint.checkpoint_sequential(functions, 2, x, use_reentrant=way); y.sum().backward(); print(x.grad)
y = torch.utils.checkpoint.checkpoint_sequential(functions, 2, x)
tries(torch.utils.checkpoint.checkpoint_sequential, functions, 2, x, use_reentrant=False, other=3)
'''

test_checkpoints_are_pytorchs = holds_for_both(
    "".join(f"# {claim}\n{GIVEN}{program}" for claim, program in claims(PROGRAMS).items())
)
