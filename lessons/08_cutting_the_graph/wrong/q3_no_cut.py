"""The target is thought to hold still by itself."""

EXERCISE = "q3"
FAILS = {"leaves_the_next_value_alone": "the target would move towards the prediction"}
FAILS_HIDDEN = {"one_weight": "Only the prediction"}


def pull(value, next_value, reward):
    target = reward + 0.9 * next_value
    return ((value - target) ** 2).mean()
