"""What is needed is thought to be fetched each time."""

EXERCISE = "predict-3"
FAILS = {"reads_by_tiles": "what another one has fetched"}

predict_3 = "a"
