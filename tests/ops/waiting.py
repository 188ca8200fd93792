"""Waiting: the cards and operators during which the host waits for a GPU, and why. No other may: see test_waiting.py.

What one with a forward kernel of its own waits for stands in FORWARD, what its formulas wait for in BACKWARD; OPERATORS
are those of PyTorch's database, with all that stands before their cards.
"""

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
    **dict.fromkeys(["binomial_of", "sample_dirichlet", "standard_gamma"], "drawn on the host"),
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
NUMBER = "it answers with a number of the host, or asks for one that stands on the GPU, as in PyTorch"
FACTORED = "whether a matrix could be factored is asked at once, as in PyTorch"

OPERATORS = {
    **dict.fromkeys(
        [
            "argwhere",
            "bincount",
            "masked_select",
            "nonzero",
            "repeat_interleave",
            "unique",
            "unique_consecutive",
        ],
        AS_MANY,
    ),
    "nn.functional.one_hot": "how many classes there are, where nobody says it",
    **dict.fromkeys(
        """allclose equal item cov histc index_fill linspace.tensor_overload logspace.tensor_overload masked_fill
        multinomial narrow normal searchsorted nn.functional.ctc_loss nn.functional.gaussian_nll_loss""".split(),
        NUMBER,
    ),
    **dict.fromkeys(
        """cholesky linalg.cholesky linalg.cond linalg.eig linalg.eigvals linalg.inv linalg.lstsq
        linalg.lstsq.grad_oriented linalg.lu_factor linalg.matrix_norm linalg.matrix_power linalg.matrix_rank
        linalg.norm.subgradients_at_zero linalg.solve linalg.svd linalg.svdvals linalg.tensorinv linalg.tensorsolve
        norm.nuc pca_lowrank svd svd_lowrank""".split(),
        FACTORED,
    ),
    "to": "a copy from one device to another, as in PyTorch",
    # where PyTorch does not wait, or has no kernel
    **dict.fromkeys(["histogram", "histogramdd"], "the bounds of the bins; PyTorch has no kernel for GPUs"),
    **dict.fromkeys(
        ["geqrf", "linalg.ldl_factor", "linalg.ldl_factor_ex", "linalg.ldl_solve"],
        LAPACK,
    ),
    "special.airy_ai": FORWARD["special_airy_ai"],
    **{
        name.replace("special_", "special.", 1): DEGREE
        for name, reason in FORWARD.items()
        if reason is DEGREE
    },
}
