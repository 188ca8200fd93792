"""The public checks of lesson 15: what the student's answers must do, and the misconception each failure shows."""

import math

from minitorch_lessons.claims import Exercise, choice, difference, fail, plain, rounded

# Predictions -----------------------------------------------------------------

predict_1 = Exercise(
    "predict-1",
    "The gradient of a lookup",
    hints=[
        "Say in words what each number of the table adds to the sum. How often is a number in the row of `o` added?",
        "A number that is added once has the gradient 1. Write the five rows below each other and count.",
    ],
)


@predict_1.claim("you know the gradient of a row that is read twice")
def adds_up_over_equal_tokens(student):
    misconceptions = {
        "a": "Each *lookup* adds 1 to the gradient of its row. The row of `o` is looked up more than once.",
        "c": "The index has no derivative, that is true. But the numbers that were found have one: the sum grows with each of them.",
    }
    choice(student.get("predict_1"), "b", misconceptions)
    return "Right. The row is used twice, and both uses count."


predict_2 = Exercise(
    "predict-2",
    "The first row",
    hints=[
        "Which positions may the first position look at?",
        "After the mask, one score of the first row is left. What does softmax make of one number and three times minus infinity?",
    ],
)


@predict_2.claim("you know what the first position looks at")
def first_looks_at_itself(student):
    misconceptions = {
        "b": "That is what equal scores give, without a mask. Three of the four positions come later than the first.",
        "c": "The mask does not hide a position from itself. And a softmax always adds up to 1.",
        "d": "There is one score left in this row. Whatever it is, it need not share with another.",
    }
    choice(student.get("predict_2"), "a", misconceptions)
    return "Right. The first position sees only itself."


predict_3 = Exercise(
    "predict-3",
    "Does it know the order?",
    hints=[
        "Write the result at the last position as a sum of four terms. What happens to the terms?",
        "Each key moves together with its value, so each value keeps its weight. Does a sum depend on the order of its terms?",
    ],
)


@predict_3.claim("you know what an exchange does to the last result")
def does_not_know_the_order(student):
    misconceptions = {
        "b": "The score of a key does not say where the key stands. Each value keeps its weight, and the sum has the same terms.",
        "c": "The mask hides what comes later. From the last position nothing is hidden, before or after the exchange.",
    }
    choice(student.get("predict_3"), "a", misconceptions)
    return "Right. Without more, attention does not know the order of what it reads."


# 1. Causal attention ---------------------------------------------------------

q1 = Exercise(
    "q1",
    "Causal attention",
    level="fill in",
    hints=[
        "The three blanks are three lines of the section on attention by hand. There the width was 3, and there were 4 positions.",
        "Blank 1: the keys have to be transposed, and the square root is `width**0.5`. Blank 2: `triu(1)` of a square of ones marks what lies above the diagonal.",
        "Blank 3: a row belongs to the position that looks. Along which dimension do the numbers of one row lie?",
    ],
)


def _attended(student, q, k, v):
    got = student.call("attend", q, k, v)
    if not hasattr(got, "detach"):
        fail("`attend` should return a tensor.", got=got)
    if tuple(got.shape) != tuple(v.shape):
        fail("The result should have a row for each position.", got=tuple(got.shape), want=tuple(v.shape))
    return plain(got)


@q1.claim("the scores are divided by the square root of the width")
def divides_by_the_root(student):
    torch = student.torch
    # one score that is not zero: its weight is the same in its row as in its column
    q, k = torch.zeros(2, 9), torch.zeros(2, 9)
    q[1], k[0] = 1.0, 0.5
    got = _attended(student, q, k, torch.eye(2))[1, 0]
    if abs(got - _logistic(4.5)) < 1e-4:
        fail("The scores were not divided. Here the width is 9, so each is three times too large.")
    if abs(got - _logistic(0.5)) < 1e-4:
        fail("You divided by the width, 9. The spread of the scores grows with its square root, 3.")
    if abs(got - _logistic(1.5)) > 1e-4:
        fail(
            "A score of 4.5 and one of 0, with a width of 9.", got=rounded(got), want=rounded(_logistic(1.5))
        )


