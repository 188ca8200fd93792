"""The public checks of lesson 12: what the student's operations must do, and the misconception each failure shows."""

import numpy as np
from minitorch_lessons.claims import Exercise, choice, difference, fail, plain, rounded, same

# Predictions -----------------------------------------------------------------

predict_1 = Exercise(
    "predict-1",
    "How many nodes?",
    hints=[
        "Somebody else has to say how a gradient passes through this operation. Who, and where is it written?",
        "`backward` is the rule for all of `forward` at once. A node is a rule for the way back.",
    ],
)


@predict_1.claim("you know how many nodes a Function makes")
def one_node_for_all(student):
    misconceptions = {
        "a": "If the six were recorded, autograd would find the gradient by itself, and nobody would call your `backward`.",
        "c": "Then a gradient would come back by two ways, through your `backward` and through the six, and be added twice.",
        "d": "A leaf has no `grad_fn`. Look at how `y` was printed above: it has one.",
    }
    choice(student.get("predict_1"), "b", misconceptions)
    return "Right. One node, whatever `forward` does inside."


predict_2 = Exercise(
    "predict-2",
    "A backward that forgets",
    hints=[
        "`backward` leaves out a factor. What is this factor in the author's test?",
        "Which gradient does a sum send back to each of its elements?",
    ],
)


@predict_2.claim("you know what the author's test shows")
def ones_hide_it(student):
    misconceptions = {
        "b": "A sum of three elements does not multiply by three: each element gets a gradient of its own, and it is 1.",
        "c": "The sum sends ones, that is true. But this `backward` does not pass on what it gets: it returns something else.",
        "d": "PyTorch believes what a `backward` returns. It does not look at how it was computed.",
    }
    choice(student.get("predict_2"), "a", misconceptions)
    return "Right: and so the author's test says nothing about the factor that was forgotten."


predict_3 = Exercise(
    "predict-3",
    "A backward that remembers",
    hints=[
        "For `gradcheck` the numbers in `ctx.slope` matter. Are they right?",
        "For a second derivative, autograd must know how `ctx.slope` depends on `x`. Was that recorded?",
    ],
)


@predict_3.claim("you know which checks it passes")
def a_constant_has_no_slope(student):
    misconceptions = {
        "a": "The numbers are right, and that is enough for the first derivative. For the second, somebody must know that `ctx.slope` depends on `x`. Is anything recorded in `forward`?",
        "c": "The first derivative needs only the right numbers, and `ctx.slope` has them.",
        "d": "An attribute of `ctx` does reach `backward`, with its numbers as they were. The first derivative is right.",
    }
    choice(student.get("predict_3"), "b", misconceptions)
    return "Right. The numbers are right, but to autograd they are a constant."


# Tools: what the claims ask of a Function ------------------------------------


def _apply(student, name):
    function = student.get(name)
    if not hasattr(function, "apply"):
        fail(f"`{name}` should be a subclass of `torch.autograd.Function`.", got=function)
    return function.apply


def _doubles(student, *rows):
    double = student.torch.float64
    return [student.torch.tensor(row, dtype=double, requires_grad=True) for row in rows]


def _slopes(function, values, step=1e-5):
    """The slope of an elementwise function by differences: no graph needed."""
    return (function(values + step) - function(values - step)) / (2 * step)


# 1. A quotient ---------------------------------------------------------------

q1 = Exercise(
    "q1",
    "A quotient",
    level="fill in",
    hints=[
        "The derivative of x / y in x is 1 / y, and in y it is -x / y². What do you do with a derivative and the gradient that came in?",
        "Look at `Product` above: it has the same shape, and it asks `ctx.needs_input_grad` before it computes.",
        "Blank 1 is the incoming gradient divided by `y`. Blank 2 is the incoming gradient, negative, times `x`, divided by the square of `y`; each with its `if` and `else None`.",
    ],
)

X, Y, INCOMING = [1.0, -2.0, 3.0], [2.0, 4.0, -0.5], [1.0, 10.0, -3.0]


class _Ctx:
    """Stands in for the node, so that one part of a `backward` can be asked at a time."""

    def __init__(self, needs_input_grad):
        self.needs_input_grad = needs_input_grad
        self.saved_tensors = ()

    def save_for_backward(self, *tensors):
        self.saved_tensors = tensors


