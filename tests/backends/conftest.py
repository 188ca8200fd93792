"""What can only be compared with an installed CuPy is not collected where there is none."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("cupy") else ["test_cupy_words.py"]
