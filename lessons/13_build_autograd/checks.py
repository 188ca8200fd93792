"""The public checks of lesson 13: what the student's engine must do, and the misconception each failure shows."""

import numpy as np
from minitorch_lessons.claims import Exercise, choice, difference, fail, plain, rounded, same

# Predictions -----------------------------------------------------------------

predict_1 = Exercise(
    "predict-1",
    "How many arrivals?",
    hints=[
        "After one doubling there are two ways back to the leaf. And after two?",
        "Every doubling gives each way that there was a second one beside it.",
    ],
)


@predict_1.claim("you know how many paths there are")
def paths_double(student):
    misconceptions = {
        "a": "The leaf stands in one addition, twice. But that addition is itself reached more than once.",
        "b": "There are ten additions. Each of them has two ways back, and both are walked.",
        "c": "20 is the number of edges. An edge is walked again each time the walk comes to where it begins.",
    }
    choice(student.get("predict_1"), "d", misconceptions)
    return "Right: the number of paths doubles with each addition."


predict_2 = Exercise(
    "predict-2",
    "Once, but when?",
    hints=[
        "To which parent of `loss` does the walk go first, and with what gradient does the rule of `u` run?",
        "When the product sends its share to `u` later, is the rule of `u` run again?",
    ],
)


@predict_2.claim("you know what comes of running a rule too early")
def too_early(student):
    misconceptions = {
        "a": "All shares are added, that is true. But the rule of `u` has run before the last of them came.",
        "c": "6 is what comes through the sum. The product sends a share to `x` directly as well.",
        "d": "That would be the rule of `u` run twice, the second time with all that had arrived. `seen` prevents it.",
    }
    choice(student.get("predict_2"), "b", misconceptions)
    return "Right: what came to `u` later went no further."


predict_3 = Exercise(
    "predict-3",
    "Shapes",
    hints=[
        "What does the rule of the sum send to `a + b`, and in which shape?",
        "The rule for `+` returns `grad` for both parents, as it came.",
    ],
)


@predict_3.claim("you know what arrives at the number that was broadcast")
def shares_of_the_result(student):
    misconceptions = {
        "a": "Nothing here makes one number of it: the gradient has the shape of `a + b`, and the rule passes on what it gets.",
        "b": "3 is the right gradient for `b`. But who would have added? The rule for `+` does not.",
        "d": "`.grad` is an attribute like any other: nobody compares the shape of what is put there.",
    }
    choice(student.get("predict_3"), "c", misconceptions)
    return "Right. It has the shape of the result, and not that of `b`."


# The engine of the lesson, as the claims need it -----------------------------


class Value:
    """As in the notebook; `runs` counts how often each rule has run."""

    made = 0

    def __init__(self, data, parents=(), rule=None):
        self.data = np.asarray(data, dtype=np.float64)
        self.grad = None
        self.parents = parents
        self.runs = 0
        self.rule = None if rule is None else self._counted(rule)
        self.number = Value.made
        Value.made += 1

    def _counted(self, rule):
        def run(grad):
            self.runs += 1
            return rule(grad)

        return run

    def __add__(self, other):
        return Value(self.data + other.data, (self, other), lambda grad: (grad, grad))

    def __mul__(self, other):
        return Value(
            self.data * other.data, (self, other), lambda grad: (grad * other.data, grad * self.data)
        )

    def exp(self):
        result = np.exp(self.data)
        return Value(result, (self,), lambda grad: (grad * result,))

    def sum(self):
        return Value(self.data.sum(), (self,), lambda grad: (grad * np.ones(self.data.shape),))


def results_first(root):
    """A topological order that asks for no numbers: a student's program may mix these values with the notebook's."""
    order, seen = [], set()

    def visit(value):
        if value not in seen:
            seen.add(value)
            for parent in value.parents:
                visit(parent)
            order.append(value)

    visit(root)
    return order[::-1]


def _gradient(leaf, name):
    if leaf.grad is None:
        fail(f"`{name}.grad` is still `None`.")
    return leaf.grad


# 1. Undo broadcasting --------------------------------------------------------

q1 = Exercise(
    "q1",
    "Undo broadcasting",
    level="fill in",
    hints=[
        "`array.sum(axis=k)` sums over one axis. Which number has the axis in front?",
        "After `sum` an axis is gone. Blank 2 needs it to stay, with length 1: look for an argument of `sum` that does this.",
        "Both blanks call `sum` with an `axis`: 0 in the first, the loop's own in the second, there with `keepdims` as well.",
    ],
)


