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
# # Bytes and views
#
# About 45 minutes. You need Python, and to know what the shape of a tensor is.
#
# ## Why
#
# Transposing a matrix of a million numbers takes no longer than transposing one of twelve, and afterwards `view` raises an error that speaks of strides. Somebody reshapes images, the shape comes out right, and the colours are wrong. Both have the same reason: a tensor is not a table of numbers. It is a way of reading a row of bytes.

# %% id="setup" tags=["setup"]
import minitorch_edu as torch
# %load_ext minitorch_widgets

# %% tags=["setup"]
from minitorch_lessons import check

check.lesson = "03_bytes_and_views"

# %% [markdown]
# The panel beside this notebook is the **inspector**. After each cell it shows the memory beneath your variables. `check("...")` looks at an answer and says what holds.
#
# ## Ten lines
#
# Twelve numbers, and three other ways of looking at them:

# %% id="ten-lines"
t = torch.arange(12)
table = t.view(3, 4)
row = table[1]
column = table[:, 1]
print(t)
print(table)
print(row)
print(column)

# %% [markdown]
# There are four tensors now, but the numbers exist once. The bytes that hold them are the **storage**. A storage has no rows and no columns: it is one line of bytes.
#
# What makes a table of it is written in the tensor:
#
# - its **shape**: how many elements there are in each dimension,
# - its **storage offset**: at which place of the storage the first element stands,
# - its **stride**: for each dimension, how many places further on the next element stands.
#
# All three count elements, not bytes. The next cell shows them.

# %% id="layout"
def layout(**tensors):
    print("name    shape    offset  stride")
    for name, x in tensors.items():
        print(f"{name:7} {tuple(x.shape)!s:8} {x.storage_offset():<7} {x.stride()}")


layout(t=t, table=table, row=row, column=column)
print(table.untyped_storage().nbytes(), "bytes, in elements of", table.element_size())

# %% [markdown]
# Look at `table`. One step to the right is one place further on; one step down is four, past the rest of the row. So the element in row `i` and column `j` stands at the place
#
# `offset + i * stride[0] + j * stride[1]`
#
# `row` begins at place 4. `column` begins at place 1 and goes on in steps of 4. Neither copied a number.

# %% id="place"
i, j = 2, 3
place = table.storage_offset() + i * table.stride(0) + j * table.stride(1)
print(place, table[i, j], t[place])

# %% [markdown]
# ## Predict: the stride of a transpose
#
# `table` has shape (3, 4) and stride (4, 1). Now we transpose it:
#
# ```python
# turned = table.t()         # shape (4, 3): [[0, 4, 8], [1, 5, 9], ...]
# ```
#
# What is `turned.stride()`?
#
# - `"a"`: (4, 1)
# - `"b"`: (1, 4)
# - `"c"`: (3, 1)
# - `"d"`: (1, 3)

# %% exercise="predict-1" id="predict-1"
### BEGIN SOLUTION
predict_1 = "b"
### END SOLUTION

# %%
check("predict-1")

# %% id="transpose"
turned = table.t()
print(turned)
layout(table=table, turned=turned)
print(turned.data_ptr() == table.data_ptr())

# %% [markdown]
# `data_ptr()` is the address of a tensor's first element: it is the same. The transpose moved nothing. It exchanged two numbers in the shape and the same two in the stride, and so it costs the same for any size. `t()`, `.T`, `transpose` and `permute` all work this way.
#
# The price is paid later. The rows of `turned` no longer lie together.

# %% [markdown]
# ## Look: who reads which bytes
#
# The picture says who shares memory with whom. Below that it draws the storage, once, and under it a lane for each tensor: beneath each place stands the index of the element that reads it. Compare the lanes of `table` and `turned`, and look where `column` has its gaps.

# %% tags=["widget"] id="picture"
from minitorch_widgets import memory

memory(t, table, turned, row, column)

# %% [markdown]
# ## Contiguous
#
# Read the elements of a tensor in their own order: along the last dimension first, row after row. If that walks through the storage one place after the other, the tensor is **contiguous**. `table` is, `turned` is not.

# %% id="contiguous"
print("t     ", t.is_contiguous())
print("table ", table.is_contiguous())
print("turned", turned.is_contiguous())
print("row   ", row.is_contiguous())
print("column", column.is_contiguous())

# %% [markdown]
# `row` is contiguous although it begins in the middle: the offset does not matter. And transposing twice gives a contiguous tensor again, because the strides are back in their places.
#
# `contiguous()` returns a contiguous tensor with the same elements. For that it has to copy, unless there is nothing to do: then it returns the tensor itself.

