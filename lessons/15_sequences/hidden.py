"""The hidden tests of lesson 15: the same questions with other numbers, for the grader and never for a student's notebook."""

from minitorch_lessons.claims import Exercise, fail, plain, same

q1 = Exercise("q1")
q2 = Exercise("q2")
q3 = Exercise("q3")


@q1.claim("as PyTorch's own function has it")
def as_the_library_has_it(student):
    torch = student.torch
    torch.manual_seed(5)
    q, k, v = torch.randn(3, 7, 5)
    want = torch.nn.functional.scaled_dot_product_attention(q[None], k[None], v[None], is_causal=True)[0]
    if not same(student.call("attend", q, k, v), want, 1e-4):
        fail("The result differs.")


@q2.claim("many rows at several temperatures")
def many_rows(student):
    torch = student.torch
    torch.manual_seed(6)
    scores = torch.randn(4, 9)
    for temperature in (0.1, 1.7):
        if not same(
            student.call("probabilities_at", scores, temperature), (scores / temperature).softmax(1), 1e-4
        ):
            fail("The result differs.")
    cold = plain(student.call("probabilities_at", scores, 0))
    if cold.sum(axis=1).tolist() != [1.0] * 4 or cold.argmax(axis=1).tolist() != scores.argmax(1).tolist():
        fail("At temperature 0 the result differs.")


@q3.claim("another place and another length")
def another_place(student):
    torch = student.torch
    inputs, targets = student.call("mended_batch", torch.arange(50) * 3 % 50, 11, 9)
    if not same(inputs, [(3 * i) % 50 for i in range(11, 20)]) or not same(
        targets, [(3 * i) % 50 for i in range(12, 21)]
    ):
        fail("The result differs.")
