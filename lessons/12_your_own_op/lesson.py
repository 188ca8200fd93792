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
# # Write your own op
#
# About 55 minutes. You need lesson 7, "Backward, step by step": that a node gets a gradient, and passes one on.
#
# ## Why
#
# A formula can be right on paper and fail in a computer: its value overflows, and its gradient becomes `nan`. Then you write the operation yourself, together with its derivative. But nobody forces your derivative to be right. A wrong one gives no error: the training goes badly, and you do not know why. So you also have to know how to check it.

# %% id="setup" tags=["setup"]
import minitorch_edu as torch
# %load_ext minitorch_widgets

# %% tags=["setup"]
from minitorch_lessons import check

check.lesson = "12_your_own_op"

# %% [markdown]
# ## Ten lines
#
# *Softplus* is a smooth version of "zero, or the number itself": `log(1 + exp(x))`. Here it is, written down as on paper:

# %% id="overflow"
x = torch.tensor([-1.0, 0.0, 100.0], requires_grad=True)
y = torch.log(1 + torch.exp(x))
y.sum().backward()
print(y)
print(x.grad)

# %% [markdown]
# In float32 `exp(100)` is too large a number: it becomes `inf`, and the logarithm of it too. The right value is 100. On the way back an `inf` met a 0, and their product is `nan`. A training step with it makes the weights `nan`, and then everything that is computed from them.
#
# On paper the derivative of softplus is simple: it is the sigmoid, `1 / (1 + exp(-x))`. So let us say so. A subclass of `torch.autograd.Function` holds a `forward` and a `backward`:

# %% id="ten-lines"
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.clamp(x, min=0) + torch.log1p(torch.exp(-x.abs()))

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * torch.sigmoid(x)


x.grad = None
y = Softplus.apply(x)
y.sum().backward()
print(y)
print(x.grad)

# %% [markdown]
# You do not call `forward` yourself: `Softplus.apply(x)` does, and makes a node for the result.
#
# - `forward` computes the value. This way of writing it never takes `exp` of a large number.
# - `ctx` is where `forward` leaves something for `backward`. `ctx.save_for_backward(x)` keeps `x`, and `ctx.saved_tensors` gives it back, as a tuple.
# - `backward` gets the gradient that arrives at the result, and returns the gradient for the input: *incoming times derivative*.

# %% [markdown]
# ## Predict: how many nodes?
#
# `forward` calls six operations: `clamp`, `abs`, `-`, `exp`, `log1p`, `+`. What does the graph have between `y` and the leaf `x`?
#
# - `"a"`: six nodes, one for each operation
# - `"b"`: one node, `SoftplusBackward`
# - `"c"`: seven nodes: the six, and `SoftplusBackward`
# - `"d"`: none: `y` is a leaf

# %% exercise="predict-1" id="predict-1"
### BEGIN SOLUTION
predict_1 = "b"
### END SOLUTION

# %%
check("predict-1")

# %% id="nodes"
def path(tensor):
    """The names of the nodes from a tensor back, always through the first slot."""
    names = []
    node = tensor.grad_fn
    while node is not None:
        names.append(node.name())
        node = node.next_functions[0][0] if node.next_functions else None
    return names


print(path(Softplus.apply(x)))
print(path(torch.log(1 + torch.exp(x))))

# %% [markdown]
# While `forward` runs, nothing is recorded. `apply` puts one node in the place of all that `forward` did. So autograd does not know your formula and cannot look after it: what `backward` returns is believed.
#
# Look at the graph. Step to `SoftplusBackward`, and see what it has saved and what it passes on.

# %% tags=["widget"] id="steps"
from minitorch_widgets import backward_steps

backward_steps(Softplus.apply(torch.tensor([-1.0, 0.0, 2.0], requires_grad=True)).sum())

# %% [markdown]
# ## Measure the slope
#
# How do you find out whether the derivative is right? Measure it. Move the input a little up and a little down, and see how far the output moves:

# %% id="measure"
point = torch.tensor([-1.0, 0.0, 2.0], dtype=torch.float64)
step = 1e-6
rise = Softplus.apply(point + step) - Softplus.apply(point - step)
print(rise / (2 * step))
print(torch.sigmoid(point))

# %% [markdown]
# `torch.autograd.gradcheck` does this for you, for every element of every input, and compares with what your `backward` says. It returns `True`, or raises an error that shows both.
#
# It wants float64. Its step is a millionth, and float32 has only about seven digits: in the difference of two such numbers little is left but rounding.

# %% id="gradcheck"
gradcheck = torch.autograd.gradcheck
double = point.clone().requires_grad_()
print(gradcheck(Softplus.apply, (double,)))

# %% [markdown]
# ## Predict: a backward that forgets
#
# A common slip is to return the derivative and forget the gradient that came in:

# %% id="forgetful"
class Forgetful(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.clamp(x, min=0) + torch.log1p(torch.exp(-x.abs()))

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return torch.sigmoid(x)

# %% [markdown]
# The author has tested it: `Forgetful.apply(x).sum().backward()`, for three elements. What did `x.grad` become?
#
# - `"a"`: the right gradient
# - `"b"`: three times the right gradient, because of the sum
# - `"c"`: all ones, because that is what the sum sends back
# - `"d"`: nothing: PyTorch sees that `grad` is not used, and raises an error

# %% exercise="predict-2" id="predict-2"
### BEGIN SOLUTION
predict_2 = "a"
### END SOLUTION

# %%
check("predict-2")

# %% id="forgets"
x = torch.tensor([-1.0, 0.0, 2.0], requires_grad=True)
for name, function in (("right", Softplus), ("forgetful", Forgetful)):
    x.grad = None
    function.apply(x).sum().backward()
    print(name, "sum:    ", x.grad)
    x.grad = None
    (3 * function.apply(x)).sum().backward()
    print(name, "3 * sum:", x.grad)

# %% [markdown]
# A sum sends a 1 to each element, and a factor of 1 can be forgotten without a trace. **A test with `.sum().backward()` alone does not test a `backward`.** As soon as anything stands between your operation and the loss, the gradient is wrong.
#
# `gradcheck` is not fooled:

# %% id="mismatch"
try:
    gradcheck(Forgetful.apply, (double,))
except RuntimeError as problem:
    print(problem)

# %% [markdown]
# Read the two tables. Each row belongs to an element of the input, each column to an element of the output. *Numerical* is what was measured: only the diagonal is not 0, because each output depends on its own input. *Analytical* is what your `backward` says. `gradcheck` asks it once for each column, with a 1 for that output and 0 for the others. A `backward` that ignores what comes in gives the same column each time.

# %% [markdown]
# ### What gradcheck does not find
#
# It compares `backward` with `forward`, at the points you give it. That leaves three gaps:
#
# - It does not know what you *meant* to compute. If `forward` is wrong and `backward` is the derivative of it, all is well for `gradcheck`.
# - It looks only where you look. A mistake for negative inputs stays hidden if you test with positive ones.
# - At a kink there is no slope to measure. There it may fail although nothing is wrong.

# %% id="kink"
def passes(function, *values):
    point = torch.tensor(values, dtype=torch.float64, requires_grad=True)
    return gradcheck(function, (point,), raise_exception=False)


print("relu at -1 and 2:", passes(torch.relu, -1.0, 2.0))
print("relu at 0:       ", passes(torch.relu, 0.0))

# %% [markdown]
# At 0 the measured slope of `relu` is 0.5, half of the way between 0 and 1. PyTorch's derivative there is 0. Both are defensible; they are only not equal. Choose points away from kinks, on every side of them.

# %% [markdown]
# ## The second derivative
#
# With `create_graph=True` the backward pass is itself recorded, so that its result can be differentiated again. What is recorded there is what *your* `backward` does: a product and a sigmoid of the saved `x`. Autograd knows how to differentiate these.

# %% id="second"
gradgradcheck = torch.autograd.gradgradcheck
x = torch.tensor([-1.0, 0.0, 2.0], requires_grad=True)
(slope,) = torch.autograd.grad(Softplus.apply(x).sum(), x, create_graph=True)
(bend,) = torch.autograd.grad(slope.sum(), x)
print(slope.detach())
print(bend)
print(gradgradcheck(Softplus.apply, (double,)))

# %% [markdown]
# The second derivative of softplus is `sigmoid(x) * (1 - sigmoid(x))`. We never wrote that down: it came from our `backward`, because that is made of differentiable operations. `gradgradcheck` checks it by measuring the slope of the first derivative.

# %% [markdown]
# ## Predict: a backward that remembers
#
# Somebody wants to save time: `forward` computes the sigmoid at once, and `backward` needs only to multiply.

# %% id="remembering"
class Remembering(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.slope = torch.sigmoid(x)
        return torch.clamp(x, min=0) + torch.log1p(torch.exp(-x.abs()))

    @staticmethod
    def backward(ctx, grad):
        return grad * ctx.slope

# %% [markdown]
# Which checks does it pass?
#
# - `"a"`: `gradcheck` and `gradgradcheck`
# - `"b"`: `gradcheck`, but not `gradgradcheck`
# - `"c"`: `gradgradcheck`, but not `gradcheck`
# - `"d"`: neither

# %% exercise="predict-3" id="predict-3"
### BEGIN SOLUTION
predict_3 = "b"
### END SOLUTION

# %%
check("predict-3")

# %% id="remembers"
for function in (Softplus, Remembering):
    first = gradcheck(function.apply, (double,), raise_exception=False)
    second = gradgradcheck(function.apply, (double,), raise_exception=False)
    print(f"{function.__name__:12} gradcheck: {first}  gradgradcheck: {second}")

# %% [markdown]
# `ctx.slope` has the right numbers. But it was computed in `forward`, where nothing is recorded: to autograd it is a constant, and the derivative of a constant is 0. The same happens to a formula that uses `detach()`, or goes through NumPy.
#
# The dangerous part is that this can be silent. Here the loss has a term that depends on the slope, as when you punish steep functions:

# %% id="silent"
for function in (Softplus, Remembering):
    x.grad = None
    y = function.apply(x)
    (slope,) = torch.autograd.grad(y.sum(), x, create_graph=True)
    loss = y.sum() + (slope**2).sum()
    loss.backward()
    print(f"{function.__name__:12} loss {loss.item():.4f}", x.grad)

# %% [markdown]
# The losses agree, the gradients do not, and there is no error. So: **in `backward`, compute from saved inputs and results, with differentiable operations.** `save_for_backward` has a second use as well: it notes the version, so that a write into `x` between forward and backward is noticed. An attribute such as `ctx.slope` has no such alarm.

# %% [markdown]
# ## Several inputs
#
# `backward` returns one value for each argument of `forward`, in the same order. For an argument that is not a tensor it returns `None`. Leave it out, and PyTorch counts:

# %% id="count"
class Stretch(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, factor):
        ctx.factor = factor
        return x * factor

    @staticmethod
    def backward(ctx, grad):
        return grad * ctx.factor


try:
    Stretch.apply(x, 3.0).sum().backward()
except RuntimeError as problem:
    print(problem)

# %% [markdown]
# `ctx.factor` is fine here: a number has no history.
#
# `ctx.needs_input_grad` is a tuple of `True` and `False`, one for each argument: whether somebody wants that gradient. If not, return `None` and save the work. For a product:

# %% id="needs"
class Product(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y

    @staticmethod
    def backward(ctx, grad):
        print("needs_input_grad:", ctx.needs_input_grad)
        x, y = ctx.saved_tensors
        grad_x = grad * y if ctx.needs_input_grad[0] else None
        grad_y = grad * x if ctx.needs_input_grad[1] else None
        return grad_x, grad_y


data = torch.tensor([1.0, 2.0, 3.0])
weight = torch.tensor(2.0, requires_grad=True)
Product.apply(data, weight).sum().backward()
print(weight.grad)

# %% [markdown]
# `weight` is one number, and it was broadcast against three. `grad * x` has three elements, and yet `weight.grad` has the right shape: PyTorch sums over what was broadcast, after your `backward`. You need not do this.

# %% [markdown]
# ## The engine's own way: a card
#
# This section is about `minitorch_edu` alone: PyTorch has no such thing, and its cells are left out there.
#
# In this engine every operation is declared once, on a *card*. Here is one of its own:

# %% tags=["simulated"] id="tanh-card"
import inspect

print(inspect.getsource(torch.tanh))

# %% [markdown]
# `forward` computes with `xp`, the array library of the device: NumPy on the CPU. `grad_input` is the derivative in the input named `input`. Its docstring says it as mathematics. What its parameters name is what gets saved: here `result`. There is no `ctx`.
#
# A card that you type in a cell is an operation like any other. Softplus again:

# %% tags=["simulated"] id="card"
from minitorch_edu.ops.op import pointwise


@pointwise
class soft_plus:
    r"""A smooth version of relu: $z = \log(1 + e^x)$."""

    def forward(xp, input):
        return xp.logaddexp(input, 0)

    def grad_input(grad, input):
        r"$\partial z / \partial x = \sigma(x)$"
        return grad * torch.sigmoid(input)


print(soft_plus(torch.tensor([-1.0, 0.0, 100.0], requires_grad=True)))
print(gradcheck(soft_plus, (double,)), gradgradcheck(soft_plus, (double,)))

# %% [markdown]
# The second derivative came for free, for the same reason as before: the formula is made of differentiable operations. The formula is also what the pictures show. Step to `SoftPlusBackward0`:

# %% tags=["widget", "simulated"] id="card-steps"
backward_steps(soft_plus(torch.tensor([-1.0, 0.0, 2.0], requires_grad=True)).sum())

# %% [markdown]
# A card is read when it is declared. A formula that asks for something which nobody can supply fails then, not in the middle of a training:

# %% tags=["simulated"] id="card-error"
try:

    @pointwise
    class sine:
        def forward(xp, input):
            return xp.sin(input)

        def grad_input(grad, x):
            r"$\partial z / \partial x = \cos x$"
            return grad * torch.cos(x)

except TypeError as problem:
    print(problem)

# %% [markdown]
# ## Your turn
#
# Four exercises. In each, replace the lines that raise `NotImplementedError`, or the `...`, by your own. Check as often as you like.
#
# ### 1. A quotient
#
# Fill in two blanks: `Ratio.apply(x, y)` is `x / y`, with both derivatives. Compute a gradient only if somebody needs it, and so that it can be differentiated again.

# %% exercise="q1" id="q1"
class Ratio(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x / y

    @staticmethod
    def backward(ctx, grad):
        x, y = ctx.saved_tensors
        # blank 1: let grad_x be the gradient for x, or None if nobody needs it
        ### BEGIN SOLUTION
        grad_x = grad / y if ctx.needs_input_grad[0] else None
        ### END SOLUTION
        # blank 2: let grad_y be the gradient for y, or None if nobody needs it
        ### BEGIN SOLUTION
        grad_y = -grad * x / y**2 if ctx.needs_input_grad[1] else None
        ### END SOLUTION
        return grad_x, grad_y

# %%
check("q1")

# %% [markdown]
# ### 2. Straight through
#
# A small device stores weights as multiples of a step, say 0.25. You want to train with the rounded weights. But the derivative of rounding is 0 almost everywhere, and with a gradient of 0 nothing learns. A common way out is the *straight-through estimator*: round in `forward`, and in `backward` act as if nothing had been done.
#
# Write a Function `Quantize`. `Quantize.apply(x, step)` rounds each element of the tensor `x` to the nearest multiple of the number `step`. Its `backward` passes the incoming gradient on to `x` as it is.
#
# This is no derivative, and `gradcheck` would say so. Here that is what we want.

# %% exercise="q2" id="q2"
### BEGIN SOLUTION
class Quantize(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, step):
        return torch.round(x / step) * step

    @staticmethod
    def backward(ctx, grad):
        return grad, None
### END SOLUTION

# %%
check("q2")

# %% [markdown]
# ### 3. It passed gradcheck
#
# A colleague has written *softsign*, `x / (1 + |x|)`, and tested it. It passes. In training it misbehaves.

# %% id="suspect"
class Suspect(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.slope = 1 / (1 + x) ** 2
        return x / (1 + x.abs())

    @staticmethod
    def backward(ctx, grad):
        return grad * ctx.slope


print(passes(Suspect.apply, 0.5, 1.0, 2.0))

# %% [markdown]
# Investigate, with `passes` or with `gradcheck` and `gradgradcheck`. There are two mistakes.
#
# - `bad_input`: a number at which `gradcheck` does not pass.
# - `Mended`: a Function for softsign with the right first and second derivative, for positive and for negative inputs.

# %% exercise="q3" id="q3"
### BEGIN SOLUTION
bad_input = -0.5


class Mended(torch.autograd.Function):
    @staticmethod
    def forward(ctx, given):
        ctx.save_for_backward(given)
        return given / (1 + given.abs())

    @staticmethod
    def backward(ctx, grad):
        (given,) = ctx.saved_tensors
        return grad / (1 + given.abs()) ** 2
### END SOLUTION

# %%
check("q3")

# %% [markdown]
# ### 4. A card of your own
#
# For `minitorch_edu` only. Fill in the two blanks of a card for the bell curve, $e^{-x^2}$. Its formula may use `input` and `result`, because its parameters name them.

# %% exercise="q4" id="q4" tags=["simulated"]
@pointwise
class bell:
    r"""The bell curve: $z = e^{-x^2}$."""

    def forward(xp, input):
        # blank 1: return the value, computed with xp
        ### BEGIN SOLUTION
        return xp.exp(-input * input)
        ### END SOLUTION

    def grad_input(grad, input, result):
        r"$\partial z / \partial x = -2 x z$"
        # blank 2: return the gradient for the input
        ### BEGIN SOLUTION
        return grad * -2 * input * result
        ### END SOLUTION

# %% tags=["simulated"]
check("q4")

# %% [markdown]
# ## What was simplified
#
# - One result. `forward` may return a tuple of tensors, and `backward` then gets a gradient for each.
# - No writing in place. A `forward` that changes its input has to say so, with `ctx.mark_dirty`.
# - Saving an intermediate result can be worth it, and it can be had with a second derivative too: let `forward` return it as one more result.
# - `gradcheck` compares with a tolerance. A mistake that is smaller than that is not found.
#
# ## Where PyTorch differs
#
# - `torch.autograd.Function`, `gradcheck` and `gradgradcheck` are used in the same way, and print the same messages. Only the import changes.
# - The card is ours. PyTorch declares its own derivatives in a file as well, `derivatives.yaml`: a formula for each input, with names for what has to be saved.
# - PyTorch's `softplus` exists, and so do `softsign` and many more. Look before you write.
#
# ## What to take along
#
# A `Function` puts one node into the graph, and its `backward` is believed. So check it: in float64, with `gradcheck`, on every side of every kink, and never with `.sum().backward()` alone. If anybody may differentiate twice, compute `backward` from what you saved, with differentiable operations, and let `gradgradcheck` say so.