# %% id="make-contiguous"
print(table.contiguous() is table)
packed = turned.contiguous()
print(packed.stride(), packed.data_ptr() == turned.data_ptr())

# %% [markdown]
# ## Predict: view against reshape
#
# We ask for the twelve elements of `turned` in one dimension, in two ways:
#
# ```python
# turned.view(12)
# turned.reshape(12)
# ```
#
# - `"a"`: both give a tensor on the bytes of `turned`
# - `"b"`: `view` raises an error, `reshape` copies
# - `"c"`: both give the numbers from 0 to 11 in order
# - `"d"`: both raise an error

# %% exercise="predict-2" id="predict-2"
### BEGIN SOLUTION
predict_2 = "b"
### END SOLUTION

# %%
check("predict-2")

# %% id="view-or-reshape"
try:
    turned.view(12)
except RuntimeError as problem:
    print(problem)

flat = turned.reshape(12)
print(flat)
print(flat.data_ptr() == turned.data_ptr())

# %% [markdown]
# `turned` begins with 0, 4, 8, 1. These stand at the places 0, 4, 8 and 1: four steps on, four steps on, seven steps back. One dimension has one stride, and no stride does that. So there is no such view, and `view` says so.
#
# `view` never copies. `reshape` gives a view where there is one, and a copy where there is none:

# %% id="reshape-both"
print(t.reshape(3, 4).data_ptr() == t.data_ptr())
print(turned.reshape(12).data_ptr() == turned.data_ptr())

# %% [markdown]
# That is comfortable, and it has a catch. A write into the first would show in `t`, a write into the second would not show in `turned`. If your code depends on one or the other, say which: `view` for shared bytes, `clone` for your own.
#
# Does `view` need a contiguous tensor, then? Many people say so, and it is not true. A contiguous tensor is always enough. But splitting a dimension works with any stride, and so does putting two together when their strides fit:

# %% id="view-of-turned"
split = turned.view(2, 2, 3)
print(split.is_contiguous(), split.stride())
print(split.view(4, 3).stride())

# %% [markdown]
# Two neighbouring dimensions can become one when the step of the left is as long as the whole run of the right: `stride[0] == shape[1] * stride[1]`. For `table` that is 4 == 4 · 1, which holds. For `turned` it would be 1 == 3 · 4.

# %% [markdown]
# ## Predict: a thousand columns
#
# `expand` repeats a dimension of size 1. We make a column of three into a table of three thousand elements:
#
# ```python
# narrow = torch.tensor([[1.0], [2.0], [3.0]])     # shape (3, 1)
# wide = narrow.expand(3, 1000)                    # shape (3, 1000)
# ```
#
# Each element is a `float32`, which takes 4 bytes. How many bytes does the storage of `wide` have? Answer with a number.

# %% exercise="predict-3" id="predict-3"
### BEGIN SOLUTION
predict_3 = 12
### END SOLUTION

# %%
check("predict-3")

# %% id="expand"
narrow = torch.tensor([[1.0], [2.0], [3.0]])
wide = narrow.expand(3, 1000)
print(tuple(wide.shape), wide.stride(), wide.untyped_storage().nbytes())

# %% [markdown]
# A stride of 0: one step to the right stays where it is, so the same number is read a thousand times. This is also what broadcasting does, before it computes anything.
#
# Since many elements are one number, writing needs care. A single write shows in its whole row. An operation that would write to all of them at once is refused:

# %% id="write-expanded"
few = narrow.expand(3, 4)
few[0, 0] = 9.0
print(few)
print(narrow)
try:
    few.add_(1.0)
except RuntimeError as problem:
    print(problem)

# %% [markdown]
# ## Any shape, any stride
#
# `as_strided(shape, stride)` makes a view with the numbers you give it. This is how it looks when two rows overlap:

# %% id="as-strided"
overlapping = t.as_strided((3, 4), (2, 1))
print(overlapping)
try:
    t.as_strided((4, 4), (4, 1))
except RuntimeError as problem:
    print(problem)

# %% [markdown]
# It makes sure that you stay within the storage. It does not ask where *your tensor* ends: called on a view of four numbers, it can read the other eight as well. The third argument is the offset. Without it, the result begins where the tensor begins that you call it on.

