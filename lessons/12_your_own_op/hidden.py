"""The hidden tests of lesson 12: the same questions with other numbers, for the grader and never for a student's notebook."""

from minitorch_lessons.claims import Exercise, fail, same

q1 = Exercise("q1")
q2 = Exercise("q2")
q3 = Exercise("q3")
q4 = Exercise("q4")


@q1.claim("a quotient of a table and a row")
def broadcast_quotient(student):
    torch = student.torch
    x = torch.tensor([[1.0, 2.0], [3.0, -4.0]], requires_grad=True)
    y = torch.tensor([2.0, -1.0], requires_grad=True)
    weights = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    (student.get("Ratio").apply(x, y) * weights).sum().backward()
    found = x.grad, y.grad
    want = torch.autograd.grad((x / y * weights).sum(), [x, y])
    if not all(same(got, each) for got, each in zip(found, want, strict=True)):
        fail("The gradients differ.")


@q2.claim("a table, and a step of 0.1")
def other_steps(student):
    torch = student.torch
    x = torch.tensor([[0.24, -0.26], [1.01, 0.0]], requires_grad=True)
    y = student.get("Quantize").apply(x, 0.1)
    (y * y).sum().backward()
    if not same(y, [[0.2, -0.3], [1.0, 0.0]]) or not same(x.grad, [[0.4, -0.6], [2.0, 0.0]]):
        fail("The values or the gradients differ.")


@q3.claim("softsign of a table, differentiated twice")
def softsign_of_a_table(student):
    torch = student.torch
    x = torch.tensor([[-3.0, 0.25], [1.5, -0.1]], dtype=torch.float64, requires_grad=True)
    y = student.get("Mended").apply(x)
    (first,) = torch.autograd.grad((y * y).sum(), x, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), x)
    plain = x / (1 + x.abs())
    (want,) = torch.autograd.grad((plain * plain).sum(), x, create_graph=True)
    (bend,) = torch.autograd.grad(want.sum(), x)
    if not same(first, want) or not same(second, bend):
        fail("The derivatives differ.")


@q4.claim("the curve passes both checks")
def bell_passes_both_checks(student):
    torch = student.torch
    x = torch.tensor([[-1.0, 0.3], [0.0, 2.0]], dtype=torch.float64, requires_grad=True)
    bell = student.get("bell")
    for check in (torch.autograd.gradcheck, torch.autograd.gradgradcheck):
        if not check(bell, (x,), raise_exception=False):
            fail(f"{check.__name__} does not pass.")
