"""The hidden tests of lesson 16: other sizes, other grids and other orders of the threads, for the grader alone."""

from minitorch_lessons.claims import Exercise, fail, plain, same

q1 = Exercise("q1")
q2 = Exercise("q2")
q3 = Exercise("q3")
q4 = Exercise("q4")


def run(student, name, grid, block, *arguments, **options):
    kernel = student.get(name).using(**options)
    try:
        kernel[grid, block](*arguments)
    except student.torch.cuda.lab.KernelError as error:
        fail(str(error))
    return kernel.last_report


@q1.claim("three blocks of 32 for 70 elements, in reversed order")
def seventy(student):
    torch = student.torch
    x, y = torch.arange(70.0), torch.zeros(70)
    run(student, "scale", 3, 32, x, y, -0.5, order="reversed")
    if not same(y, plain(x) * -0.5):
        fail("The numbers differ.")


@q2.claim("sixty values in several blocks")
def sixty(student):
    torch = student.torch
    values = [(7 * k * k + 3 * k) % 5 for k in range(60)]
    counts = torch.zeros(5, dtype=torch.int64)
    run(student, "histogram", 4, 16, torch.tensor(values), counts, order="shuffled", seed=3)
    if counts.tolist() != [values.count(v) for v in range(5)]:
        fail("The counts differ.", got=counts.tolist())


@q3.claim("a single number, a row by a column, and more")
def other_sizes(student):
    torch = student.torch
    for n, m, p in ((1, 1, 1), (1, 9, 1), (4, 3, 6), (9, 2, 5), (5, 8, 4)):
        a = (torch.arange(float(n * m)) % 3.0 - 1.0).reshape(n, m)
        b = (torch.arange(float(m * p)) % 4.0 - 1.5).reshape(m, p)
        c = torch.full((n, p), 99.0)
        run(student, "matmul", ((p + 3) // 4, (n + 3) // 4), (4, 4), a, b, c, order="reversed")
        if not same(c, plain(a) @ plain(b)):
            fail(f"{n} by {m} times {m} by {p} is wrong.")


@q4.claim("one element, and many blocks of two threads")
def other_grids(student):
    torch = student.torch
    for n in (1, 2, 9):
        x, y = torch.arange(float(n)) ** 2 + 1.0, torch.zeros(n)
        run(student, "smoothed", n // 2 + 2, 2, x, y, order="reversed")
        given = plain(x)
        want = [(given[k] + given[k + 1]) / 2 for k in range(n - 1)] + [given[-1]]
        if not same(y, want):
            fail(f"Wrong for {n} elements.")
