"""The public checks of lesson 3: what the student's answers must do, and the misconception each failure shows."""

from minitorch_lessons.claims import Exercise, choice, fail, plain, same

# Predictions -----------------------------------------------------------------

predict_1 = Exercise(
    "predict-1",
    "The stride of a transpose",
    hints=[
        "One step to the right in `turned` is one step down in `table`. How many places is that?",
        "The transpose moves no number. What was the step down is now the step to the right, and the other way round.",
    ],
)


@predict_1.claim("you know the stride of `turned`")
def knows_the_transposed_stride(student):
    misconceptions = {
        "a": "The stride belongs to the tensor, not to the storage. With (4, 1) one step to the right would still be the next place: from the 0 to the 1.",
        "c": "That is what a new tensor of shape (4, 3) has. It would be right if the numbers had been put into a new order, and nobody moved them.",
        "d": "The two have changed places, but the long step is not 3: from one row of `table` to the next it is still four places.",
    }
    choice(student.get("predict_1"), "b", misconceptions)
    return "Right: the same two steps, in the other order."


predict_2 = Exercise(
    "predict-2",
    "view against reshape",
    hints=[
        "Which places do the first four elements of `turned` stand at? Is each as far from the next?",
        "A view in one dimension has one stride for all its steps. Which of the two functions may copy when there is none?",
    ],
)


@predict_2.claim("you know what `view` and `reshape` do")
def knows_view_and_reshape(student):
    misconceptions = {
        "a": "On those bytes, one stride would have to lead from the 0 to the 4 to the 8, and then back to the 1.",
        "c": "Both follow the order that the tensor has now, not the order of the storage: the first row of `turned` is 0, 4, 8.",
        "d": "One of the two always finds a way, since the number of elements is right: it is allowed to copy.",
    }
    choice(student.get("predict_2"), "b", misconceptions)
    return "Right. `view` never copies, so it has to refuse."


predict_3 = Exercise(
    "predict-3",
    "A thousand columns",
    hints=[
        "Does `expand` write any number?",
        "A stride may be 0. Then how many different numbers have to be stored?",
    ],
)


@predict_3.claim("you know how many bytes are stored")
def knows_the_bytes_of_expand(student):
    answer = student.get("predict_3")
    if isinstance(answer, bool) or not isinstance(answer, int | float):
        fail("Answer with a number of bytes, without quotes.", got=answer)
    if answer == 12000:
        fail(
            "That would be three thousand numbers of 4 bytes. They are repeated when they are read, not in memory."
        )
    if answer == 3:
        fail("Three numbers is right, and the question is for bytes.")
    if answer == 3000:
        fail("That is the number of elements. The question is for the bytes that are stored.")
    if answer == 4:
        fail("Each row repeats a number of its own, so one stored number is not enough.")
    if answer != 12:
        fail("Count the numbers that are stored, and multiply by the 4 bytes of each.", got=answer)
    return "Right: three numbers, however often they are read."


# 1. The strides of a new tensor ----------------------------------------------

q1 = Exercise(
    "q1",
    "The strides of a new tensor",
    level="fill in",
    hints=[
        "Blank 1: how many places further on is the next element of a row? Blank 2: a step in a dimension passes over everything to its right. How much is that?",
        "For the shape (2, 3, 4), one step in the middle passes over 4 elements, and one in the first dimension over 3 such rows.",
        "In the loop, `size` is the dimension whose stride has just been written down. Going one to the left makes the step that many times longer.",
    ],
)


def _strides(student, shape):
    got = student.call("strides_of", shape)
    if not isinstance(got, tuple) or len(got) != len(shape):
        fail(f"`strides_of({shape})` should return a tuple with a stride for each dimension.", got=got)
    return got


# The first claim asks about the last stride alone, the second about the others in units of it.


@q1.claim("in the last dimension, the next element is one place further on")
def begins_with_one(student):
    (last,) = _strides(student, (5,))
    if last == 5:
        fail("5 is the size of this dimension. The stride is how far it is to the next element.", got=last)
    if last in (4, 8):
        fail("That is a step in bytes, as NumPy counts it. PyTorch counts elements.", got=last)
    if last == 0:
        fail("With a step of 0 you would read the first element again and again.", got=last)
    if last != 1:
        fail("Elements of a row stand side by side.", got=last)


