"""Surface: the public names of the package, every export written out, by topic. The package itself collects them.

A name is exported twice over, `from ... import mul as mul`: so type checkers know that it is meant for others.
"""
