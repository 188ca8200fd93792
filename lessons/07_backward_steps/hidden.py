"""The hidden tests of lesson 7: the same questions with other numbers, for the grader and never for a student's notebook."""

from minitorch_lessons.claims import Exercise, fail, rounded, same

q1 = Exercise("q1")
q2 = Exercise("q2")
q3 = Exercise("q3")
q4 = Exercise("q4")


@q1.claim("another weight, a negative one")
def a_negative_weight(student):
    got = student.call("by_hand", -4.0)
    if not same(got, [0.5, 0.5, 2.5, -20.0]):
        fail("The gradients differ.", got=rounded(got), want=[0.5, 0.5, 2.5, -20.0])


@q2.claim("twenty steps on a valley in two dimensions")
def a_valley(student):
    torch = student.torch
    w = torch.tensor([3.0, -2.0], requires_grad=True)
    scale = torch.tensor([1.0, 0.1])
    losses = student.call("descend", w, lambda given: (scale * given * given).sum(), 0.4, 20)
    if len(losses) != 20 or not same(losses[0], 9.4):
        fail("The losses differ.", got=losses[:3])
    if not same(w, [3.0 * 0.2**20, -2.0 * 0.92**20]):
        fail("The place after twenty steps differs.", got=rounded(w))


@q3.claim("a matrix of more rows than columns, in float64")
def a_tall_matrix(student):
    torch = student.torch
    x = torch.tensor([2.0, 3.0], dtype=torch.float64)
    got = student.call(
        "jacobian", lambda given: torch.stack([given[0] * given[1], given[0] ** 2, given[1] * 5.0]), x
    )
    if not same(got, [[3.0, 2.0], [4.0, 0.0], [0.0, 5.0]]):
        fail("The matrix differs.", got=rounded(got))


@q4.claim("called twice on one trunk")
def called_twice(student):
    torch = student.torch
    trunk = torch.tensor([0.5], requires_grad=True)
    student.call("both", trunk)
    first = trunk.grad.clone()
    student.call("both", trunk)
    if not same(trunk.grad, first):
        fail("The second call leaves another gradient than the first.", got=rounded(trunk.grad))
