"""The hidden tests of lesson 3: the same questions with other tensors, for the grader and never for a student's notebook."""

from minitorch_lessons.claims import Exercise, fail, plain, same

q1 = Exercise("q1")
q2 = Exercise("q2")
q3 = Exercise("q3")


@q1.claim("the strides that torch.empty has, for many shapes")
def many_shapes(student):
    torch = student.torch
    for shape in [(), (7,), (3, 5), (5, 3), (1, 4), (2, 1, 3), (4, 3, 2, 5), (2, 2, 2, 2, 2)]:
        got, want = student.call("strides_of", shape), torch.empty(shape).stride()
        if tuple(got) != tuple(want):
            fail(f"The strides for the shape {shape} differ.", got=got, want=want)


@q2.claim("a column of a table, cut into windows of several sizes")
def windows_of_a_column(student):
    torch = student.torch
    table = torch.arange(40.0, dtype=torch.float64).view(8, 5)
    series = table[1:, 2]
    for size in (1, 2, 7):
        got = student.call("windows", series, size)
        rows = [series[begin : begin + size] for begin in range(len(series) - size + 1)]
        if not same(got, torch.stack(rows)):
            fail(f"The windows of size {size} differ.", got=got)


@q2.claim("a write into the series is seen in every window that has it")
def windows_see_a_write(student):
    series = student.torch.arange(6.0)
    got = student.call("windows", series, 2)
    series[2] = 100.0
    if plain(got).tolist()[1:3] != [[1, 100], [100, 3]]:
        fail("The write was not seen.")


@q3.claim("an image of five rows, four columns and two colours")
def another_image(student):
    pixels = student.torch.arange(40).view(5, 4, 2)
    got = student.call("channels_first", pixels)
    if tuple(got.shape) != (2, 5, 4) or got[1, 3, 2].item() != pixels[3, 2, 1].item():
        fail("A number stands in a wrong place.")
    if got.data_ptr() != pixels.data_ptr():
        fail("The numbers were copied.")
