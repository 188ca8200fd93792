"""A stand-in for what lies beside CuPy: see cupy.py."""

told: dict[str, str] = {}


def seterr(**wanted: str) -> None:
    told.update(wanted)
