"""The sum is taken for the mean."""

EXERCISE = "q3"
FAILS = {"is_the_mean_of_squares": "This is the sum of the squares"}
FAILS_HIDDEN = {"one_weight": "Only the prediction"}


def pull(value, next_value, reward):
    target = reward + 0.9 * next_value.detach()
    return ((value - target) ** 2).sum()