@q1.claim("a step in a dimension passes over everything to its right")
def multiplies_the_sizes(student):
    got = _strides(student, (2, 3, 4))
    if got[0] == got[2] and got[1] == 2 * got[2]:
        fail("Now there is no step that passes over a whole row.", got=got)
    if got == (1, 2, 6):
        fail(
            "Here the first dimension has the shortest step. In a new tensor of PyTorch it is the last: rows lie in one piece.",
            got=got,
        )
    unit = got[2] or 1
    steps = tuple(step / unit for step in got)
    if steps == (3, 4, 1):
        fail(
            "Each step is the size of one dimension. To go one further in the first, you have to pass over 3 rows of 4.",
            got=got,
        )
    if steps == (2, 3, 1) or steps == (6, 2, 1):
        fail("The step in a dimension depends on the sizes to its right, not on its own.", got=got)
    if len(set(steps)) == 1:
        fail("All steps are equally long. Then a step down would be a step to the right.", got=got)
    if steps != (12, 4, 1):
        fail("For the shape (2, 3, 4), the steps should be 12 and 4 times the last one.", got=got)


# 2. Sliding windows ----------------------------------------------------------

q2 = Exercise(
    "q2",
    "Sliding windows without a copy",
    level="write",
    hints=[
        "One step to the right is the next element of `series`. And one step down: which element does the next window begin with?",
        "`as_strided` takes a shape and a stride. How many windows fit? Try it on paper with 4 elements and a size of 3.",
        "How far is it from one element of `series` to the next in its storage? Not always 1: ask the tensor for its stride. Where it begins, `as_strided` knows by itself.",
    ],
)


def _windows(student, series, size):
    got = student.call("windows", series, size)
    if not hasattr(got, "stride"):
        fail("`windows` should return a tensor.", got=got)
    if got.dim() != 2:
        fail("The result should have two dimensions: a row for each window.", got=got)
    return got


# Each claim takes a series on which the mistakes of the other claims do not show: where it is not about the end,
# there is room in the storage behind the series, and only three numbers are looked at, which rows and columns share.


