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
# # The GPU
#
# About 50 minutes. You need lesson 8, *Cutting the graph*.
#
# ## Why
#
# A GPU does the same small computation on many numbers at once. It is another machine inside yours: it has memory of its own, and it works through a queue of its own. Nearly every error and nearly every disappointment with a GPU comes from one of these two facts.

# %% id="setup" tags=["setup"]
import minitorch_edu as torch
import numpy as np
# %load_ext minitorch_widgets

# %% tags=["setup"]
from minitorch_lessons import check

check.lesson = "09_the_gpu"

# %% [markdown]
# This lesson needs no GPU. The next line gives you a **simulated** one. It has the devices, the errors and the queue of a real GPU, and it computes with NumPy. So it is not fast, and a clock would tell you nothing about a real one. It keeps books instead: what was copied, what was launched, who waited.

# %% tags=["simulated"] id="simulate"
books = torch.cuda.simulate()
print(books)

# %% [markdown]
# ## Ten lines
#
# Write programs so that they run with a GPU and without one: ask once, keep the answer in `device`, and name no device after that.

# %% id="ten-lines"
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
x = torch.tensor([1.0, 2.0, 3.0])
there = x.to(device)
w = torch.ones(3, device=device, requires_grad=True)
loss = (there * w).sum()
loss.backward()
print(loss.item())
print(w.grad.tolist())

# %% [markdown]
# Only the first line names a kind of device. Where are the tensors? Ask them:

# %% tags=["simulated"] id="where"
for name, tensor in {"x": x, "there": there, "w": w, "loss": loss, "w.grad": w.grad}.items():
    print(f"{name:7} {tensor.device}")

# %% [markdown]
# `x` is still on the CPU. `x.to(device)` **copied** it, and `there` is the copy. A result lives where its operands live, and a gradient lives where its leaf lives. `cuda:0` is the first GPU.

# %% [markdown]
# ## Predict: who moves?
#
# ```python
# inputs = torch.ones(4, 3)
# model = torch.nn.Linear(3, 1)
# inputs.to(device)
# model.to(device)
# ```
#
# Let `device` be a GPU. Where are `inputs` and the weight of `model` now?
#
# - `"a"`: both on the GPU
# - `"b"`: both on the CPU
# - `"c"`: `inputs` on the CPU, the weight on the GPU
# - `"d"`: `inputs` on the GPU, the weight on the CPU

# %% exercise="predict-1" id="predict-1"
### BEGIN SOLUTION
predict_1 = "c"
### END SOLUTION

# %%
check("predict-1")

# %% tags=["simulated"] id="who-moves"
inputs = torch.ones(4, 3)
model = torch.nn.Linear(3, 1)
inputs.to(device)
model.to(device)
print("inputs:", inputs.device, " weight:", model.weight.device)
try:
    model(inputs)
except RuntimeError as problem:
    print(problem)
inputs = inputs.to(device)
print(model(inputs).shape)

# %% [markdown]
# A tensor's `to` returns a tensor and leaves the old one where it is. A module's `to` changes the module. So write `inputs = inputs.to(device)`, and for the model `model.to(device)` is enough.
#
# If the tensor is there already, `to` copies nothing and gives you the tensor itself. That is why code written like this costs nothing on a computer without a GPU.

# %% id="already-there"
print(x.to("cpu") is x, x.cpu() is x, there.to(device) is there)

# %% [markdown]
# ## The errors
#
# An operation works where its operands are. PyTorch does not copy one of them for you: a copy is slow, and you should see it in your code.

# %% tags=["simulated"] id="errors"
attempts = {
    "x + there": lambda: x + there,
    "there @ x": lambda: there @ x,
    "there * 2.0": lambda: there * 2.0,
    "there * torch.tensor(2.0)": lambda: there * torch.tensor(2.0),
    "there[torch.tensor([0])]": lambda: there[torch.tensor([0])],
    "x[there.long()]": lambda: x[there.long()],
}
for name, attempt in attempts.items():
    try:
        print(f"{name}: {attempt()}")
    except RuntimeError as problem:
        print(f"{name}: {problem}")

# %% [markdown]
# Three of them work. A Python number has no device, and a tensor without dimensions counts as a number when it comes from the CPU. An index may come from the CPU.
#
# When you see *Expected all tensors to be on the same device*, print `.device` of each operand. The usual suspects are a tensor made in the middle of a function (write `torch.zeros(3, device=x.device)`), a batch that was not moved, and a `to` whose result was thrown away.
#
# And a trap without an error. To make a leaf on the GPU, make it there:

# %% tags=["simulated"] id="leaf"
moved = torch.ones(3, requires_grad=True).to(device)
made = torch.ones(3, requires_grad=True, device=device)
print("moved:", moved.is_leaf, moved.grad_fn.name())
print("made: ", made.is_leaf)

# %% [markdown]
# A copy from one device to another is an operation, and it is recorded. `moved` is its result, so `backward()` leaves no gradient in `moved.grad`.