def _backward_of_ratio(student, needs):
    torch = student.torch
    function, ctx = student.get("Ratio"), _Ctx(needs)
    function.forward(ctx, torch.tensor(X), torch.tensor(Y))
    found = function.backward(ctx, torch.tensor(INCOMING))
    if not isinstance(found, tuple) or len(found) != 2:
        fail("`backward` should return two values, one for each input.", got=found)
    return found


@q1.claim("the gradient for `x` is right")
def gradient_for_the_numerator(student):
    got = _backward_of_ratio(student, (True, True))[0]
    if got is None:
        fail("`x` needs a gradient here, and it got `None`.")
    if same(got, 1 / np.array(Y)):
        fail("You returned the derivative alone. The gradient that came in is missing.", got=rounded(got))
    if same(got, np.array(INCOMING) * np.array(Y)):
        fail("You multiplied by `y`. That would be the rule for a product.", got=rounded(got))
    problem = difference(got, np.array(INCOMING) / np.array(Y))
    if problem:
        fail(problem, got=rounded(got))


@q1.claim("the gradient for `y` is right")
def gradient_for_the_denominator(student):
    got = _backward_of_ratio(student, (True, True))[1]
    if got is None:
        fail("`y` needs a gradient here, and it got `None`.")
    x, y, incoming = np.array(X), np.array(Y), np.array(INCOMING)
    if same(got, incoming * x / y**2):
        fail("A larger `y` makes a positive quotient smaller: the sign is missing.", got=rounded(got))
    if same(got, -incoming * x / y):
        fail("`y` stands in the derivative squared: 1 / y has the derivative -1 / y².", got=rounded(got))
    problem = difference(got, -incoming * x / y**2)
    if problem:
        fail(problem, got=rounded(got))


@q1.claim("an input that needs no gradient gets `None`")
def none_where_nobody_asks(student):
    for place, needs in ((0, (False, True)), (1, (True, False))):
        found = _backward_of_ratio(student, needs)
        if found[place] is not None:
            which = ("x", "y")[place]
            fail(
                f"`ctx.needs_input_grad[{place}]` was `False`, and a gradient for `{which}` was computed all the same."
            )
        if found[1 - place] is None:
            fail(
                "The other input needed its gradient, and it got `None`: is the question asked the other way round?"
            )


@q1.claim("the gradients can be differentiated again")
def the_quotient_twice(student):
    torch = student.torch
    x, y = _doubles(student, X, Y)
    first = torch.autograd.grad(_apply(student, "Ratio")(x, y).sum(), [x, y], create_graph=True)
    for name, gradient in zip("xy", first, strict=True):
        second = gradient.grad_fn and torch.autograd.grad(
            gradient.sum(), y, retain_graph=True, allow_unused=True
        )
        if not second or second[0] is None:
            fail(
                f"The gradient for `{name}` depends on `y`, and autograd does not know how: the record was cut on the way."
            )


# 2. Straight through ---------------------------------------------------------

q2 = Exercise(
    "q2",
    "Straight through",
    level="write",
    hints=[
        "How do you round to multiples of 0.25 if `torch.round` rounds to whole numbers? Divide first, and undo it after.",
        "`forward` takes `ctx`, `x` and `step`. How many values does `backward` have to return then?",
        "`backward` does not compute anything: for `x` it returns what came in. `step` is not a tensor: what does one return for it?",
    ],
)

COUNTED = "`forward` takes a tensor and a number besides `ctx`: `backward` returns a gradient for the first, and `None` for the second."


def _quantized(student, x, step):
    found = _apply(student, "Quantize")(x, step)
    if not hasattr(found, "detach"):
        fail("`forward` should return a tensor.", got=found)
    return found


@q2.claim("the elements are rounded to multiples of the step")
def rounds_to_the_step(student):
    x = student.torch.tensor([0.3, -0.6, 1.1, 0.9])
    got = _quantized(student, x, 0.5)
    if same(got, [0.0, -1.0, 1.0, 1.0]):
        fail("These are whole numbers: the step plays no part in it.", got=rounded(got))
    if same(got, [1.0, -1.0, 2.0, 2.0]):
        fail(
            "These are whole numbers of steps. Turn them back: how much are so many steps?", got=rounded(got)
        )
    if same(got, [0.0, -1.0, 1.0, 0.5]):
        fail("You always round down, and the nearest multiple may be above.", got=rounded(got))
    if not same(got, [0.5, -0.5, 1.0, 1.0]):
        fail("These are not the nearest multiples of 0.5.", got=rounded(got), want=[0.5, -0.5, 1.0, 1.0])


