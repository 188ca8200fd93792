"""The public checks of lesson 16: what the student's kernels must do, and the misconception each failure shows."""

from minitorch_lessons.claims import Exercise, choice, fail, plain, rounded, same
from minitorch_lessons.student import STILL_A_STUB, NotStarted

# Predictions -----------------------------------------------------------------

predict_1 = Exercise(
    "predict-1",
    "Threads without work",
    hints=[
        "How many blocks of 256 do you need for 1000 elements? A block is always whole.",
        "How many threads have these blocks together? And how many elements are there?",
    ],
)


@predict_1.claim("you know how many threads have no element")
def counts_idle_threads(student):
    misconceptions = {
        "a": "A grid consists of whole blocks. No number of blocks of 256 gives exactly 1000 threads.",
        "c": "That is how many threads of the last block have an element. The question is for the others.",
        "d": "That is how many threads three blocks have. Their threads all have an element, and a fourth block is needed.",
    }
    choice(student.get("predict_1"), "b", misconceptions)
    return "Right. Four blocks have 1024 threads."


predict_2 = Exercise(
    "predict-2",
    "Eight times plus one",
    hints=[
        "`+=` is not one step. What does a thread do first, and what may another one do meanwhile?",
        "Two threads both read 0, add 1, and write. What stands there afterwards? And what if the second one reads after the first has written?",
    ],
)


@predict_2.claim("you know what comes of a race")
def lost_additions(student):
    misconceptions = {
        "a": "That holds only if each thread reads after the one before it has written. Nothing makes them wait.",
        "b": "That is what comes out if all eight read before one of them writes. It may well happen, but nothing promises it.",
        "d": "A GPU undoes nothing. It does not even notice that two threads have met.",
    }
    choice(student.get("predict_2"), "c", misconceptions)
    return "Right. How many additions are lost depends on who reads when."


predict_3 = Exercise(
    "predict-3",
    "How many reads are left?",
    hints=[
        "Take one thread. How many pairs of tiles does it pass, and how many numbers does it fetch for each pair?",
        "A number in a tile is fetched by one thread. How many threads of the block use it?",
    ],
)


@predict_3.claim("you know how many reads of global memory are left")
def reads_by_tiles(student):
    misconceptions = {
        "a": "The same numbers are needed, but not each time from global memory: a thread may use what another one has fetched.",
        "b": "That would be so if two threads shared each number. How many threads of a block need the same number of `a`?",
        "d": "Within a block every number is fetched once. But several blocks need it, and shared memory ends with the block.",
    }
    choice(student.get("predict_3"), "c", misconceptions)
    return "Right. Four threads use what one has fetched."


# Launching -------------------------------------------------------------------


def launched(student, name, grid, block, *arguments, **options):
    """Launch a student's kernel; its report. What the lab finds is an answer too: the sentence is the lab's."""
    lab = student.torch.cuda.lab
    kernel = student.get(name)
    if not hasattr(kernel, "using"):
        fail(f"`{name}` should be a kernel: put `@cuda.kernel` on the line above `def`.")
    kernel = kernel.using(**options)
    try:
        kernel[grid, block](*arguments)
    except NotImplementedError:
        raise NotStarted(STILL_A_STUB) from None
    except lab.KernelError as error:
        fail(told(error))
    return kernel.last_report


def told(error):
    """What the lab says of an error, with its advice."""
    return " ".join(["The simulator stopped it:", *str(error).split(), *error.__notes__[:1]])


def kinds(report):
    """The names of the errors that a launch with strict=False has collected."""
    return {type(error).__name__ for error in report.problems}


# 1. Times a number -----------------------------------------------------------

q1 = Exercise(
    "q1",
    "Times a number",
    level="fill in",
    hints=[
        "Blank 1: two threads of different blocks have the same `threadIdx`. What tells them apart? Blank 2: which threads have no element?",
        "Blank 1: there is a short word for it in the lesson. Blank 2: the last element is the one before `x.shape[0]`.",
    ],
)


@q1.claim("every element is done, in every block")
def every_block_works(student):
    torch = student.torch
    x, y = torch.arange(8.0) + 1.0, torch.zeros(8)
    report = launched(student, "scale", 4, 2, x, y, 3.0, strict=False)
    if kinds(report):
        return  # an access out of bounds is the question of the other claim
    want = plain(x) * 3
    if same(y, want):
        return
    done = plain(y) != 0
    if done.tolist() == [True] * 2 + [False] * 6:
        fail(
            "Only the first two elements are done. `threadIdx` begins at 0 again in each block, so all 4 blocks did the same two.",
            got=rounded(y),
        )
    if done.tolist() == [True] * 4 + [False] * 4:
        fail("Only 4 of 8 elements are done: one for each block, not for each thread.", got=rounded(y))
    if done.sum() < 8:
        fail("Some elements are not done: there are 4 blocks of 2 threads here.", got=rounded(y))
    fail("The numbers are not 3 times those of x.", got=rounded(y), want=rounded(want))


