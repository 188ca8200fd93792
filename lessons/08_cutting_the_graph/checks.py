"""The public checks of lesson 8: what the student's answers must do, and the misconception each failure shows."""

import numpy as np
from minitorch_lessons.claims import Exercise, choice, difference, fail, plain, rounded, same

# Predictions -----------------------------------------------------------------

predict_1 = Exercise(
    "predict-1",
    "Half of a product",
    hints=[
        "Does `square.detach()` change `square`, or does it return something?",
        "`loss` has two factors. Treat one of them as the fixed number 9, and find the slope of what is left.",
    ],
)


@predict_1.claim("you know which factor the gradient goes through")
def one_factor_leads_back(student):
    misconceptions = {
        "a": "`detach()` does nothing to `square`: it returns a second tensor, and only that one is outside the graph.",
        "c": "A gradient belongs to the recorded path and not to the value. One of the two factors has no path to `v`.",
        "d": "`backward()` needs one path to a leaf, not all of them. The first factor still has its node.",
    }
    choice(student.get("predict_1"), "b", misconceptions)
    return "Right. One factor has a path to `v`, and the other counts as a constant."


predict_2 = Exercise(
    "predict-2",
    "Two ways to write",
    hints=[
        "How would PyTorch know that somebody wrote? What does it count?",
        "A counter of writes can be shared, just as bytes can. One of the two tensors shares the counter of `y`, and one has its own.",
    ],
)


@predict_2.claim("you know which write PyTorch can see")
def detach_shares_the_version(student):
    misconceptions = {
        "a": "PyTorch never compares the numbers. It compares a counter of writes, and one of the two tensors has a counter of its own.",
        "c": "The other way round: `.data` is the older name and the less careful one.",
        "d": "They are outside the graph, but they stand on the bytes that `tanh` has saved. And one of them shares the counter of writes as well.",
    }
    choice(student.get("predict_2"), "b", misconceptions)
    return "Right. `detach()` shares bytes and versions, `.data` shares bytes alone."


predict_3 = Exercise(
    "predict-3",
    "A weight made smaller",
    hints=[
        "Which tensors keep a gradient after `backward()`?",
        "What made the tensor that is called `small`: `torch.ones`, or the multiplication?",
    ],
)


@predict_3.claim("you know what is kept in `small.grad`")
def small_is_no_leaf(student):
    misconceptions = {
        "a": "These numbers do flow through `small`, but they are not kept. What made `small`?",
        "b": "These numbers arrive at the tensor of ones, which is the leaf. The name `small` stands for another tensor.",
        "c": "PyTorch does not fill in zeros where it puts no gradient, and this tensor was never given one.",
    }
    choice(student.get("predict_3"), "d", misconceptions)
    return "Right. `small` is the result of a multiplication, and only leaves keep a gradient by default."


# 1. A training step ----------------------------------------------------------

q1 = Exercise(
    "q1",
    "A training step",
    level="fill in",
    hints=[
        "Blank 1: what is the `grad` of a parameter that no loss has used? Blank 2: how do you write into a leaf without an error?",
        "Blank 2 is a block under one of the two modes, with one line that ends in the parameter's own bytes: think of `w` and `p` above.",
        "Blank 1 asks whether `grad` is `None`, and then says `continue`. Blank 2 uses `no_grad()` and a subtraction that writes in place.",
    ],
)

LEAF = "A leaf that requires a gradient cannot be written to while operations are recorded."
WITHOUT = "The `grad` of one parameter here is `None`, and with `None` nothing can be computed."


def _leaf(torch, values, gradient):
    leaf = torch.tensor(values, requires_grad=True)
    if gradient is not None:
        leaf.grad = torch.tensor(gradient)
    return leaf


@q1.claim(
    "the numbers move against the gradient",
    crash={RuntimeError: LEAF, UnboundLocalError: "Name the tensor before you use it."},
)
def moves_against_the_gradient(student):
    torch = student.torch
    w = _leaf(torch, [1.0, 2.0], [10.0, -20.0])
    # a new tensor under the old name is another claim's business: here the numbers count, wherever they are
    parameters = [w]
    student.call("step", parameters, 0.1)
    got = rounded(parameters[0])
    if same(got, [2.0, 0.0]):
        fail("You went up the slope: a step goes against the gradient.", got=got)
    if same(got, [-9.0, 22.0]):
        fail("The rate is missing: the whole gradient was subtracted.", got=got)
    if same(got, [1.0, 2.0]):
        fail(
            "Nothing happened to the tensor in the list. A new tensor under the name `parameter` changes no parameter.",
            got=got,
        )
    if not same(got, [0.0, 4.0]):
        fail("1 - 0.1 · 10 is 0, and 2 + 0.1 · 20 is 4.", got=got)


@q1.claim("each parameter stays a leaf that requires a gradient", crash={RuntimeError: LEAF})
def stays_a_leaf(student):
    w = _leaf(student.torch, [1.0, 2.0], [10.0, -20.0])
    parameters = [w]
    student.call("step", parameters, 0.1)
    if parameters[0] is not w:
        fail("The list holds another tensor now. A model would go on with the old one.")
    if not w.requires_grad:
        fail("The parameter does not require a gradient any more: its training ends here.")


