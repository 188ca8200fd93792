"""Waiting: the cards during which the host waits for a GPU, and why. No other card may; see test_waiting.py."""

AS_MANY = "how large the result is depends on the elements"
LAPACK = "LAPACK's routine, which CuPy lacks: see Note [What the GPU lacks]"
DEGREE = (
    "how often the recurrence is taken depends on the greatest degree; PyTorch's kernel asks in each thread"
)

FORWARD = {
    **dict.fromkeys(
        ["distinct", "distinct_runs", "index", "masked_select", "nonzero_places", "repeated_places"], AS_MANY
    ),
    **dict.fromkeys(["occurrences", "weighted_occurrences"], AS_MANY),
    # where PyTorch does not wait
    "binomial_of": "drawn on the host",
    "poisson_of": "cuRAND's numbers for rates from 64 to 4000 are drawn on the host",
    **dict.fromkeys(["ldl_factored", "ldl_solution", "reflections"], LAPACK),
    "special_airy_ai": "SciPy's function, which CuPy lacks: see Note [What the GPU lacks]",
    **{
        f"special_{family}": DEGREE
        for family in (
            "chebyshev_polynomial_t", "chebyshev_polynomial_u", "chebyshev_polynomial_v", "chebyshev_polynomial_w",
            "shifted_chebyshev_polynomial_t", "shifted_chebyshev_polynomial_u", "shifted_chebyshev_polynomial_v",
            "shifted_chebyshev_polynomial_w", "hermite_polynomial_h", "hermite_polynomial_he", "laguerre_polynomial_l",
            "legendre_polynomial_p",
        )
    },
}  # fmt: skip

BY_MASK = "its formula picks elements by a mask"
BRANCH = "which formula is right depends on the numbers"

BACKWARD = {
    **dict.fromkeys(["index_put_values", "masked_scatter_source", "scattered", "spread"], BY_MASK),
    **dict.fromkeys(["linalg_det", "linalg_eig", "linalg_eigh", "linalg_svd"], BRANCH),
}
