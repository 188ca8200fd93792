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
# # Images
#
# About 55 minutes. You need lessons 3 (bytes and views), 5 (indexing) and 11 (modules and optimizers).
#
# ## Why
#
# A small photograph of 100 by 100 pixels has 30 000 numbers: three for each pixel. A linear layer that turns it into another picture of this size needs a weight for each pair of numbers, 900 million of them. And it would have to learn what an edge is once for every place where an edge can be. A **convolution** looks at a small window and uses the same few weights everywhere.

# %% id="setup" tags=["setup"]
import minitorch_edu as torch
import minitorch_edu.nn.functional as F
from minitorch_edu import nn
# %load_ext minitorch_widgets

# %% tags=["setup"]
from minitorch_lessons import check, described

check.lesson = "14_images"

# %% [markdown]
# ## Ten lines
#
# A picture is a tensor of brightness: here 6 rows and 8 columns, dark (0) on the left and bright (1) on the right. A **kernel** is a small tensor of weights. Lay it on the picture, multiply what lies on top of each other, add up. Then move on by one pixel.

# %% id="ten-lines"
image = torch.zeros(6, 8)
image[:, 4:] = 1.0
kernel = torch.tensor([[-1.0, 0.0, 1.0], [-1.0, 0.0, 1.0], [-1.0, 0.0, 1.0]])

response = torch.zeros(4, 6)
for i in range(4):
    for j in range(6):
        window = image[i : i + 3, j : j + 3]
        response[i, j] = (window * kernel).sum()
print(response)

# %% [markdown]
# The kernel takes the right column of the window and subtracts the left one. Where the window is all dark or all bright, nothing remains. Where the edge runs through the window, the answer is 3. So this kernel sees edges, from dark on the left to bright on the right.
#
# The result is smaller than the picture: 4 by 6. A window of 3 rows has 4 places in 6 rows, and a window of 3 columns has 6 places in 8 columns.

# %% [markdown]
# ## Predict: what does it see?
#
# Now turn the picture: dark above, bright below. The kernel stays as it is.
#
# - `"a"`: the same edge, with the answer 3 in two rows instead of two columns
# - `"b"`: zeros everywhere
# - `"c"`: the answer -3 in two rows

# %% exercise="predict-1" id="predict-1"
### BEGIN SOLUTION
predict_1 = "b"
### END SOLUTION

# %%
check("predict-1")


# %% id="turned"
def convolve_3_by_3(image, kernel):
    rows, columns = image.shape
    response = torch.zeros(rows - 2, columns - 2)
    for i in range(rows - 2):
        for j in range(columns - 2):
            response[i, j] = (image[i : i + 3, j : j + 3] * kernel).sum()
    return response


turned = image.T
print(convolve_3_by_3(turned, kernel))
print(convolve_3_by_3(turned, kernel.T))

# %% [markdown]
# A kernel answers to what looks like itself. In the turned picture the left and the right column of every window are the same, and their difference is 0. The turned kernel sees the turned edge.
#
# One word of warning. In mathematics, a convolution turns the kernel by 180 degrees first. PyTorch does not, and neither did our loops. Since the weights are learned, it makes no difference to what a network can learn.

# %% [markdown]
# ## One matrix product
#
# Two loops in Python are slow. There is a way without: list all the windows, and multiply the list by the kernel.
#
# `image.unfold(dimension, size, step)` gives the windows along one dimension. Twice, and you have those of the picture: 4 by 6 windows, each of 3 by 3.

# %% id="windows"
windows = image.unfold(0, 3, 1).unfold(1, 3, 1)
print(windows.shape, windows.stride())
print("numbers to read:", windows.numel())
print("numbers in memory:", image.numel())
print("same memory:", windows.data_ptr() == image.data_ptr())

# %% [markdown]
# 216 numbers to read, and only 48 in memory: the windows overlap, and `windows` is a view. One row down is 8 elements further, and this is so for the windows as well as within a window. Look at it. Click on `windows`, and see which bytes it reads.

# %% tags=["widget"] id="memory"
from minitorch_widgets import memory

memory(image, windows)

# %% [markdown]
# Now write each window as a row of 9 numbers, and the kernel as a column of 9 numbers. Then the whole convolution is one matrix product. This `reshape` has to copy, since no strides could describe such rows.

# %% id="product"
rows = windows.reshape(24, 9)
product = (rows @ kernel.reshape(9, 1)).reshape(4, 6)
print(rows.data_ptr() == image.data_ptr())
print(torch.equal(product, response))

