# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] id="title"
# # Writing a GPU kernel
#
# About 60 minutes. You need Python, and to know how a matrix product is computed.
#
# ## Why
#
# When PyTorch computes on a GPU, it launches *kernels*: small programs that thousands of threads run at the same time. Two things matter there that an ordinary program does not ask of you. The result must not depend on which thread is first. And often it is not the arithmetic that takes the time, but fetching the numbers from memory. You will write kernels, break them in the ways in which kernels break, and make a matrix product that fetches a quarter of the numbers.
#
# You need no GPU. A simulator runs the kernel thread by thread and watches every access.

# %% id="setup" tags=["setup"]
import minitorch_edu as torch
from minitorch_edu import cuda

# %% tags=["setup"]
from minitorch_lessons import check

check.lesson = "16_gpu_kernels"

# %% [markdown]
# ## Ten lines
#
# A kernel is a function that describes what *one* thread does. Here a thread adds two numbers.


# %% id="ten-lines" tags=["simulated"]
@cuda.kernel
def add(a, b, c):
    i = cuda.blockIdx.x * cuda.blockDim.x + cuda.threadIdx.x
    if i < c.shape[0]:
        c[i] = a[i] + b[i]


a, b, c = torch.arange(10.0), torch.ones(10), torch.zeros(10)
add[3, 4](a, b, c)
print(c)

# %% [markdown]
# There is no loop. `add[3, 4](...)` **launches** the kernel: it starts a **grid** of 3 **blocks** with 4 **threads** each, so 12 threads run these lines. What differs between them is who they are:
#
# - `cuda.threadIdx.x`: the number of the thread in its block, here 0 to 3
# - `cuda.blockIdx.x`: the number of its block in the grid, here 0 to 2
# - `cuda.blockDim.x`: how many threads a block has, here 4
#
# From these a thread computes `i`, its place in the whole grid. There is a short word for that line: `i = cuda.grid(1)`.
#
# A kernel returns nothing. It writes into an array that it was given.
#
# ## Blocks of 256
#
# All blocks of a grid have the same size, 1024 threads at most. So a grid seldom has exactly as many threads as there are elements: we round up. For `n` elements and blocks of 256 threads, `(n + 255) // 256` blocks are enough.
#
# ## Predict: threads without work
#
# `n` is 1000. How many threads of this grid have no element?
#
# - `"a"`: 0
# - `"b"`: 24
# - `"c"`: 232
# - `"d"`: 768

# %% exercise="predict-1" id="predict-1"
### BEGIN SOLUTION
predict_1 = "b"
### END SOLUTION

# %%
check("predict-1")

# %% id="idle" tags=["simulated"]
n = 1000
blocks = (n + 255) // 256
a, b, c = torch.rand(n), torch.rand(n), torch.zeros(n)
add[blocks, 256](a, b, c)
threads = add.last_report.threads
print("blocks:", blocks, " threads:", threads, " without an element:", threads - n)
print("right:", torch.equal(c, a + b))

# %% [markdown]
# These threads run the kernel too. The line `if i < c.shape[0]:` is the **guard** that lets them do nothing. Take it away, and see:


# %% id="no-guard" tags=["simulated"]
@cuda.kernel
def add_without_guard(a, b, c):
    i = cuda.grid(1)
    c[i] = a[i] + b[i]


try:
    add_without_guard[blocks, 256](a, b, c)
except cuda.lab.KernelError as problem:
    print(problem)

# %% [markdown]
# The simulator stops at the access itself, and says which thread made it and on which line: the last block is number 3, and its thread 232 is the one with place 3 · 256 + 232 = 1000. A real GPU may report this error later, at another line, or not at all. Then the kernel has read or overwritten something that belongs to somebody else.
#
# ## Look: who computes what?
#
# Grids and blocks may have two dimensions, and then `cuda.grid(2)` gives two numbers. The first one, x, is the column. This kernel writes down who was there, for a table of 6 rows and 8 columns, with blocks of 4 by 4 threads.


