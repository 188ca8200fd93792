"""The Function's node comes on top of the recorded operations."""

EXERCISE = "predict-1"
FAILS = {"one_node_for_all": "Then a gradient would come back by two ways"}

predict_1 = "c"