def _logistic(x):
    return 1 / (1 + math.exp(-x))


@q1.claim("no position sees a later one")
def sees_nothing_later(student):
    torch = student.torch
    q = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    v = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    other = torch.tensor([[1.0, 2.0], [3.0, 4.0], [50.0, -60.0]])
    before, after = _attended(student, q, q, v), _attended(student, q, q, other)
    same = (before[:2] == after[:2]) | ((before[:2] != before[:2]) & (after[:2] != after[:2]))
    if not same.all():
        fail(
            "Another value at the last position changed the result at an earlier one. A score of 0 is a score too: only minus infinity becomes a weight of 0."
        )


@q1.claim("each row of weights adds up to 1")
def rows_add_up(student):
    torch = student.torch
    q = torch.tensor([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]])
    got = _attended(student, q, q, torch.eye(3))
    if (got != got).any():
        return  # a question of the next claim
    rows, columns = got.sum(axis=1), got.sum(axis=0)
    if abs(rows - 1).max() < 1e-4:
        return
    if abs(columns - 1).max() < 1e-4:
        fail(
            "The columns add up to 1, and not the rows: softmax went along the wrong dimension.",
            got=rounded(rows),
        )
    if (rows < 1.0001).all():
        fail(
            "Rows add up to less than 1: what the mask takes away must be taken away before softmax.",
            got=rounded(rows),
        )
    fail("The rows do not add up to 1.", got=rounded(rows))


@q1.claim("every position sees itself")
def sees_itself(student):
    torch = student.torch
    got = _attended(student, torch.zeros(3, 2), torch.zeros(3, 2), torch.eye(3))
    if (got != got).any():
        fail("There are nans: in the first row, everything is masked. The diagonal has to stay open.")
    if (got.diagonal() == 0).any():
        fail("A position gives itself a weight of 0.", got=rounded(got))


# 2. Temperature --------------------------------------------------------------

q2 = Exercise(
    "q2",
    "Temperature",
    level="write",
    hints=[
        "Without the special case it is one line of `write`. What is divided there, and when?",
        "A temperature of 0 cannot be divided by. Ask for it first, and make a row of zeros with a 1 at the largest score.",
        "`argmax(dim=1)` finds the place of the largest score in each row, and `F.one_hot` makes rows of zeros and ones from places.",
    ],
)


def _probabilities(student, scores, temperature):
    got = student.call("probabilities_at", student.torch.tensor(scores), temperature)
    if not hasattr(got, "detach"):
        fail("`probabilities_at` should return a tensor.", got=got)
    if tuple(got.shape) != (len(scores), len(scores[0])):
        fail("The result should have the shape of the scores.", got=tuple(got.shape))
    return plain(got)


def _softmax(row, temperature=1.0):
    largest = max(row)
    powers = [math.exp((score - largest) / temperature) for score in row]
    return [power / sum(powers) for power in powers]


@q2.claim("at temperature 1 it is softmax")
def is_softmax_at_one(student):
    row = [2.0, 0.5, -1.0]
    problem = difference(_probabilities(student, [row], 1.0)[0], _softmax(row), 1e-4)
    if problem:
        fail(problem, want=rounded(_softmax(row)))


@q2.claim("a high temperature makes all more alike, a low one less")
def divides_the_scores(student):
    row = [2.0, 0.5, -1.0]
    for temperature in (2.0, 0.5):
        got, want = _probabilities(student, [row], temperature)[0], _softmax(row, temperature)
        if difference(got, _softmax(row, 1 / temperature), 1e-4) is None:
            fail(
                "The wrong way round: you multiplied by the temperature.",
                got=rounded(got),
                want=rounded(want),
            )
        if difference(got / got.sum(), _softmax(row), 1e-4) is None:
            fail(
                "The temperature changes nothing between the probabilities: it has to act before softmax, not after it.",
                got=rounded(got),
                want=rounded(want),
            )
        problem = difference(got, want, 1e-4)
        if problem:
            fail(f"At temperature {temperature}: {problem}", got=rounded(got), want=rounded(want))


