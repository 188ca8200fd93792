"""In place: PyTorch has the forms that write not only as methods, `x.exp_()`, but as functions too: `torch.exp_(x)`."""

from __future__ import annotations

from typing import Any

from minitorch_edu.ops import registry

NAMES = frozenset(
    """
    abs_ acos_ acosh_ addmv_ alpha_dropout_ arccos_ arccosh_ arcsin_ arcsinh_ arctan_ arctanh_ as_strided_ asin_ asinh_
    atan_ atanh_ ceil_ celu_ clamp_ clamp_max_ clamp_min_ clip_ conj_physical_ cos_ cosh_ deg2rad_ detach_ dropout_ erf_
    erfc_ exp2_ exp_ expm1_ feature_alpha_dropout_ feature_dropout_ fill_ fix_ floor_ frac_ gcd_ i0_ index_put_ lcm_
    ldexp_ log10_ log1p_ log2_ log_ logit_ nan_to_num_ neg_ negative_ rad2deg_ reciprocal_ relu_ resize_as_ round_
    rrelu_ rsqrt_ selu_ sigmoid_ sin_ sinc_ sinh_ sqrt_ square_ tan_ tanh_ threshold_ trunc_ xlogy_ zero_
    """.split()
)
"""All that PyTorch has; those of them that are here are found when they are first asked for."""


def in_place_function(name: str) -> Any:
    """The function of this name, or None."""
    return registry.functions.get(name) if name in NAMES else None


def in_place_names() -> list[str]:
    """The names of all of them that are here."""
    return [name for name in NAMES if name in registry.functions]
