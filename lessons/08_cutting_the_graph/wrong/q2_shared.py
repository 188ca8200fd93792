"""numpy() is thought to copy."""

EXERCISE = "q2"
FAILS = {"has_its_own_bytes": "they share their bytes"}


def to_array(tensor):
    return tensor.detach().numpy()
