"""Two threads are thought to share each number."""

EXERCISE = "predict-3"
FAILS = {"reads_by_tiles": "if two threads shared each number"}

predict_3 = "b"