@q1.claim("threads without an element do nothing")
def guarded(student):
    torch = student.torch
    x, y = torch.arange(5.0) + 1.0, torch.zeros(5)
    # one block: so it does not matter here how blocks are told apart
    launched(student, "scale", 1, 8, x, y, 2.0)


# 2. A histogram --------------------------------------------------------------

q2 = Exercise(
    "q2",
    "A histogram",
    level="write",
    hints=[
        "Which element of `counts` does a thread change? Can another thread change the same one?",
        "The first lines are those of `add`: a place in the grid, and a guard. What must the addition be, so that none is lost?",
        "`cuda.atomic.add` takes an array, an index and a number. The index is the value that the thread has read.",
    ],
)

VALUES = [3, 1, 3, 3, 0, 1, 3]


@q2.claim("values that stand there several times are all counted")
def counts_all(student):
    torch = student.torch
    counts = torch.zeros(4, dtype=torch.int64)
    launched(student, "histogram", 1, 7, torch.tensor(VALUES), counts)
    if counts.tolist() == [1, 1, 1, 1] or counts.tolist() == [1, 1, 0, 1]:
        fail(
            "Each value is counted once, however often it is there: 1 was written, not added.",
            got=counts.tolist(),
        )
    if sum(counts.tolist()) < 7:
        fail("Some values are not counted.", got=counts.tolist(), want=[1, 2, 0, 4])
    if counts.tolist() != [1, 2, 0, 4]:
        fail("The counts differ.", got=counts.tolist(), want=[1, 2, 0, 4])


@q2.claim("threads without a value do nothing")
def histogram_guarded(student):
    torch = student.torch
    counts = torch.zeros(4, dtype=torch.int64)
    report = launched(student, "histogram", 2, 4, torch.tensor([0, 1, 2, 3, 0]), counts, strict=False)
    for error in report.problems:
        if type(error).__name__ == "OutOfBounds":
            fail(told(error))


@q2.claim("what stood in `counts` before is kept")
def histogram_adds(student):
    torch = student.torch
    counts = torch.tensor([10, 20, 30, 40])
    launched(student, "histogram", 1, 4, torch.tensor([2, 0]), counts, strict=False)
    if counts.tolist() == [1, 0, 1, 0]:
        fail("You set `counts` to 0 first. The kernel should add to what is there.", got=counts.tolist())


@q2.claim("the threads share the work")
def work_is_shared(student):
    torch = student.torch
    counts = torch.zeros(4, dtype=torch.int64)
    report = launched(student, "histogram", 1, 7, torch.tensor(VALUES), counts, strict=False, events=True)
    readers = {}
    for event in report.events:
        if event["kind"] == "load" and event["array"] == "values":
            readers.setdefault(tuple(event["thread"]), set()).add(event["index"][0])
    if readers and max(len(read) for read in readers.values()) > 1:
        most = max(len(read) for read in readers.values())
        fail(f"There are 7 threads for 7 values, and one of them reads {most} of them.")


# 3. Tiles for any size -------------------------------------------------------

q3 = Exercise(
    "q3",
    "Tiles for any size",
    level="write",
    hints=[
        "Begin with `tiled`. Which of its lines touch `a`, `b` or `c`? Each of them needs a guard of its own.",
        "No thread may return early, and no barrier may stand inside an `if`. Put the guards around the reads and the write alone.",
        "Where there is no element, put a 0 into the tile: it adds nothing to the sum. A tile keeps the numbers of the turn before, so it must be written in every turn.",
    ],
)


