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
# # Sequences
#
# About 60 minutes. You need lessons 5 (indexing and broadcasting) and 11 (modules and optimizers).
#
# ## Why
#
# A text has no fixed length, and what a letter means depends on the letters before it. A language model reads what is there and gives a probability to each thing that could come next. Here you build a small one, of the same kind as the large ones: a GPT. Its one new idea is **attention**, and attention is three lines of tensor code.

# %% id="setup" tags=["setup"]
import minitorch_edu as torch
import minitorch_edu.nn.functional as F
from minitorch_edu import nn
# %load_ext minitorch_widgets

# %% tags=["setup"]
from minitorch_lessons import check, described
from minitorch_lessons.lab import lesson_folders

check.lesson = "15_sequences"

# %% [markdown]
# ## Ten lines
#
# The course brings a text along: a few dozen rhymes about a miller, a baker and a goat. Our model reads it letter by letter. So each character gets a number, its **token**. Then an **embedding** gives each token a vector: a row of a table, whose numbers are learned.

# %% id="ten-lines"
text = (lesson_folders()["15_sequences"] / "rhymes.txt").read_text(encoding="utf-8")
characters = sorted(set(text))
number = {character: i for i, character in enumerate(characters)}
tokens = torch.tensor([number[character] for character in text])

torch.manual_seed(0)
table = torch.randn(len(characters), 4, requires_grad=True)
vectors = table[tokens[:6]]
print(repr(text[:6]), tokens[:6])
print(len(text), "tokens,", len(characters), "different ones")
print(vectors.shape)

# %% [markdown]
# To embed is to look up: six tokens, six rows of the table.
#
# ## Predict: the gradient of a lookup
#
# In the word `"goose"` the letter `o` comes twice. The next cell looks up its five letters and adds up all the numbers that it finds. What will the gradient be in the row of `o`?
#
# - `"a"`: 1 everywhere, as in the rows of `g`, `s` and `e`
# - `"b"`: 2 everywhere
# - `"c"`: there is none: an index is no operation that has a derivative

# %% exercise="predict-1" id="predict-1"
### BEGIN SOLUTION
predict_1 = "b"
### END SOLUTION

# %%
check("predict-1")

# %% id="lookup"
goose = torch.tensor([number[letter] for letter in "goose"])
table[goose].sum().backward()
for letter in "gosea":
    print(letter, table.grad[number[letter]])

# %% [markdown]
# Each lookup adds 1 to the row that it has read, and `o` was read twice. The row of `a` was not read.
#
# A lookup is also a matrix product. Write each token as a row of zeros with a single 1 (**one-hot**). Times the table, this picks a row. The gradient is that of any product: the transposed one-hot matrix, times what comes in. That is where the sum over equal tokens comes from.

# %% id="one-hot"
one_hot = F.one_hot(goose, len(characters)).to(table.dtype)
print(torch.equal(one_hot @ table, table[goose]))
incoming = torch.ones(5, 4)
print(torch.equal(one_hot.T @ incoming, table.grad))

# %% [markdown]
# `nn.Embedding(many, width)` is a module with such a table as its `weight`. It looks up; nobody multiplies by all these zeros.

# %% [markdown]
# ## Attention by hand
#
# A vector for each letter is a beginning. But what follows `th` differs from what follows `oh`: a position must be able to look at those before it. In attention each position has three vectors:
#
# - a **query**: what it is looking for,
# - a **key**: what it has to offer to those who look,
# - a **value**: what it gives to those who find it.
#
# The score of two positions is the product of the one's query with the other's key. Take four positions and vectors of three numbers.

# %% id="scores"
torch.manual_seed(1)
queries, keys, values = torch.randn(3, 4, 3)
scores = queries @ keys.T / 3**0.5
print(scores)

# %% [markdown]
# A row for each position that looks, a column for each that is looked at. Why the division by the square root of 3, the length of a vector? A score is a sum of as many products as the vectors are long. The longer they are, the larger the scores, and `softmax` of large scores gives almost everything to one. See what happens without the division:

# %% id="scale"
torch.manual_seed(2)
for width in (4, 64, 1024):
    products = torch.randn(2000, width) @ torch.randn(8, width).T
    bare = products.softmax(dim=1).amax(dim=1).mean()
    scaled = (products / width**0.5).softmax(dim=1).amax(dim=1).mean()
    print(
        f"width {width:4}: spread {products.std():4.1f}, largest of 8 weights: {bare:.2f}, with division {scaled:.2f}"
    )

# %% [markdown]
# Next, the **causal mask**. The model shall predict the next letter, so no position may look at those after it. Their scores become minus infinity, and $e^{-\infty}$ is 0. Then `softmax` makes each row a set of weights that add up to 1.
#
# ## Predict: the first row
#
# What will the first row of the weights be?
#
# - `"a"`: [1, 0, 0, 0]
# - `"b"`: [0.25, 0.25, 0.25, 0.25]
# - `"c"`: [0, 0, 0, 0]
# - `"d"`: it depends on the scores

