"""The addition is thought to need its inputs."""

EXERCISE = "predict-3"
FAILS = {"saved_tensors_are_missed": "The other way round"}

predict_3 = "c"