def product(student, n, m, p, **options):
    """The student's product and the true one, of whole numbers that float32 holds exactly; and the report."""
    torch = student.torch
    a = (torch.arange(float(n * m)) % 5.0 + 1.0).reshape(n, m)
    b = (torch.arange(float(m * p)) % 7.0 + 1.0).reshape(m, p)
    c = torch.zeros(n, p)
    report = launched(student, "matmul", ((p + 3) // 4, (n + 3) // 4), (4, 4), a, b, c, **options)
    return plain(c), plain(a) @ plain(b), report


@q3.claim("the product of 8 by 8 matrices is right, without a race")
def multiples_of_the_tile(student):
    got, want, _ = product(student, 8, 8, 8)
    if not got.any():
        fail("`c` is all zeros: nothing was written into it.")
    if not same(got, want):
        fail("The product differs.", got=got[0].tolist(), want=want[0].tolist())


def _works_for_multiples(student):
    """Whether the first claim has nothing to say: the others ask only then."""
    got, want, report = product(student, 8, 8, 8, strict=False)
    return not report.problems and same(got, want)


@q3.claim("so is the product of other sizes")
def any_size(student):
    if not _works_for_multiples(student):
        return
    got, want, report = product(student, 6, 5, 7, strict=False)
    found = {type(error).__name__: error for error in report.problems}
    for kind in ("DivergentBarrier", "OutOfBounds", "Uninitialized"):
        if kind in found:
            fail(told(found[kind]))
    if not same(got, want):
        fail(
            "6 by 5 times 5 by 7 is wrong. What stands in a tile where it reaches beyond the matrix?",
            got=got[0].tolist(),
            want=want[0].tolist(),
        )


@q3.claim("global memory is read through tiles")
def reads_through_tiles(student):
    if not _works_for_multiples(student):
        return
    reads = product(student, 8, 8, 8, strict=False)[2].global_loads
    if reads == 2 * 8**3:
        fail(
            "1024 reads of global memory, as many as the naive kernel makes: every thread fetches all its numbers itself."
        )
    if reads > 2 * 8**3 // 4:
        fail(f"{reads} reads of global memory. With tiles of 4 by 4, 256 are enough.")
    return "256 reads of global memory, where the naive kernel makes 1024."


# 4. It was right with one block ----------------------------------------------

q4 = Exercise(
    "q4",
    "It was right with one block",
    level="investigate",
    hints=[
        "Launch `smooth[2, 4](torch.arange(8.0))`. The message names an element and two threads, each with its block.",
        "For whom does a thread wait at `cuda.syncthreads()`? Which neighbours stand on two sides of a border between blocks?",
        "If nobody writes into `x`, there is nothing to wait for. Then only the last element needs a thought.",
    ],
)


def _pair(answer, name):
    if not isinstance(answer, tuple) or len(answer) != 2 or not all(type(each) is int for each in answer):
        fail(f"Write `{name}` as a pair of whole numbers: (block, thread in its block).", got=answer)
    return answer


@q4.claim("`reader` is the thread that reads the contested element")
def names_the_reader(student):
    answer = _pair(student.get("reader"), "reader")
    misconceptions = {
        (3, 0): "The block comes first in the pair: there are only the blocks 0 and 1.",
        (1, 0): "That thread belongs to the race, but it is the one that writes.",
        (0, 2): "Thread 2 reads `x[2]` and `x[3]`, and only threads of its own block write those.",
    }
    if answer in misconceptions:
        fail(misconceptions[answer])
    if answer != (0, 3):
        fail("This thread reads no element that the other block writes.", got=answer)


@q4.claim("`writer` is the thread of the other block that writes it")
def names_the_writer(student):
    answer = _pair(student.get("writer"), "writer")
    misconceptions = {
        (1, 4): "4 is its place in the whole grid. In its block it has another number.",
        (0, 3): "That thread belongs to the race, but it is the one that reads.",
        (0, 1): "The block comes first in the pair, and the two are in different blocks.",
    }
    if answer in misconceptions:
        fail(misconceptions[answer])
    if answer != (1, 0):
        fail("This thread does not write the element that the other block reads.", got=answer)


@q4.claim("`smoothed` is right for any number of blocks")
def smoothed_is_right(student):
    torch = student.torch
    given = [1.0, 5.0, 2.0, 8.0, 4.0, 4.0, 10.0, 0.0, 6.0, 2.0]
    x, y = torch.tensor(given), torch.zeros(10)
    launched(student, "smoothed", 3, 4, x, y)
    want = [(one + other) / 2 for one, other in zip(given, given[1:], strict=False)] + [2.0]
    if same(x, want) and not plain(y).any():
        fail("The result stands in `x`. It belongs into `y`, and `x` should stay as it is.")
    if not same(x, given):
        fail("`x` has changed. Only `y` should be written.")
    if same(plain(y)[:-1], want[:-1]) and float(y[-1]) == 0.0:
        fail("All elements are right but the last one: nobody wrote it, and it should be that of `x`.")
    if same(plain(y)[:-1], want[:-1]) and float(y[-1]) == 1.0:
        fail("The last element has no right neighbour. You halved it, as if that were 0.", got=rounded(y))
    if not same(y, want):
        fail("The result differs.", got=rounded(y), want=want)
