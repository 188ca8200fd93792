"""The hidden tests of lesson 5: the same questions with other tables and shapes, for the grader alone."""

import itertools

from minitorch_lessons.claims import Exercise, fail, plain, rounded, same

q1 = Exercise("q1")
q2 = Exercise("q2")
q3 = Exercise("q3")
q4 = Exercise("q4")


@q1.claim("the pieces of a table that is wider than it is high")
def a_wide_table(student):
    table = student.torch.arange(10.0).reshape(2, 5)
    table[1] *= -1
    last, positive, corners = student.call("pieces", table + 1.0)
    if not same(last, [[5.0], [-8.0]]):
        fail("The last column differs.", got=rounded(last))
    if not same(positive, [[1.0, 2.0, 3.0, 4.0, 5.0]]):
        fail("The rows differ.", got=rounded(positive))
    if not same(corners, [[1.0, 5.0], [-4.0, -8.0]]):
        fail("The corners differ.", got=rounded(corners))


@q2.claim("the same answer as the library, for many pairs of shapes")
def many_pairs(student):
    torch = student.torch
    shapes = [(), (1,), (3,), (2, 1), (2, 3), (1, 3), (4, 1, 3), (4, 2, 1), (6,)]
    for first, second in itertools.product(shapes, shapes):
        try:
            want = tuple(torch.broadcast_shapes(first, second))
        except RuntimeError:
            want = None
        try:
            got = tuple(student.call("meet", first, second))
        except ValueError:
            got = None
        if got != want:
            fail(f"{first} and {second}.", got=got, want=want)


@q2.claim("a dimension without elements stays without elements")
def no_elements(student):
    got = tuple(student.call("meet", (0,), (5, 1)))
    if got != (5, 0):
        fail("A 1 is stretched to 0 as well.", got=got, want=(5, 0))


@q3.claim("the same gradient as the library, for many shapes")
def as_the_library(student):
    torch = student.torch
    grad = torch.arange(24.0).reshape(4, 2, 3)
    for shape in [(), (1,), (3,), (2, 1), (1, 3), (2, 3), (4, 1, 3), (1, 1, 1), (4, 2, 3)]:
        want = grad.sum_to_size(*shape) if shape else grad.sum()
        got = student.call("sum_back", grad, shape)
        if not same(got, want):
            fail(f"The gradient for {shape} differs.", got=rounded(got), want=rounded(want))


@q4.claim("a tall table, and nothing written into it")
def a_tall_table(student):
    scores = student.torch.tensor([[1.0, 3.0], [5.0, -5.0], [0.5, 0.25], [2.0, 8.0], [-1.0, 4.0]])
    before = plain(scores)
    got = plain(student.call("standardized", scores))
    if not same(scores, before):
        fail("The table that was given has changed.")
    if not same(abs(got), [[1.0, 1.0]] * 5, 1e-4) or not same(got.sum(1), [0.0] * 5, 1e-4):
        fail("Rows of two numbers become -1 and 1.", got=rounded(got))
