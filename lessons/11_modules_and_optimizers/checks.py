"""The public checks of lesson 11: what the student's answers must do, and the misconception each failure shows."""

from minitorch_lessons.claims import Exercise, choice, fail, plain, rounded, same

# Predictions -----------------------------------------------------------------

predict_1 = Exercise(
    "predict-1",
    "Layers in a list",
    hints=[
        "What is registered when you assign to an attribute: everything, or certain kinds of things?",
        "A list is neither a module nor a parameter. Does anything look inside it?",
    ],
)


@predict_1.claim("you know what `parameters()` finds")
def knows_what_is_found(student):
    misconceptions = {
        "a": "`parameters()` finds what is registered. A module is registered when it is assigned itself; here a list was assigned.",
        "c": "Weights and biases are parameters alike: either a layer is found with both, or not at all.",
        "d": "You may assign anything to an attribute of a module. What is no module and no parameter is kept as it is.",
    }
    choice(student.get("predict_1"), "b", misconceptions)
    return "Right. Nothing looks inside the list, so an optimizer would never hear of these layers."


predict_2 = Exercise(
    "predict-2",
    "A sigmoid too many",
    hints=[
        "What is the largest number that can come out of the model's sigmoid?",
        "The loss takes that number for a logit. Which probability does it make of a logit of 1?",
    ],
)


@predict_2.claim("you know what a second sigmoid does to the loss")
def knows_the_floor(student):
    misconceptions = {
        "a": "For a loss near 0 a logit must be large. What arrives here is at most 1.",
        "c": "A number between 0 and 1 is a possible logit. Nothing in it says that it was meant as a probability.",
    }
    choice(student.get("predict_2"), "b", misconceptions)
    return "Right. It is the loss of a logit of 1: minus the logarithm of 0.73."


predict_3 = Exercise(
    "predict-3",
    "Without the bend",
    hints=[
        "Write `y = u * x` and `z = v * y` with plain numbers. How does `z` depend on `x`?",
        "With weights and biases it is the same: what does the second layer make of a sum of multiples of the inputs?",
    ],
)


@predict_3.claim("you know which borders two linear layers can draw")
def knows_the_border(student):
    misconceptions = {
        "a": "It is not the number of parameters that lets a border bend. Put one linear formula into another: what kind of formula do you get?",
        "c": "A corner needs a function with a corner, such as `ReLU`, between the layers. Here there is nothing between them.",
    }
    choice(student.get("predict_3"), "b", misconceptions)
    return "Right. Linear after linear is linear."


# 1. Measure a model ----------------------------------------------------------

q1 = Exercise(
    "q1",
    "Measure a model",
    level="fill in",
    hints=[
        "Which two methods switch the mode of a module? Which of them is for use?",
        "From which probability on is the model for label 1? Which logit has that probability?",
    ],
)


@q1.claim("the model is for label 1 where its logit is above 0")
def decides_at_zero(student):
    torch = student.torch
    # the model hands on what it gets: these are the logits
    logits = torch.tensor([-4.0, -0.2, 0.3, 0.4, 5.0])
    identity = torch.nn.Identity()
    found = plain(student.call("accuracy", identity, logits, torch.tensor([0.0, 0.0, 1.0, 1.0, 0.0])))
    if same(found, 0.8):
        return
    if same(found, 0.4):
        sure = plain(student.call("accuracy", identity, logits, torch.ones(5)))
        if same(sure, 1.0):
            fail(
                "Your model is for label 1 everywhere. A sigmoid is above 0 for every logit: where is it above one half?"
            )
        fail("You asked whether the logit is above one half. Which probability has a logit of one half?")
    if same(found, 80.0):
        fail("The answer should be a share from 0 to 1, not a percentage.", got=rounded(found))
    if same(found, 0.2):
        fail("The labels are the wrong way round: a large logit is for label 1.")
    fail("Four of five logits fit their labels here.", got=rounded(found), want=0.8)


@q1.claim("dropout is switched off while it measures")
def measures_in_evaluation(student):
    torch = student.torch
    torch.manual_seed(0)
    # whatever dropout sets to 0 is not above 0, and so would be wrong
    model = torch.nn.Dropout(0.5)
    model.train()
    student.call("accuracy", model, torch.full((400,), 3.0), torch.ones(400))
    if model.training:
        fail("The model is still in training mode, and its dropout sets numbers to 0 at random.")


# 2. One epoch ----------------------------------------------------------------

q2 = Exercise(
    "q2",
    "One epoch",
    level="write",
    hints=[
        "The body of the loop is the one from the training above. What comes before the loop, and what after it?",
        "A batch of 2 points should count half as much as a batch of 4. By what do you multiply its mean loss?",
        "Add up the losses of all points, count the points as well, and divide at the end.",
    ],
)
PATIENCE = 10.0  # PyTorch itself takes seconds to make the first optimizer of a process