@q2.claim("each row is on its own")
def keeps_rows_apart(student):
    rows = [[2.0, 0.5, -1.0], [0.0, 3.0, 1.0]]
    got = _probabilities(student, rows, 1.0)
    if abs(got.sum() - 1) < 1e-4:
        fail("All rows together add up to 1. Each row is a distribution of its own.", got=rounded(got))
    if difference(got, [_softmax(row) for row in rows], 1e-4):
        fail("With two rows the result differs.", got=rounded(got))


@q2.claim(
    "a temperature of 0 chooses the largest score",
    crash={ZeroDivisionError: "Something was divided by 0. This temperature needs a way of its own."},
)
def chooses_the_largest_at_zero(student):
    got = _probabilities(student, [[2.0, 0.5, -1.0]], 0)
    if (got != got).any():
        fail("There are nans: a score divided by 0 is infinite, and softmax of infinities is not a number.")
    if difference(got, [[1.0, 0.0, 0.0]]):
        fail(
            "All of the probability should go to the largest score.", got=rounded(got), want=[[1.0, 0.0, 0.0]]
        )


@q2.claim("large scores are no problem")
def bears_large_scores(student):
    row = [1000.0, 999.0, 0.0]
    got = _probabilities(student, [row], 1.0)[0]
    if (got != got).any():
        fail(
            "There are nans: the exponential of 1000 is infinite in floating point. `softmax` takes care of that."
        )
    if difference(got, _softmax(row), 1e-4):
        fail("With large scores the result differs.", got=rounded(got), want=rounded(_softmax(row)))


# 3. Too good to be true ------------------------------------------------------

q3 = Exercise(
    "q3",
    "Too good to be true",
    level="investigate",
    hints=[
        "Compare the two lines that were printed. At each position, what does the model see, and what is it asked for?",
        "A causal position sees itself. If the answer is the letter it stands on, what is the shortest way to it?",
        "The target of a position is the letter that follows it. The last input needs a target too: which letter of `data` is that?",
    ],
)


@q3.claim("you know what the colleague's model learns")
def knows_what_is_learned(student):
    misconceptions = {
        "a": "Then its loss would be near 0 in training alone. Here it is near 0 on the validation text too, which it has never seen.",
        "c": "Without a gradient the loss would stay where it was. It has fallen to 0.",
    }
    choice(student.get("learned"), "b", misconceptions)
    return "Right. A position sees itself, and the letter there is the answer that is asked for."


def _batch(student):
    data = student.torch.arange(100, 120)
    got = student.call("mended_batch", data, 5, 4)
    if not isinstance(got, (tuple, list)) or len(got) != 2:
        fail("`mended_batch` should return two tensors, the inputs and the targets.", got=got)
    return [plain(part).reshape(-1).tolist() for part in got]


@q3.claim("the inputs begin at `start`")
def inputs_begin_at_start(student):
    inputs, _ = _batch(student)
    if inputs[:3] != [105, 106, 107]:
        fail("The data is 100, 101, 102 and so on, and `start` is 5.", got=inputs, want=[105, 106, 107, 108])


@q3.claim("each target is the token after its input")
def targets_are_the_next_tokens(student):
    inputs, targets = _batch(student)
    steps = {b - a for a, b in zip(inputs, targets, strict=False)}
    if steps == {0}:
        fail("The targets are still the inputs.", got=(inputs, targets))
    if steps == {-1}:
        fail(
            "The targets are the tokens *before* the inputs. A model would learn what it has read already.",
            got=(inputs, targets),
        )
    if steps == {4}:
        fail(
            "The targets are the next *piece*. Each position is asked for the one token that follows it.",
            got=(inputs, targets),
        )
    if steps != {1}:
        fail("The targets do not follow their inputs.", got=(inputs, targets))


@q3.claim("inputs and targets are of the length that was asked for")
def have_the_length(student):
    inputs, targets = _batch(student)
    if len(targets) == 3 and len(inputs) == 4:
        fail("The last input has no target. It needs the token behind the piece.", got=(inputs, targets))
    if (len(inputs), len(targets)) != (4, 4):
        fail("The length asked for was 4.", got=(inputs, targets))
