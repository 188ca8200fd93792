"""Where it shows is taken for where it happened."""

EXERCISE = "q4"
FAILS = {"names_the_first": "is where it shows"}

first_wrong = "scaled"


def standardized(scores):
    centered = scores - scores.mean(dim=1, keepdim=True)
    sizes = (centered**2).mean(dim=1, keepdim=True).sqrt()
    return centered / sizes
