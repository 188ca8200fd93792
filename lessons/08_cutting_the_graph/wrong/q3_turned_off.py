"""requires_grad is switched off on the argument itself."""

EXERCISE = "q3"
FAILS = {"leaves_the_next_value_alone": "`next_value` itself was changed"}
FAILS_HIDDEN = {"one_weight": "Your code raised"}


def pull(value, next_value, reward):
    target = reward + 0.9 * next_value.requires_grad_(False)
    return ((value - target) ** 2).mean()