# %% exercise="predict-2" id="predict-2"
### BEGIN SOLUTION
predict_2 = "a"
### END SOLUTION

# %%
check("predict-2")

# %% id="weights"
later = torch.ones(4, 4, dtype=torch.bool).triu(1)
print(later)
weights = scores.masked_fill(later, float("-inf")).softmax(dim=1)
print(weights)
result = weights @ values
print(
    torch.allclose(
        result, F.scaled_dot_product_attention(queries[None], keys[None], values[None], is_causal=True)[0]
    )
)

# %% [markdown]
# The result at each position is a mean of the values that it may see, with these weights. That is all: scores, mask, softmax, weighted sum. PyTorch has it in one function, and it agrees.
#
# ## Predict: does it know the order?
#
# The last position sees all four. Exchange the keys and the values of the first two positions with each other. What happens to the result at the last position?
#
# - `"a"`: it stays as it is
# - `"b"`: it changes, since the order has changed
# - `"c"`: it changes, because of the mask

# %% exercise="predict-3" id="predict-3"
### BEGIN SOLUTION
predict_3 = "a"
### END SOLUTION

# %%
check("predict-3")

# %% id="order"
swapped = torch.tensor([1, 0, 2, 3])
again = (queries @ keys[swapped].T / 3**0.5).masked_fill(later, float("-inf")).softmax(dim=1) @ values[
    swapped
]
print(torch.allclose(again[3], result[3]))

# %% [markdown]
# A sum does not know the order of its terms. So attention by itself reads a bag of letters. The remedy is simple: each *position* gets an embedding as well, and the two are added.

# %% [markdown]
# ## A small GPT
#
# Two layers. In each, attention with two **heads** (two sets of queries, keys and values, each half as wide) lets positions exchange what they know; then a small network works at each position by itself. Each part *adds* to what was there. `double()` makes all numbers float64: in float32 the rounding of two machines would grow over hundreds of steps, and you would see other digits than your neighbour.

