"""The inputs are asked where the model lives."""

EXERCISE = "q1"
FAILS = {"works_with_a_gpu": "in two places"}


def answers(model, inputs):
    place = inputs.device
    outputs = model(inputs.to(place))
    return outputs.detach().cpu().numpy()
