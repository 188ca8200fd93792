"""The public checks of lesson 10: what the student's answers must do, and the misconception each failure shows."""

import numpy as np
from minitorch_lessons.claims import Exercise, choice, fail, plain, rounded, same

# Predictions -----------------------------------------------------------------

predict_1 = Exercise(
    "predict-1",
    "The sign of the gradient",
    hints=[
        "Make `w` a little larger than 0. Do the predictions come closer to the lengths, or do they go further away?",
        "So does the loss rise or fall as `w` grows? The gradient is the slope of the loss, not the way to the goal.",
    ],
)


@predict_1.claim("you know the sign of `w.grad`")
def knows_the_sign(student):
    misconceptions = {
        "a": "`w` must grow, that is true. But the gradient does not point to the goal: it says how the loss changes when `w` grows.",
        "c": "The gradient is not made of `w` alone. Ask how the loss changes if `w` becomes 0.1: does it stay the same?",
        "d": "A leaf that requires a gradient is just where `backward()` leaves one.",
    }
    choice(student.get("predict_1"), "b", misconceptions)
    return "Right. The loss falls as w grows, so the slope is negative, and minus the slope is the way to go."


predict_2 = Exercise(
    "predict-2",
    "A larger step",
    hints=[
        "The valley of the loss has two slopes. What happens to a step that is longer than the valley is wide?",
        "Beyond the valley the loss can be higher than before, and the slope steeper. How long is the next step then?",
    ],
)


@predict_2.claim("you know what too large a learning rate does")
def knows_what_too_large_does(student):
    misconceptions = {
        "a": "Then one could take any rate, and be there in one step. The slope holds where you stand, not all along a long step.",
        "b": "That happens with a rate somewhat below the limit. Beyond it, each swing is wider than the last.",
        "d": "PyTorch computes what you ask for. A loss that grows is a number like any other.",
    }
    choice(student.get("predict_2"), "c", misconceptions)
    return "Right. Each step lands further from the goal than the last, and nobody stops it."


predict_3 = Exercise(
    "predict-3",
    "A shape that does not fit",
    hints=[
        "Write the two shapes one above the other, aligned at the right. What does broadcasting do where one of them has no axis?",
        "(40, 1) against (1, 40): an axis of length 1 is stretched to the length of the other. Both have one.",
    ],
)


@predict_3.claim("you know the shape of the difference")
def knows_the_shape(student):
    misconceptions = {
        "a": "An axis of length 1 does not go away by itself: the result has as many axes as the operand with the most.",
        "b": "Broadcasting aligns shapes at the right. So the 40 of the lengths stands beneath the 1 of the column, not beneath its 40.",
        "d": "PyTorch raises an error only where two lengths differ and neither is 1. That is not so here.",
    }
    choice(student.get("predict_3"), "c", misconceptions)
    return "Right. Every prediction meets every length: 1600 differences where 40 were meant."


# 1. An optimizer of your own -------------------------------------------------

q1 = Exercise(
    "q1",
    "An optimizer of your own",
    level="fill in",
    hints=[
        "The training by hand did it for `w` and for `b`, one after the other. Which two lines were about `w`?",
        "Blank 1 must change the numbers inside `p`. An assignment to the name p would leave the list's tensor as it was: which operator writes in place?",
        "Blank 2: `backward()` adds to what it finds in `.grad`, and it takes `None` for nothing.",
    ],
)

LR = 0.25


def _one_step(student):
    """Two parameters, by what they have been moved after one call, and the slopes they had."""
    torch = student.torch
    u = torch.tensor([1.0, -2.0, 3.0], requires_grad=True)
    v = torch.tensor(2.0, requires_grad=True)
    # the loss is linear, so its slopes do not depend on where we are
    slopes = ([4.0, -8.0, 0.5], 2.0)
    loss = (u * torch.tensor(slopes[0])).sum() + v * slopes[1]
    before = plain(u), plain(v)
    student.call("descend", loss, [u, v], LR)
    moved = [plain(now) - then for now, then in zip((u, v), before, strict=True)]
    return (u, v), moved, [np.asarray(slope) for slope in slopes]


CLEARED = {TypeError: "There is no gradient any more when you want to use it. Which of the two comes first?"}


@q1.claim("each parameter has moved by `lr` times its gradient, downhill", crash=CLEARED)
def moves_downhill(student):
    _, moved, slopes = _one_step(student)
    together = [np.concatenate([part.reshape(-1) for part in parts]) for parts in (moved, slopes)]
    step, slope = together
    if not step.any():
        fail(
            "The parameters have not moved. `p = p - ...` makes a new tensor and gives it the name p: the one in the list stays as it was."
        )
    if not moved[1].any():
        fail("The first parameter has moved, and the second has not.")
    if same(step, LR * slope):
        fail("You went uphill: the loss is larger than before. The gradient points to where it grows.")
    if same(step, -slope):
        fail("The step is as long as the gradient. The learning rate should scale it.", got=rounded(step))
    if not same(step, -LR * slope):
        fail(
            "The parameters moved, but not against their gradients.",
            got=rounded(step),
            want=rounded(-LR * slope),
        )


@q1.claim("no gradient is left behind", crash=CLEARED)
def leaves_no_gradient(student):
    parameters, _, _ = _one_step(student)
    left = [p.grad for p in parameters if p.grad is not None and plain(p.grad).any()]
    if left:
        fail(
            "After the call a gradient is still there. The next `backward()` would add to it.",
            got=rounded(left[0]),
        )


# 2. Fit any line -------------------------------------------------------------