@q2.claim(
    "there is a row for each window that fits, one element after the other",
    crash={
        RuntimeError: "You asked for numbers beyond the storage: the last window begins where too few elements are left for it."
    },
)
def has_every_window(student):
    torch = student.torch
    got = plain(_windows(student, torch.tensor([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), 3)).tolist()
    want = [[1, 2, 3], [2, 3, 4], [3, 4, 5], [4, 5, 6]]
    if got == want[:-1]:
        fail("The last window is missing: count how many there are when `size` is as long as the series.")
    if got[:2] == [[1, 2, 3], [4, 5, 6]]:
        fail("Your windows stand side by side. The second should begin with element 1, not behind the first.")
    if same(got, plain(want).T):
        fail("Each column holds a window. It should be a row.")
    if got != want:
        fail("For 1 to 6 and a size of 3 there are four windows, from 1, 2, 3 to 4, 5, 6.", got=got)


@q2.claim("a series that begins in the middle of its storage gives its own elements")
def begins_where_the_series_begins(student):
    series = student.torch.arange(20.0)[4:12]
    first = plain(_windows(student, series, 3))[0, :3].tolist()
    if first == [0, 1, 2]:
        fail(
            "The series is 4, 5, 6, ..., and your first window is 0, 1, 2: it begins where the storage begins."
        )
    if first != [4, 5, 6]:
        fail("The series is 4, 5, 6, ..., and so the first window should be 4, 5, 6.", got=first)


@q2.claim("a series that passes over elements of its storage gives its own elements")
def steps_as_the_series_steps(student):
    series = student.torch.arange(20.0)[:12:2]
    first = plain(_windows(student, series, 3))[0, :3].tolist()
    if first == [0, 1, 2]:
        fail(
            "The series is 0, 2, 4, ..., and your first window is 0, 1, 2: it takes every element of the storage."
        )
    if first != [0, 2, 4]:
        fail("The series is 0, 2, 4, ..., and so the first window should be 0, 2, 4.", got=first)


@q2.claim("no number is copied")
def copies_nothing(student):
    series = student.torch.arange(20.0)[:8]
    got = _windows(student, series, 3)
    if got.untyped_storage().data_ptr() != series.untyped_storage().data_ptr():
        fail("The result has a storage of its own, so the numbers were copied into it.")


# 3. The colours are wrong ----------------------------------------------------

q3 = Exercise(
    "q3",
    "The colours are wrong",
    level="investigate",
    hints=[
        "`pixels` is new and contiguous. Write down its first seven numbers in the order of the storage. Which of them are red?",
        "`reshape` keeps that order and cuts it into pieces of another shape. Which six places come first? And how far is it from one red to the next?",
        "The colours are the last dimension and should be the first. Look for an operation that gives the dimensions another order, and leaves the numbers where they are.",
    ],
)


def _six(student, name):
    answer = student.get(name)
    if not isinstance(answer, list | tuple) or not all(type(place) is int for place in answer):
        fail("Answer with a list of places, such as `[0, 5, 10]`.", got=answer)
    return sorted(answer)


@q3.claim("`read_places` are the places that `planes[0]` reads")
def names_the_read_places(student):
    places = _six(student, "read_places")
    if places == [0, 3, 6, 9, 12, 15]:
        fail(
            "Those would be right for a red plane. Look at what was printed: the first number is red, the second green."
        )
    if places == [10, 11, 20, 21, 30, 31]:
        fail("Those are the numbers that stand there. The question is for the places, from 0 on.")
    if places == [1, 2, 3, 4, 5, 6]:
        fail("The first place is 0.")
    if places != [0, 1, 2, 3, 4, 5]:
        fail("`planes` has the storage of `pixels`. Use its offset and its strides.", got=places)
    return "Right: the first six of the storage, which are two pixels."


@q3.claim("`red_places` are the places where the reds stand")
def names_the_red_places(student):
    places = _six(student, "red_places")
    if places == [0, 1, 2, 3, 4, 5]:
        fail("At place 1 stands a 20, which is a green. The colours of a pixel are neighbours.")
    if places == [10, 11, 12, 13, 14, 15]:
        fail("Those are the reds themselves. The question is for the places where they stand.")
    if places == [0, 24, 48, 72, 96, 120]:
        fail("You counted bytes. A place is one element.")
    if places == [0, 6, 12] or places == [0, 3, 6]:
        fail("There are six pixels, and each has a red.", got=places)
    if places != [0, 3, 6, 9, 12, 15]:
        fail(
            "The first red stands at place 0. Behind it come the green and the blue of that pixel.",
            got=places,
        )
    return "Right: every third place, one for each pixel."


@q3.claim(
    "`channels_first` puts each number where it belongs",
    crash={
        RuntimeError: "This image has 2 rows and 4 columns. Does your function take its numbers from the tensor it is given?"
    },
)
def puts_the_colours_first(student):
    pixels = _image(student.torch)
    got = student.call("channels_first", pixels)
    if not hasattr(got, "stride"):
        fail("`channels_first` should return a tensor.", got=got)
    numbers, want = plain(got), plain(pixels).transpose(2, 0, 1)
    if numbers.shape == (3, 4, 2):
        fail("The colours come first, but the image lies on its side: rows and columns have changed places.")
    if numbers.shape != want.shape:
        fail(f"Two rows, four columns and three colours should give (3, 2, 4), not {numbers.shape}.")
    if same(numbers.reshape(-1), plain(pixels).reshape(-1)):
        fail(
            "The shape is right, but read in order your numbers are those of `pixels` in order: no dimension has moved."
        )
    if not same(numbers, want):
        fail("The shape is right, and the numbers stand in wrong places.", got=got)


@q3.claim("`channels_first` works on the bytes of `pixels`")
def keeps_the_bytes(student):
    pixels = _image(student.torch)
    got = student.call("channels_first", pixels)
    if not hasattr(got, "untyped_storage"):
        fail("`channels_first` should return a tensor.", got=got)
    if got.untyped_storage().data_ptr() != pixels.untyped_storage().data_ptr():
        fail("The result has a storage of its own. Another order of the dimensions needs no copy.")


def _image(torch):
    """Two rows, four columns: the reds from 10 on, the greens from 20 on, the blues from 30 on."""
    reds = [[10 + 4 * row + column for column in range(4)] for row in range(2)]
    return torch.tensor([[[red, red + 10, red + 20] for red in line] for line in reds])