# %% [markdown]
# The copy costs memory: each pixel in the middle is stored nine times. What it buys is speed: two loops of Python have become one call of a fast routine.
#
# `F.unfold` does both steps for a batch of pictures. Mind its layout: there the windows are the *columns*. And `F.conv2d` does it all.

# %% id="conv2d"
columns = F.unfold(image[None, None], 3)
print(columns.shape, torch.equal(columns[0], rows.T))
print(F.conv2d(image[None, None], kernel[None, None]))

# %% [markdown]
# `[None, None]` adds two dimensions in front, because `F.conv2d` wants four:
#
# | | shape |
# |---|---|
# | pictures | (how many, channels in, height, width) |
# | weights | (channels out, channels in, height of the kernel, width of the kernel) |
# | result | (how many, channels out, height, width) |
#
# A **channel** is one number for each pixel: a colour photograph has three, for red, green and blue. Deeper in a network a channel is what one kernel saw.

# %% [markdown]
# ## Predict: how many weights?
#
# `nn.Conv2d(3, 5, 3)` is a convolution with 3 channels in, 5 channels out, and kernels of 3 by 3. How many numbers are in its `weight`?
#
# - `"a"`: 27
# - `"b"`: 45
# - `"c"`: 135
# - `"d"`: it depends on the size of the picture

# %% exercise="predict-2" id="predict-2"
### BEGIN SOLUTION
predict_2 = "c"
### END SOLUTION

# %%
check("predict-2")

# %% id="channels"
layer = nn.Conv2d(3, 5, 3)
print(layer.weight.shape, layer.weight.numel())
print(layer.bias.shape)
print(layer(torch.zeros(1, 3, 8, 8)).shape)
print(layer(torch.zeros(1, 3, 100, 100)).shape)

# %% [markdown]
# Each of the 5 output channels looks at all 3 input channels, each through a kernel of its own, and adds up what they give. The picture may be of any size: the weights are the same everywhere. The bias is one number for each output channel.

# %% [markdown]
# ## Padding and stride
#
# Two numbers decide how large the result is. **Padding** puts rows and columns of zeros around the picture. **Stride** is how far the window moves each time. If $n$ is the size of the picture, $k$ that of the kernel, $p$ the padding and $s$ the stride, then there are
#
# $$\left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1$$
#
# places for the window: it can begin at 0, and then every $s$ pixels as long as it fits.

# %% [markdown]
# ## Predict: how large?
#
# A picture of 8 by 8, a kernel of 3 by 3, padding 1, stride 2. The result has how many rows? Answer with a number.

# %% exercise="predict-3" id="predict-3"
### BEGIN SOLUTION
predict_3 = 4
### END SOLUTION

# %%
check("predict-3")

# %% id="sizes"
picture = torch.zeros(1, 1, 8, 8)
weight = torch.zeros(1, 1, 3, 3)
for padding in (0, 1):
    for stride in (1, 2):
        result = F.conv2d(picture, weight, padding=padding, stride=stride)
        print(f"padding {padding}, stride {stride}: {tuple(result.shape[2:])}")

# %% [markdown]
# With a kernel of 3, padding 1 and stride 1, the picture keeps its size. With stride 2, 8 becomes 4.
#
# The rim is a special place. How many windows is a pixel a part of? The gradient counts them: with a kernel of ones, each window passes 1 to each pixel that it has read.

# %% id="counts"
pixels = torch.zeros(1, 1, 6, 6, requires_grad=True)
F.conv2d(pixels, torch.ones(1, 1, 3, 3)).sum().backward()
print(pixels.grad[0, 0])

# %% [markdown]
# A corner is read once, the middle nine times. This is one reason for padding: it lets the rim be read more often. And it shows what backward does in a convolution: the gradient of a pixel is a sum over all windows that it is in.

# %% [markdown]
# ## Real pictures
#
# scikit-learn brings 1797 handwritten digits, of 8 by 8 pixels with a brightness from 0 to 16.

# %% id="digits"
from sklearn.datasets import load_digits

digits = load_digits()
images = torch.tensor(digits.images, dtype=torch.float32)[:, None] / 16
labels = torch.tensor(digits.target)
print(images.shape, images.min().item(), images.max().item())
print(labels[:12])

# %% [markdown]
# What do kernels see in a digit? Here are three that people have written down, on the first zero.

# %% id="seen"
from matplotlib.figure import Figure

left_to_right = torch.tensor([[-1.0, 0.0, 1.0], [-1.0, 0.0, 1.0], [-1.0, 0.0, 1.0]])
kernels = torch.stack([left_to_right, left_to_right.T, torch.full((3, 3), 1 / 9)])
seen = F.conv2d(images[:1], kernels[:, None], padding=1)
print(seen.shape)

