"""The public checks of lesson 2: what the student's answers must do, and the misconception each failure shows."""

import numpy as np

from minitorch_lessons.claims import Exercise, choice, fail, plain, rounded, same

# Predictions -----------------------------------------------------------------

predict_1 = Exercise(
    "predict-1",
    "A number in the brackets",
    hints=[
        "`torch.Tensor` is a class. What does `torch.zeros(3)` take its number for?",
        "There is one older habit of making a tensor: you say how long it shall be, and fill it afterwards.",
    ],
)


@predict_1.claim("you know what a number means to `torch.Tensor`")
def a_number_is_a_length(student):
    misconceptions = {
        "a": "`torch.tensor` takes a number for an element. The class with the capital T does not read its arguments that way.",
        "b": "That is `torch.Tensor([3])`, with a list. Here there is no list.",
        "d": "It takes lists and arrays, and whole numbers as well. It has a use for them, but another than you may want.",
    }
    choice(student.get("predict_1"), "c", misconceptions)
    return "Right. The number is a length, and the elements are whatever was there."


predict_2 = Exercise(
    "predict-2",
    "Who sees the write?",
    hints=[
        "Which of the four names says that it takes what is there, and which that it makes something?",
        "A tensor of another dtype needs other bytes. For which of the four is that so?",
    ],
)


@predict_2.claim("your list names the tensors that see the write, and only them")
def names_who_shares(student):
    answer = student.get("predict_2")
    if not isinstance(answer, (list, tuple, set)) or not all(isinstance(name, str) for name in answer):
        fail('Write a list of names, each in quotes, such as `["copied", "classic"]`.', got=answer)
    named = set(answer)
    unknown = sorted(named - {"viewed", "copied", "taken", "classic"})
    if unknown:
        fail(f"The question is about viewed, copied, taken and classic, not about {', '.join(unknown)}.")
    if len(named) == 4:
        fail(
            "`classic` holds floats of 4 bytes, and `grams` whole numbers of 8. Can these be the same bytes?"
        )
    if "classic" in named:
        fail(
            "`classic` is a `float32`, and `grams` is an `int64`. It needs other bytes, and so it has a copy."
        )
    if not named:
        fail("Not every tensor has a copy of its own. One of the four functions never makes one.")
    if "copied" in named:
        fail("The same dtype does not mean the same bytes: `torch.tensor` copies in any case.")
    if named == {"viewed"}:
        fail(
            "`from_numpy` is not the only one that shares. `as_tensor` has nothing to convert here: why should it copy?"
        )
    if named == {"taken"}:
        fail("`from_numpy` makes no copy either.")
    return "Right. These two read the bytes of the array itself."


predict_3 = Exercise(
    "predict-3",
    "float64 meets float32",
    hints=[
        "Which of the two dtypes can hold all numbers of the other?",
        "A product needs one dtype for its result. Would you rather lose digits, or bytes?",
    ],
)


@predict_3.claim("you know the dtype of the product")
def the_larger_dtype_wins(student):
    misconceptions = {
        "a": "The default is for numbers that have no dtype yet. Both of these have one.",
        "c": "The matrix product is that strict. `*` and `+` find a common dtype.",
        "d": "The order does not matter: `rates * prices` and `prices * rates` have the same dtype.",
    }
    choice(student.get("predict_3"), "b", misconceptions)
    return "Right. No digit is lost, and nobody tells you that everything takes twice the bytes."


# 1. Three doors --------------------------------------------------------------

q1 = Exercise(
    "q1",
    "Three doors",
    level="fill in",
    hints=[
        "The table with the simple rule has all three. Which row is about the array's own bytes, and which about numbers of your own?",
        "Blank 3: what does your line do with an array that is a `float32` already? Which of the four functions copies in any case?",
        "Blank 3 is blank 2 with one argument more.",
    ],
)

KINDS = (np.int64, np.float64, np.uint8, np.float32)


def _doors(student, array, which):
    made = student.call("doors", array)
    if not isinstance(made, tuple) or len(made) != 3:
        fail("`doors` should return three tensors: leave its last line as it is.", got=made)
    if not hasattr(made[which], "untyped_storage"):
        fail("Each of the three should be a tensor.", got=made[which])
    return made[which]


def _sees_a_write(student, which, kind):
    array = np.array([5, 7], dtype=kind)
    tensor = _doors(student, array, which)
    array[0] = 9
    return float(plain(tensor).ravel()[0]) == 9.0