q2 = Exercise(
    "q2",
    "Fit any line",
    level="write",
    hints=[
        "Which shape does `nn.Linear(1, 1)` want, and which shape does it give? Bring both `x` and `y` to that.",
        "Each round has four calls: clear the gradients, compute the loss, go backward, step. Which object has which?",
        "A loss that you keep as a tensor keeps its graph. Which method of a tensor with one element gives a number?",
    ],
)

PATIENCE = 10.0  # PyTorch itself takes seconds to make the first optimizer of a process
SHAPES = {
    RuntimeError: "`nn.Linear(1, 1)` wants its one feature on the last axis: a column of shape (N, 1), not a row of N numbers."
}


def _fit(student, steps, seed=0):
    torch = student.torch
    torch.manual_seed(seed)
    x = torch.tensor([0.0, 0.5, 1.0, 1.5, 2.0, 2.5])
    y = torch.tensor([1.5, 0.75, -0.5, -1.25, -2.5, -3.75])
    found = student.call("fit_line", x, y, 0.1, steps)
    if not isinstance(found, tuple) or len(found) != 2:
        fail("`fit_line` should return two things: the model, and the list of losses.", got=found)
    model, losses = found
    if not hasattr(model, "weight") or not hasattr(model, "bias"):
        fail("The first thing that `fit_line` returns should be the `nn.Linear`.", got=model)
    return x, y, np.concatenate([plain(model.weight).reshape(-1), plain(model.bias).reshape(-1)]), losses


@q2.claim("the line is the one with the smallest mean of squared errors", crash=SHAPES, seconds=PATIENCE)
def finds_the_line(student):
    x, y, found, _ = _fit(student, 300)
    table = np.stack([plain(x), np.ones(6)], axis=1)
    best = np.linalg.lstsq(table, plain(y), rcond=None)[0]
    if same(found, best, 1e-3):
        return
    if same(found, [0.0, plain(y).mean()], 1e-2):
        fail(
            "Your line is flat, at the mean of all y. Every prediction was compared with every y: which shapes met?",
            got=rounded(found),
        )
    first, second, third = (_fit(student, steps)[2] for steps in (1, 2, 3))
    if same(first, third):
        fail("Your model is the same after one step and after three: nothing moves its parameters.")
    if same(third - second, second - first + _step_at(table, plain(y), second), 1e-3):
        fail(
            "Each step uses the sum of all gradients so far, so the line swings around the best one. What clears them?",
            got=rounded(found),
        )
    fail("This is another line.", got=rounded(found), want=rounded(best))


def _step_at(table, y, parameters, lr=0.1):
    """What one step of gradient descent adds to weight and bias."""
    return -lr * 2 * table.T @ (table @ parameters - y) / len(y)


@q2.claim("there is a loss for each step, as a plain number", crash=SHAPES, seconds=PATIENCE)
def keeps_plain_losses(student):
    *_, losses = _fit(student, 7)
    if not isinstance(losses, list) or len(losses) != 7:
        many = len(losses) if hasattr(losses, "__len__") else "no list"
        fail("After 7 steps the list should hold 7 losses.", got=many, want=7)
    if any(hasattr(loss, "grad_fn") for loss in losses):
        fail(
            "Your list holds tensors. Each of them keeps the graph of its step alive, as long as the list is there."
        )
    if not all(isinstance(loss, float) for loss in losses):
        fail("The losses should be plain Python numbers.", got=losses[0])


# 3. Where is the limit? ------------------------------------------------------

q3 = Exercise(
    "q3",
    "Where is the limit?",
    level="investigate",
    hints=[
        "Which two rates do you know, one on each side? What does the rate halfway between them do?",
        "Halve the interval again and again. Close to the limit it takes many steps to see: compare the last loss with one a hundred steps before.",
        "In grams, begin with a rate of 1e-6 and go on from there. How many times smaller is that already?",
    ],
)


def _limit(student, factor=1.0):
    """2 / (the largest curvature of the loss), for the lesson's masses."""
    torch = student.torch
    mass = plain(3 * torch.rand(40, generator=torch.Generator().manual_seed(0))) * factor
    curvature = 2 * np.array([[(mass**2).mean(), mass.mean()], [mass.mean(), 1.0]])
    return 2 / np.linalg.eigvalsh(curvature)[-1]


@q3.claim("`limit` is the learning rate at which the training tips over")
def finds_the_limit(student):
    answer = student.get("limit")
    if isinstance(answer, bool) or not isinstance(answer, (int, float)):
        fail("Answer with a number, such as 0.15.", got=answer)
    right = _limit(student)
    if abs(answer / right - 1) <= 0.03:
        return "Right. In the steepest direction the factor of a step is then -1: neither closer nor further away."
    if answer <= 0.1:
        fail("At this rate the loss still falls to its smallest value. Go on to larger ones.", got=answer)
    if answer < right:
        fail(
            "At this rate the training still settles. It may swing at first: look at the losses further on.",
            got=answer,
        )
    if answer < 0.4:
        fail(
            "At this rate the loss grows already. Close to the limit it grows slowly: try more steps.",
            got=answer,
        )
    fail("The limit is somewhere between 0.1 and 0.4: you have seen both of them.", got=answer)


@q3.claim("you know what the unit does to the limit")
def knows_what_the_unit_does(student):
    misconceptions = {
        "a": "For the spring a unit is only a name. But the computation sees the numbers: run it with 1000 times the mass, and a rate of 0.1.",
        "b": "The gradient in `w` does become a thousand times as large. But the `w` that fits becomes a thousand times smaller as well.",
    }
    choice(student.get("in_grams"), "c", misconceptions)
    return "Right. The mass enters squared into how steeply the loss bends: once in the prediction, once in the gradient."
