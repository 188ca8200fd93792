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
# # From NumPy to tensors and back
#
# About 45 minutes. You need a little NumPy, and you should know what shape and dtype are: lesson 1 tells.
#
# ## Why
#
# Your data come as a NumPy array: from a file, a sensor, another library. The model wants a tensor. There are four ways to make one, and they differ in the dtype you get and in whether the numbers are copied. Take the wrong one, and there is an error about *Double and Float*, or a number changes without a word.

# %% id="setup" tags=["setup"]
import numpy as np

import minitorch_edu as torch
# %load_ext minitorch_widgets

# %% [markdown]
# The last line opens the **inspector** beside this notebook. In this lesson look at its section *Storage*: it shows which array and which tensor read the same memory.

# %% tags=["setup"]
from minitorch_lessons import check

check.lesson = "02_numpy_and_back"

# %% [markdown]
# ## Ten lines
#
# A baker weighs four loaves, in whole grams. Here is the array, and the four ways to make a tensor from it:

# %% id="ten-lines"
grams = np.array([500, 750, 250, 1000])

viewed = torch.from_numpy(grams)
copied = torch.tensor(grams)
taken = torch.as_tensor(grams)
classic = torch.Tensor(grams)

print("array     ", grams.dtype)
print("from_numpy", viewed.dtype)
print("tensor    ", copied.dtype)
print("as_tensor ", taken.dtype)
print("Tensor    ", classic.dtype)

# %% [markdown]
# The first three are **dtype-aware**: they keep the dtype of the array. `torch.Tensor`, with a capital T, is not. It gave you `float32`, whatever you had.
#
# In some articles this array is an `int32`. That depended on the system: before version 2, NumPy on Windows made whole numbers `int32`. Ask your array for its `dtype` and you know.
#
# `torch.tensor` and `torch.as_tensor` also take lists, and they let you choose the dtype. The others do not:

# %% id="choose"
print(torch.tensor(grams, dtype=torch.float32))
print(torch.as_tensor([500, 750], dtype=torch.float32))
for make in [torch.from_numpy, torch.Tensor]:
    try:
        make(grams, dtype=torch.float32)
    except TypeError as problem:
        print(make.__name__, "raises", type(problem).__name__)

# %% [markdown]
# ## Predict: a number in the brackets
#
# `torch.tensor(3)` is a tensor without dimensions, with the number 3 in it. What is `torch.Tensor(3)`?
#
# - `"a"`: the same, as a `float32`
# - `"b"`: a tensor of the shape `(1,)`, with 3.0 in it
# - `"c"`: a tensor of the shape `(3,)`
# - `"d"`: an error: it wants a list or an array

# %% exercise="predict-1" id="predict-1"
### BEGIN SOLUTION
predict_1 = "c"
### END SOLUTION

# %%
check("predict-1")

# %% id="capital"
print(torch.tensor(3).shape, torch.Tensor(3).shape)
print(torch.Tensor([3]))

# %% [markdown]
# `torch.Tensor` is the class itself. Called with whole numbers, it takes them for the lengths of a shape. The elements are not set: you find there whatever was in that memory before. Called with a list, it takes the list for the elements.
#
# `torch.tensor` always takes what you give it for the numbers. In new programs you need `torch.Tensor` only as the name of the type.

# %% [markdown]
# ## Predict: who sees the write?
#
# Each of the four tensors holds the numbers of `grams`. Now somebody corrects the array:
#
# ```python
# grams[0] = 0
# ```
#
# Which of `viewed` (made by `from_numpy`), `copied` (`tensor`), `taken` (`as_tensor`) and `classic` (`Tensor`) have a 0 at the beginning afterwards? Write a list of their names, such as `["copied", "classic"]`.

# %% exercise="predict-2" id="predict-2"
### BEGIN SOLUTION
predict_2 = ["viewed", "taken"]
### END SOLUTION

# %%
check("predict-2")

# %% id="write"
grams[0] = 0
print("from_numpy", viewed)
print("tensor    ", copied)
print("as_tensor ", taken)
print("Tensor    ", classic)
grams[0] = 500

# %% [markdown]
# ## Look: the same bytes, or others
#
# Run the next cell. For each tensor it says whether the bytes are shared or were copied, and why. In the section *Storage* you find three names at one storage, and one of them is the array itself.

# %% tags=["widget"] id="lanes"
from minitorch_widgets import memory

memory(grams, viewed, copied, taken, classic)

# %% [markdown]
# - `from_numpy` **never copies**. It makes a tensor that reads the bytes of the array.
# - `tensor` **always copies**.
# - `as_tensor` copies **only if it has to**: when you ask for another dtype or another device, or give it a list.
# - `Tensor` copied here because an `int64` is no `float32`. Give it an array of `float32`, and it shares:

# %% id="singles"
singles = grams.astype(np.float32)
classic = torch.Tensor(singles)
other = torch.as_tensor(singles, dtype=torch.float64)
singles[0] = 0.0
print(classic)
print(other)