@q1.claim(
    "a parameter without a gradient is passed over",
    crash={TypeError: WITHOUT, AttributeError: WITHOUT, RuntimeError: LEAF},
)
def passes_over_none(student):
    torch = student.torch
    unused = _leaf(torch, [5.0], None)
    other = _leaf(torch, [5.0], [0.0])
    other.grad = torch.tensor([1.0])
    student.call("step", [unused, other], 0.0)
    if not same(unused, [5.0]):
        fail("It has no gradient, and yet its numbers changed.", got=rounded(unused))


@q1.claim("PyTorch counts the write")
def the_write_is_counted(student):
    w = _leaf(student.torch, [1.0, 2.0], [10.0, -20.0])
    before = w._version
    try:
        student.call("step", [w], 0.1)
    except NotImplementedError:
        raise
    except RuntimeError:
        return  # another claim's business
    if w._version == before and not same(w, [1.0, 2.0]):
        fail(
            "The numbers changed and the version did not. A graph that has saved this parameter would compute a wrong gradient and say nothing."
        )


# 2. An array of your own -----------------------------------------------------

q2 = Exercise(
    "q2",
    "An array of your own",
    level="write",
    hints=[
        "Which call does the error message propose? And what does the array that you get then share with the tensor?",
        "Three calls in a row: one leaves the graph, one leads to NumPy, and one makes bytes of your own.",
        "A NumPy array has a method `copy()`. A list in between would forget the type.",
    ],
)


def _array(student, tensor):
    got = student.call("to_array", tensor)
    if not isinstance(got, np.ndarray):
        fail("`to_array` should return a NumPy array.", got=got)
    return got


@q2.claim(
    "a tensor that requires a gradient gives its numbers",
    crash={
        RuntimeError: "PyTorch asks you to say that you are leaving the graph. Its message says how.",
    },
)
def gives_the_numbers(student):
    w = student.torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    got = _array(student, w)
    problem = difference(got, w)
    if problem:
        fail(problem, got=got)


@q2.claim("the array has bytes of its own")
def has_its_own_bytes(student):
    x = student.torch.tensor([1.0, 2.0])
    got = _array(student, x)
    got[0] = 100.0
    if not same(x, [1.0, 2.0]):
        fail("A write into the array changed the tensor: they share their bytes.", got=x)


@q2.claim("the type is kept")
def keeps_the_type(student):
    torch = student.torch
    for dtype, name in ((torch.float32, "float32"), (torch.int64, "int64")):
        got = _array(student, torch.tensor([1, 2], dtype=dtype))
        if got.dtype.name != name:
            fail(f"The tensor is {name}, and the array is {got.dtype.name}.")


@q2.claim("the tensor stays what it is")
def leaves_the_tensor_alone(student):
    w = student.torch.tensor([1.0, 2.0], requires_grad=True)
    try:
        _array(student, w)
    except NotImplementedError:
        raise
    except RuntimeError:
        return  # another claim's business
    if not w.requires_grad:
        fail(
            "The tensor does not require a gradient any more. You changed it, where a second tensor was needed."
        )


# 3. A target that holds still ------------------------------------------------

q3 = Exercise(
    "q3",
    "A target that holds still",
    level="write",
    hints=[
        "Which of the three goes into the target only? It should count as a number.",
        "Write the loss first, as if nothing had to be cut. Then ask at which one place a gradient turns off towards `next_value`.",
        "One call of `detach()` does it: on the whole target, or on the one part of it that could require a gradient.",
    ],
)


def _states(torch):
    value = torch.tensor([1.0, 2.0], requires_grad=True)
    next_value = torch.tensor([2.0, -1.0], requires_grad=True)
    return value, next_value, torch.tensor([0.5, 1.0])


@q3.claim("the value is the mean of the squares")
def is_the_mean_of_squares(student):
    got = student.call("pull", *_states(student.torch))
    if got is None:
        fail("`pull` returned nothing. Is there a `return`?")
    errors = np.array([1.0 - 2.3, 2.0 - 0.1])
    if same(got, (errors**2).sum()):
        fail("This is the sum of the squares. The question is for their mean.", got=rounded(got))
    problem = difference(got, (errors**2).mean())
    if problem:
        fail(problem, got=rounded(got), want=rounded((errors**2).mean()))


@q3.claim(
    "the gradient reaches `value`",
    crash={
        RuntimeError: "The loss has no node at all. Leave the graph with one tensor, not with the whole computation."
    },
)
def reaches_the_value(student):
    value, next_value, reward = _states(student.torch)
    # from here on one path goes through value alone, whatever becomes of the target
    loss = student.call("pull", value, next_value.detach(), reward)
    if not hasattr(loss, "backward"):
        fail("`pull` should return the loss as a tensor.", got=loss)
    if loss.grad_fn is None:
        fail("Your loss has no node: nothing was recorded, or `value` was cut off.")
    loss.backward()
    if value.grad is None:
        fail(
            "`value.grad` is `None`: its path was cut. The target should hold still, and the prediction should move."
        )