@q1.claim("`shared` sees what is written into the array")
def shared_shares(student):
    # of float32, so that a change of dtype does not show here
    if not _sees_a_write(student, 0, np.float32):
        fail("The array was written into, and `shared` does not see it: it has a copy.")


@q1.claim("`shared` has the array's dtype")
def shared_keeps_the_dtype(student):
    _same_dtype(student, 0, "shared")


@q1.claim("`own` does not see what is written into the array")
def own_is_a_copy(student):
    if _sees_a_write(student, 1, np.int64):
        fail("The array was written into, and `own` has changed with it: it reads the array's bytes.")


@q1.claim("`own` has the array's dtype")
def own_keeps_the_dtype(student):
    _same_dtype(student, 1, "own")


def _same_dtype(student, which, name):
    for kind in KINDS:
        array = np.array([5, 7], dtype=kind)
        dtype = str(_doors(student, array, which).dtype).removeprefix("torch.")
        if dtype != array.dtype.name:
            fail(
                f"From an array of `{array.dtype.name}`, `{name}` became a `{dtype}`: that way is not dtype-aware."
            )


@q1.claim("`single` is a `float32`")
def single_is_float32(student):
    for kind in KINDS:
        dtype = _doors(student, np.array([5, 7], dtype=kind), 2).dtype
        if dtype != student.torch.float32:
            fail(
                f"From an array of `{np.dtype(kind).name}`, `single` became a `{dtype}`.".replace(
                    "torch.", ""
                )
            )


@q1.claim("`single` never sees what is written into the array")
def single_is_a_copy(student):
    if _sees_a_write(student, 2, np.float32):
        fail(
            "An array of `float32` was written into, and `single` has changed with it: where nothing is to be converted, your line makes no copy."
        )
    if _sees_a_write(student, 2, np.int64):
        fail("The array was written into, and `single` has changed with it.")


# 2. A detour through NumPy ---------------------------------------------------

q2 = Exercise(
    "q2",
    "A detour through NumPy",
    level="write",
    hints=[
        "Four steps: to NumPy, call the function, to a tensor, the right dtype. Write them one under the other, and try `np.sqrt` first.",
        "Whose bytes does `x.numpy()` give the function to write into? What could you give it instead?",
        "`np.array(result)` makes an array out of a number, too, and a fresh copy of an array that is read backwards. And `x` knows which dtype you need.",
    ],
)


def _through(student, function, x):
    result = student.call("through_numpy", function, x)
    if result is None:
        fail("`through_numpy` returned nothing. Is there a `return`?")
    return result


@q2.claim("a tensor comes back")
def gives_a_tensor(student):
    result = _through(student, np.sqrt, student.torch.tensor([4.0, 9.0]))
    if isinstance(result, np.ndarray):
        fail("What comes back is still an array. The last step is missing.", got=result)
    if not hasattr(result, "untyped_storage"):
        fail("What comes back is no tensor.", got=result)


@q2.claim("it has the numbers that the function computed")
def computes_the_numbers(student):
    got = _through(student, np.sqrt, student.torch.tensor([4.0, 9.0, 16.0]))
    if same(got, [4.0, 9.0, 16.0]):
        fail("These are the numbers of `x`. Was the function called?", got=rounded(got))
    if not same(got, [2.0, 3.0, 4.0]):
        fail("`np.sqrt` of 4, 9 and 16 should give 2, 3 and 4.", got=rounded(got))


@q2.claim("it has the dtype of `x`")
def keeps_the_dtype(student):
    torch = student.torch

    def as_double(array):
        return array.astype(np.float64)

    for dtype, function in ((torch.float32, as_double), (torch.float64, np.sqrt), (torch.int64, as_double)):
        got = _through(student, function, torch.tensor([4, 9], dtype=dtype))
        if not hasattr(got, "untyped_storage") or got.dtype == dtype:
            continue
        if dtype == torch.float32:
            fail(
                "The function gave back `float64`, as many of NumPy's do, and so did you. `x` was a `float32`.",
                got=got.dtype,
            )
        fail("You always return the same dtype. This `x` had another.", got=got.dtype, want=dtype)


@q2.claim("`x` is the same afterwards")
def leaves_x(student):
    def halve(array):
        array /= 2
        return array

    x = student.torch.tensor([4.0, 9.0])
    _through(student, halve, x)
    if not same(x, [4.0, 9.0]):
        fail(
            "The function wrote into its argument, and `x` has changed: what you gave it were the bytes of `x`.",
            got=rounded(x),
        )


