"""Every computer is thought to have a GPU."""

EXERCISE = "q1"
FAILS = {"works_without_a_gpu": "There is no GPU here"}


def answers(model, inputs):
    outputs = model.to("cuda")(inputs.to("cuda"))
    return outputs.detach().cpu().numpy()
