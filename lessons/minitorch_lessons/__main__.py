"""`python -m minitorch_lessons`: the same command line as `minitorch-edu`."""

import sys

from minitorch_lessons.cli import main

if __name__ == "__main__":
    sys.exit(main())