# %% id="model"
width, heads, block = 32, 2, 32


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.project = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x):
        many, length, _ = x.shape
        parts = self.project(x).reshape(many, length, 3, heads, width // heads)
        q, k, v = parts.permute(2, 0, 3, 1, 4)
        scores = q @ k.transpose(2, 3) / (width // heads) ** 0.5
        later = torch.ones(length, length, dtype=torch.bool).triu(1)
        self.weights = scores.masked_fill(later, float("-inf")).softmax(dim=3)
        return self.out((self.weights @ v).transpose(1, 2).reshape(many, length, width))


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.attention = nn.LayerNorm(width), Attention()
        self.norm2 = nn.LayerNorm(width)
        self.think = nn.Sequential(nn.Linear(width, 4 * width), nn.ReLU(), nn.Linear(4 * width, width))

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.think(self.norm2(x))


class GPT(nn.Module):
    def __init__(self):
        super().__init__()
        self.token = nn.Embedding(len(characters), width)
        self.position = nn.Embedding(block, width)
        self.layers = nn.Sequential(Layer(), Layer())
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, len(characters))

    def forward(self, tokens):
        x = self.token(tokens) + self.position(torch.arange(tokens.shape[1]))
        return self.head(self.norm(self.layers(x)))


torch.manual_seed(0)
model = GPT().double()
print("numbers to learn:", sum(p.numel() for p in model.parameters()))
print(model(tokens[None, :32]).shape)

# %% [markdown]
# Out comes, for each position, a score for each character. The task: predict the next one. So the targets are the same tokens, shifted by one. The last tenth of the text is kept for validation.

# %% id="training"
learn, judge = tokens[:-437], tokens[-437:]


def loss_on(part, starts):
    pieces = torch.stack([part[start : start + block + 1] for start in starts])
    inputs, targets = pieces[:, :-1], pieces[:, 1:]
    return F.cross_entropy(model(inputs).flatten(0, 1), targets.flatten())


def report(step):
    with torch.no_grad():
        learned = loss_on(learn, range(0, len(learn) - block, block))
        judged = loss_on(judge, range(0, len(judge) - block, block))
    print(f"step {step:3}: loss {learned:.2f}, in validation {judged:.2f}")


optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
for step in range(600):
    if step % 100 == 0:
        report(step)
    loss = loss_on(learn, torch.randint(len(learn) - block, (16,)).tolist())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
report(600)

# %% [markdown]
# To give all 34 characters the same probability has a loss of $\ln 34 \approx 3.53$. The untrained model does a little worse. Then both losses fall, and part ways: the first goes on falling, while the one in validation soon stops, and ends above its lowest point. The text is short, and the model begins to learn it by heart. This is **overfitting**.

# %% [markdown]
# ## Look: where does it look?
#
# Each module of attention has kept its `weights`. Here are those of the first layer for one line of verse, a picture for each head. A row is the letter that looks, a column the letter that is looked at.

# %% id="attention"
from matplotlib.figure import Figure

line = "and all the golden corn"
with torch.no_grad():
    model(torch.tensor([[number[character] for character in line]]))
seen = model.layers[0].attention.weights[0]
print(seen.shape)
print("rows add up to 1:", (seen.sum(dim=2) - 1).abs().max().item() < 1e-9)
print("nobody looks ahead:", seen.triu(1).abs().max().item() == 0)

figure = Figure(figsize=(8.4, 4.2))
for head in range(heads):
    axes = figure.add_subplot(1, heads, head + 1)
    axes.imshow(seen[head].tolist(), cmap="Blues")
    axes.set_xticks(range(len(line)), list(line.replace(" ", "_")))
    axes.set_yticks(range(len(line)), list(line.replace(" ", "_")))
    axes.set_title(f"head {head + 1}")
described(
    figure,
    "The attention of two heads over the letters of a line, as two square tables. Above the diagonal both are empty, since no letter looks at a later one. Below it each row has darker places: the letters that this letter looks at.",
)

# %% [markdown]
# ## It writes
#
# To write, let the model read, draw the next character by its probabilities, append it, and go on. The **temperature** divides the scores before `softmax`. A low one prefers what is likely, a high one makes all alike.


# %% id="sample"
@torch.no_grad()
def write(beginning, many, temperature):
    written = torch.tensor([[number[character] for character in beginning]])
    for _ in range(many):
        scores = model(written[:, -block:])[:, -1]
        probabilities = (scores / temperature).softmax(dim=1)
        written = torch.cat([written, torch.multinomial(probabilities, 1)], dim=1)
    return "".join(characters[token] for token in written[0].tolist())


torch.manual_seed(3)
for temperature in (0.3, 1.0, 3.0):
    print(f"--- temperature {temperature}")
    print(write("The ", 80, temperature))

# %% [markdown]
# ## Your turn
#
# ### 1. Causal attention
#
# Fill in three blanks. `attend(q, k, v)` takes queries, keys and values of shape (positions, width), and returns the result of causal attention.


# %% exercise="q1" id="q1"
def attend(q, k, v):
    positions, width = q.shape
    # blank 1: let scores be the products of queries and keys, divided as above
    ### BEGIN SOLUTION
    scores = q @ k.transpose(0, 1) / width**0.5
    ### END SOLUTION
    # blank 2: let masked be the scores, with minus infinity for what comes later
    ### BEGIN SOLUTION
    masked = scores.masked_fill(torch.ones(positions, positions, dtype=torch.bool).triu(1), float("-inf"))
    ### END SOLUTION
    # blank 3: let weights be the weights, so that each row adds up to 1
    ### BEGIN SOLUTION
    weights = masked.softmax(dim=1)
    ### END SOLUTION
    return weights @ v


# %%
check("q1")

# %% [markdown]
# ### 2. Temperature
#
# Write `probabilities_at(scores, temperature)`. `scores` has the shape (many, characters). It returns the probabilities of the characters, a row for each row of scores. A temperature of 0 shall mean: all of the probability goes to the largest score. (No two scores of a row are equal.)


# %% exercise="q2" id="q2"
### BEGIN SOLUTION
def probabilities_at(scores, temperature):
    if temperature == 0:
        return F.one_hot(scores.argmax(dim=1), scores.shape[1]).to(scores.dtype)
    return (scores / temperature).softmax(dim=1)


### END SOLUTION

# %%
check("q2")

# %% [markdown]
# ### 3. Too good to be true
#
# A colleague's GPT has a loss near 0 after a few steps, in validation as well. But whatever it reads, it writes the last letter again and again. This is how the batches are made:


# %% id="suspicious"
def batch_at(data, start, length):
    inputs = data[start : start + length]
    targets = data[start : start + length]
    return inputs, targets


inputs, targets = batch_at(tokens, 0, 8)
print(inputs)
print(targets)

# %% [markdown]
# Investigate.
#
# - `learned`: what does the colleague's model learn? `"a"`: the whole text by heart. `"b"`: to copy the letter it stands on. `"c"`: nothing, since its gradient is zero.
# - `mended_batch(data, start, length)`: returns inputs and targets of that length, as a GPT needs them.

# %% exercise="q3" id="q3"
### BEGIN SOLUTION
learned = "b"


def mended_batch(data, start, length):
    return data[start : start + length], data[start + 1 : start + length + 1]


### END SOLUTION

# %%
check("q3")

# %% [markdown]
# ## What was simplified
#
# - Tokens of large models are pieces of words, not letters. The rest of this lesson stays the same.
# - There was no dropout, which is a common remedy against overfitting. The best remedy is more text.
# - `write` computes everything again for each letter. Keys and values of earlier letters could be kept, as long as the window does not move.
#
# ## Where PyTorch differs
#
# - Names, shapes and printed numbers are the same. PyTorch's `scaled_dot_product_attention` chooses among several ways to compute the same; some never hold the whole table of weights in memory.
#
# ## What to take along
#
# An embedding is a lookup, and its gradient adds up over equal tokens. Attention is a weighted mean: scores from queries and keys, divided, masked, through softmax, times the values. It does not know the order, so positions are embedded too. And a loss that falls on a text the model has seen says little about a text it has not.