@q2.claim(
    "it works with `np.flip`",
    crash={
        ValueError: "`np.flip` returns an array that is read backwards, and PyTorch takes none of these. What would a copy of it be?"
    },
)
def works_with_flip(student):
    got = _through(student, np.flip, student.torch.tensor([1.0, 2.0, 3.0]))
    if not same(got, [3.0, 2.0, 1.0]):
        fail("The numbers should be in the other order.", got=rounded(got))


@q2.claim(
    "it works with a function that returns one number",
    crash={
        TypeError: "`np.max` returns a number, and `from_numpy` takes arrays alone.",
        AttributeError: "`np.max` returns a number. Not all that an array can do can be done with it.",
    },
)
def works_with_one_number(student):
    got = _through(student, np.max, student.torch.tensor([1.0, 5.0, 3.0]))
    if plain(got).shape == (1,):
        fail("One number should come back as a tensor without dimensions, and yours has one.", got=got)
    if not same(got, 5.0):
        fail("The largest of 1, 5 and 3 should come back.", got=got)


# 3. Where did the order go? --------------------------------------------------

q3 = Exercise(
    "q3",
    "Where did the order go?",
    level="investigate",
    hints=[
        "Go through the four in the order of the lines, and call `tolist()` on each. Where does 16777217 stand for the last time?",
        "Which dtype has `numbers`? How many of a whole number's binary digits does it keep?",
        "A dtype-aware way keeps whole numbers whole. The prices have another dtype than the layer wants: how do you say which one you want?",
    ],
)


@q3.claim("`culprit` names the first that does not hold 16777217")
def names_the_culprit(student):
    answer = student.get("culprit")
    misconceptions = {
        "orders": "An `int64` holds every one of these numbers. Print `orders`: 16777217 is there.",
        "table": "It is not in `table`, that is true. But `double()` has enough digits for it, and took what it was given. What was that?",
        "found": "It is not in `found`, that is true. But `long()` cuts off what is behind the point, and this number has nothing there. It was lost before.",
    }
    if isinstance(answer, str) and answer in misconceptions:
        fail(misconceptions[answer])
    if answer != "numbers":
        fail("Answer with one of the four names, in quotes.", got=answer)
    return "Right. `torch.Tensor` made it a `float32`, and 16777217 needs a digit more than that has."


def _mended(student, orders, euros, which):
    made = student.call("mended", orders, euros)
    if not isinstance(made, (tuple, list)) or len(made) != 2:
        fail("`mended` should return two tensors, the numbers and the prices.", got=made)
    if not hasattr(made[which], "untyped_storage"):
        fail("Both should be tensors.", got=made[which])
    return made[which]


EUROS = np.array([2.5, 3.25])


@q3.claim("every order number is exact")
def keeps_every_order(student):
    torch = student.torch
    for orders in ([5, 2**24 + 1], [5, 2**40 + 1], [5, 2**53 + 1]):
        got = _mended(student, np.array(orders), EUROS, 0)
        if [int(number) for number in got.tolist()] == orders:
            continue
        if orders[1] == 2**24 + 1 and int(got.tolist()[1]) == 2**24:
            fail(
                "16777217 is lost: on its way it was a `float32`. What dtype it has in the end does not bring it back.",
                got=got.tolist(),
            )
        if got.dtype == torch.int32:
            fail(
                "An `int32` ends at 2147483647, and a larger order number becomes another one.",
                got=got.tolist(),
            )
        if orders[1] == 2**53 + 1:
            fail(
                "A `float64` keeps 53 binary digits. It is a larger trap than `float32`, but it is one: 9007199254740993 is lost.",
                got=got.tolist(),
            )
        fail("The order numbers differ.", got=got.tolist(), want=orders)


@q3.claim("the prices are a `float32`")
def prices_are_float32(student):
    torch = student.torch
    dtype = _mended(student, np.array([1, 2]), EUROS, 1).dtype
    if dtype == torch.float64:
        fail("The prices kept NumPy's `float64`. A layer would refuse them: Double and Float.")
    if dtype != torch.float32:
        fail("The prices have another dtype.", got=dtype)


@q3.claim("the prices keep their cents")
def prices_keep_their_cents(student):
    got = _mended(student, np.array([1, 2]), EUROS, 1)
    if same(got, [2.0, 3.0]):
        fail("2.50 became 2.00, and 3.25 became 3.00: a cast to whole numbers cuts off.", got=rounded(got))
    if not same(got, EUROS):
        fail("The prices differ.", got=rounded(got), want=EUROS.tolist())
