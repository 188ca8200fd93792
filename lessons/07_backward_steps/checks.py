"""The public checks of lesson 7: what the student's answers must do, and the misconception each failure shows."""

from minitorch_lessons.claims import Exercise, choice, difference, fail, plain, rounded, same

# Predictions -----------------------------------------------------------------

predict_1 = Exercise(
    "predict-1",
    "What comes back to a?",
    hints=[
        "Which lines of the ten use `a`? Each of them sends something back.",
        "Go back along each path alone: from `c` straight to `a`, and from `c` by way of `b`. What does moving `a` a little do to `loss` along each?",
    ],
)


@predict_1.claim("you know how the gradients of two paths meet")
def gradients_are_added(student):
    misconceptions = {
        "a": "The gradient of `b` is what `b` hands on to `a`, times 4. A change of `a` moves `b` too, and through it the loss.",
        "b": "Nothing takes anything's place. Both gradients are about the same `a`, and both count.",
        "d": "Along one path derivatives are multiplied. These are two paths, side by side.",
    }
    choice(student.get("predict_1"), "c", misconceptions)
    return "Right. Along a path you multiply, and where paths meet you add."


predict_2 = Exercise(
    "predict-2",
    "A second time",
    hints=[
        "What does `AccumulateGrad` do with a gradient that arrives when there is one already?",
        "The graph is new, and `w` is the same leaf with the same `.grad`. Did anyone clear it?",
    ],
)


@predict_2.claim("you know what a second backward leaves in .grad")
def a_second_gradient_is_added(student):
    answer = student.get("predict_2")
    try:
        number = float(answer)
    except (TypeError, ValueError):
        fail("Write one number, such as `4.5`.", got=answer)
    if number == 15.0:
        fail(
            "15 would be right if `.grad` were set anew. Nobody cleared it between the two calls.", got=number
        )
    if number == 225.0:
        fail(
            "The two gradients are not multiplied: `AccumulateGrad` does something simpler with them.",
            got=number,
        )
    if number == 0.0:
        fail("Nothing is cleared here, neither before the second call nor after it.", got=number)
    if number != 30.0:
        fail("The second pass computes the same gradient as the first. What becomes of the two?", got=number)
    return "Right: 15 and 15 again."


predict_3 = Exercise(
    "predict-3",
    "Which of the two complains?",
    hints=[
        "Write down the rule of each node. Which of them has a number from the forward pass in it?",
        "The derivative of `w + 1.0` is 1 whatever `w` is. What is the derivative of `w * w`?",
    ],
)


@predict_3.claim("you know what a second walk misses")
def saved_tensors_are_missed(student):
    misconceptions = {
        "a": "Being used does not wear a graph out. What does the second walk need that is gone?",
        "c": "The other way round: which of the two rules needs a number that the node had to save?",
        "d": "What is freed belongs to the nodes behind the losses, whatever shape the losses have.",
    }
    choice(student.get("predict_3"), "b", misconceptions)
    return "Right. An addition saves nothing, so it has nothing to lose."


# 1. The chain rule by hand ---------------------------------------------------

q1 = Exercise(
    "q1",
    "The chain rule by hand",
    level="fill in",
    hints=[
        "Read the table of steps from top to bottom: each blank is one of its rows.",
        "Blank 2: two nodes send something to `a`. Blank 3: `w * w` has two slots, and both are `w`.",
        "The node of `b` multiplies what comes in by 4. The node of `a` multiplies by the other factor, once for each slot.",
    ],
)

W = 1.5


def _by_hand(student):
    got = student.call("by_hand", W)
    if not isinstance(got, tuple) or len(got) != 4:
        fail("Leave the last line as it is: the function returns four numbers.", got=got)
    return [float(each) for each in got]


@q1.claim("b gets what the node of c passes on")
def b_gets_what_c_passes_on(student):
    _, grad_b, _, _ = _by_hand(student)
    if same(grad_b, 2.0):
        fail("That is what `b` hands on to `a`, times 4 already. What comes in at `b`?", got=grad_b)
    if not same(grad_b, 0.5):
        fail("An addition passes its gradient on unchanged, to both of its inputs.", got=grad_b)


@q1.claim("a gets the gradients of both paths")
def a_gets_both(student):
    grad_c, grad_b, grad_a, _ = _by_hand(student)
    if same(grad_a, 2.5) or same(grad_a, grad_c + grad_b * 4.0):
        return  # as right as the gradient of b, which another claim is about
    if same(grad_a, grad_c):
        fail("This is the gradient from `c` alone. `b` was made from `a` as well.", got=grad_a)
    if same(grad_a, grad_b * 4.0):
        fail("This is the gradient by way of `b` alone. `c` uses `a` directly as well.", got=grad_a)
    if same(grad_a, grad_c * grad_b * 4.0):
        fail("You multiplied the two gradients. Where paths meet they are added.", got=grad_a)
    fail("Two gradients arrive at `a`: one from `c`, and one from `b`, times 4.", got=grad_a)


