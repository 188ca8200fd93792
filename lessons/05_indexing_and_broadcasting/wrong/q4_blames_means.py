"""A tensor of shape (3,) is thought to hold no means of rows."""

EXERCISE = "q4"
FAILS = {"names_the_first": "The numbers are right"}

first_wrong = "means"


def standardized(scores):
    centered = scores - scores.mean(dim=1, keepdim=True)
    sizes = (centered**2).mean(dim=1, keepdim=True).sqrt()
    return centered / sizes
