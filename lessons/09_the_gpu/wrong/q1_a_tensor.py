"""A tensor on the CPU is taken for an array."""

EXERCISE = "q1"
FAILS = {"returns_an_array": "This is a Tensor"}
FAILS_HIDDEN = {"two_layers": "The answers differ"}


def answers(model, inputs):
    place = next(model.parameters()).device
    outputs = model(inputs.to(place))
    return outputs.detach().cpu()