@q1.claim("w gets one gradient for each slot of w * w")
def w_gets_one_for_each_slot(student):
    _, _, grad_a, grad_w = _by_hand(student)
    if same(grad_w, grad_a * W):
        fail("This is the gradient of one slot. In `w * w` both factors are `w`.", got=grad_w)
    if same(grad_w, grad_a):
        fail(
            "You passed the gradient on as an addition would. The node of `a` is a multiplication.",
            got=grad_w,
        )
    if not same(grad_w, 2 * grad_a * W):
        fail("For each slot the node multiplies what comes in by the other factor.", got=grad_w)


# 2. A loop that learns -------------------------------------------------------

q2 = Exercise(
    "q2",
    "A loop that learns",
    level="write",
    hints=[
        "One step has four parts: start over, compute the loss, go backward, move.",
        "Inside `torch.no_grad()` you may write to the leaf in place. What would `w = w - ...` do to the name `w`, and what to the tensor of the caller?",
        "A loss as a Python number is `loss.item()`. Take `rate` times the gradient away with `-=`.",
    ],
)

NO_GRAD = "`w` is a leaf that requires a gradient, and you wrote to it while everything was being recorded."
NOT_LEAF = "After `w = w - ...` the name `w` stands for a result, and results keep no `.grad`. Change the tensor itself, in place."


def _descended(student, steps=3, before=None):
    """(losses, the values of w, w) after some steps on (w - 2)²."""
    torch = student.torch
    w = torch.tensor([5.0], requires_grad=True)
    w.grad = before
    losses = student.call("descend", w, lambda given: ((given - 2.0) ** 2).sum(), 0.25, steps)
    return losses, w


@q2.claim("w moves, in place", crash={RuntimeError: NO_GRAD, TypeError: NOT_LEAF, AttributeError: NOT_LEAF})
def w_moves_in_place(student):
    _, w = _descended(student, steps=1)
    if same(w, [5.0]):
        fail(
            "After a step `w` is where it was. The function has to change the tensor that it is given.",
            got=rounded(w),
        )
    if same(w, [6.5]):
        fail("You went uphill: the gradient points to where the loss grows.", got=rounded(w), want=[3.5])
    if same(w, [-1.0]):
        fail("The step is not multiplied by `rate`.", got=rounded(w), want=[3.5])
    if not same(w, [3.5]):
        fail("A step takes `rate` times the gradient from `w`.", got=rounded(w), want=[3.5])


@q2.claim(
    "each step starts over with its gradient",
    crash={RuntimeError: NO_GRAD, TypeError: NOT_LEAF, AttributeError: NOT_LEAF},
)
def each_step_starts_over(student):
    _, one = _descended(student, steps=1)
    first = plain(one)[0]
    if same(first, 5.0):
        return  # another claim says that nothing moves
    _, two = _descended(student, steps=2)
    second = plain(two)[0]
    moved = first - 5.0
    if same(second - first, moved + moved * (first - 2.0) / 3.0):
        fail("The second step is too long: the gradient of the first is still in it.", got=rounded(two))


@q2.claim(
    "what stood in w.grad before does not count",
    crash={RuntimeError: NO_GRAD, TypeError: NOT_LEAF, AttributeError: NOT_LEAF},
)
def what_stood_there_does_not_count(student):
    torch = student.torch
    _, clean = _descended(student, steps=1)
    _, dirty = _descended(student, steps=1, before=torch.tensor([100.0]))
    if not same(clean, dirty):
        fail(
            "A gradient was there before the first step, and it was added in. When do you start over?",
            got=rounded(dirty),
            want=rounded(clean),
        )


@q2.claim(
    "it returns a number for each step, from before its move",
    crash={RuntimeError: NO_GRAD, TypeError: NOT_LEAF, AttributeError: NOT_LEAF},
)
def returns_the_losses(student):
    losses, w = _descended(student, steps=1)
    if not isinstance(losses, list) or len(losses) != 1:
        fail("One step should give a list with one loss in it.", got=losses)
    if hasattr(losses[0], "backward"):
        fail("The list holds a tensor, and with it the whole graph behind it. Keep its number.", got=losses)
    if not same(losses[0], 9.0):
        fail(
            "The loss of the first step is that of the `w` you were given, before it moves.",
            got=losses[0],
            want=9.0,
        )


@q2.claim(
    "w is still a leaf that requires a gradient",
    crash={RuntimeError: NO_GRAD, TypeError: NOT_LEAF, AttributeError: NOT_LEAF},
)
def w_is_still_a_leaf(student):
    _, w = _descended(student, steps=1)
    if not w.requires_grad:
        fail("Afterwards `w` does not require a gradient any more: the next loop could not train it.")


# 3. The whole matrix ---------------------------------------------------------

q3 = Exercise(
    "q3",
    "The whole matrix",
    level="write",
    hints=[
        "Which gradient do you give to `y.backward(...)` to get the derivatives of the first result alone? And of the second?",
        "Three things happen before each row: a weight of 1 for one result, a fresh `.grad`, and a graph that is still there for the next row.",
        "A leaf of your own: `x.detach().clone().requires_grad_()`. Rows become a matrix with `torch.stack`.",
    ],
)

