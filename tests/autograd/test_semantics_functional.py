"""autograd.functional: Jacobians, Hessians and products, their structure and what they refuse."""

from tests.autograd.claims import claims, holds_for_both

GIVEN = '''
F = torch.autograd.functional
a, b, v = torch.tensor([1., 2.]), torch.tensor([3., 4.]), torch.tensor([1., -1.])
def one(x): return x ** 2 * b
def two(x, y): return x * y, (x ** 2 + y).sum()
def number(x): return (x ** 3).sum() * 2
def pair(x, y): return (x ** 2 * y).sum()
def straight(x): return x.sum()
def constant(x): return torch.ones(2)
'''

PROGRAMS = '''
# the Jacobian of one result in one input
print(F.jacobian(one, a), F.jacobian(number, a)); print(F.jacobian(lambda x: x.view(2, 1) * x, a).shape)

# of several in several: a tuple of tuples
print(F.jacobian(two, (a, b))); print(F.jacobian(lambda x: (x, x * 2), a)); print(F.jacobian(lambda x, y: x * y, (a, b)))

# with a graph of its own
j = F.jacobian(one, x, create_graph=True); print(j.requires_grad); print(torch.autograd.grad(j.sum(), x)); print(F.jacobian(one, x).requires_grad)

# all at once, and forward
print(F.jacobian(one, a, vectorize=True), F.jacobian(one, a, vectorize=True, strategy="forward-mode")); print([list(row) for row in F.jacobian(two, (a, b), vectorize=True, strategy="forward-mode")])

# what does not go together
tries(F.jacobian, one, a, strategy="forward-mode"); tries(F.jacobian, one, a, strategy="forward-mode", create_graph=True)
tries(F.jacobian, one, a, strategy="forward-mode", strict=True); tries(F.jacobian, one, a, strict=True, vectorize=True); tries(F.jacobian, one, a, strategy="sideways")

# what a constant function has
print(F.jacobian(constant, a)); tries(F.jacobian, constant, a, strict=True); print(F.jacobian(lambda x, y: x * 2, (a, b)))
tries(F.jacobian, lambda x, y: x * 2, (a, b), strict=True); tries(F.jacobian, straight, x, strict=True, create_graph=True)

# inputs and results are tensors
tries(F.jacobian, one, 5.0); tries(F.jacobian, two, (a, 5)); tries(F.jacobian, lambda x: 5, a); tries(F.jacobian, lambda x: (x, 5), a); tries(F.vjp, one, [a], v)

# the Hessian of a function of one input, and of two
print(F.hessian(number, a)); print(F.hessian(pair, (a, b))); print(F.hessian(number, a, vectorize=True))
print(F.hessian(number, a, vectorize=True, outer_jacobian_strategy="forward-mode").detach())

# with a graph of its own
h = F.hessian(number, x, create_graph=True); print(torch.autograd.grad(h.sum(), x))

# of a single number alone
tries(F.hessian, one, a); tries(F.hessian, lambda x: (x.sum(),), a)
tries(F.hessian, straight, a); tries(F.hessian, straight, a, strict=True); tries(F.hessian, number, a, outer_jacobian_strategy="sideways")

# vjp and jvp
print(F.vjp(one, a, v)); print(F.jvp(one, a, v)); print(F.vjp(two, (a, b), (v, torch.tensor(1.)))); print(F.jvp(two, (a, b), (v, v)))

# without a vector, where there is one number
print(F.vjp(number, a)); print(F.jvp(lambda x: x ** 2, torch.tensor(3.)))
tries(F.vjp, one, a); tries(F.jvp, one, a); tries(F.vhp, number, a); tries(F.hvp, number, a)

# a vector must fit
tries(F.vjp, one, a, torch.ones(3)); tries(F.vjp, one, a, (v, v)); tries(F.vjp, two, (a, b), v); tries(F.jvp, two, (a, b), (v, torch.ones(3))); tries(F.vjp, one, a, 5)

# products with graphs of their own
_, p = F.vjp(one, x, v, create_graph=True); print(torch.autograd.grad(p.sum(), x)); _, p = F.jvp(one, x, v, create_graph=True); print(torch.autograd.grad(p.sum(), x))

# strict products
tries(F.vjp, constant, a, v, strict=True); tries(F.jvp, constant, a, v, strict=True); print(F.vjp(constant, a, v), F.jvp(constant, a, v))
tries(F.vjp, lambda x, y: x * 2, (a, b), v, strict=True); tries(F.jvp, lambda x, y: x * 2, (a, b), (v, v), strict=True)

# vhp and hvp
print(F.vhp(number, a, v), F.hvp(number, a, v)); print(F.vhp(pair, (a, b), (v, v))); print(F.hvp(pair, (a, b), (v, v)))
print(F.vhp(straight, a, v), F.hvp(straight, a, v)); tries(F.vhp, straight, a, v, strict=True); tries(F.hvp, straight, a, v, strict=True); tries(F.vhp, one, a, v); tries(F.hvp, lambda x: (x.sum(),), a, v)

# with graphs of their own
_, p = F.vhp(number, x, v, create_graph=True); print(torch.autograd.grad(p.sum(), x)); _, p = F.hvp(number, x, v, create_graph=True); print(torch.autograd.grad(p.sum(), x))

# under no_grad, they record for themselves
with torch.no_grad(): print(F.jacobian(one, x), F.hessian(number, x), F.jvp(one, x, v), F.vhp(number, x, v))

# the caller's tensors stay as they are
print(F.jacobian(one, x)); print(x.grad, x.is_leaf, a.requires_grad)
'''

test_derivatives_of_functions_are_pytorchs = holds_for_both(
    "".join(f"# {claim}\n{GIVEN}{program}" for claim, program in claims(PROGRAMS).items())
)
