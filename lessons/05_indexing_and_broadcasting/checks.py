"""The public checks of lesson 5: what the student's answers must do, and the misconception each failure shows."""

from minitorch_lessons.claims import Exercise, choice, fail, plain, rounded, same

# Predictions -----------------------------------------------------------------

predict_1 = Exercise(
    "predict-1",
    "Who writes into the table?",
    hints=[
        "Take one of the two at a time. Does a slice give you the table's own numbers, or new ones? And a list?",
        "A slice can be described by an offset and a stride into the storage that is there. Can any list of rows?",
    ],
)


@predict_1.claim("you know which of the two is a view")
def a_slice_is_a_view(student):
    misconceptions = {
        "a": "You took both for views. The same rows were taken, but a list of numbers always copies what it selects.",
        "c": "The other way round: it is the list that has numbers of its own.",
        "d": "You took both for copies, as a slice of a Python list is. A slice of a tensor looks at the same storage.",
    }
    choice(student.get("predict_1"), "b", misconceptions)
    return "Right. The slice is a view, and the list made a copy."


predict_2 = Exercise(
    "predict-2",
    "Prediction minus target",
    hints=[
        "Write the two shapes under each other, aligned on the right. What stands above the 3 of the target?",
        "A 1 is stretched to the size it meets, and a missing dimension counts as 1. How often does each of the two happen here?",
    ],
)


@predict_2.claim("you know the shape in which the two meet")
def both_are_stretched(student):
    misconceptions = {
        "a": "That is what was meant. But shapes are aligned on the right: the 1 of (3, 1) meets the 3 of (3,), not the 3 in front of it.",
        "b": "A dimension of size 1 does not go away by itself. It is stretched to the size that it meets.",
        "d": "Different shapes are no error as long as each pair of sizes is equal or holds a 1, and a missing size counts as 1.",
    }
    choice(student.get("predict_2"), "c", misconceptions)
    return "Right. Three predictions against three targets, each with each."


predict_3 = Exercise(
    "predict-3",
    "What does it learn?",
    hints=[
        "Take one prediction. Which targets is it compared with? Does its own target count more than the others?",
        "One number is to have a small mean squared distance to all twenty targets. Which number is that?",
    ],
)


@predict_3.claim("you know what the silent loss asks for")
def learns_the_mean(student):
    misconceptions = {
        "a": "Nothing in this loss says which target belongs to which prediction. With weight 3 most of the 400 errors are large.",
        "c": "There are 20 times as many errors, but `mean` divides by 400. The loss is of the usual size, and the steps are too.",
        "d": "Each error is squared, so none is negative and none can cancel another. The gradient at the start is not 0.",
    }
    choice(student.get("predict_3"), "b", misconceptions)
    return "Right. One and the same answer for every x: the mean of the targets."


# 1. Three pieces of a table --------------------------------------------------

q1 = Exercise(
    "q1",
    "Three pieces of a table",
    level="fill in",
    hints=[
        "Blank 1: what keeps a dimension, a number or a slice? Blank 2: what do you get from comparing the first column with 0, and how many entries does it have? Blank 3: what did two lists in one index do?",
        "Blank 1: a slice may begin at -1. Blank 2: a mask with one entry for each row selects rows. Blank 3: take the two rows first.",
        "Blank 3: from a table of two rows, take two columns: `:` in front keeps both rows.",
    ],
)


def _square(torch):
    """A table on which the mistakes of the other blanks raise nothing."""
    return torch.tensor(
        [[1.0, -2.0, 3.0, 4.0], [-5.0, 6.0, 7.0, 8.0], [9.0, 10.0, 11.0, 12.0], [13.0, 14.0, 15.0, 16.0]]
    )


def _piece(student, table, number):
    found = student.call("pieces", table)
    if not isinstance(found, tuple) or len(found) != 3:
        fail("`pieces` should return `last, positive, corners`, as it did in the beginning.", got=found)
    return found[number]