# %% id="who" tags=["simulated"]
@cuda.kernel
def who(block, thread):
    column, row = cuda.grid(2)
    if row < block.shape[0] and column < block.shape[1]:
        block[row, column] = cuda.blockIdx.y * cuda.gridDim.x + cuda.blockIdx.x
        thread[row, column] = cuda.threadIdx.y * cuda.blockDim.x + cuda.threadIdx.x


block, thread = torch.zeros(6, 8, dtype=torch.int32), torch.zeros(6, 8, dtype=torch.int32)
who[(2, 2), (4, 4)](block, thread)

import matplotlib.pyplot as plt
from minitorch_lessons import described

figure, axes = plt.subplots(figsize=(5, 3.6), layout="constrained")
axes.imshow(block.tolist(), cmap="Pastel1", vmin=0, vmax=8)
for row in range(6):
    for column in range(8):
        axes.text(column, row, thread[row, column].item(), ha="center", va="center")
axes.set(xlabel="column (x)", ylabel="row (y)", title="colour: block   number: thread in its block")
described(
    figure,
    "A table of 6 rows and 8 columns in four colours. Two blocks above have 4 by 4 cells each, with their threads numbered 0 to 15 row by row. The two blocks below have only 2 rows left, with threads 0 to 7: their other threads have no element.",
)

# %% [markdown]
# ## Threads that meet
#
# So far each thread had an element to itself. Now 8 threads add 1 to the same number:
#
# ```python
# @cuda.kernel
# def count(total):
#     total[0] += 1.0
#
# total = torch.zeros(1)
# count[1, 8](total)
# ```
#
# ## Predict: eight times plus one
#
# On a real GPU, what can `total` be afterwards?
#
# - `"a"`: 8, always
# - `"b"`: 1, always: they all write at the same time
# - `"c"`: any whole number from 1 to 8, and perhaps another one the next time
# - `"d"`: 0 or 8: when two threads collide, the launch is undone

# %% exercise="predict-2" id="predict-2"
### BEGIN SOLUTION
predict_2 = "c"
### END SOLUTION

# %%
check("predict-2")


# %% id="race" tags=["simulated"]
@cuda.kernel
def count(total):
    total[0] += 1.0


total = torch.zeros(1)
try:
    count[1, 8](total)
except cuda.lab.DataRace as problem:
    print(problem)

# %% [markdown]
# This is a **race**: two threads touch one element, at least one of them writes, and nothing says who comes first. `+=` is three steps: read, add, write. If two threads both read 3 before one of them writes, both write 4, and one addition is lost.
#
# A race is dangerous because it often looks right. The simulator's threads take turns, so here every addition would count. That is why the simulator looks for races by itself and does not wait for a wrong number. What you need is an addition in one step, an **atomic** one:


# %% id="atomic" tags=["simulated"]
@cuda.kernel
def count(total):
    cuda.atomic.add(total, 0, 1.0)


total = torch.zeros(1)
count[1, 8](total)
print(total)

# %% [markdown]
# ## Memory that a block shares
#
# The arrays that you pass to a kernel lie in **global memory**. It is large, all threads see it, and it is slow. A block can also have an array in **shared memory**: small (48 KiB for a block, unless more is asked for), fast, and seen by the threads of that block alone.
#
# Here a block reverses 8 numbers. Each thread puts one into a shared array, and takes another out:


# %% id="missing-barrier" tags=["simulated"]
@cuda.kernel
def reverse(x):
    tile = cuda.shared.array(8, torch.float32)
    t = cuda.threadIdx.x
    tile[t] = x[t]
    x[t] = tile[7 - t]


try:
    reverse[1, 8](torch.arange(8.0))
except cuda.lab.DataRace as problem:
    print(problem)

# %% [markdown]
# The message names one pair: thread 3 takes out what thread 4 puts in, and nothing makes it wait. The remedy is a **barrier**: at `cuda.syncthreads()` each thread waits until all threads of its block are there. What they wrote before it, all of them see after it.


# %% id="barrier" tags=["simulated"]
@cuda.kernel
def reverse(x):
    tile = cuda.shared.array(8, torch.float32)
    t = cuda.threadIdx.x
    tile[t] = x[t]
    cuda.syncthreads()
    x[t] = tile[7 - t]


