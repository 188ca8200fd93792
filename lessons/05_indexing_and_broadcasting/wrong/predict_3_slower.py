"""A sloppy loss still has its minimum at the truth."""

EXERCISE = "predict-3"
FAILS = {"learns_the_mean": "which target belongs to which prediction"}

predict_3 = "a"