@q1.claim("`last` is the last column, with shape (rows, 1), and a view")
def last_is_a_view(student):
    table = _square(student.torch)
    last = _piece(student, table, 0)
    shape = tuple(last.shape)
    if shape == (4,):
        fail("Your `last` has shape (4,): a number in an index removes its dimension.", got=shape)
    if shape == (1, 4):
        fail("The first entry of an index is for the rows: this is the last row.", got=shape)
    if shape != (4, 1):
        fail("The last column of a table with 4 rows should have shape (4, 1).", got=shape)
    if not same(last, [[4.0], [8.0], [12.0], [16.0]]):
        fail("The shape is right, but it is not the last column.", got=rounded(last))
    table[0, 3] = 99.0
    if last[0, 0].item() != 99.0:
        fail("The numbers are right, but they are a copy: a write into the table does not show in them.")


@q1.claim(
    "`positive` holds the rows whose first number is positive",
    crash={
        IndexError: "PyTorch refuses: the mask has an entry for each column, and it stands where the rows are chosen."
    },
)
def positive_selects_rows(student):
    table = student.torch.tensor([[1.0, -2.0, 3.0], [-4.0, 5.0, 6.0], [7.0, 8.0, -9.0], [-1.0, -1.0, 2.0]])
    positive = _piece(student, table, 1)
    shape = tuple(positive.shape)
    if len(shape) == 1:
        fail(
            "A mask of the whole table picks single numbers and gives them in a row. Whole rows need a mask with one entry for each row.",
            got=shape,
        )
    if shape == (4, 2):
        fail("These are the columns whose first number is positive. The question is for rows.", got=shape)
    if shape == (1, 3):
        fail("One row was left: you asked for rows in which every number is positive, or more.", got=shape)
    if not same(positive, [[1.0, -2.0, 3.0], [7.0, 8.0, -9.0]]):
        fail("The rows 0 and 2 begin with a positive number here.", got=rounded(positive))


@q1.claim("`corners` holds the four corners, with shape (2, 2)")
def corners_are_a_block(student):
    corners = _piece(student, _square(student.torch), 2)
    shape = tuple(corners.shape)
    if shape == (2,):
        fail(
            "Two lists in one index are read side by side: you have the corners (0, 0) and (-1, -1) alone.",
            got=shape,
        )
    if shape != (2, 2):
        fail("There are four corners, in two rows and two columns.", got=shape)
    if same(corners, [[1.0, 3.0], [9.0, 11.0]]):
        fail("Every second row and column gives the corners of a 3 by 3 table only. This one is larger.")
    if not same(corners, [[1.0, 4.0], [13.0, 16.0]]):
        fail(
            "These are not the corners, in the order in which they stand in the table.", got=rounded(corners)
        )


# 2. The rule -----------------------------------------------------------------

q2 = Exercise(
    "q2",
    "The rule",
    level="write",
    hints=[
        "How many dimensions has the result? Give the shorter shape as many, by sizes of 1. On which side?",
        "Then go through both shapes together. There are three cases for a pair of sizes: equal, one of them 1, anything else.",
        "When one size is 1, the result has the other one, whichever of the two it is.",
    ],
)

STRETCH = "You raised an error, but these two fit: wherever the sizes differ, one of the two is 1, and either side may be stretched."


def _met(student, first, second):
    got = student.call("meet", first, second)
    if got is None:
        fail(f"`meet({first}, {second})` returned nothing. Is there a `return`?")
    return tuple(got)


@q2.claim("a size of 1 is stretched, on either side", crash={ValueError: STRETCH})
def ones_are_stretched(student):
    for first, second, want in (((3, 1), (1, 4), (3, 4)), ((1, 1), (2, 5), (2, 5))):
        got = _met(student, first, second)
        if got != want:
            fail(f"{first} and {second} meet in another shape.", got=got, want=want)


