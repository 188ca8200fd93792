"""What forward calls is recorded, as anywhere else."""

EXERCISE = "predict-1"
FAILS = {"one_node_for_all": "If the six were recorded"}

predict_1 = "a"
