"""The hidden tests of lesson 2: the same questions with other arrays, for the grader and never for a student's notebook."""

import numpy as np

from minitorch_lessons.claims import Exercise, fail, plain, same

q1 = Exercise("q1")
q2 = Exercise("q2")
q3 = Exercise("q3")


@q1.claim("a table of 2 by 3, of other dtypes")
def another_array(student):
    torch = student.torch
    for kind in (np.int16, np.float32, np.float64):
        array = np.arange(6).reshape(2, 3).astype(kind)
        shared, own, single = student.call("doors", array)
        before = array.copy()
        array[1, 2] = 100
        kept = same(shared, array) and same(own, before) and same(single, before)
        names = [str(tensor.dtype) for tensor in (shared, own)]
        if not kept or single.dtype != torch.float32 or names != [f"torch.{before.dtype.name}"] * 2:
            fail("The doors of another array differ.")


@q2.claim("a table turned, and a mean that was written in place")
def another_function(student):
    torch = student.torch

    def centre_and_turn(array):
        array -= array.mean()
        return np.rot90(array).astype(np.float64)[::-1]

    x = torch.tensor([[1.0, 2.0], [3.0, 6.0]])
    got = student.call("through_numpy", centre_and_turn, x)
    if got.dtype != torch.float32 or not same(got, [[-2.0, 0.0], [-1.0, 3.0]]):
        fail("Another function gives another result.", got=got)
    if not same(x, [[1.0, 2.0], [3.0, 6.0]]):
        fail("The tensor was changed.")
    count = student.call("through_numpy", np.count_nonzero, torch.tensor([[0, 4], [5, 6]]))
    if plain(count).shape != () or int(count) != 3:
        fail("One number came back as something else.", got=count)


@q3.claim("the largest order there can be")
def the_largest_order(student):
    torch = student.torch
    orders = [2**63 - 1, 2**31, 0]
    numbers, prices = student.call("mended", np.array(orders), np.array([0.1, 19.99, 7.0]))
    if numbers.tolist() != orders:
        fail("A large order number differs.", got=numbers.tolist())
    if prices.dtype != torch.float32 or not same(prices, [0.1, 19.99, 7.0]):
        fail("Other prices differ.", got=prices)