x = torch.arange(8.0)
reverse[1, 8](x)
print(x)

# %% [markdown]
# *All* threads of the block must come to the barrier. If some have returned before, or stand in the other branch of an `if`, it is an error again. CUDA's rules leave open what a GPU does then, and it may wait forever:


# %% id="divergent" tags=["simulated"]
@cuda.kernel
def reverse_some(x):
    tile = cuda.shared.array(8, torch.float32)
    t = cuda.threadIdx.x
    if t >= x.shape[0]:
        return
    tile[t] = x[t]
    cuda.syncthreads()
    x[t] = tile[x.shape[0] - 1 - t]


try:
    reverse_some[1, 8](torch.arange(5.0))
except cuda.lab.DivergentBarrier as problem:
    print(problem)

# %% [markdown]
# ## A matrix product
#
# One thread for each element of the result: it walks along a row of `a` and down a column of `b`.


# %% id="naive" tags=["simulated"]
@cuda.kernel
def naive(a, b, c):
    column, row = cuda.grid(2)
    if row < c.shape[0] and column < c.shape[1]:
        total = 0.0
        for k in range(a.shape[1]):
            total += a[row, k] * b[k, column]
        c[row, column] = total


torch.manual_seed(0)
a, b, c = torch.rand(16, 16), torch.rand(16, 16), torch.zeros(16, 16)
naive[(4, 4), (4, 4)](a, b, c)
print("right:", torch.allclose(c, a @ b))
print("reads of global memory:", naive.last_report.global_loads)

# %% [markdown]
# 256 threads, and each reads 16 numbers of `a` and 16 of `b`: 8192 reads. But the two matrices hold only 512 numbers. Each of them is fetched 16 times.
#
# That count is what we want to bring down. The simulator has no useful clock: a time that you measure here says how long Python takes, and nothing about a GPU. The number of reads is a fact of the kernel, and it is the same on every machine.
#
# **The idea.** The 16 threads of a block compute a 4 by 4 piece of `c`. Together they need 4 rows of `a` and 4 columns of `b`, and the threads of one row of the piece all read the same row of `a`. So let the block fetch a 4 by 4 **tile** of each matrix into shared memory, one number for each thread, and let all threads read from there. Then on to the next tiles.
#
# ## Predict: how many reads are left?
#
# The tiles are 4 by 4, the matrices 16 by 16. The naive kernel makes 8192 reads of global memory. How many does the tiled one make?
#
# - `"a"`: 8192: the arithmetic is the same, so the same numbers are needed
# - `"b"`: 4096
# - `"c"`: 2048
# - `"d"`: 512: now every number is fetched once

# %% exercise="predict-3" id="predict-3"
### BEGIN SOLUTION
predict_3 = "c"
### END SOLUTION

# %%
check("predict-3")

# %% id="tiled" tags=["simulated"]
TILE = 4


@cuda.kernel
def tiled(a, b, c):
    left = cuda.shared.array((TILE, TILE), torch.float32)
    right = cuda.shared.array((TILE, TILE), torch.float32)
    x, y = cuda.threadIdx.x, cuda.threadIdx.y
    column, row = cuda.grid(2)
    total = 0.0
    for start in range(0, a.shape[1], TILE):
        left[y, x] = a[row, start + x]
        right[y, x] = b[start + y, column]
        cuda.syncthreads()
        for k in range(TILE):
            total += left[y, k] * right[k, x]
        cuda.syncthreads()
    c[row, column] = total


c = torch.zeros(16, 16)
tiled[(4, 4), (4, 4)](a, b, c)
print("right:", torch.allclose(c, a @ b))
print("reads of global memory:", tiled.last_report.global_loads)
print("reads of shared memory:", tiled.last_report.shared_loads)

