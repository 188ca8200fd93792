"""The second meeting is taken for the first."""

EXERCISE = "q4"
FAILS = {"names_the_first": "was wrong already"}

first_wrong = "sizes"


def standardized(scores):
    centered = scores - scores.mean(dim=1, keepdim=True)
    sizes = (centered**2).mean(dim=1, keepdim=True).sqrt()
    return centered / sizes
