"""The hidden tests of lesson 13: the same questions with other programs, for the grader and never for a student's notebook."""

import numpy as np
from minitorch_lessons.claims import Exercise, fail, same

q1 = Exercise("q1")
q2 = Exercise("q2")
q3 = Exercise("q3")


class Value:
    """As in the notebook, with the operations that are asked for here."""

    made = 0

    def __init__(self, data, parents=(), rule=None):
        self.data = np.asarray(data, dtype=np.float64)
        self.grad = None
        self.parents = parents
        self.rule = rule
        self.number = Value.made
        Value.made += 1

    def __add__(self, other):
        return Value(self.data + other.data, (self, other), lambda grad: (grad, grad))

    def __mul__(self, other):
        return Value(
            self.data * other.data, (self, other), lambda grad: (grad * other.data, grad * self.data)
        )


@q1.claim("both ways of broadcasting at once")
def both_ways(student):
    grad = np.arange(24.0).reshape(2, 3, 4)
    for shape, want in (
        ((3, 1), grad.sum(axis=(0, 2), keepdims=True)[0]),
        ((), grad.sum()),
        ((1, 1, 4), grad.sum(axis=(0, 1), keepdims=True)),
    ):
        if not same(student.call("fit", grad, shape), want):
            fail(f"Wrong for the shape {shape}.")


@q2.claim("a table, a column and a number, used several times")
def several_shapes(student):
    x, w, b = Value(np.arange(6.0).reshape(2, 3)), Value([[2.0], [-1.0]]), Value(0.5)
    u = x * w + b
    student.call("backward", u * u + u * w)
    total = 2 * u.data + w.data
    want = total * w.data, (total * x.data + u.data).sum(axis=1, keepdims=True), total.sum()
    if not all(same(leaf.grad, each) for leaf, each in zip((x, w, b), want, strict=True)):
        fail("The gradients differ.")


@q2.claim("3000 values in a row")
def a_long_chain(student):
    x = Value(1.0)
    t = x
    for _ in range(3000):
        t = t + x
    student.call("backward", t)
    if not same(x.grad, 3001.0):
        fail("The gradient differs.")


@q3.claim("the programs tell for another number")
def another_number(student):
    for name in ("tells_hasty", "spares_overwriting"):
        leaf = Value(2.0)
        if student.call(name, leaf) is leaf:
            fail(f"{name} computes nothing.")
