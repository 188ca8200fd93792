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
# # Linear regression from end to end
#
# About 50 minutes. You need `backward()` and `no_grad()`: lessons 6 to 8. A line is enough mathematics.
#
# ## Why
#
# You hang masses on a spring and measure how long it gets. Two numbers describe the spring: how much it stretches for each kilogram, and how long it is with nothing on it. You want these two numbers, and the measurements are not exact. Every larger model is trained as you will train this one: predict, measure the error, ask for the gradient, take a step.

# %% id="setup" tags=["setup"]
import minitorch_edu as torch
# %load_ext minitorch_widgets

# %% tags=["setup"]
from minitorch_lessons import check, described

check.lesson = "10_linear_regression"

# %% [markdown]
# ## The data
#
# We make the measurements ourselves, so that we know what should come out: 2.5 cm for each kilogram, 4 cm with nothing on it, and an error of about 0.3 cm in each length. `manual_seed` makes everybody's random numbers the same.

# %% id="data"
torch.manual_seed(0)
mass = 3 * torch.rand(40)
length = 2.5 * mass + 4.0 + 0.3 * torch.randn(40)
print(mass.shape, length.shape)
print(mass[:4])
print(length[:4])

# %% id="figure-data"
import matplotlib.pyplot as plt

figure, axes = plt.subplots(figsize=(6, 3.5), layout="constrained")
axes.scatter(mass.numpy(), length.numpy(), s=18)
axes.set_xlabel("mass in kg")
axes.set_ylabel("length in cm")
described(
    figure,
    "Forty points. From left to right, as the mass goes from 0 to 3 kg, the length climbs from about 4 cm to about "
    "11 cm, along a straight line from which the points lie a little off, above and below.",
)

# %% [markdown]
# matplotlib wants arrays, so we gave it `mass.numpy()`. No `detach()` was needed: nothing here requires a gradient.
#
# ## The model by hand
#
# The model is a line, `w * mass + b`. It starts at zero for both, which is surely wrong. How wrong is said by one number, the *loss*: the mean of the squared errors.

# %% id="first-loss"
w = torch.tensor(0.0, requires_grad=True)
b = torch.tensor(0.0, requires_grad=True)
prediction = w * mass + b
loss = ((prediction - length) ** 2).mean()
print(loss)

# %% [markdown]
# ## Predict: the sign of the gradient
#
# All predictions are 0, and all lengths are positive. The next cell calls `loss.backward()`. What will `w.grad` be?
#
# - `"a"`: positive, because `w` must grow
# - `"b"`: negative
# - `"c"`: zero, because `w` is zero
# - `"d"`: `None`, because `w` is a leaf

# %% exercise="predict-1" id="predict-1"
### BEGIN SOLUTION
predict_1 = "b"
### END SOLUTION

# %%
check("predict-1")

# %% id="first-gradient"
loss.backward()
print(w.grad)
print(b.grad)

# %% [markdown]
# A gradient is a slope: how much the loss changes for each unit by which `w` grows. Here the loss *falls* as `w` grows, so the slope is negative. To go downhill, step *against* the gradient: subtract it.
#
# How far? The gradient says nothing about that. You choose a factor, the **learning rate**.
#
# ## Ten lines
#
# Here is the whole training. Read the four lines under `no_grad()` with care.

