"""The still picture, for wherever no widget runs: SVG of our own, and the graph for Graphviz."""