@q2.claim(
    "the shapes are aligned on the right",
    crash={
        ValueError: "You raised an error, but these two fit: the shorter shape lacks sizes on its left, and they count as 1."
    },
)
def aligned_on_the_right(student):
    got = _met(student, (3,), (1, 3))
    if got == (3, 3):
        fail("(3,) and (1, 3) are aligned on the right. You aligned them on the left.", got=got)
    if got == (3,):
        fail(
            "(1, 3) has two dimensions, and so has the result. You stopped where the shorter shape ends.",
            got=got,
        )
    if got != (1, 3):
        fail("(3,) and (1, 3) meet in another shape.", got=got, want=(1, 3))
    got = _met(student, (2, 3, 4), (4,))
    if got != (2, 3, 4):
        fail("(2, 3, 4) and (4,) meet in another shape.", got=got, want=(2, 3, 4))


@q2.claim("two shapes that do not fit raise `ValueError`")
def the_rest_raises(student):
    said = []
    for first, second in (((3, 4), (2, 4)), ((6,), (3,))):
        try:
            got = student.call("meet", first, second)
        except ValueError:
            continue
        except Exception as error:
            fail(f"The error should be a `ValueError`, and yours is a `{type(error).__name__}`.")
        said.append((first, got))
    if not said:
        return
    first, got = said[0]
    if got is None:
        fail("You returned nothing where an error should be raised: the caller would not notice.")
    if first == (6,):
        fail("Twice 3 is 6, but nothing is repeated to fit: only a size of 1 is stretched.", got=got)
    fail("3 and 2 are different and neither is 1: there is no result.", got=got)


@q2.claim("the result is a tuple")
def returns_a_tuple(student):
    got = student.call("meet", (2, 3), (2, 3))
    if not isinstance(got, tuple):
        fail(f"A shape is a tuple, and yours is a {type(got).__name__}.", got=got)


# 3. The way back -------------------------------------------------------------

q3 = Exercise(
    "q3",
    "The way back",
    level="write",
    hints=[
        "Do it in two parts: first the dimensions that the tensor never had, then those that it has with size 1.",
        "The dimensions that were missing stand in front. How many are there? `grad.sum(0)` takes the first away.",
        "A dimension of size 1 is summed too, but it must stay: what does `keepdim` do?",
    ],
)


def _table(torch):
    return torch.tensor([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0], [100.0, 200.0, 300.0]])


def _summed(student, grad, shape):
    got = student.call("sum_back", grad, shape)
    if not hasattr(got, "shape"):
        fail("`sum_back` should return a tensor.", got=got)
    return got


@q3.claim("dimensions that were missing are gone")
def missing_dimensions_are_gone(student):
    got = tuple(_summed(student, _table(student.torch), (3,)).shape)
    if got == (3, 3):
        fail("The tensor had shape (3,), and your gradient still has the dimension in front.", got=got)
    if got != (3,):
        fail("The gradient of a tensor has the tensor's own shape: (3,) here.", got=got)


@q3.claim("dimensions of size 1 are summed, and stay")
def ones_stay(student):
    got = tuple(_summed(student, _table(student.torch), (3, 1)).shape)
    if got == (3, 3):
        fail(
            "The tensor had 3 numbers, and your gradient has 9: a size of 1 was stretched too, not only a missing one.",
            got=got,
        )
    if got == (3,):
        fail(
            "The sum is there, but its dimension is not: the tensor had shape (3, 1), not (3,).",
            got=got,
        )
    if got != (3, 1):
        fail("The gradient of a tensor has the tensor's own shape: (3, 1) here.", got=got)