# %% id="ten-lines"
w = torch.tensor(0.0, requires_grad=True)
b = torch.tensor(0.0, requires_grad=True)
for step in range(200):
    loss = ((w * mass + b - length) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
        b -= 0.1 * b.grad
        w.grad = None
        b.grad = None
    if step % 40 == 0:
        print(f"step {step:3}  loss {loss.item():.4f}")
print(f"w {w.item():.3f}  b {b.item():.3f}  loss {loss.item():.4f}")

# %% [markdown]
# We hid 2.5 and 4 in the data, and 2.527 and 3.969 came out. They are not the same, and they should not be: with 40 inexact measurements this is the line with the smallest loss, and the true line has a larger one on these points.

# %% id="true-line"
true_loss = ((2.5 * mass + 4.0 - length) ** 2).mean()
print(f"the true line: {true_loss.item():.4f}")
print(f"the fitted line: {loss.item():.4f}")

# %% [markdown]
# ### Why `no_grad`, and why `-=`
#
# The step is not part of the model, so it must not be recorded. Leave `no_grad()` away, and PyTorch refuses:

# %% id="without-no-grad"
v = torch.tensor(1.0, requires_grad=True)
(v * 3.0).backward()
try:
    v -= 0.1 * v.grad
except RuntimeError as problem:
    print(problem)

# %% [markdown]
# Some people then write `v = v - ...`, and the error is gone. But look at what `v` is now:

# %% id="rebound"
v = v - 0.1 * v.grad
print(v)
print("leaf:", v.is_leaf)

# %% [markdown]
# `v` is the result of a subtraction. It is no leaf any more, so the next `backward()` puts no gradient into `v.grad`, and the second step fails. `-=` under `no_grad()` writes the new number into the leaf that is there.
#
# And why `w.grad = None`? Because `backward()` adds to what it finds in `.grad`. Leave it away, and each step would use the sum of all gradients so far.

# %% [markdown]
# ## Predict: a larger step
#
# With a learning rate of 0.1 the loss fell to 0.0673. We now do the same with 0.4, four times as much. What will happen?
#
# - `"a"`: the same, in a quarter of the steps
# - `"b"`: it swings around the best line for a while, and then settles there
# - `"c"`: the loss grows from step to step, without an end
# - `"d"`: PyTorch notices that the loss grows, and raises an error

# %% exercise="predict-2" id="predict-2"
### BEGIN SOLUTION
predict_2 = "c"
### END SOLUTION

# %%
check("predict-2")


# %% id="rates"
def train(x, y, lr, steps):
    """Fit a line by gradient descent; returns w, b and the loss before each step."""
    w = torch.tensor(0.0, requires_grad=True)
    b = torch.tensor(0.0, requires_grad=True)
    losses = []
    for _ in range(steps):
        loss = ((w * x + b - y) ** 2).mean()
        losses.append(loss.item())
        loss.backward()
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad
            w.grad = None
            b.grad = None
    return w.item(), b.item(), losses


runs = {lr: train(mass, length, lr, 30)[2] for lr in (0.003, 0.1, 0.4)}
for lr, losses in runs.items():
    print(f"lr {lr:5}:", ", ".join(f"{loss:.4g}" for loss in losses[:5]), "...", f"{losses[-1]:.4g}")

# %% [markdown]
# ## Look: three learning rates

# %% id="figure-rates"
figure, axes = plt.subplots(figsize=(6, 3.5), layout="constrained")
for (lr, losses), line in zip(runs.items(), ("-.", "-", "--"), strict=True):
    axes.plot(losses, line, label=f"lr {lr}")
axes.set_yscale("log")
axes.set_xlabel("step")
axes.set_ylabel("loss, each mark 100 times the last")
axes.set_yticks([1e-2, 1, 1e2, 1e4, 1e6, 1e8, 1e10, 1e12, 1e14, 1e16])
axes.legend()
described(
    figure,
    "The loss over 30 steps on a logarithmic axis, from 60 at the start. With a learning rate of 0.1 it falls below 1 "
    "within five steps and then slowly to about 0.15. With 0.003 it falls slowly to about 19. With 0.4 it climbs in a "
    "straight line to nearly 10 to the power of 16.",
)

# %% [markdown]
# Too small, and the training takes long: after 30 steps it is still on the way. Too large, and each step jumps past the valley and lands higher on the other side, where the slope is steeper, so that the next jump is longer still. Nothing raises an error. Let it run on, and the numbers become `inf` and then `nan`.

# %% id="nan"
print(train(mass, length, 0.4, 200)[2][-1])

# %% [markdown]
# The smallest case shows why there is a limit. Let the loss be `v ** 2`. Its slope is `2 * v`, so one step makes `v - lr * 2 * v`, which is `(1 - 2 * lr) * v`. Each step multiplies `v` by the same factor, and all depends on whether that factor is smaller than 1, its sign left aside.

# %% id="factor"
for lr in (0.1, 0.9, 1.1):
    v = 1.0
    path = []
    for _ in range(5):
        v = v - lr * 2 * v
        path.append(f"{v:7.3f}")
    print(f"lr {lr}: factor {1 - 2 * lr:4.1f}:", *path)

# %% [markdown]
# With 0.9 it does swing around the goal, and settles. With 1.1 the swings grow. For `v ** 2` the limit is 1. For another loss it is another number: the steeper the valley bends, the smaller the steps must be.

# %% [markdown]
# ## The same with `nn.Linear` and `optim.SGD`
#
# PyTorch has the parts ready. `nn.Linear(1, 1)` holds a weight and a bias and computes a line. `optim.SGD` makes the step for all parameters that you give it, and `zero_grad()` clears their gradients.
#
# `nn.Linear` is made for many features. The last axis of what goes in holds the features of one measurement. We have one feature, the mass, so our 40 numbers must stand in a column:

# %% id="column"
from minitorch_edu import nn, optim

column = mass[:, None]
model = nn.Linear(1, 1)
print(mass.shape, column.shape)
print(model(column).shape)

# %% [markdown]
# ## Predict: a shape that does not fit
#
# The model gives a column, of shape (40, 1). The measured `length` has shape (40,). What is the shape of `model(column) - length`?
#
# - `"a"`: (40,)
# - `"b"`: (40, 1)
# - `"c"`: (40, 40)
# - `"d"`: there is none: the shapes differ, and PyTorch raises an error

# %% exercise="predict-3" id="predict-3"
### BEGIN SOLUTION
predict_3 = "c"
### END SOLUTION

# %%
check("predict-3")

# %% id="trap-shape"
print((model(column) - length).shape)

# %% [markdown]
# Broadcasting compares shapes from the right. A missing axis counts as 1, so (40,) becomes (1, 40), and a column against a row makes a table: every prediction minus *every* length. The mean of its squares is one number, as a loss should be. Nothing looks wrong.
#
# See it with three measurements. Each cell of the table is a difference; only those on the diagonal belong together.

# %% tags=["widget"] id="broadcast"
from minitorch_widgets import broadcast

first_predictions = model(column[:3])
first_lengths = length[:3]
broadcast(first_predictions, first_lengths)

# %% [markdown]
# What does a training make of it? We train twice, once with the trap and once with the lengths in a column too.


# %% id="trap"
def train_linear(target):
    """Train an nn.Linear on `column`; both parameters start at zero, as they did by hand."""
    model = nn.Linear(1, 1)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    for _ in range(200):
        optimizer.zero_grad()
        loss = ((model(column) - target) ** 2).mean()
        loss.backward()
        optimizer.step()
    print(f"weight {model.weight.item():.3f}  bias {model.bias.item():.3f}  loss {loss.item():.4f}")
    return model


trapped = train_linear(length)
fitted = train_linear(length[:, None])
print(f"the mean of all lengths: {length.mean().item():.3f}")

# %% id="figure-lines"
ends = torch.tensor([[0.0], [3.0]])
figure, axes = plt.subplots(figsize=(6, 3.5), layout="constrained")
axes.scatter(mass.numpy(), length.numpy(), s=18, color="gray", label="measured")
axes.plot(ends.numpy(), fitted(ends).detach().numpy(), "-", label="(40, 1) against (40, 1)")
axes.plot(ends.numpy(), trapped(ends).detach().numpy(), "--", label="(40, 1) against (40,)")
axes.set_xlabel("mass in kg")
axes.set_ylabel("length in cm")
axes.legend()
described(
    figure,
    "The forty points with two lines. The line trained with two columns climbs through the middle of the points. The "
    "line trained with a column against a row is nearly flat, at about 7.5 cm, and misses most points.",
)

# %% [markdown]
# The second training found what we found by hand: same start, same learning rate, same steps, same line. `optim.SGD` does nothing that you did not do yourself.
#
# The first training ran without an error, its loss fell and settled, and the line is nearly flat. If every prediction is compared with every length, the best that one prediction can do is the mean of all lengths, whatever the mass.
#
# Two habits protect you. Print the shapes of prediction and target once, before you train. And use `nn.MSELoss()` for the loss: it computes the same mean, and warns when the shapes differ. Run the next cell and read the warning.

# %% id="warning"
print(nn.MSELoss()(model(column), length).shape)

# %% [markdown]
# ## Save and load
#
# What a model has learned is in its parameters. `state_dict()` gives them by name, `torch.save` writes them into a file, and `load_state_dict` puts them into a model that you have made anew.

# %% id="save"
import tempfile
from pathlib import Path

path = Path(tempfile.mkdtemp()) / "spring.pt"
torch.save(fitted.state_dict(), path)

again = nn.Linear(1, 1)
print(again.load_state_dict(torch.load(path)))
for name, tensor in again.state_dict().items():
    print(f"{name:6} {tuple(tensor.shape)} {tensor.flatten()[0].item():.3f}")
print(torch.equal(again(column), fitted(column)))

# %% [markdown]
# The file holds numbers and names. It does not say that the model was an `nn.Linear(1, 1)`: that stands in your code, and the two must fit. Try it with a model that does not:

# %% id="does-not-fit"
try:
    nn.Linear(2, 1).load_state_dict(torch.load(path))
except RuntimeError as problem:
    print(problem)

# %% [markdown]
# ## Your turn
#
# ### 1. An optimizer of your own
#
# `descend` makes one step of gradient descent: it calls `backward()` on the loss, and moves each of the parameters, which are leaves in a list. Fill in two blanks. After the call, the numbers in the parameters have changed, and no gradient is left behind for the next call.


# %% exercise="q1" id="q1"
def descend(loss, parameters, lr):
    loss.backward()
    with torch.no_grad():
        for p in parameters:
            # blank 1: move p by one step downhill, in place
            ### BEGIN SOLUTION
            p -= lr * p.grad
            ### END SOLUTION
            # blank 2: leave no gradient behind
            ### BEGIN SOLUTION
            p.grad = None
            ### END SOLUTION


# %%
check("q1")

# %% [markdown]
# ### 2. Fit any line
#
# Write `fit_line(x, y, lr, steps)`. Both `x` and `y` have shape (N,). It makes an `nn.Linear(1, 1)`, trains it with `optim.SGD` on the mean of the squared errors, and returns two things: the trained model, and a list of the losses, one plain Python number for each step.


# %% exercise="q2" id="q2"
### BEGIN SOLUTION
def fit_line(x, y, lr, steps):
    line = nn.Linear(1, 1)
    optimizer = optim.SGD(line.parameters(), lr=lr)
    inputs, targets = x[:, None], y[:, None]
    losses = []
    while len(losses) < steps:
        optimizer.zero_grad()
        error = nn.functional.mse_loss(line(inputs), targets)
        error.backward()
        optimizer.step()
        losses.append(error.item())
    return line, losses


### END SOLUTION

# %%
check("q2")

# %% [markdown]
# ### 3. Where is the limit?
#
# With a learning rate of 0.1 our training settles, with 0.4 the loss grows without an end. Somewhere between them it tips over. Investigate with `train(mass, length, lr, steps)` from above: try rates, and look at the losses.
#
# - `limit`: the learning rate at which it tips over. It is right if it is off by no more than 3 percent.
# - `in_grams`: somebody writes the masses in grams, so that all numbers in `mass` are 1000 times as large. The lengths stay as they are. The limit becomes smaller: about how many times? Answer with a letter. Try before you answer: `train(1000 * mass, length, ...)`.
#     - `"a"`: it stays as it is: a unit is only a name
#     - `"b"`: about a thousand times
#     - `"c"`: about a million times

# %% exercise="q3" id="q3"
### BEGIN SOLUTION
limit = 0.29
in_grams = "c"
### END SOLUTION

# %%
check("q3")

# %% [markdown]
# ## What was simplified
#
# - A line has an exact solution, which needs no steps: `torch.linalg.lstsq` finds it. We took steps because almost every other model has none.
# - We used all 40 measurements for each step. With more data than memory one takes a part for each step; the next lesson does.
# - We looked at the loss on the data that we trained on. A model with more parameters can do well there and badly on new data.
# - One learning rate served for `w` and for `b`. In exercise 3 the steepest direction sets the limit, and all others must be slow with it. This is why one brings the inputs to a similar size before training.
#
# ## Where PyTorch differs
#
# - Every cell that does not draw our pictures gives the same numbers after `import torch`, as far as they are printed. In the last digits of a float the two may differ, because they add up in another order.
# - A file that our `torch.save` writes is one that PyTorch's `torch.load` reads, and the other way round.
# - The panel beside the notebook and `broadcast` are ours.
#
# ## What to take along
#
# Predict, loss, `backward()`, a step against the gradient under `no_grad()`, clear the gradients: that is a training. The learning rate is yours to choose, too small is slow and too large never arrives. And compare shapes before you subtract: (N, 1) minus (N,) is no error, it is a table.