SECOND = "The second row walks through the same graph. Something has to be kept for it."
IMPLICIT = "`backward()` without a gradient begins from one number only."


def _curve(x):
    return (x[:2] * x[1:]).exp()  # three numbers in, two out


def _jacobian(student, dtype=None):
    torch = student.torch
    x = torch.tensor([0.5, -1.0, 2.0])
    got = student.call("jacobian", _curve, x)
    if not hasattr(got, "shape"):
        fail("`jacobian` should return one tensor.", got=got)
    e = [float(each) for each in _curve(x)]
    want = [[-1.0 * e[0], 0.5 * e[0], 0.0], [0.0, 2.0 * e[1], -1.0 * e[1]]]
    return got, want


@q3.claim("row i holds the derivatives of result i", crash={RuntimeError: SECOND})
def rows_are_results(student):
    got, want = _jacobian(student)
    want_sum = [want[0][i] + want[1][i] for i in range(3)]
    running = [want[0], want_sum]
    if same(got, running):
        fail(
            "The second row holds the first as well: `.grad` was not cleared in between.",
            got=rounded(got),
            want=rounded(want),
        )
    if same(got, [want_sum, want_sum]):
        fail(
            "Both rows are one and the same tensor, to which all was added.",
            got=rounded(got),
            want=rounded(want),
        )
    if same(got, want_sum) or same(got, [want_sum]):
        fail(
            "This is the sum of all rows: each result counted with weight 1 at once.",
            got=rounded(got),
            want=rounded(want),
        )
    told = difference(got, want)
    if told:
        fail(told, got=rounded(got), want=rounded(want))


@q3.claim("x is left as it was")
def x_is_left_alone(student):
    torch = student.torch
    x = torch.tensor([0.5, -1.0], requires_grad=True)
    student.call("jacobian", lambda given: given[:1] * given[1:], x)  # one result: no second row
    if x.grad is not None:
        fail("The function left a gradient in the `x` that it was given.", got=rounded(x.grad))
    fresh = torch.tensor([0.5, -1.0])
    student.call("jacobian", lambda given: given[:1] * given[1:], fresh)
    if fresh.requires_grad:
        fail("The `x` that was given requires a gradient now. Work with a leaf of your own.")


# 4. Two losses, one trunk ----------------------------------------------------

q4 = Exercise(
    "q4",
    "Two losses, one trunk",
    level="investigate",
    hints=[
        "Follow the graph back from `loss_1` and from `loss_2`. Where do the two meet?",
        "Of the nodes on the way of the second walk, which had run in the first, and had something saved?",
        "One `backward()` of one number walks through everything once. Which number has the gradient you want?",
    ],
)


@q4.claim("you found the node that misses its tensor")
def finds_the_guilty_node(student):
    answer = student.get("guilty")
    if not isinstance(answer, str):
        fail('Write the node\'s name in quotes, such as `"SumBackward0"`.', got=answer)
    misconceptions = {
        "SumBackward0": "A sum saves no tensor: its gradient is a copy for each element.",
        "MulBackward0": "The node of `hidden * hidden` belongs to the second loss alone. It ran once, and had what it needs.",
        "AccumulateGrad": "It only adds what arrives, and has saved no tensor.",
        "torch::autograd::AccumulateGrad": "It only adds what arrives, and has saved no tensor.",
    }
    if answer in misconceptions:
        fail(misconceptions[answer])
    if answer != "ExpBackward0":
        fail(
            "Print `hidden.grad_fn`, `loss_1.grad_fn` and `loss_2.grad_fn.next_functions`, and choose among these names.",
            got=answer,
        )


FREED = "The nodes that both losses share let go of what they had saved in the first walk."


@q4.claim("both losses reach the trunk", crash={RuntimeError: FREED})
def both_losses_reach_it(student):
    torch = student.torch
    trunk = torch.tensor([0.0, 1.0], requires_grad=True)
    got = student.call("both", trunk)
    first = trunk.detach().exp()
    second = 2 * first * first
    if got is None:
        fail("The function returned None. Return the gradient.")
    if same(got, first):
        fail("This is the gradient of the first loss alone.", got=rounded(got), want=rounded(first + second))
    if same(got, second):
        fail(
            "This is the gradient of the second loss alone: was the first cleared, or cut off?",
            got=rounded(got),
            want=rounded(first + second),
        )
    told = difference(got, first + second)
    if told:
        fail(told, got=rounded(got), want=rounded(first + second))


@q4.claim("nothing from before is counted")
def nothing_from_before(student):
    torch = student.torch
    clean = torch.tensor([0.0, 1.0], requires_grad=True)
    dirty = torch.tensor([0.0, 1.0], requires_grad=True)
    dirty.grad = torch.tensor([100.0, 100.0])
    try:
        got, again = student.call("both", clean), student.call("both", dirty)
    except RuntimeError as error:
        if isinstance(error, NotImplementedError):
            raise
        return  # another claim says why
    if got is not None and not same(got, again):
        fail(
            "100 stood in `trunk.grad` before the call, and it is in your result.",
            got=rounded(again),
            want=rounded(got),
        )
