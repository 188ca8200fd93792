"""The hidden tests of lesson 9: other models and other sizes, for the grader and never for a student's notebook."""

import contextlib

import numpy as np
from minitorch_lessons.claims import Exercise, fail, same

q1 = Exercise("q1")
q2 = Exercise("q2")
q3 = Exercise("q3")


def _gpu(torch):
    return torch.cuda.simulate() if hasattr(torch.cuda, "simulate") else contextlib.nullcontext()


@q1.claim("two layers on another device")
def two_layers(student):
    torch = student.torch
    with _gpu(torch):
        place = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Linear(3, 1)).to(place)
        inputs = torch.tensor([[1.0, 2.0], [3.0, 4.0]], device=place)
        want = model(inputs).tolist()
        got = student.call("answers", model, inputs)
        if not isinstance(got, np.ndarray) or not same(got, want):
            fail("The answers differ.", got=got)


@q2.claim("a thousand losses of a graph")
def a_thousand(student):
    torch = student.torch
    w = torch.tensor(1.0, requires_grad=True)
    got = student.call("mean_of", [w * float(k) for k in range(1000)])
    if not isinstance(got, float) or abs(got - 499.5) > 1e-3:
        fail("The mean of 0 to 999 is 499.5.", got=got)


@q3.claim("no steps, and seven")
def none_and_seven(student):
    torch = student.torch
    x, w = torch.tensor([[1.0], [2.0]]), torch.tensor([[5.0], [6.0]])
    for steps in (0, 7):
        got = student.call("mended", x, w, steps, torch.device("cpu"))
        if not same(got, (w + 0.5 * steps * x).tolist()):
            fail(f"After {steps} steps the numbers differ.", got=got)