figure = Figure(figsize=(9, 2.6))
names = ["the picture", "brighter to the right", "brighter below", "mean of the window"]
shown = [images[0, 0], *seen[0]]
for place in range(4):
    axes = figure.add_subplot(1, 4, place + 1)
    limit = shown[place].abs().max().item()
    axes.imshow(shown[place].tolist(), cmap="RdBu_r", vmin=-limit, vmax=limit)
    axes.set_title(names[place])
    axes.axis("off")
described(
    figure,
    "A handwritten zero of 8 by 8 pixels, and what three kernels make of it. The first is positive where a stroke begins on the left and negative where it ends on the right. The second does the same from above to below. The third shows the zero blurred.",
)

# %% [markdown]
# Red is positive, blue is negative. In a network nobody writes the kernels down: they are weights, and they are learned.

# %% [markdown]
# ## A small network
#
# Two convolutions, each with 3 by 3 kernels. After each, `ReLU` keeps what is positive, and `MaxPool2d(2)` keeps the largest of each 2 by 2 pixels: 8 by 8 becomes 4 by 4, then 2 by 2. A linear layer turns the last 16 channels of 2 by 2 into ten numbers, one for each digit.


# %% id="model"
def make_model():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(16 * 2 * 2, 10),
    )


model = make_model()
signal = images[:1]
with torch.no_grad():
    for layer in model:
        signal = layer(signal)
        print(f"{type(layer).__name__:10} {tuple(signal.shape)}")
print("weights and biases:", sum(p.numel() for p in model.parameters()))

# %% [markdown]
# A model must be judged by pictures that it was not trained on: those are the **validation** set. So we split: 1200 pictures to learn from, 597 to judge by. `randperm` shuffles the numbers of the pictures.


