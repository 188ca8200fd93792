"""Only the leaf's own uses count."""

EXERCISE = "predict-1"
FAILS = {"paths_double": "The leaf stands in one addition"}

predict_1 = "a"
