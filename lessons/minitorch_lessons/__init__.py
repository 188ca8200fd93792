"""The lessons: the command line, the exercises and their checks."""

__version__ = "0.1.0"
