"""The hidden tests of lesson 11: the same questions with other models, for the grader and never for a student's notebook."""

from minitorch_lessons.claims import Exercise, fail, plain, same

q1 = Exercise("q1")
q2 = Exercise("q2")


@q1.claim("a model with two thirds right, and no gradient left behind")
def two_thirds(student):
    torch = student.torch
    model = torch.nn.Sequential(torch.nn.Linear(2, 1, bias=False), torch.nn.Flatten(0))
    with torch.no_grad():
        model[0].weight.copy_(torch.tensor([[0.1, -0.1]]))
    points = torch.tensor([[3.0, 1.0], [1.0, 3.0], [2.0, 1.0]])
    if not same(student.call("accuracy", model, points, torch.tensor([1.0, 1.0, 1.0])), 2 / 3):
        fail("The share differs.")


@q2.claim("eighty epochs on an AND of two inputs", seconds=20.0)
def eighty_epochs(student):
    torch = student.torch
    torch.manual_seed(0)
    points = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    labels = torch.tensor([[0.0], [0.0], [0.0], [1.0]])
    model = torch.nn.Linear(2, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=2.0)
    batches = [(points[:3], labels[:3]), (points[3:], labels[3:])]
    told = [
        student.call("train_epoch", model, batches, torch.nn.BCEWithLogitsLoss(), optimizer)
        for _ in range(80)
    ]
    right = (plain(model(points)) > 0) == (plain(labels) > 0)
    if not right.all() or not plain(told[-1]) < plain(told[0]) / 2:
        fail("The model has not learned it.")
