"""Operations: all that a tensor can do, as a list.

Note [Methods by name]
Most methods are ops, and ops take tensors: a knot. It is untied by name. `mul = method("mul")` is a descriptor that
asks the registry once, when the method is first used, and then leaves the op itself in its place.
"""

from __future__ import annotations

from typing import Any

from minitorch_edu.ops import registry


class method:
    """A method that is found in the registry when it is first used. See Note [Methods by name]."""

    def __init__(self, name: str, table: registry.Table | None = None) -> None:
        self.name = name
        self.table = registry.methods if table is None else table
        self.owner: type | None = None
        self.attributes: list[str] = []

    def __set_name__(self, owner: type, attribute: str) -> None:
        self.owner = owner
        self.attributes.append(attribute)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        function = self.table.get(self.name)
        if function is None:
            raise AttributeError(f"'Tensor' object has no attribute '{self.name}'")
        for attribute in self.attributes:
            setattr(self.owner, attribute, function)
        return function if instance is None else function.__get__(instance)


def operator(name: str) -> Any:
    """The form of an op behind `x + y`: it answers NotImplemented to what is not its own."""
    return method(name, registry.operators)


class Operations:
    """What a tensor can do: its table of contents."""

    __slots__ = ()

    add = method("add")
    add_, __iadd__ = method("add_"), operator("add_")
    sub, subtract = method("sub"), method("subtract")
    sub_, __isub__ = method("sub_"), operator("sub_")
    mul, multiply = method("mul"), method("multiply")
    mul_, __imul__ = method("mul_"), operator("mul_")
    div, divide, true_divide = method("div"), method("divide"), method("true_divide")
    div_, __itruediv__, __idiv__ = method("div_"), operator("div_"), operator("div_")
    pow = method("pow")
    pow_, __ipow__ = method("pow_"), method("ipower")
    float_power, float_power_ = method("float_power"), method("float_power_")
    neg = __neg__ = method("neg")
    neg_, abs_, sign, sign_ = method("neg_"), method("abs_"), method("sign"), method("sign_")
    sgn, sgn_ = method("sgn"), method("sgn_")
    negative, negative_ = method("negative"), method("negative_")
    square_, reciprocal_ = method("square_"), method("reciprocal_")
    positive = __pos__ = method("positive")
    abs = __abs__ = method("abs")
    absolute, absolute_ = method("absolute"), method("absolute_")
    exp, exp_, log, log_ = method("exp"), method("exp_"), method("log"), method("log_")
    sqrt, sqrt_ = method("sqrt"), method("sqrt_")
    square, reciprocal = method("square"), method("reciprocal")
    sin, sin_, cos, cos_ = method("sin"), method("sin_"), method("cos"), method("cos_")
    acos, acos_, acosh, acosh_ = method("acos"), method("acos_"), method("acosh"), method("acosh_")
    asin, asin_, asinh, asinh_ = method("asin"), method("asin_"), method("asinh"), method("asinh_")
    atan, atan_, atanh, atanh_ = method("atan"), method("atan_"), method("atanh"), method("atanh_")
    sinh, sinh_, cosh, cosh_ = method("sinh"), method("sinh_"), method("cosh"), method("cosh_")
    tan, tan_, arccos, arccos_ = method("tan"), method("tan_"), method("arccos"), method("arccos_")
    arccosh, arccosh_ = method("arccosh"), method("arccosh_")
    arcsin, arcsin_ = method("arcsin"), method("arcsin_")
    arcsinh, arcsinh_ = method("arcsinh"), method("arcsinh_")
    arctan, arctan_ = method("arctan"), method("arctan_")
    arctanh, arctanh_, exp2, exp2_ = method("arctanh"), method("arctanh_"), method("exp2"), method("exp2_")
    expm1, expm1_, log10, log10_ = method("expm1"), method("expm1_"), method("log10"), method("log10_")
    log1p, log1p_, log2, log2_ = method("log1p"), method("log1p_"), method("log2"), method("log2_")
    rsqrt, rsqrt_, erf, erf_ = method("rsqrt"), method("rsqrt_"), method("erf"), method("erf_")
    erfc, erfc_, erfinv, erfinv_ = method("erfc"), method("erfc_"), method("erfinv"), method("erfinv_")
    lgamma, lgamma_ = method("lgamma"), method("lgamma_")
    digamma, digamma_ = method("digamma"), method("digamma_")
    polygamma, polygamma_ = method("polygamma"), method("polygamma_")
    mvlgamma, mvlgamma_ = method("mvlgamma"), method("mvlgamma_")
    igamma, igamma_ = method("igamma"), method("igamma_")
    igammac, igammac_, sinc, sinc_ = method("igammac"), method("igammac_"), method("sinc"), method("sinc_")
    logit, logit_, xlogy, xlogy_ = method("logit"), method("logit_"), method("xlogy"), method("xlogy_")
    i0, i0_, deg2rad, deg2rad_ = method("i0"), method("i0_"), method("deg2rad"), method("deg2rad_")
    rad2deg, rad2deg_ = method("rad2deg"), method("rad2deg_")
    nan_to_num, nan_to_num_ = method("nan_to_num"), method("nan_to_num_")
    hypot, hypot_, atan2, atan2_ = method("hypot"), method("hypot_"), method("atan2"), method("atan2_")
    arctan2, arctan2_ = method("arctan2"), method("arctan2_")
    copysign, copysign_ = method("copysign"), method("copysign_")
    heaviside, heaviside_ = method("heaviside"), method("heaviside_")
    nextafter, nextafter_ = method("nextafter"), method("nextafter_")
    ldexp, ldexp_, gcd, gcd_ = method("ldexp"), method("ldexp_"), method("gcd"), method("gcd_")
    lcm, lcm_, lerp, lerp_ = method("lcm"), method("lcm_"), method("lerp"), method("lerp_")
    addcmul, addcmul_ = method("addcmul"), method("addcmul_")
    addcdiv, addcdiv_ = method("addcdiv"), method("addcdiv_")
    clamp_min, clamp_min_ = method("clamp_min"), method("clamp_min_")
    clamp_max, clamp_max_ = method("clamp_max"), method("clamp_max_")
    logaddexp, logaddexp2 = method("logaddexp"), method("logaddexp2")
    signbit, isposinf = method("signbit"), method("isposinf")
    isneginf, frexp, fmax, fmin = method("isneginf"), method("frexp"), method("fmax"), method("fmin")
    tanh, tanh_, sigmoid, sigmoid_ = method("tanh"), method("tanh_"), method("sigmoid"), method("sigmoid_")
    relu, relu_ = method("relu"), method("relu_")
    hardshrink, prelu = method("hardshrink"), method("prelu")
    maximum, minimum = method("maximum"), method("minimum")
    clamp, clamp_ = method("clamp"), method("clamp_")
    clip, clip_ = method("clip"), method("clip_")
    where = method("where")
    masked_fill, masked_fill_ = method("masked_fill"), method("masked_fill_")

    __add__ = __radd__ = operator("add")
    __sub__ = operator("sub")
    __rsub__ = operator("rsub")
    __mul__ = __rmul__ = operator("mul")
    __truediv__ = __div__ = operator("div")
    __rtruediv__ = __rdiv__ = method("over")
    __pow__, __rpow__ = method("power"), method("rpower")
    __matmul__, __rmatmul__ = operator("matmul"), method("rmatmul")

    divide_, true_divide_ = method("divide_"), method("true_divide_")
    multiply_, subtract_ = method("multiply_"), method("subtract_")
    greater_, greater_equal_ = method("greater_"), method("greater_equal_")
    less_, less_equal_, not_equal_ = method("less_"), method("less_equal_"), method("not_equal_")
    eq, ne = method("eq"), method("ne")
    lt, le, gt, ge = method("lt"), method("le"), method("gt"), method("ge")
    eq_, ne_, lt_ = method("eq_"), method("ne_"), method("lt_")
    le_, gt_, ge_ = method("le_"), method("gt_"), method("ge_")
    greater, greater_equal = method("greater"), method("greater_equal")
    less, less_equal, not_equal = method("less"), method("less_equal"), method("not_equal")
    __eq__, __ne__ = operator("eq"), operator("ne")  # type: ignore[assignment]
    __lt__, __le__, __gt__, __ge__ = operator("lt"), operator("le"), operator("gt"), operator("ge")
    logical_not, logical_not_ = method("logical_not"), method("logical_not_")
    logical_and, logical_and_ = method("logical_and"), method("logical_and_")
    logical_or, logical_or_ = method("logical_or"), method("logical_or_")
    logical_xor, logical_xor_ = method("logical_xor"), method("logical_xor_")
    bitwise_not, bitwise_not_, __invert__ = method("bitwise_not"), method("bitwise_not_"), method("inverted")
    bitwise_and, bitwise_and_ = method("bitwise_and"), method("bitwise_and_")
    bitwise_or, bitwise_or_ = method("bitwise_or"), method("bitwise_or_")
    bitwise_xor, bitwise_xor_ = method("bitwise_xor"), method("bitwise_xor_")
    bitwise_left_shift, bitwise_left_shift_ = method("bitwise_left_shift"), method("bitwise_left_shift_")
    bitwise_right_shift, bitwise_right_shift_ = method("bitwise_right_shift"), method("bitwise_right_shift_")
    __and__, __rand__, __iand__ = operator("bitwise_and"), method("rbitwise_and"), operator("bitwise_and_")
    __or__, __ror__, __ior__ = operator("bitwise_or"), method("rbitwise_or"), operator("bitwise_or_")
    __xor__, __rxor__, __ixor__ = operator("bitwise_xor"), method("rbitwise_xor"), operator("bitwise_xor_")
    __lshift__, __rlshift__ = operator("bitwise_left_shift"), method("rbitwise_left_shift")
    __rshift__, __rrshift__ = operator("bitwise_right_shift"), method("rbitwise_right_shift")
    __ilshift__, __irshift__ = operator("bitwise_left_shift_"), operator("bitwise_right_shift_")

    floor_divide, floor_divide_ = method("floor_divide"), method("floor_divide_")
    remainder, remainder_ = method("remainder"), method("remainder_")
    fmod, fmod_ = method("fmod"), method("fmod_")
    __floordiv__, __rfloordiv__ = operator("floor_divide"), method("rfloor_divide")
    __mod__, __rmod__ = method("modulo"), method("rmodulo")
    __ifloordiv__, __imod__ = operator("floor_divide_"), method("imodulo")
    floor, floor_, ceil, ceil_ = method("floor"), method("floor_"), method("ceil"), method("ceil_")
    trunc, trunc_, frac, frac_ = method("trunc"), method("trunc_"), method("frac"), method("frac_")
    fix, fix_, round, round_ = method("fix"), method("fix_"), method("round"), method("round_")
    allclose, equal, isclose = method("allclose"), method("equal"), method("isclose")
    isnan, isinf, isfinite = method("isnan"), method("isinf"), method("isfinite")

    sum, mean = method("sum"), method("mean")
    max, min, argmax, argmin = method("max"), method("min"), method("argmax"), method("argmin")
    any, all = method("any"), method("all")
    amax, amin, aminmax = method("amax"), method("amin"), method("aminmax")
    nansum, nanmean, cov, corrcoef = method("nansum"), method("nanmean"), method("cov"), method("corrcoef")
    histogram = method("histogram")
    logcumsumexp, dist, diff = method("logcumsumexp"), method("dist"), method("diff")
    quantile, nanquantile = method("quantile"), method("nanquantile")
    norm, renorm, renorm_ = method("norm"), method("renorm"), method("renorm_")

    matmul, mm, mv, dot = method("matmul"), method("mm"), method("mv"), method("dot")
    det, inverse, logdet, slogdet = method("det"), method("inverse"), method("logdet"), method("slogdet")
    svd, qr, cholesky, pinverse = method("svd"), method("qr"), method("cholesky"), method("pinverse")
    cholesky_inverse, cholesky_solve = method("cholesky_inverse"), method("cholesky_solve")
    matrix_exp, matrix_power, orgqr = method("matrix_exp"), method("matrix_power"), method("orgqr")
    lu, geqrf, triangular_solve = method("lu"), method("geqrf"), method("triangular_solve")
    ormqr = method("ormqr")
    lu_solve, stft, istft = method("lu_solve"), method("stft"), method("istft")
    bmm, addmm, outer = method("bmm"), method("addmm"), method("outer")
    ger, vdot, inner, kron, cross = method("ger"), method("vdot"), method("inner"), method("kron"), method("cross")
    addmm_, addmv, addmv_ = method("addmm_"), method("addmv"), method("addmv_")
    addr, addr_, trace = method("addr"), method("addr_"), method("trace")
    baddbmm, baddbmm_ = method("baddbmm"), method("baddbmm_")
    addbmm, addbmm_ = method("addbmm"), method("addbmm_")
    softmax, log_softmax, logsumexp = method("softmax"), method("log_softmax"), method("logsumexp")

    view, view_as, reshape, flatten = method("view"), method("view_as"), method("reshape"), method("flatten")
    unflatten, ravel, reshape_as = method("unflatten"), method("ravel"), method("reshape_as")
    t, t_, transpose, transpose_ = method("t"), method("t_"), method("transpose"), method("transpose_")
    swapaxes, swapaxes_, swapdims, swapdims_ = (
        method("swapaxes"), method("swapaxes_"), method("swapdims"), method("swapdims_"),
    )  # fmt: skip
    adjoint, movedim, moveaxis = method("adjoint"), method("movedim"), method("moveaxis")
    permute, unsqueeze, unsqueeze_ = method("permute"), method("unsqueeze"), method("unsqueeze_")
    squeeze, squeeze_ = method("squeeze"), method("squeeze_")
    expand, expand_as, broadcast_to = method("expand"), method("expand_as"), method("broadcast_to")
    split, split_with_sizes, chunk = method("split"), method("split_with_sizes"), method("chunk")
    tensor_split, hsplit, vsplit = method("tensor_split"), method("hsplit"), method("vsplit")
    dsplit, unbind, unfold = method("dsplit"), method("unbind"), method("unfold")
    diagonal, diag, diag_embed = method("diagonal"), method("diag"), method("diag_embed")
    diagflat, as_strided_ = method("diagflat"), method("as_strided_")
    set_, resize_, resize_as_, storage = (
        method("set_"),
        method("resize_"),
        method("resize_as_"),
        method("storage"),
    )
    select, narrow, as_strided = method("select"), method("narrow"), method("as_strided")
    narrow_copy, unsafe_chunk = method("narrow_copy"), method("unsafe_chunk")
    unsafe_split, unsafe_split_with_sizes = method("unsafe_split"), method("unsafe_split_with_sizes")
    select_scatter, slice_scatter = method("select_scatter"), method("slice_scatter")
    diagonal_scatter, as_strided_scatter = method("diagonal_scatter"), method("as_strided_scatter")
    contiguous = method("contiguous")
    gather, scatter, scatter_ = method("gather"), method("scatter"), method("scatter_")
    scatter_add, scatter_add_ = method("scatter_add"), method("scatter_add_")
    scatter_reduce, scatter_reduce_ = method("scatter_reduce"), method("scatter_reduce_")
    take_along_dim, index_select = method("take_along_dim"), method("index_select")
    index_add, index_add_ = method("index_add"), method("index_add_")
    index_copy, index_copy_ = method("index_copy"), method("index_copy_")
    index_fill, index_fill_ = method("index_fill"), method("index_fill_")
    index_put, index_put_ = method("index_put"), method("index_put_")
    take, put, put_ = method("take"), method("put"), method("put_")
    apply_, map_, map2_ = method("apply_"), method("map_"), method("map2_")
    fill_diagonal_, dim_order = method("fill_diagonal_"), method("dim_order")
    masked_select = method("masked_select")
    masked_scatter, masked_scatter_ = method("masked_scatter"), method("masked_scatter_")
    index_reduce, index_reduce_ = method("index_reduce"), method("index_reduce_")
    nonzero, argwhere, nonzero_static = method("nonzero"), method("argwhere"), method("nonzero_static")
    sum_to_size = method("sum_to_size")
    tril, tril_, triu, triu_ = method("tril"), method("tril_"), method("triu"), method("triu_")
    flip, fliplr, flipud, rot90 = method("flip"), method("fliplr"), method("flipud"), method("rot90")
    roll, repeat, tile = method("roll"), method("repeat"), method("tile")
    repeat_interleave = method("repeat_interleave")
    sort, argsort, msort, topk = method("sort"), method("argsort"), method("msort"), method("topk")
    kthvalue, mode = method("kthvalue"), method("mode")
    median, nanmedian = method("median"), method("nanmedian")
    cummax, cummin = method("cummax"), method("cummin")
    cumsum, cumsum_, cumprod, cumprod_ = method("cumsum"), method("cumsum_"), method("cumprod"), method("cumprod_")
    prod, var, std = method("prod"), method("var"), method("std")
    unique, unique_consecutive = method("unique"), method("unique_consecutive")
    count_nonzero, bincount, histc = method("count_nonzero"), method("bincount"), method("histc")
    isin = method("isin")
    __getitem__, __setitem__ = method("getitem"), method("setitem")
    __delitem__ = method("delitem")

    uniform_, normal_, random_ = method("uniform_"), method("normal_"), method("random_")
    bernoulli, bernoulli_, multinomial = method("bernoulli"), method("bernoulli_"), method("multinomial")
    exponential_, geometric_ = method("exponential_"), method("geometric_")
    cauchy_, log_normal_ = method("cauchy_"), method("log_normal_")

    clone, detach, detach_ = method("clone"), method("detach"), method("detach_")
    copy_, zero_, fill_ = method("copy_"), method("zero_"), method("fill_")
    to, cpu, cuda = method("to"), method("cpu"), method("cuda")
    float, double, half, bfloat16 = method("float"), method("double"), method("half"), method("bfloat16")
    long, int, short, bool = method("long"), method("int"), method("short"), method("bool")
    byte, char, cfloat, cdouble = method("byte"), method("char"), method("cfloat"), method("cdouble")
    type, type_as, new, new_tensor = method("type"), method("type_as"), method("new"), method("new_tensor")
    new_zeros, new_ones, new_full = method("new_zeros"), method("new_ones"), method("new_full")
    new_empty, new_empty_strided = method("new_empty"), method("new_empty_strided")
    is_signed, is_conj, is_neg = method("is_signed"), method("is_conj"), method("is_neg")
    is_inference, is_nonzero, is_same_size = (
        method("is_inference"),
        method("is_nonzero"),
        method("is_same_size"),
    )
    get_device, is_distributed, is_set_to = method("get_device"), method("is_distributed"), method("is_set_to")
    is_shared, share_memory_, pin_memory = method("is_shared"), method("share_memory_"), method("pin_memory")
    record_stream = method("record_stream")
    dense_dim, sparse_dim, to_dense = method("dense_dim"), method("sparse_dim"), method("to_dense")
    conj, conj_physical, conj_physical_ = method("conj"), method("conj_physical"), method("conj_physical_")
    resolve_conj, resolve_neg = method("resolve_conj"), method("resolve_neg")
    angle, isreal = method("angle"), method("isreal")
    numpy, tolist, item = method("numpy"), method("tolist"), method("item")
    __array__, __array_wrap__ = method("to_array"), method("array_wrap")
    __dlpack__, __dlpack_device__ = method("dlpack"), method("dlpack_device")
    __reversed__ = method("backwards")
    __len__, __iter__, __bool__ = method("length"), method("iterate"), method("truth")
    __float__, __int__, __index__ = method("to_float"), method("to_int"), method("to_index")
    __complex__, __contains__ = method("to_complex"), method("contains")
    __repr__, __format__ = method("repr"), method("format")
    __copy__, __deepcopy__, __reduce_ex__ = method("shallow_copy"), method("deepcopy"), method("reduce")

    resize, resize_as, reinforce = method("resize"), method("resize_as"), method("reinforce")
    eig, lstsq, solve, symeig = method("eig"), method("lstsq"), method("solve"), method("symeig")

    backward, retain_grad = method("backward"), method("retain_grad")
    register_hook = method("register_hook")
    _accumulate, _receive = method("accumulate"), method("receive")
    register_post_accumulate_grad_hook = method("register_post_accumulate_grad_hook")