# %% [markdown]
# The 8192 reads are still there, but now they go to shared memory. Of global memory each thread reads 2 numbers for each of 4 pairs of tiles: 256 · 8 = 2048. A number in a tile is fetched once and used by the 4 threads of a row or a column. But four blocks need the same rows of `a`, and each fetches them for itself: so it is 4 times for each number, not once.
#
# There are two barriers. The first one stands between writing the tiles and reading them. The second one is easy to forget: without it a fast thread would go on to the next turn of the loop and overwrite a tile that others still read.
#
# The same kernel with tiles of other sizes:

# %% id="sizes" tags=["simulated"]
reads = {}
for TILE in (1, 2, 4, 8, 16):
    c = torch.zeros(16, 16)
    tiled[(16 // TILE, 16 // TILE), (TILE, TILE)](a, b, c)
    assert torch.allclose(c, a @ b)
    reads[TILE] = tiled.last_report.global_loads
print(reads)

figure, axes = plt.subplots(figsize=(5, 3), layout="constrained")
axes.plot(list(reads), list(reads.values()), "o-", color="black", label="tiled")
axes.axhline(512, color="0.6", linestyle="--", label="each number once")
axes.set(xlabel="side of a tile", ylabel="reads of global memory", ylim=(0, 8600), xticks=list(reads))
axes.legend()
described(
    figure,
    "Reads of global memory against the side of a tile, for a product of 16 by 16: 8192 reads with tiles of side 1, then 4096, 2048, 1024, and 512 with tiles of side 16. Each doubling of the side halves the reads. A dashed line marks 512, where each number is read once.",
)

# %% [markdown]
# Tiles of side *s* divide the reads by *s*. What stops you from making them as large as you like are the limits from above: 1024 threads in a block, so 32 by 32 with one thread for each element.

# %% [markdown]
# ## Your turn
#
# Four exercises. In each, replace the lines that raise `NotImplementedError`, or the `...`, by your own. Launch your kernels yourself as often as you like before you ask the check.
#
# ### 1. Times a number
#
# Fill in two blanks. `scale(x, y, factor)` writes `factor` times each element of `x` into `y`. The grid has one dimension, and may have more threads than `x` has elements.


# %% exercise="q1" id="q1" tags=["simulated"]
@cuda.kernel
def scale(x, y, factor):
    # blank 1: let i be the place of this thread in the whole grid
    ### BEGIN SOLUTION
    i = cuda.blockDim.x * cuda.blockIdx.x + cuda.threadIdx.x
    ### END SOLUTION
    # blank 2: write the result for element i, if there is such an element
    ### BEGIN SOLUTION
    if i < x.shape[0]:
        y[i] = factor * x[i]
    ### END SOLUTION


# %%
check("q1")

# %% [markdown]
# ### 2. A histogram
#
# Write the kernel `histogram(values, counts)`. `values` holds whole numbers from 0 to `counts.shape[0] - 1`. Afterwards `counts[v]` is larger by the number of times that `v` stands in `values`. Each thread of a grid with one dimension takes one value, and there may be more threads than values.


# %% exercise="q2" id="q2" tags=["simulated"]
### BEGIN SOLUTION
@cuda.kernel
def histogram(values, counts):
    place = cuda.grid(1)
    if place < values.shape[0]:
        cuda.atomic.add(counts, values[place], 1)


### END SOLUTION

# %%
check("q2")

# %% [markdown]
# ### 3. Tiles for any size
#
# `tiled` works if all sizes are multiples of `TILE`. Write `matmul(a, b, c)`, which works for any sizes: `a` has shape (n, m), `b` has shape (m, p), `c` has shape (n, p). The blocks are 4 by 4, and the grid covers all of `c`. It must still read global memory through tiles.
#
# Beware of two things. A thread without an element of `c` may still be needed to fill the tiles. And where a tile reaches beyond a matrix, something must stand in it that does not change the sum.

# %% exercise="q3" id="q3" tags=["simulated"]
TILE = 4


### BEGIN SOLUTION
@cuda.kernel
def matmul(a, b, c):
    of_a = cuda.shared.array((TILE, TILE), torch.float32)
    of_b = cuda.shared.array((TILE, TILE), torch.float32)
    tx, ty = cuda.threadIdx.x, cuda.threadIdx.y
    j, i = cuda.grid(2)
    result = 0.0
    for first in range(0, a.shape[1], TILE):
        of_a[ty, tx] = 0.0
        of_b[ty, tx] = 0.0
        if i < a.shape[0] and first + tx < a.shape[1]:
            of_a[ty, tx] = a[i, first + tx]
        if first + ty < b.shape[0] and j < b.shape[1]:
            of_b[ty, tx] = b[first + ty, j]
        cuda.syncthreads()  # both tiles are full
        for depth in range(TILE):
            result += of_a[ty, depth] * of_b[depth, tx]
        cuda.syncthreads()  # all have read them
    if i < c.shape[0] and j < c.shape[1]:
        c[i, j] = result


### END SOLUTION

# %%
check("q3")

# %% [markdown]
# ### 4. It was right with one block
#
# A colleague wants to replace each element by the mean of itself and its right neighbour; the last element stays. Since each thread reads what another one writes, there is a barrier between reading and writing. With one block of 8 threads it works. With two blocks of 4 threads the simulator stops it:


# %% id="suspicious" tags=["simulated"]
@cuda.kernel
def smooth(x):
    i = cuda.grid(1)
    mean = 0.0
    if i + 1 < x.shape[0]:
        mean = (x[i] + x[i + 1]) / 2
    cuda.syncthreads()
    if i + 1 < x.shape[0]:
        x[i] = mean


x = torch.arange(8.0)
smooth[1, 8](x)
print("one block:", x)
for order in ("forward", "reversed"):
    x = torch.arange(8.0)
    smooth.using(strict=False, order=order)[2, 4](x)
    print(f"two blocks, {order}:", x)

# %% [markdown]
# `using(strict=False)` lets a kernel with errors run on, and `order="reversed"` lets the threads and blocks take their turns the other way round. One of the numbers then depends on the order. Investigate: launch `smooth[2, 4](x)` yourself and read what the simulator says.
#
# - `reader` and `writer`: the thread that reads the contested element and the thread of the other block that writes it, each as a pair of numbers (block, thread in its block), such as `(0, 2)`.
# - `smoothed(x, y)`: a kernel that leaves `x` as it is, writes the result into `y`, and is right for any number of blocks. The last element of `y` is that of `x`.

# %% exercise="q4" id="q4" tags=["simulated"]
### BEGIN SOLUTION
reader = (0, 3)
writer = (1, 0)


@cuda.kernel
def smoothed(x, y):
    place = cuda.grid(1)
    if place + 1 < x.shape[0]:
        y[place] = (x[place] + x[place + 1]) / 2
    elif place < x.shape[0]:
        y[place] = x[place]


### END SOLUTION

# %%
check("q4")

# %% [markdown]
# ## What was simplified
#
# - The simulator's threads take turns. On a GPU 32 neighbouring threads, a *warp*, run one instruction together, and many warps run at once.
# - Every read was counted alike. A GPU fetches global memory in lines, so neighbouring threads should read neighbouring numbers, and it has caches. `print(tiled.last_report)` shows the lines fetched for each line of the kernel, and the conflicts in shared memory.
# - Fewer reads make a kernel faster only where reading is what it waits for. On a real GPU you measure that, with a profiler.
# - The matrix products of PyTorch on a GPU come from libraries such as cuBLAS. They use tiles too, in several levels, down to registers.
#
# ## Where PyTorch differs
#
# - PyTorch has no `@cuda.kernel`. There you write kernels in CUDA C++, in Triton, or with `numba.cuda`. The words inside the kernels are those of `numba.cuda`, where the decorator is `@cuda.jit`. So the kernels of this lesson do not run after `import torch`.
# - On a real GPU nobody looks over the threads' shoulders. NVIDIA's `compute-sanitizer` finds out-of-bounds accesses, races in shared memory and misused barriers there, when you ask it to.
#
# ## What to take along
#
# A kernel says what one thread does; block and thread numbers say for which element. There are more threads than elements, so guard. Between two threads that meet at an element stands a barrier if they are in one block, an atomic operation, or another array. And to fetch less from global memory, fetch a tile once and let the whole block use it.