def _fitted(student, grad, shape):
    got = student.call("fit", np.array(grad), shape)
    if got is None:
        fail("`fit` returned nothing.")
    return got


@q1.claim("axes in front are summed away")
def axes_in_front(student):
    grad = np.arange(12.0).reshape(2, 2, 3)
    got = _fitted(student, grad, (3,))
    if same(got, grad[0, 0]):
        fail("You took the first row. The others are shares too: add them.", got=rounded(got))
    if same(got, grad.mean(axis=(0, 1))):
        fail("This is the average. Shares are added.", got=rounded(got))
    problem = difference(got, grad.sum(axis=(0, 1)))
    if problem:
        fail(
            f"The shape (2, 2, 3) is to become (3,). {problem}",
            got=rounded(got),
            want=rounded(grad.sum(axis=(0, 1))),
        )


@q1.claim(
    "an axis of length 1 is summed and kept",
    crash={
        IndexError: "An axis has gone that was to be kept with length 1: then the axes after it have other numbers."
    },
)
def axis_of_length_1(student):
    grad = np.arange(6.0).reshape(2, 3)
    got = _fitted(student, grad, (1, 3))
    want = grad.sum(axis=0, keepdims=True)
    if np.shape(got) == (3,):
        fail("The axis is gone. It was there before broadcasting, with length 1: keep it.", got=rounded(got))
    if np.shape(got) == (1, 1):
        fail("Everything was summed. Only the axis of length 1 was broadcast.", got=rounded(got))
    if same(got, grad):
        fail("Nothing was summed, and the shape is still (2, 3).")
    if same(got, grad[:1]):
        fail("You took the first row. The other is a share too: add it.", got=rounded(got))
    problem = difference(got, want)
    if problem:
        fail(f"The shape (2, 3) is to become (1, 3). {problem}", got=rounded(got), want=rounded(want))


# 2. The engine ---------------------------------------------------------------

q2 = Exercise(
    "q2",
    "The engine",
    level="write",
    hints=[
        "Keep a dictionary from a value to what has arrived at it. What does it hold at the beginning?",
        "`overwriting` above has the right order. What does it do when a second share arrives, and with shapes?",
        "For each value of `newest_first(root)`: a leaf adds what arrived to its `.grad`. Any other runs its rule, fits each share to its parent, and adds it to what has arrived there, or enters it if nothing has.",
    ],
)


def _run(student, root):
    student.call("backward", root)


@q2.claim("the gradient passes along a chain, from ones in the shape of the root")
def along_a_chain(student):
    x = Value([0.5, -1.0])
    _run(student, x.exp().exp())
    got, want = _gradient(x, "x"), np.exp(np.exp(x.data)) * np.exp(x.data)
    problem = difference(got, want)
    if problem:
        fail(f"For exp(exp(x)) the gradient is not right. {problem}", got=rounded(got), want=rounded(want))


@q2.claim("shares that arrive at one value are added")
def shares_are_added(student):
    x = Value(3.0)
    _run(student, x * x)
    got = _gradient(x, "x")
    if same(got, 3.0):
        fail(
            "For x * x at 3 two shares of 3 arrive at `x`. One of them was lost: add, do not overwrite.",
            got=rounded(got),
        )
    if not same(got, 6.0):
        fail("For x * x at 3 the gradient is 6.", got=rounded(got))


@q2.claim(
    "each rule runs once",
    too_slow="This program has 40 additions, but the number of its paths doubles with each. Does a rule run once for each path?",
)
def each_rule_once(student):
    x = Value(1.0)
    t, made = x, []
    for _ in range(40):
        t = t + t
        made.append(t)
    _run(student, t)
    if any(value.runs != 1 for value in made):
        fail(f"A rule ran {max(value.runs for value in made)} times.")


@q2.claim("a rule waits for all that arrives")
def waits_for_all(student):
    x, y = Value(3.0), Value(2.0)
    u = x.exp()
    loss = u + u * y
    _run(student, loss)
    # two shares arrive at u: 1 and 2. Which of them went on is what this is about.
    got = float(np.asarray(_gradient(x, "x"))) / float(np.exp(3.0))
    if abs(got - 1) < 1e-9:
        fail("The rule of a value ran when its first share was there, and the second came too late.")
    if abs(got - 3) > 1e-9 and abs(got - 2) > 1e-9:
        fail("For u + u * y, with u = exp(x), the gradient for `x` is not right.", got=rounded(x.grad))