# %% [markdown]
# ## When does a GPU pay?
#
# The bytes must get to the GPU and back. In most computers this way is much slower than the GPU's own memory. So compare what is copied with what is computed. The books know the first; the second you can work out.

# %% tags=["simulated"] id="count"
def count(n, work):
    a, b = torch.ones(n, n), torch.ones(n, n)
    books.reset()
    work(a.to(device), b.to(device)).cpu()
    return sum(books.copied.values())


print("  n   bytes copied   bytes per addition, a + b   bytes per operation, a @ b")
for n in (16, 64, 256):
    added = count(n, lambda a, b: a + b)
    multiplied = count(n, lambda a, b: a @ b)
    print(f"{n:3} {multiplied:14} {added / n**2:27} {multiplied / (2 * n**3):28.3f}")

# %% [markdown]
# Two matrices go there, one comes back: that is the same for the sum and for the product. But `a + b` needs n² additions, and `a @ b` about 2n³ multiplications and additions. For the sum, 12 bytes travel for each addition, however large the matrices are. For the product the bytes per operation shrink as n grows.
#
# So a single sum does not pay for its journey. A large product does. And best is to stay: copy once, compute a lot, bring back little.

# %% [markdown]
# ## Predict: a hundred rounds
#
# `y` has 65536 numbers of 4 bytes, and lives on the GPU. The next cell does this, and counts the bytes that come back from the GPU:
#
# ```python
# for _ in range(100):
#     y = y * 0.5 + 1.0
# print(y.sum().item())
# ```
#
# How many bytes come back?
#
# - `"a"`: 4
# - `"b"`: 262144, the bytes of `y`
# - `"c"`: 26214400, the bytes of `y` a hundred times
# - `"d"`: none

# %% exercise="predict-2" id="predict-2"
### BEGIN SOLUTION
predict_2 = "a"
### END SOLUTION

# %%
check("predict-2")

# %% tags=["simulated"] id="rounds"
y = torch.ones(256, 256, device=device)
books.reset()
for _ in range(100):
    y = y * 0.5 + 1.0
print(y.sum().item())
print("bytes that came back:", books.copied["device to host"])
print("launches:", books.launches)

# %% [markdown]
# The sum was made there, and one number of 4 bytes came back.
#
# Look at the other count: 201 launches. Each operation launches a **kernel**, a program on the GPU: a hundred products, a hundred sums, and one sum over everything. A launch has a price of its own, whether the kernel works on ten numbers or on ten million. So a thousand operations on small tensors do not pay, and one on a large tensor may.

# %% tags=["simulated"] id="launches"
rows = torch.ones(100, 10, device=device)
books.reset()
for row in rows:
    row.exp()
print("row by row: ", books.launches)
books.reset()
rows.exp()
print("all at once:", books.launches)

# %% [markdown]
# ## The queue
#
# When you launch a kernel, Python does not wait for it. The kernel is put into a queue, and your program goes on. An **event** is a mark in the queue, and you can ask whether the GPU has come that far.

# %% tags=["simulated"] id="queue"
a = torch.ones(64, 64, device=device)
event = torch.cuda.Event()
b = a @ a
event.record()
print("done?", event.query())
torch.cuda.synchronize()
print("done?", event.query())

# %% [markdown]
# `torch.cuda.synchronize()` waits until the queue is empty. You seldom need it, because whatever needs the numbers waits by itself:

# %% tags=["simulated"] id="waits"
readers = {
    "b.shape": lambda: b.shape,
    "b + b": lambda: b + b,
    "b.cpu()": lambda: b.cpu(),
    "b.sum().item()": lambda: b.sum().item(),
    "if b.sum() > 0": lambda: bool(b.sum() > 0),
    "str(b)": lambda: str(b),
}
for name, read in readers.items():
    books.reset()
    read()
    print(f"{name:15} waits: {'yes' if books.waits else 'no'}")

# %% [markdown]
# A shape is known before any number is. A sum goes into the queue behind its operands. But a number that Python wants to see must exist first.
#
# This is why a clock deceives. Take the time before and after `b = a @ a` on a real GPU, and you have measured how long it takes to *launch* it. Call `torch.cuda.synchronize()` before you read the clock, both times.

# %% [markdown]
# ## Predict: a loss to print
#
# A training loop of 100 steps adds up the loss with `total += loss.item()`. How often does the program wait for the GPU because of this line?
#
# - `"a"`: never: `item()` is put into the queue like the rest
# - `"b"`: once, at the end
# - `"c"`: 100 times

# %% exercise="predict-3" id="predict-3"
### BEGIN SOLUTION
predict_3 = "c"
### END SOLUTION

# %%
check("predict-3")

# %% tags=["simulated"] id="losses"
losses = [torch.tensor(float(step), device=device) for step in range(100)]
books.reset()
total = 0.0
for loss in losses:
    total += loss.item()
print(total, "waits:", books.waits)
books.reset()
running = torch.zeros((), device=device)
for loss in losses:
    running += loss
print(running.item(), "waits:", books.waits)

# %% [markdown]
# The second loop adds on the GPU and asks once. In a real loop, write `running += loss.detach()`: else each sum would keep its graph.