@q3.claim("each number is the sum of all gradients that belong to it")
def numbers_are_sums(student):
    grad = _table(student.torch)
    for shape, want in (((3,), [111.0, 222.0, 333.0]), ((3, 1), [6.0, 60.0, 600.0])):
        got = plain(_summed(student, grad, shape)).reshape(-1)
        if got.size != 3 or same(got, want):
            continue  # the shape is the question of the other claims
        if same(got * 3, want):
            fail("That is the mean. Each use of an element passes on its whole gradient.", got=rounded(got))
        if same(got, [666.0] * 3):
            fail(
                "You summed over everything. Only the dimensions that were stretched are summed.",
                got=rounded(got),
            )
        if same(got, plain(grad)[0]) or same(got, plain(grad)[:, 0]):
            fail("You took one of the gradients and dropped the others.", got=rounded(got))
        if same(got, [6.0, 60.0, 600.0]):
            fail(
                "For (3,) the missing dimension is the first one: you summed over the last.", got=rounded(got)
            )
        fail("These are not the sums.", got=rounded(got), want=want)


@q3.claim("what was not stretched comes back as it is")
def the_rest_is_left(student):
    grad = _table(student.torch)
    got = _summed(student, grad, (3, 3))
    if not same(got, grad):
        fail("(3, 3) was not stretched to (3, 3): there is nothing to sum.", got=rounded(got))


# 4. It worked in the test ----------------------------------------------------

q4 = Exercise(
    "q4",
    "It worked in the test",
    level="investigate",
    hints=[
        "What is the mean of the first row of `scores`? Is that number in `means`? Which number was taken off from the first row of `centered`, element by element?",
        "`means` has shape (3,), and so it is laid along the last dimension. What shape would put one number in front of each row?",
        "`mean` has a `keepdim`. The colleague's code uses `mean(dim=1)` twice.",
    ],
)


@q4.claim("`first_wrong` names where it goes wrong first")
def names_the_first(student):
    answer = student.get("first_wrong")
    misconceptions = {
        "means": "`means` holds 2, 30 and 2, and those are the means of the three rows. The numbers are right.",
        "sizes": "`sizes` is wrong, that is true. But what went into it was wrong already.",
        "scaled": "`scaled` is where it shows. It was computed from tensors that were wrong before.",
    }
    if isinstance(answer, str) and answer in misconceptions:
        fail(misconceptions[answer])
    if answer != "centered":
        fail("Answer with one of the four names, in quotes.", got=answer)
    return "Right. Three means of rows were laid along the columns, and a 3 by 3 table did not object."


@q4.claim("`standardized` gives every row mean 0 and size 1")
def rows_are_standardized(student):
    torch = student.torch
    scores = torch.tensor([[1.0, 2.0, 3.0], [10.0, 20.0, 60.0], [0.0, 5.0, 1.0]])
    got = student.call("standardized", scores)
    if not hasattr(got, "shape"):
        fail("`standardized` should return a tensor.", got=got)
    numbers, given = plain(got), plain(scores)
    centered = given - given.mean(1, keepdims=True)
    sizes = ((centered**2).mean(1)) ** 0.5
    want = centered / sizes[:, None]
    if same(numbers, want, 1e-4):
        return _other_tables(student)
    if same(numbers.T, want, 1e-4):
        fail("The numbers are right, but the table has come out on its side: rows are columns now.")
    if same(numbers, centered / sizes, 1e-4):
        fail("The means are right now, but the sizes are still laid along the columns.")
    if same(numbers.mean(0), [0.0] * 3, 1e-4):
        fail("The columns have mean 0 now. The question is for the rows.", got=rounded(got))
    if same(numbers, want * (2 / 3) ** 0.5, 1e-4):
        fail("`std` divides by one less than the number of elements. The size asked for divides by all.")
    if same(numbers.mean(), 0.0, 1e-4):
        fail("The whole table has mean 0, but its rows do not.", got=rounded(numbers.mean(1)))
    fail("The means of the rows are not 0, or their sizes are not 1.", got=rounded(got), want=rounded(want))


def _other_tables(student):
    scores = student.torch.tensor([[1.0, 2.0, 3.0, 6.0], [4.0, -4.0, 8.0, 0.0]])
    numbers = plain(student.call("standardized", scores))
    if numbers.shape != (2, 4) or not same(numbers.mean(1), [0.0, 0.0], 1e-4):
        fail("It works for a 3 by 3 table, but not for one of 2 rows and 4 columns.")
