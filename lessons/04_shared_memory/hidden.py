"""The hidden tests of lesson 4: the same questions with other tensors, for the grader and never for a student's notebook."""

from minitorch_lessons.claims import Exercise, fail, plain, same

q1 = Exercise("q1")
q2 = Exercise("q2")
q3 = Exercise("q3")


@q1.claim("two weights, put aside, trained, and brought back twice")
def there_and_back_twice(student):
    torch = student.torch
    weights = {
        "w": torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True),
        "b": torch.tensor(0.5, requires_grad=True),
    }
    held = dict(weights)
    saved = student.call("snapshot", weights)
    for _ in range(2):
        with torch.no_grad():
            for weight in held.values():
                weight.add_(7.0)
        student.call("restore", weights, saved)
        if not same(held["w"], [[1, 2], [3, 4]]) or not same(held["b"], 0.5):
            fail("The weights did not come back.")
    if not all(weight.requires_grad and weight.is_leaf for weight in held.values()):
        fail("The weights cannot be trained any more.")


@q2.claim("transposes, steps, numbers without dimensions, other sizes of element")
def other_layouts(student):
    torch = student.torch
    for dtype in (torch.float64, torch.int32):
        t = torch.arange(24).to(dtype)
        table = t.view(4, 6)
        cases = [
            (table.t(), table[3], True),
            (t[::2], t[1::2], False),
            (t[::2], t[::3], True),
            (table[2, 3], table[:, 3], True),
            (table[2, 3], table[:, 2], False),
            (table[:2, :3], table[2:, 3:], False),
            (t[5:6].expand(4), t, True),
            (t[:12].view(3, 4), t[11:], True),
        ]
        for a, b, want in cases:
            if bool(student.call("sees", a, b)) is not want:
                fail(f"Strides {a.stride()} and {b.stride()}: the answer should be {want}.")


@q3.claim("six steps, and entries that are apart from each other")
def six_steps(student):
    history = student.call("weights_over_time", 6)
    if not same([plain(entry).reshape(-1)[0] for entry in history], [0, 2, 3, 3.5, 3.75, 3.875]):
        fail("The weights differ.")
