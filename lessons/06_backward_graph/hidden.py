"""The hidden tests of lesson 6: the same questions with other graphs, for the grader and never for a student's notebook."""

from minitorch_lessons.claims import Exercise, fail, same

q1 = Exercise("q1")
q2 = Exercise("q2")
q3 = Exercise("q3")


@q1.claim("the whole path through another graph")
def another_path(student):
    torch = student.torch
    w = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    got = student.call("first_path", ((w.t() @ w).tanh() - 1.0).mean())
    want = [
        "MeanBackward0",
        "SubBackward0",
        "TanhBackward0",
        "MmBackward0",
        "TBackward0",
        "torch::autograd::AccumulateGrad",
    ]
    if got != want:
        fail("The path differs.", got=got, want=want)


@q2.claim("a graph of 3000 nodes in a row")
def a_long_graph(student):
    w = student.torch.tensor(1.0, requires_grad=True)
    y = w
    for _ in range(3000):
        y = y + 1.0
    found = student.call("leaves_behind", y)
    if len(found) != 1 or found[0] is not w:
        fail("The one leaf was not found.")


@q2.claim("leaves outside the graph are left out")
def outside_the_graph(student):
    torch = student.torch
    u = torch.tensor([1.0, 2.0], requires_grad=True)
    v = torch.tensor([3.0, 4.0], requires_grad=True)
    found = student.call("leaves_behind", (u * v.detach()).sum())
    if len(found) != 1 or found[0] is not u:
        fail("detach() cut the way to v.")


@q3.claim("another shape, and nothing added to .grad on the way")
def another_shape(student):
    torch = student.torch
    x = torch.tensor([[0.5, -1.0], [2.0, 0.1]])
    w = torch.tensor([[1.0, 0.25], [-0.75, 3.0]], requires_grad=True)
    b = torch.tensor(-0.5, requires_grad=True)
    loss = student.call("mended_loss", x, w, b)
    if w.grad is not None or b.grad is not None:
        fail("The function called backward itself.")
    if not same(loss, (torch.tanh(x * w).sum() + b - 2.0) ** 2):
        fail("The value differs.")