# %% id="training"
def train(model, learn, judge, epochs=6):
    torch.manual_seed(1)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for epoch in range(epochs):
        for batch in learn[torch.randperm(len(learn))].split(50):
            loss = F.cross_entropy(model(images[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            learned = F.cross_entropy(model(images[learn]), labels[learn])
            judged = F.cross_entropy(model(images[judge]), labels[judge])
            right = (model(images[judge]).argmax(1) == labels[judge]).sum()
        print(
            f"epoch {epoch + 1}: loss {learned:.2f}, in validation {judged:.2f}, {right} of {len(judge)} right"
        )


torch.manual_seed(0)
order = torch.randperm(len(images))
train(model, order[:1200], order[1200:])

# %% [markdown]
# The validation loss is a little above the other: the model fits the pictures that it has seen better than new ones.
#
# Is this how well it would do on *your* handwriting? The description of the data says that 13 people wrote these digits. After a shuffle, each of them may be on both sides of the split. Split without shuffling instead, so that the last third of the file is new:

# %% id="unshuffled"
unshuffled = torch.arange(len(images))
train(make_model(), unshuffled[:1200], unshuffled[1200:])

# %% [markdown]
# The same model, the same number of pictures, and more mistakes. The file does not say who wrote which digit, so we cannot be sure of the reason. But a split is a decision: it should look like the situation in which the model will be used.

# %% [markdown]
# ## Which digits does it confuse?
#
# One number hides a lot. The **confusion matrix** has a row for each true digit and a column for each answer. Count each pair. Here is a way that looks right and is not:

# %% id="lost"
truth = torch.tensor([0, 0, 0, 1])
answer = torch.tensor([0, 0, 1, 1])
table = torch.zeros(2, 2, dtype=torch.int64)
table[truth, answer] += 1
print(table)

# %% [markdown]
# The pair (0, 0) comes twice, and is counted once. `table[...] += 1` reads all the places first, adds 1, and then writes: the same place is written twice, with the same 1. `bincount` counts every time.


# %% id="confusion"
def confusion(truth, answer, classes):
    return torch.bincount(truth * classes + answer, minlength=classes * classes).reshape(classes, classes)


print(confusion(truth, answer, 2))

judge = order[1200:]
with torch.no_grad():
    answers = model(images[judge]).argmax(1)
table = confusion(labels[judge], answers, 10)
print(table)
print("right:", table.diagonal().sum().item(), "of", table.sum().item())

# %% id="worst"
mistakes = table.clone()
mistakes.fill_diagonal_(0)
most = mistakes.max().item()
worst = (mistakes == most).nonzero().tolist()
print(f"the most frequent mistake, {most} times:", " and ".join(f"{t} taken for {a}" for t, a in worst))

figure = Figure(figsize=(4.2, 3.8))
axes = figure.add_subplot()
axes.imshow(mistakes.tolist(), cmap="Blues")
axes.set_xlabel("answer")
axes.set_ylabel("true digit")
axes.set_xticks(range(10))
axes.set_yticks(range(10))
described(
    figure,
    f"The mistakes by true digit and answer, as a table of ten by ten squares. The darkest squares stand for {most} mistakes: "
    + " and ".join(f"{t} taken for {a}" for t, a in worst)
    + ".",
)

# %% [markdown]
# ## Your turn
#
# ### 1. Convolve with a stride
#
# Fill in two blanks. `convolve(image, kernel, stride)` works on one picture, (height, width), and one kernel, (rows, columns), without padding. Neither has to be square.


# %% exercise="q1" id="q1"
def convolve(image, kernel, stride=1):
    height, width = image.shape
    rows, columns = kernel.shape
    # blank 1: let down and across be the number of rows and of columns of the result
    ### BEGIN SOLUTION
    down = (height - rows) // stride + 1
    across = (width - columns) // stride + 1
    ### END SOLUTION
    response = torch.zeros(down, across)
    for i in range(down):
        for j in range(across):
            # blank 2: let window be the part of the image under the kernel
            ### BEGIN SOLUTION
            top, left = i * stride, j * stride
            window = image[top : top + rows, left : left + columns]
            ### END SOLUTION
            response[i, j] = (window * kernel).sum()
    return response


# %%
check("q1")

# %% [markdown]
# ### 2. Convolve by one product
#
# Write `convolve_by_product(images, weight)`. It computes what `F.conv2d(images, weight)` does, without padding and with stride 1, for the four-dimensional shapes of the table above. Use `F.unfold` and a matrix product, and no convolution.
#
# For pictures with several channels, a column of `F.unfold` holds the window of the first channel, then that of the second, and so on. `weight[0].reshape(-1)` has the same order.


# %% exercise="q2" id="q2"
### BEGIN SOLUTION
def convolve_by_product(images, weight):
    many, _, height, width = images.shape
    out, _, rows, columns = weight.shape
    patches = F.unfold(images, (rows, columns))
    responses = weight.reshape(out, -1) @ patches
    return responses.reshape(many, out, height - rows + 1, width - columns + 1)


### END SOLUTION

# %%
check("q2")

# %% [markdown]
# ### 3. Why is nothing red?
#
# A camera gives its pictures with the channels *last*: (how many, height, width, channels). A colleague prepared such pictures for `nn.Conv2d`. There is no error, and every shape is right. Still, the network takes red things for grey ones. Here is a picture that is all orange: much red, some green, no blue.

# %% id="suspicious"
pictures = torch.zeros(1, 4, 4, 3, dtype=torch.uint8)
pictures[:] = torch.tensor([240, 120, 0], dtype=torch.uint8)

numbers = pictures.to(torch.float32)
scaled = numbers / 255
batch = scaled.reshape(1, 3, 4, 4)
means = batch.mean(dim=(2, 3))
print(batch.shape)
print("mean of red, green and blue:", means)

# %% [markdown]
# Investigate.
#
# - `first_wrong`: the first of `numbers`, `scaled`, `batch` and `means` that does not hold what it should. A string, such as `"means"`.
# - `channels_first(pictures)`: takes pictures as the camera gives them, and returns them as `nn.Conv2d` wants them, as float32 from 0 to 1.

# %% exercise="q3" id="q3"
### BEGIN SOLUTION
first_wrong = "batch"


def channels_first(pictures):
    return pictures.permute(0, 3, 1, 2).to(torch.float32) / 255


### END SOLUTION

# %%
check("q3")

# %% [markdown]
# ## What was simplified
#
# - `F.conv2d` has two more settings: `dilation` leaves gaps between the pixels of a window, and `groups` lets an output channel look at some of the input channels only.
# - The digits are small and neatly centred. Networks for photographs have many more layers, and what makes those trainable (normalization, residual connections) has not come up.
# - We looked at the validation set once for each model. Whoever chooses among many models by their validation loss needs a third set, for the judgement at the end.
#
# ## Where PyTorch differs
#
# - The names, the shapes and the numbers are the same. PyTorch chooses among several ways to compute a convolution, in C++ or on the GPU. The last digits may differ.
# - PyTorch can keep pictures with the channels last in memory while their shape has the channels first (`memory_format=torch.channels_last`). That changes strides, and no meaning.
#
# ## What to take along
#
# A convolution multiplies every window by the same weights. A kernel answers to what looks like itself. The windows are a view with overlapping strides; written out, they make the convolution a matrix product. An output channel adds up what it sees in all input channels. And a shape that is right says nothing about what stands where.