# %% [markdown]
# So there is a simple rule:
#
# | you want | write |
# |---|---|
# | numbers of your own | `torch.tensor(array)` |
# | to look at the array's own bytes | `torch.from_numpy(array)` |
# | a tensor, and no copy that can be spared | `torch.as_tensor(array)` |
# | another dtype as well | `torch.tensor(array, dtype=torch.float32)` |
#
# Sharing goes both ways. A write through the tensor is in the array too: lesson 4 is about that.

# %% [markdown]
# ## The float64 trap
#
# The baker also has prices, in an array of floats. Python's floats and NumPy's arrays of them have 64 bits; the weights of a PyTorch model have 32, if nobody says otherwise.

# %% id="prices"
euros = np.array([2.5, 3.25, 1.75, 4.5])
prices = torch.from_numpy(euros)
rates = torch.tensor([0.5, 0.25, 0.25, 1.0])
print(prices)
print(rates)

# %% [markdown]
# PyTorch prints the dtype of `prices`, because it is not the default. Where no dtype is printed behind floats, they are `float32`.
#
# ### Predict: float64 meets float32
#
# What is the dtype of `rates * prices`?
#
# - `"a"`: `float32`: that is the default
# - `"b"`: `float64`
# - `"c"`: none: there is an error, because the dtypes differ
# - `"d"`: `float32`, because `rates` stands on the left

# %% exercise="predict-3" id="predict-3"
### BEGIN SOLUTION
predict_3 = "b"
### END SOLUTION

# %%
check("predict-3")

# %% id="promotion"
print((rates * prices).dtype)
print((prices * rates).dtype)
print((rates * 0.1).dtype, (rates * np.float64(0.1)).dtype)

# %% [markdown]
# Where two tensors of floats meet in `*` or `+`, and both have dimensions, the larger dtype wins, on either side. So one array from NumPy can turn a whole computation into `float64`, without a word. A single number does not do that: neither Python's `0.1` nor NumPy's `np.float64(0.1)` changed the dtype of `rates`.
#
# Matrix products are stricter, and a layer of a network is a matrix product. Here the trap closes with an error:

# %% id="layer"
layer = torch.nn.Linear(4, 1)
try:
    layer(prices)
except RuntimeError as problem:
    print(problem)
print(layer(prices.float()).dtype)
print(prices.nbytes, prices.float().nbytes)

# %% [markdown]
# *Double* is `float64`, *Float* is `float32`. `prices.float()` is the cure, and it needs half the bytes.

# %% [markdown]
# ## Casts
#
# A **cast** makes a tensor of another dtype: `float()`, `double()`, `int()`, `long()`, `bool()`, or `to(dtype)` for any of them. It returns a tensor and leaves the one it is called on as it was.

# %% id="casts"
x = torch.tensor([2.7, -2.7, 0.0])
print(x.int())
print(x.round().int())
print(x.bool())
print(torch.tensor([300, -1]).to(torch.uint8))
print(x.dtype)
print(x.float() is x, x.double() is x)

# %% [markdown]
# - To whole numbers, a cast **cuts off** towards 0. It does not round: call `round()` first if you want that.
# - `bool()` asks whether a number is not 0.
# - What does not fit is not refused. `uint8` goes from 0 to 255, so 300 became 44, and -1 became 255.
# - `x` itself is still a `float32`. A line with nothing but `x.double()` has no effect.
# - If the dtype is right already, you get the very same tensor back, and no copy.
#
# One more thing is easy to believe: that a cast to a larger dtype brings digits back.

# %% id="digits"
tenth = torch.tensor(0.1)
print(tenth.item())
print(tenth.double() == torch.tensor(0.1, dtype=torch.float64))
print(torch.tensor([16777217]).float().long())

# %% [markdown]
# A `float32` holds the nearest number to 0.1 that it has. What was lost then is lost: `double()` adds zeros in the binary digits, not the digits of 0.1. The same goes for whole numbers: from 2²⁴ = 16777216 on, a `float32` cannot hold every one of them.
#
# Only floats can learn. A tensor of whole numbers cannot require a gradient, and a cast is the way out:

# %% id="whole-gradient"
try:
    torch.tensor(grams, requires_grad=True)
except RuntimeError as problem:
    print(problem)
print(torch.tensor(grams, dtype=torch.float32, requires_grad=True))

# %% [markdown]
# ## The default dtype
#
# `float32` is what you get from Python's floats as long as nobody changes the default. Who wants to compute in `float64` throughout, to check a derivative for example, can change it:

# %% id="default"
print(torch.get_default_dtype())
torch.set_default_dtype(torch.float64)
print(torch.tensor([0.1]).dtype, torch.Tensor([1]).dtype)
print(torch.tensor([1]).dtype, torch.from_numpy(singles).dtype)
torch.set_default_dtype(torch.float32)

# %% [markdown]
# The default decides for Python's floats and for `torch.Tensor`. Python's whole numbers stay `int64`, and what comes from NumPy keeps its own dtype. Changing the default does not touch tensors that are there already.

# %% [markdown]
# ## And back
#
# `numpy()` gives you an array. It has the tensor's dtype, and it reads the tensor's bytes:

# %% id="back"
array = rates.numpy()
print(array.dtype)
array[0] = 100.0
print(rates)
array[0] = 0.5

own = rates.numpy().copy()
own[0] = 100.0
print(rates)
print(rates.tolist())

# %% [markdown]
# Nothing was copied, until we asked for it with `copy()`. `tolist()` gives numbers of Python, which are always copies.
#
# Three things are refused on the road. A tensor may have a dtype that NumPy does not know. A tensor may require a gradient, which an array could not carry on: lesson 8 is about that. And on the way in, PyTorch takes no array that is read backwards:

# %% id="refusals"
try:
    rates.bfloat16().numpy()
except TypeError as problem:
    print(problem)
try:
    torch.ones(2, requires_grad=True).numpy()
except RuntimeError as problem:
    print(problem)
try:
    torch.from_numpy(grams[::-1])
except ValueError as problem:
    print(problem)

# %% [markdown]
# In NumPy, `grams[::-1]` and `np.flip(grams)` copy nothing. They make an array that walks through the same bytes with negative steps, and tensors cannot do that. A copy of such an array has its numbers in the new order and can be taken.

# %% [markdown]
# ## Your turn
#
# Three exercises. In each, replace the lines that raise `NotImplementedError`, or the `...`, by your own.
#
# ### 1. Three doors
#
# Fill in three blanks. They must be right for an array of any dtype that PyTorch knows.

# %% exercise="q1" id="q1"
def doors(array):
    # blank 1: a tensor that reads the array's own bytes
    ### BEGIN SOLUTION
    shared = torch.from_numpy(array)
    ### END SOLUTION
    # blank 2: a tensor of the array's dtype, with bytes of its own
    ### BEGIN SOLUTION
    own = torch.tensor(array)
    ### END SOLUTION
    # blank 3: a float32 tensor, always with bytes of its own
    ### BEGIN SOLUTION
    single = torch.tensor(array, dtype=torch.float32)
    ### END SOLUTION
    return shared, own, single

# %%
check("q1")

# %% [markdown]
# ### 2. A detour through NumPy
#
# NumPy and SciPy have many functions that PyTorch lacks. Write `through_numpy(function, x)`. It calls `function` with an array of the numbers of `x`, and returns the result as a tensor.
#
# - The result has the dtype of `x`, also where the function returns another.
# - `x` is the same afterwards, also where the function writes into its argument.
# - It works with `np.flip`, and with a function that returns one number, such as `np.max`.
#
# For example, `through_numpy(np.flip, torch.tensor([1.0, 2.0]))` gives `tensor([2., 1.])`. You need not think of gradients here: no `x` will require one.

# %% exercise="q2" id="q2"
### BEGIN SOLUTION
def through_numpy(function, x):
    result = np.array(function(x.numpy().copy()))
    return torch.tensor(result, dtype=x.dtype)
### END SOLUTION

# %%
check("q2")

# %% [markdown]
# ### 3. Where did the order go?
#
# The bakery numbers its orders. A colleague puts these numbers and the prices into one table, and casts the numbers back in the end. One order is in the list twice now, and another is gone:

# %% id="lost"
orders = np.array([16777215, 16777216, 16777217, 16777218])

numbers = torch.Tensor(orders)
table = torch.stack([numbers.double(), prices])
found = table[0].long()
print(orders)
print(found)

# %% [markdown]
# Investigate.
#
# - `culprit`: which of `orders`, `numbers`, `table` and `found` is the first that does not hold 16777217 any more? A string, such as `"found"`. Printing floats rounds them: `tolist()` shows all digits.
# - `mended(orders, euros)`: returns two tensors. The first has every order number exactly, however large an `int64` may be. The second has the prices as `float32`, for a layer.

# %% exercise="q3" id="q3"
### BEGIN SOLUTION
culprit = "numbers"


def mended(orders, euros):
    return torch.tensor(orders), torch.tensor(euros, dtype=torch.float32)
### END SOLUTION

# %%
check("q3")

# %% [markdown]
# ## What was simplified
#
# - All arrays were in native byte order. `from_numpy` refuses the others.
# - Writing into an array that NumPy has marked as read-only is not allowed, and a tensor cannot be marked so. `from_numpy` warns about such an array.
# - The rules for mixed dtypes know three kinds of operands: tensors with dimensions, tensors without, and numbers of Python. You saw the first and the last.
# - All tensors were on the CPU. From a GPU the road is `t.cpu().numpy()`, which copies.
#
# ## Where PyTorch differs
#
# - The results, the dtypes and the errors of this lesson are the same in PyTorch. Only the sentence of the `TypeError` in the cell under the ten lines is another.
# - In PyTorch `numpy()` builds an array around the tensor's storage. Our storages hold NumPy arrays from the beginning.
# - The inspector is ours. It can read PyTorch's tensors as well as our own.
#
# ## What to take along
#
# `torch.tensor` copies, `torch.from_numpy` shares, and both keep NumPy's dtype, so floats arrive as `float64`: cast them with `float()` or say `dtype=torch.float32`. A cast cuts off what does not fit, and no cast brings it back. `numpy()` shares as well: `copy()` makes the numbers your own.
