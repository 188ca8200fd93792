"""The model is brought to the inputs."""

EXERCISE = "q1"
FAILS = {"the_model_stays": "finds it in another place"}


def answers(model, inputs):
    outputs = model.to("cpu")(inputs.cpu())
    return outputs.detach().cpu().numpy()
