"""requires_grad is switched off on the tensor itself, which works for leaves and changes them."""

EXERCISE = "q2"
FAILS = {"leaves_the_tensor_alone": "You changed it"}
FAILS_HIDDEN = {"a_column": "Your code raised"}


def to_array(tensor):
    return tensor.requires_grad_(False).numpy().copy()
