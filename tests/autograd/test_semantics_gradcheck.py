"""gradcheck and gradgradcheck: what they find, what they are told to look at, and what they say."""

from tests.autograd.claims import claims, holds_for_both

GIVEN = '''
check, twice = torch.autograd.gradcheck, torch.autograd.gradgradcheck
d = torch.tensor([0.5, 2.], dtype=torch.float64, requires_grad=True); e = torch.tensor([1.5, -1.], dtype=torch.float64, requires_grad=True)
class Wrong(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): ctx.save_for_backward(x); return x * x
    @staticmethod
    def backward(ctx, grad): return grad * 3 * ctx.saved_tensors[0]
    @staticmethod
    def jvp(ctx, tangent): return tangent
class Constant(Wrong):
    @staticmethod
    def backward(ctx, grad): return torch.full_like(grad, 2.) * ctx.saved_tensors[0]
class NoConjugate(Wrong):
    @staticmethod
    def backward(ctx, grad): return grad * 2 * ctx.saved_tensors[0]
class Minds(Wrong):
    @staticmethod
    def forward(ctx, x): ctx.set_materialize_grads(False); return Wrong.forward(ctx, x)
    @staticmethod
    def backward(ctx, grad):
        if grad is None: raise RuntimeError("no gradient")
        return grad * 2 * ctx.saved_tensors[0]
'''

PROGRAMS = '''
# what is right
print(check(lambda x: x ** 3, d), check(lambda x, y: (x * y, x.exp().sum()), (d, e)), twice(lambda x: x ** 3, d), twice(lambda x, y: x * y.sin(), (d, e)))

# what is wrong, shown with both Jacobians
tries(check, Wrong.apply, d); print(check(Wrong.apply, d, raise_exception=False)); tries(check, lambda x: (x, Wrong.apply(x)), d)

# what is wrong in the second derivative alone
tries(twice, Wrong.apply, d)

# forward as well
print(check(lambda x: x ** 3, d, check_forward_ad=True), check(lambda x, y: x @ y, (d, e), check_forward_ad=True, check_backward_ad=False))

# a backward that forgets its grad
tries(check, lambda x: Constant.apply(x).sum(), d)

# a backward that minds when there is none
tries(check, Minds.apply, d); print(check(Minds.apply, d, check_undefined_grad=False))

# tolerances
print(check(lambda x: x * 1.0001, d), check(Wrong.apply, d, atol=10.)); tries(check, lambda x: x.exp(), d, eps=1.)

# inputs that tell nothing
tries(check, lambda x: x, d.detach()); tries(check, lambda x: x * 2, d[:1].expand(3)); tries(check, lambda x: x * 2, d.detach().float().requires_grad_())

# numbers beside tensors
print(check(lambda x, n: x ** n, (d, 3)), check(lambda x, n, y: x * n * y, (d, 2., e.detach())))

# results without a gradient
print(check(lambda x: (x > 1).sum(), d)); tries(check, lambda x: x.detach() * 2, d)

# what does not go together
tries(check, lambda x: x, d, check_backward_ad=False); tries(check, lambda x: x, d, check_backward_ad=False, check_forward_ad=True, check_batched_grad=True); tries(check, lambda x: x, d, check_batched_forward_grad=True)
tries(twice, lambda x: x, d, check_rev_over_rev=False); tries(twice, lambda x: x, d, check_rev_over_rev=False, check_fwd_over_rev=True)

# forward over reverse
print(twice(lambda x: x ** 3, d, check_fwd_over_rev=True))

# given gradients to start from
print(twice(lambda x: x ** 3, d, torch.ones(2, dtype=torch.float64, requires_grad=True)), twice(lambda x: x ** 3, d, gen_non_contig_grad_outputs=True))

# complex results of real numbers
print(check(lambda x: torch.complex(x, x * 2), d) if hasattr(torch, "complex") else True)

# complex numbers: backward without a conjugate, backward of a real result twice too great
z = torch.tensor([1 + 2j, 0.5 - 1j], dtype=torch.complex128, requires_grad=True)
tries(check, NoConjugate.apply, z); tries(check, NoConjugate.apply, z, check_forward_ad=True); tries(twice, NoConjugate.apply, z)
tries(check, lambda x: NoConjugate.apply(torch.complex(x, x)), d); tries(check, lambda x: Wrong.apply(x.abs()), z)

# complex numbers: a real and a complex result, each under its own name
print(check(lambda x: (x.real, x * x), z), check(lambda x: x.conj() * x, z, check_forward_ad=True)); tries(check, lambda x: (Wrong.apply(x.real), x * 2), z); tries(check, lambda x: (x.real, NoConjugate.apply(x)), z)

# complex numbers: forward mode looks at parts of the inputs
print(check(lambda x: x.exp(), z, check_backward_ad=False, check_forward_ad=True), check(lambda x: x.abs(), z, check_forward_ad=True))

# all options that are taken
print(check(lambda x: x ** 2, d, fast_mode=True, check_batched_grad=False, check_grad_dtypes=True, nondet_tol=1e-9, masked=True))

# fast: what is right
print(check(lambda x: x ** 3, d, fast_mode=True), check(lambda x, y: (x * y, x.exp().sum()), (d, e), fast_mode=True, check_forward_ad=True), twice(lambda x, y: x * y.sin(), (d, e), fast_mode=True))

# fast: what is wrong, shown with the whole Jacobians
tries(check, Wrong.apply, d, fast_mode=True); print(check(Wrong.apply, d, raise_exception=False, fast_mode=True)); tries(check, lambda x, y: (x * y, x, Wrong.apply(y)), (d, e), fast_mode=True); tries(twice, Wrong.apply, d, torch.ones(2, dtype=torch.float64, requires_grad=True), fast_mode=True)

# fast: forward, alone
tries(check, Wrong.apply, d, fast_mode=True, check_forward_ad=True, check_backward_ad=False)

# fast: complex numbers
print(check(lambda x: x.conj() * x.exp(), z, fast_mode=True)); tries(check, lambda x: (x.real, NoConjugate.apply(x)), z, fast_mode=True); print(check(lambda x: x.exp(), z, check_backward_ad=False, check_forward_ad=True, fast_mode=True))

# fast: where the whole check would have passed, it says so
tries(check, lambda x: x * 1., d, fast_mode=True, eps=1e-12, atol=1e-3, rtol=0.)

# fast: results without a gradient
print(check(lambda x: (x > 1).sum(), d, fast_mode=True)); tries(check, lambda x: x.detach() * 2, d, fast_mode=True)
'''

test_gradient_checks_are_pytorchs = holds_for_both(
    "".join(f"# {claim}\n{GIVEN}{program}" for claim, program in claims(PROGRAMS).items())
)