def _epoch(student, lr):
    """One epoch over batches of 4, 4 and 2 points: what was returned, the model, and what would be right."""
    torch = student.torch
    inputs = torch.tensor([[1.0], [2.0], [-1.0], [0.5], [3.0], [1.5], [-2.0], [0.0], [4.0], [-3.0]])
    targets = torch.tensor([[2.0], [3.0], [1.0], [0.0], [5.0], [1.0], [-1.0], [1.0], [-6.0], [9.0]])
    model = torch.nn.Linear(1, 1)
    with torch.no_grad():
        model.weight.fill_(0.5)
        model.bias.fill_(-0.25)
    model.eval()
    batches = [(inputs[k : k + 4], targets[k : k + 4]) for k in (0, 4, 8)]
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    told = student.call("train_epoch", model, batches, torch.nn.MSELoss(), optimizer)
    return told, model, batches


def _trained(batches, lr, clear=True):
    """Weight and bias after an epoch, worked out with numbers alone."""
    weight, bias, slopes = 0.5, -0.25, [0.0, 0.0]
    for inputs, targets in batches:
        x, y = plain(inputs), plain(targets)
        error = weight * x + bias - y
        fresh = [float((2 * error * x).mean()), float((2 * error).mean())]
        slopes = fresh if clear else [a + b for a, b in zip(slopes, fresh, strict=True)]
        weight, bias = weight - lr * slopes[0], bias - lr * slopes[1]
    return [weight, bias]


@q2.claim("each batch makes one step, by its own gradient", seconds=PATIENCE)
def steps_once_a_batch(student):
    _, model, batches = _epoch(student, 0.05)
    found = [float(plain(model.weight).item()), float(plain(model.bias).item())]
    if same(found, _trained(batches, 0.05)):
        return
    if same(found, [0.5, -0.25]):
        fail("The parameters are what they were: no step was made.")
    if same(found, _trained(batches, 0.05, clear=False)):
        fail("Each step uses the gradients of the earlier batches as well. What clears them?")
    if same(found, _trained(batches[:1], 0.05)):
        fail("One step was made, for the first batch. There are three. Is the `return` inside the loop?")
    fail(
        "The parameters are not those after three steps.",
        got=rounded(found),
        want=rounded(_trained(batches, 0.05)),
    )


@q2.claim("the loss that is returned is the mean over all points", seconds=PATIENCE)
def averages_over_points(student):
    told, _, batches = _epoch(student, 0.0)  # the model stays the same, however many steps are made
    errors = [(0.5 * plain(x) - 0.25 - plain(y)) ** 2 for x, y in batches]
    if hasattr(told, "grad_fn"):
        fail("You returned a tensor. A plain number keeps no graph alive.")
    if told is None:
        fail("`train_epoch` returned nothing. Is there a `return`?")
    found = plain(told)
    right = sum(float(each.sum()) for each in errors) / 10
    if same(found, right, 1e-4):
        return
    if same(found, sum(float(each.mean()) for each in errors) / 3, 1e-4):
        fail(
            "That is the mean over the batches. The last one has 2 points and counts as much as those with 4.",
            got=rounded(found),
            want=round(right, 4),
        )
    if same(found, float(errors[-1].mean()), 1e-4):
        fail("That is the loss of the last batch alone.", got=rounded(found), want=round(right, 4))
    if same(found, float(errors[0].mean()), 1e-4):
        return  # a return inside the loop: the claim about the steps says so
    fail("That is another number.", got=rounded(found), want=round(right, 4))


@q2.claim("the model is in training mode", seconds=PATIENCE)
def switches_to_training(student):
    _, model, _ = _epoch(student, 0.05)
    if not model.training:
        fail("The model came in evaluation mode, and stayed there: its dropout would do nothing.")


# 3. Half of it does not learn ------------------------------------------------

q3 = Exercise(
    "q3",
    "Half of it does not learn",
    level="investigate",
    hints=[
        "Copy each parameter with `.detach().clone()`, make one more step, and compare. Which are equal?",
        "Do these have a `.grad`? Which tensors were in the model at the moment when the optimizer was made?",
        "For each parameter, ask with `is` whether it is one of the tensors in the optimizer's list.",
    ],
)


@q3.claim("`frozen` names the parameters that do not change")
def names_the_frozen(student):
    answer = student.get("frozen")
    if not isinstance(answer, (list, tuple, set)) or not all(isinstance(name, str) for name in answer):
        fail('Write a list of names, each in quotes, such as `["second.bias"]`.', got=answer)
    named = set(answer)
    if named & {"second.weight", "second.bias"}:
        fail("The second layer does learn: compare its numbers before and after a step.", got=sorted(named))
    if named != {"first.weight", "first.bias"}:
        fail("Not quite. Compare every parameter, by the names of `named_parameters()`.", got=sorted(named))


@q3.claim("you know why")
def knows_why(student):
    misconceptions = {
        "a": "Print their `requires_grad`: every parameter of a new `nn.Linear` requires a gradient.",
        "b": "Print their `.grad` after a step: it is not `None`. The gradients arrive, and nobody uses them.",
        "d": "Compare with `torch.equal`, which sees every digit: not a single one changes.",
    }
    choice(student.get("cause"), "c", misconceptions)
    return (
        "Right. The optimizer got its list before the layer was replaced, and goes on moving the old tensors."
    )