@q2.claim("a gradient has the shape of its value")
def shapes_fit(student):
    x, b = Value([[1.0, 2.0], [3.0, 4.0]]), Value([10.0, 20.0])
    _run(student, (x + b).sum())
    got = _gradient(b, "b")
    if np.shape(got) == (2, 2):
        fail(
            "`b` has two elements, and its gradient four: it was not summed over what was broadcast.",
            got=rounded(got),
        )
    if not same(got, [2.0, 2.0]):
        fail("Each element of `b` was used twice, so its gradient is 2.", got=rounded(got))


@q2.claim("a second call adds to `.grad` of the leaves")
def second_call_adds(student):
    x = Value(0.0)
    for _ in range(2):
        _run(student, x.exp())
    got = _gradient(x, "x")
    if same(got, 1.0):
        fail("After two calls, each with a gradient of 1, `x.grad` is 1: the second has replaced the first.")
    if not same(got, 2.0):
        fail("Two calls, each with a gradient of 1, leave 2 in `x.grad`.", got=rounded(got))


@q2.claim("only leaves keep a gradient")
def only_leaves(student):
    x = Value(0.0)
    u = x.exp()
    root = u.exp()
    _run(student, root)
    if u.grad is not None or root.grad is not None:
        fail(
            "A value on the way has a `.grad` now. What arrives there is used by its rule, and then forgotten."
        )


# 3. Which program tells? -----------------------------------------------------

q3 = Exercise(
    "q3",
    "Which program tells?",
    level="investigate",
    hints=[
        "`hasty` was wrong for `u + u * x`. What is special about `u`: is it a leaf?",
        "A leaf has no rule that could run too early. So a value that was computed has to be used twice, and the second share has to come after its rule has run.",
        "`overwriting` loses a share where two arrive. Build something in which every value is used once.",
    ],
)


def _program(student, name, x):
    root = student.call(name, x)
    if not all(hasattr(root, each) for each in ("data", "parents", "rule", "number")):
        fail(f"`{name}` should return a `Value`.", got=root)
    if x not in results_first(root):
        fail(f"What `{name}` returns was not computed from `x`.")
    return root


def _slope(student, name, at, step=1e-5):
    """The slope of the student's own program, by differences."""
    ends = [student.call(name, Value(at + sign * step)).data for sign in (1, -1)]
    return float(plain(ends[0] - ends[1]).sum()) / (2 * step)


def _hasty(root):
    root.grad, seen = np.ones_like(root.data), set()

    def visit(value):
        if value in seen or value.rule is None:
            return
        seen.add(value)
        for parent, share in zip(value.parents, value.rule(value.grad), strict=True):
            parent.grad = share if parent.grad is None else parent.grad + share
            visit(parent)

    visit(root)


def _overwriting(root):
    arrived = {root: np.ones_like(root.data)}
    for value in results_first(root):
        if value.rule is None:
            value.grad = arrived[value]
            continue
        for parent, share in zip(value.parents, value.rule(arrived[value]), strict=True):
            arrived[parent] = share


def _used_twice(root):
    uses = [parent for value in results_first(root) for parent in value.parents]
    return [value for value in results_first(root) if sum(each is value for each in uses) > 1]


@q3.claim("`tells_hasty` is a program for which `hasty` is wrong")
def hasty_is_told(student):
    x = Value(3.0)
    root = _program(student, "tells_hasty", x)
    shared = _used_twice(root)
    _hasty(root)
    if abs(float(plain(x.grad).sum()) - _slope(student, "tells_hasty", 3.0)) > 1e-3:
        return "Right. A computed value was used twice, and its rule ran too early."
    if not shared:
        fail("Nothing is used twice here, so every rule has all it waits for when it runs.")
    if all(value.rule is None for value in shared):
        fail("What is used twice here is a leaf. A leaf has no rule that could run too early.")
    fail("A computed value is used twice here, and still `hasty` comes to the right gradient.")


@q3.claim("`spares_overwriting` is a program for which `overwriting` is right")
def overwriting_is_spared(student):
    x = Value(3.0)
    root = _program(student, "spares_overwriting", x)
    if root is x:
        fail("Nothing was computed: use at least one `+` or `*`.")
    _overwriting(root)
    if abs(float(plain(x.grad).sum()) - _slope(student, "spares_overwriting", 3.0)) <= 1e-3:
        return "Right. With one share for each, there is nothing to overwrite."
    if any(value is x for value in _used_twice(root)):
        fail("`x` is used more than once here: two shares arrive at it, and one is lost.")
    fail("A value on the way is used more than once here: two shares arrive at it, and one is lost.")
