"""The hidden tests of lesson 8: other shapes and other numbers, for the grader and never for a student's notebook."""

import numpy as np
from minitorch_lessons.claims import Exercise, fail, same

q1 = Exercise("q1")
q2 = Exercise("q2")
q3 = Exercise("q3")
q4 = Exercise("q4")


@q1.claim("ten steps on a square come near its foot")
def goes_down(student):
    w = student.torch.tensor([[4.0, -2.0]], requires_grad=True)
    for _ in range(10):
        w.grad = None
        (w**2).sum().backward()
        student.call("step", [w], 0.25)
    if not same(w, [[4.0 / 1024, -2.0 / 1024]]):
        fail("Each step should halve the numbers.", got=w.detach().tolist())


@q2.claim("a column of a matrix in a graph")
def a_column(student):
    torch = student.torch
    w = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    got = student.call("to_array", (w * 2.0)[:, 1])
    if not isinstance(got, np.ndarray) or got.shape != (2,) or not np.allclose(got, [4.0, 8.0]):
        fail("The column is 4, 8.", got=got)


@q3.claim("both values from one weight")
def one_weight(student):
    torch = student.torch
    w = torch.tensor(2.0, requires_grad=True)
    student.call("pull", w * torch.tensor([1.0, 3.0]), w * torch.tensor([3.0, 1.0]), torch.ones(2)).backward()
    # errors 2 - 6.4 and 6 - 2.8; the slope of each prediction in w is 1 and 3
    if not same(w.grad, -4.4 + 3.2 * 3.0):
        fail("Only the prediction's way to the weight counts.", got=w.grad)


@q4.claim("a matrix, twice")
def a_matrix_twice(student):
    torch = student.torch
    x = torch.tensor([[0.5, -1.0], [2.0, 0.1]])
    w = torch.tensor([[1.0, 0.25], [-0.75, 3.0]], requires_grad=True)
    for _ in range(2):
        w.grad = None
        loss = student.call("mended", x, w)
        loss.backward()
        wave = torch.tanh(x * w.detach())
        if not same(loss, (3.0 * wave + 2.0).sum()) or not same(w.grad, 3.0 * (1.0 - wave**2) * x):
            fail("The value or the gradient differs.")
