"""The hidden tests of lesson 1: the same questions with other tensors, for the grader and never for a student's notebook."""

from minitorch_lessons.claims import Exercise, fail, same

q1 = Exercise("q1")
q2 = Exercise("q2")
q3 = Exercise("q3")


@q1.claim("one number, and none")
def one_number_and_none(student):
    torch = student.torch
    for tensor, want in (
        (torch.tensor(3, dtype=torch.int16), (0, 1, 2)),
        (torch.zeros(3, 0, 2), (3, 0, 0)),
        (torch.ones(2, 2, 2, 2, dtype=torch.bool), (4, 16, 16)),
    ):
        got = student.call("facts", tensor)
        if got != want:
            fail("The facts of another tensor differ.", got=got, want=want)


@q2.claim("a picture of 4 by 2")
def another_picture(student):
    torch = student.torch
    image = torch.tensor([[255, 0], [5, 10], [0, 0], [128, 1]], dtype=torch.uint8)
    got = student.call("as_batch", image)
    want = (image.to(torch.float64) / 255).reshape(1, 1, 4, 2)
    if got.dtype != torch.float32 or not same(got, want):
        fail("Another picture differs.", got=got)


@q3.claim("three days and four plans")
def three_days_four_plans(student):
    torch = student.torch
    readings = torch.tensor([[0.5, 1.25], [2.0, -3.0], [4.5, 0.0]])
    importance = torch.tensor([[1, 0], [0, 1], [2, 3], [5, -1]])
    got = student.call("weighted", readings, importance)
    want = [[0.5, 1.25, 4.75, 1.25], [2.0, -3.0, -5.0, 13.0], [4.5, 0.0, 9.0, 22.5]]
    if not same(got, want):
        fail("Other days and plans differ.", got=got)
