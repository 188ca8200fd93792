"""Nothing is recorded in forward, so the result has no history at all."""

EXERCISE = "predict-1"
FAILS = {"one_node_for_all": "A leaf has no `grad_fn`"}

predict_1 = "d"