@q2.claim("the incoming gradient goes on to `x` as it is", crash={RuntimeError: COUNTED})
def passes_straight_through(student):
    torch = student.torch
    x = torch.tensor([0.3, -0.6, 1.1], requires_grad=True)
    (_quantized(student, x, 0.5) * torch.tensor([2.25, -3.5, 0.75])).sum().backward()
    if x.grad is None:
        fail("`x` got no gradient at all.")
    got = x.grad
    if not plain(got).any():
        fail(
            "This is the derivative of rounding, 0 everywhere: with it nothing learns. Act as if nothing was done."
        )
    if same(got, [1.0, 1.0, 1.0]):
        fail(
            "You returned ones. The gradient that came in is to go on, and it need not be 1.",
            got=rounded(got),
        )
    if same(got, [4.5, -7.0, 1.5]) or same(got, [1.125, -1.75, 0.375]):
        fail(
            "The step got into the gradient. It should go on as if nothing had been done in `forward`.",
            got=rounded(got),
        )
    if not same(got, [2.25, -3.5, 0.75]):
        fail("What arrives at `x` is not what came in.", got=rounded(got), want=[2.25, -3.5, 0.75])


@q2.claim("`x` itself is not changed")
def leaves_its_input_alone(student):
    x = student.torch.tensor([0.3, -0.6, 1.1])
    _quantized(student, x, 0.5)
    if not same(x, [0.3, -0.6, 1.1]):
        fail(
            "After the call, `x` holds other numbers: you wrote into it. Return a new tensor.", got=rounded(x)
        )


# 3. It passed gradcheck ------------------------------------------------------

q3 = Exercise(
    "q3",
    "It passed gradcheck",
    level="investigate",
    hints=[
        "The colleague tested with 0.5, 1.0 and 2.0. What do these have in common? Compare the two lines of `forward`.",
        "The derivative of softsign is `1 / (1 + |x|)²`. And where is it computed: is anything recorded there?",
        "Keep `x` with `save_for_backward`, and compute the slope in `backward`, from its absolute value.",
    ],
)


