"""The hidden tests of lesson 10: the same questions with other data, for the grader and never for a student's notebook."""

from minitorch_lessons.claims import Exercise, fail, plain, same

q1 = Exercise("q1")
q2 = Exercise("q2")


@q1.claim("twenty calls in a row reach the lowest point")
def twenty_steps(student):
    torch = student.torch
    p = torch.tensor([[3.0, -1.0], [0.5, 8.0]], requires_grad=True)
    goal = torch.tensor([[1.0, 2.0], [-3.0, 4.0]])
    for _ in range(20):
        student.call("descend", ((p - goal) ** 2).sum(), [p], 0.3)
    if not p.is_leaf or not p.requires_grad:
        fail("The parameter is no longer a leaf that requires a gradient.")
    if not same(p, goal, 1e-4):
        fail("The lowest point was not reached.")


@q2.claim("another slope, fifty points, and a loss that has come down to nothing", seconds=10.0)
def another_line(student):
    torch = student.torch
    torch.manual_seed(3)
    x = torch.linspace(-1.0, 1.0, 50)
    model, losses = student.call("fit_line", x, -3.0 * x + 0.5, 0.2, 250)
    if not same(model(torch.tensor([[2.0]])), [[-5.5]], 1e-3):
        fail("The line differs.")
    if plain(losses[-1]) > 1e-6:
        fail("The last loss is not that of the line found.")