# %% [markdown]
# ## The road to NumPy, again
#
# NumPy reads the memory of the CPU. Now `w` stands behind two gates:

# %% tags=["simulated"] id="road-errors"
for name, attempt in {
    "w.numpy()": lambda: w.numpy(),
    "w.cpu().numpy()": lambda: w.cpu().numpy(),
    "w.detach().numpy()": lambda: w.detach().numpy(),
    "w.detach().cpu().numpy()": lambda: w.detach().cpu().numpy(),
}.items():
    try:
        print(f"{name}: {attempt()}")
    except (RuntimeError, TypeError) as problem:
        print(f"{name}: {type(problem).__name__}: {problem}")

# %% tags=["widget", "simulated"] id="road"
from minitorch_widgets import road_to_numpy

road_to_numpy(w)

# %% [markdown]
# `detach().cpu().numpy()` works for every tensor here, on whatever device. If the tensor is on the CPU already, `cpu()` does nothing, and then the array shares its memory. If it is on the GPU, the array is a copy:

# %% tags=["simulated"] id="not-shared"
array = w.detach().cpu().numpy()
array[0] = 100.0
print(array, w.tolist())

# %% [markdown]
# Often you read that `detach()` must come before `cpu()`, or the gradients are copied as well. Look:

# %% tags=["simulated"] id="order"
for name, road in {
    "detach, cpu": lambda: w.detach().cpu(),
    "cpu, detach": lambda: w.cpu().detach(),
}.items():
    books.reset()
    road()
    print(name, books.copied["device to host"])
print(w.cpu().grad_fn.name())

# %% [markdown]
# Both orders copy 12 bytes, three numbers of four: no gradient travels. But `w.cpu()` is recorded: it makes a node that is thrown away at once. `detach()` first saves that, so it is the better habit.

# %% [markdown]
# ## Your turn
#
# ### 1. Answers for NumPy
#
# Fill in two blanks. `answers(model, inputs)` returns what a model says to its inputs, as a NumPy array. It works wherever the model lives, and wherever the inputs live. The model stays where it is.

# %% exercise="q1" id="q1"
def answers(model, inputs):
    # blank 1: let place be the device on which the model's parameters live
    ### BEGIN SOLUTION
    place = next(model.parameters()).device
    ### END SOLUTION
    outputs = model(inputs.to(place))
    # blank 2: return the numbers of outputs as a NumPy array
    ### BEGIN SOLUTION
    return outputs.detach().cpu().numpy()
    ### END SOLUTION

# %%
check("q1")

# %% [markdown]
# ### 2. One wait
#
# Write `mean_of(losses)`. It gets a list of tensors without dimensions, all on one device, and returns their mean as a Python float. It waits for the GPU once, however many there are.

# %% exercise="q2" id="q2"
### BEGIN SOLUTION
def mean_of(losses):
    return torch.stack(losses).mean().item()
### END SOLUTION

# %%
check("q2")

# %% [markdown]
# ### 3. Why is the GPU no quicker?
#
# A colleague moved a loop to the GPU, and it became slower:

# %% id="slow"
def slow(x, w, steps, device):
    for _ in range(steps):
        w = (w.to(device) + 0.5 * x.to(device)).cpu()
    return w


print(slow(torch.tensor([1.0, 2.0]), torch.zeros(2), 4, device))

# %% [markdown]
# Investigate. Let `device` be a GPU, and let `x` and `w` be on the CPU, with 1000 float32 numbers each.
#
# - `bytes_each_step`: how many bytes are copied in each step, in both directions together. An integer.
# - `mended(x, w, steps, device)`: the same result on the CPU, computed on `device`. Each tensor goes there once, and the result comes back once, however many steps there are. The tensors `x` and `w` of the caller keep their numbers.

# %% exercise="q3" id="q3"
### BEGIN SOLUTION
bytes_each_step = 12000


def mended(x, w, steps, device):
    push = 0.5 * x.to(device)
    total = w.to(device)
    for _step in range(steps):
        total = total + push
    return total.cpu()
### END SOLUTION

# %%
check("q3")

# %% [markdown]
# ## What was simplified
#
# - One GPU. With several there are `cuda:1` and more, and tensors on two of them meet as little as those of CPU and GPU.
# - One queue. A GPU can have several, called streams: `torch.cuda.Stream`.
# - All copies made the program wait. From pinned memory, `to(device, non_blocking=True)` need not.
# - How much a launch and a byte cost is a property of the machine. Measure it there.
#
# ## Where PyTorch differs
#
# - `torch.cuda.simulate()` and its books are ours. Without a GPU, PyTorch runs the same lessons with `device` on the CPU: leave out the cells that show the GPU.
# - On a real GPU the queue moves by itself. Here the work is done when somebody waits or asks, so that you can see the order.
# - The texts of the errors are PyTorch's.
#
# ## What to take along
#
# A GPU has its own memory: `x = x.to(device)` copies, and operands must be in one place. It has its own queue: launches return at once, and reading a number waits. It pays when much is computed for each byte copied and for each launch. And the road back is `detach().cpu().numpy()`.