# %% id="as-strided-offset"
last = t[8:]
print(last)
print(last.as_strided((2, 2), (1, 1)))
print(last.as_strided((2, 2), (1, 1), 0))

# %% [markdown]
# ## Your turn
#
# Three exercises. Replace the lines that raise `NotImplementedError`, or the `...`, by your own. Check as often as you like.
#
# ### 1. The strides of a new tensor
#
# Fill in two blanks. `strides_of(shape)` returns the strides, as a tuple, that a new tensor of that shape gets from PyTorch: `strides_of((3, 4))` is `(4, 1)`. No dimension has size 0.

# %% exercise="q1" id="q1"
def strides_of(shape):
    strides = []
    # blank 1: let step be the stride of the last dimension
    ### BEGIN SOLUTION
    step = 1
    ### END SOLUTION
    for size in reversed(shape):
        strides.insert(0, step)
        # blank 2: let step be the stride of the next dimension to the left
        ### BEGIN SOLUTION
        step = step * size
        ### END SOLUTION
    return tuple(strides)

# %%
check("q1")

# %% [markdown]
# ### 2. Sliding windows without a copy
#
# Write `windows(series, size)`. `series` has one dimension. The result has a row for each run of `size` neighbours: the first row begins at element 0, the second at element 1, and so on to the last that fits. No number may be copied.
#
# For a `series` of 1, 2, 3, 4 and a size of 3 the rows are 1, 2, 3 and 2, 3, 4.
#
# It must also work when `series` is itself a view, such as `t[4:10]` or `t[::2]`.

# %% exercise="q2" id="q2"
### BEGIN SOLUTION
def windows(series, size):
    step = series.stride(0)
    return series.as_strided((len(series) - size + 1, size), (step, step))
### END SOLUTION

# %%
check("q2")

# %% [markdown]
# ### 3. The colours are wrong
#
# An image of two rows and three columns. At each pixel stand its red, its green and its blue, so the shape is (rows, columns, colours). To tell them apart, the reds here are 10 to 15, the greens 20 to 25 and the blues 30 to 35.
#
# A model wants (colours, rows, columns). A colleague uses `reshape`. There is no error, and the shape is right:

# %% id="suspicious"
pixels = torch.tensor([[[10, 20, 30], [11, 21, 31], [12, 22, 32]],
                       [[13, 23, 33], [14, 24, 34], [15, 25, 35]]])
planes = pixels.reshape(3, 2, 3)
print(tuple(planes.shape))
print("red?", planes[0])

# %% [markdown]
# Investigate. `layout` is still there, and so is the inspector.
#
# - `read_places`: the places in the storage that `planes[0]` reads, as a list of six numbers. The first place is 0.
# - `red_places`: the places in the storage where the six reds of `pixels` stand.
# - `channels_first(pixels)`: returns the image as (colours, rows, columns), for any number of rows and columns, on the bytes of `pixels`.

# %% exercise="q3" id="q3"
### BEGIN SOLUTION
read_places = [0, 1, 2, 3, 4, 5]
red_places = [0, 3, 6, 9, 12, 15]


def channels_first(pixels):
    return pixels.permute(2, 0, 1)
### END SOLUTION

# %%
check("q3")

# %% [markdown]
# ## What was simplified
#
# - We spoke of places in elements. The storage itself is counted in bytes, and one storage can be read as several dtypes: `t.view(torch.int32)` does that.
# - Strides here were never negative. PyTorch has none, so `t[::-1]` is an error and `flip` copies. NumPy has them.
# - Sparse tensors have no strides of this kind.
# - Images in PyTorch may have the shape (batch, colours, rows, columns) and still lie colour by colour at each pixel. That is the memory format `channels_last`: nothing but other strides.
#
# ## Where PyTorch differs
#
# - Our storages are memory that belongs to NumPy; PyTorch allocates its own. What `stride()`, `storage_offset()`, `is_contiguous()` and `untyped_storage()` say is the same.
# - NumPy tells its strides in bytes: `table.numpy().strides` is `(32, 8)` where `table.stride()` is `(4, 1)`.
# - NumPy has `reshape` and no `view` of this kind: in NumPy, `array.view(...)` changes the dtype.
# - The pictures are ours. They can read PyTorch's tensors as well.
#
# ## What to take along
#
# A tensor is a shape, an offset and a stride over a storage. Transposing, slicing and expanding change these three and leave the numbers where they are. `view` gives such a tensor or an error, `reshape` may copy, `contiguous` copies unless there is nothing to do. And a right shape says nothing about which number stands where.
