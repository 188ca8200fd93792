"""The picture as numbers: what is in it, what keeps its place from one to the next, and where everything stands."""