def _suspect(torch):
    """The colleague's operation, as the notebook had it at first."""

    class Suspect(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.slope = 1 / (1 + x) ** 2
            return x / (1 + x.abs())

        @staticmethod
        def backward(ctx, grad):
            return grad * ctx.slope

    return Suspect.apply


@q3.claim("`bad_input` is a number at which gradcheck does not pass")
def finds_a_bad_input(student):
    answer = student.get("bad_input")
    if isinstance(answer, bool) or not isinstance(answer, (int, float)):
        fail("Answer with one number, such as 1.5.", got=answer)
    if answer == 0:
        fail("At 0 the two formulas agree, and so does the measured slope. Go on a little.", got=answer)
    if answer > 0:
        fail("For a positive number `x` and `|x|` are the same, and the slope is right.", got=answer)
    x = student.torch.tensor([float(answer)], dtype=student.torch.float64, requires_grad=True)
    if student.torch.autograd.gradcheck(_suspect(student.torch), (x,), raise_exception=False):
        fail(
            "The sign is right. But so far out, and very near to 0, the two slopes differ by less than the tolerance.",
            got=answer,
        )
    return "Right. The colleague looked at one side only."


@q3.claim("`Mended` computes softsign")
def computes_softsign(student):
    x = np.array([-3.0, -0.5, 0.0, 0.5, 3.0])
    got = _apply(student, "Mended")(student.torch.tensor(x.tolist()))
    if same(got, x / (1 + x), 1e-4):
        fail("This is `x / (1 + x)`: softsign has the absolute value below.", got=rounded(got))
    problem = difference(got, x / (1 + np.abs(x)))
    if problem:
        fail(f"The values are not those of softsign. {problem}", got=rounded(got))


@q3.claim("the first derivative is right on both sides of 0")
def slope_on_both_sides(student):
    values = np.array([-2.0, -0.5, 0.5, 2.0])
    (x,) = _doubles(student, values.tolist())
    apply, weights = _apply(student, "Mended"), np.array([1.0, -2.0, 3.0, 10.0])
    (apply(x) * student.torch.tensor(weights.tolist(), dtype=student.torch.float64)).sum().backward()
    slope = _slopes(
        lambda at: plain(apply(student.torch.tensor(at.tolist(), dtype=student.torch.float64))), values
    )
    if x.grad is None:
        fail("No gradient came back at all.")
    if same(x.grad, slope, 1e-4):
        fail("You returned the derivative alone. The gradient that came in is missing.", got=rounded(x.grad))
    if same(plain(x.grad)[2:], (weights * slope)[2:], 1e-4) and not same(x.grad, weights * slope, 1e-4):
        fail("For positive inputs the gradient is right, for negative ones it is not.", got=rounded(x.grad))
    problem = difference(x.grad, weights * slope, 1e-4)
    if problem:
        fail(
            f"The gradient is not the incoming one times the slope of your values. {problem}",
            got=rounded(x.grad),
        )


@q3.claim("it can be differentiated twice")
def softsign_twice(student):
    torch, apply = student.torch, _apply(student, "Mended")

    def first(values):
        (x,) = _doubles(student, values.tolist())
        return x, torch.autograd.grad(apply(x).sum(), x, create_graph=True)[0]

    values = np.array([-2.0, -0.5, 0.5, 2.0])
    x, slope = first(values)
    if not slope.requires_grad:
        fail("Autograd finds no way from the first derivative back to `x`: to it, the slope is a constant.")
    (bend,) = torch.autograd.grad(slope.sum(), x)
    measured = _slopes(lambda at: plain(first(at)[1]), values)
    problem = difference(bend, measured, 1e-3)
    if problem:
        fail(
            f"The second derivative is not the slope of the first. {problem}",
            got=rounded(bend),
            want=rounded(measured),
        )


# 4. A card of your own -------------------------------------------------------

q4 = Exercise(
    "q4",
    "A card of your own",
    level="fill in",
    hints=[
        "In `forward`, `input` is an array, and `xp` is the library that computes with it: `xp.exp`, not `torch.exp`.",
        "In `grad_input` the derivative stands in the docstring. What does every formula do with `grad`?",
        "`result` is the value of the bell curve, so you need no exponential in the formula: four factors are enough.",
    ],
)


def _bell(student, tensor):
    found = student.call("bell", tensor)
    if not hasattr(found, "detach"):
        fail("`bell` should return a tensor: is it declared with `@pointwise`?", got=found)
    return found


@q4.claim(
    "the value is that of the bell curve",
    crash={
        TypeError: "`forward` gets arrays, and an operation on tensors cannot take them. Compute with `xp`."
    },
)
def value_of_the_bell(student):
    x = np.array([-1.0, 0.0, 0.5])
    got = _bell(student, student.torch.tensor(x.tolist()))
    if same(got, np.exp(x * x)):
        fail("This grows to both sides: the minus sign is missing.", got=rounded(got))
    if same(got, np.exp(-x)):
        fail("This is `exp(-x)`: the square is missing.", got=rounded(got))
    problem = difference(got, np.exp(-x * x))
    if problem:
        fail(problem, got=rounded(got))


def _gradient(student, x, weights):
    """The gradient, with the value put in by hand: this is about the formula, and not about `forward`."""
    torch = student.torch
    function = student.get("bell")
    formula = function.__wrapped__.grad_input
    return formula(torch.tensor(weights), x, torch.exp(-x * x))


@q4.claim("the gradient is the incoming one times the derivative")
def gradient_of_the_bell(student):
    values, weights = np.array([-1.0, 0.25, 0.5]), [1.0, -2.0, 10.0]
    got = _gradient(student, student.torch.tensor(values.tolist()), weights)
    derivative = -2 * values * np.exp(-values * values)
    if same(got, derivative):
        fail("You returned the derivative alone. The gradient that came in is missing.", got=rounded(got))
    if same(got, np.array(weights) * -2 * values):
        fail("The derivative has the value of the curve as a factor: `result`.", got=rounded(got))
    problem = difference(got, weights * derivative)
    if problem:
        fail(problem, got=rounded(got))


@q4.claim("the formula can be differentiated again")
def the_bell_twice(student):
    torch = student.torch
    x = torch.tensor([-1.0, 0.25, 0.5], requires_grad=True)
    first = _gradient(student, x, [1.0, 1.0, 1.0])
    if not first.requires_grad:
        fail("The formula's result has no history: what it is made of was cut from the graph.")
    (second,) = torch.autograd.grad(first.sum(), x)

    def formula(at):
        # a gradient is asked of these too, as of those above
        return plain(_gradient(student, torch.tensor(at.tolist(), requires_grad=True), [1.0, 1.0, 1.0]))

    measured = _slopes(formula, plain(x), 1e-2)
    problem = difference(second, measured, 2e-2)
    if problem:
        fail(
            f"The second derivative is not the slope of your first: part of the formula was cut from the graph. {problem}",
            got=rounded(second),
            want=rounded(measured, 2),
        )
