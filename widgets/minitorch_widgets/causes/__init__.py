"""Why a gradient or a grad_fn is not there: the cause, its line, and what the graph would have been."""
