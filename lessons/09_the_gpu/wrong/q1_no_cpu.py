"""detach() is thought to be enough for NumPy."""

EXERCISE = "q1"
FAILS = {"works_with_a_gpu": "NumPy cannot read the memory of a GPU"}
FAILS_HIDDEN = {"two_layers": "to copy the tensor to host memory first"}


def answers(model, inputs):
    place = next(model.parameters()).device
    outputs = model(inputs.to(place))
    return outputs.detach().numpy()
