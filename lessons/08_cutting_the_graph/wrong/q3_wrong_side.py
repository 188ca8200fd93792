"""The prediction is held still instead of the target."""

EXERCISE = "q3"
FAILS = {
    "reaches_the_value": "nothing was recorded, or `value` was cut off",
    "leaves_the_next_value_alone": "the target would move towards the prediction",
}
FAILS_HIDDEN = {"one_weight": "Only the prediction"}


def pull(value, next_value, reward):
    target = reward + 0.9 * next_value
    return ((value.detach() - target) ** 2).mean()