@q3.claim("no gradient goes into `next_value`")
def leaves_the_next_value_alone(student):
    value, next_value, reward = _states(student.torch)
    loss = student.call("pull", value, next_value, reward)
    if getattr(loss, "grad_fn", None) is not None:
        loss.backward()
    if next_value.grad is not None:
        fail(
            "A gradient went into `next_value`: the target would move towards the prediction.",
            got=rounded(next_value.grad),
        )
    if not next_value.requires_grad:
        fail(
            "`next_value` itself was changed: it does not require a gradient any more. Others may need that."
        )


# 4. Find the bomb ------------------------------------------------------------

q4 = Exercise(
    "q4",
    "Find the bomb",
    level="investigate",
    hints=[
        "The message says of which operation the changed tensor is an output. Which operation saves its own result?",
        "Two lines write in place. After one of them a node misses its numbers; the other does no harm. What does `hidden * 2.0` have to save?",
        "One of the three ways out, for one line, is enough: the name `hidden` may stand for a new tensor from there on.",
    ],
)


@q4.claim("`saver` names the node that has saved what was written over")
def names_the_saver(student):
    answer = student.get("saver")
    misconceptions = {
        "MulBackward0": "A product saves the factors that it needs. `hidden * 2.0` needs only the 2.0, and `x * w` has saved `x`, which nobody wrote to.",
        "AddBackward0": "An addition passes the gradient on: it saves neither operand.",
        "SumBackward0": "A sum needs the shape to copy the gradient out, and no numbers.",
    }
    if isinstance(answer, str) and answer in misconceptions:
        fail(misconceptions[answer])
    if answer != "TanhBackward0":
        fail("Answer with the name of a node of this graph, in quotes, with its `Backward0`.", got=answer)
    return "Right. The slope of tanh is 1 - result², so it saves the result."


def _inputs(torch):
    x = torch.tensor([0.5, -1.0, 2.0])
    return x, torch.tensor([1.0, 0.25, -0.75], requires_grad=True)


@q4.claim("`mended` computes the same loss")
def computes_the_same_loss(student):
    torch = student.torch
    x, w = _inputs(torch)
    with torch.no_grad():  # the value alone: no graph, so no bomb
        got = student.call("mended", x, w)
    if got is None:
        fail("`mended` returned nothing. Is there a `return`?")
    want = (3.0 * np.tanh(plain(x) * plain(w)) + 2.0).sum()
    problem = difference(got, want, 1e-4)
    if problem:
        fail(f"`broken` computes another loss. {problem}", got=rounded(got), want=rounded(want))


@q4.claim(
    "`w` gets the gradient of that loss",
    crash={
        RuntimeError: "The bomb is still there: a node that has yet to be used finds that its saved tensor was written to."
    },
)
def gets_the_right_gradient(student):
    x, w = _inputs(student.torch)
    loss = student.call("mended", x, w)
    if getattr(loss, "grad_fn", None) is None:
        fail("Your loss has no node: the graph was cut, and no gradient can come back.")
    loss.backward()
    if w.grad is None:
        fail("`w.grad` is `None`: no path leads from your loss to `w`.")
    wave = np.tanh(plain(x) * plain(w))
    factor = _steepness(student)
    want = factor * (1.0 - wave**2) * plain(x)
    if same(w.grad, want, 1e-4):
        return
    if same(w.grad, factor * (1.0 - (wave + 1.0) ** 2) * plain(x), 1e-4):
        fail(
            "There is no error any more, and the gradient is wrong: you hid the write from PyTorch, and it used the overwritten numbers.",
            got=rounded(w.grad),
        )
    if same(w.grad, want / 3.0, 1e-4) or same(w.grad, want * 2.0 / 3.0, 1e-4):
        fail(
            "`hidden` and `scaled` both lead back to `w`, and one of the two ways is cut.",
            got=rounded(w.grad),
        )
    fail("This is not the slope of your loss.", got=rounded(w.grad))


def _steepness(student):
    """How many times tanh(x w) is in the student's own loss: 3 in the right one; another claim asks whether it is."""
    torch = student.torch
    values = []
    for weight in (0.0, 0.5):
        with torch.no_grad():
            values.append(float(plain(student.call("mended", torch.tensor([1.0]), torch.tensor([weight])))))
    return (values[1] - values[0]) / float(np.tanh(0.5))


@q4.claim("`x` and `w` keep their numbers")
def keeps_the_inputs(student):
    torch = student.torch
    x, w = _inputs(torch)
    with torch.no_grad():
        student.call("mended", x, w)
    for name, tensor, values in (("x", x, [0.5, -1.0, 2.0]), ("w", w, [1.0, 0.25, -0.75])):
        if not same(tensor, values):
            fail(f"Your function wrote into `{name}`.", got=rounded(tensor))
