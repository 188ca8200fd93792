"""Convolution as it is called: numbers for several dimensions, padding by name, one sample without a batch."""

from __future__ import annotations

from typing import Any, NoReturn

from minitorch_edu.ops import registry
from minitorch_edu.ops.convolution import convolution_of, output_size, transposed_size
from minitorch_edu.ops.refusals import refuse_cast
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.warned import warn_once
from minitorch_edu.shape import listed
from minitorch_edu.tensor import Tensor, wrap

_nothing: dict[Any, Tensor] = {}


def no_bias(beside: Tensor) -> Tensor:
    """A bias without elements, which adds nothing."""
    key = beside._storage.backend, beside._array.dtype
    found = _nothing.get(key)
    if found is None:
        found = _nothing[key] = wrap(key[0].xp.zeros(0, key[1]), key[0])
    return found


def for_each(name: str, given: Any, dimensions: int) -> tuple[int, ...]:
    """A number for each dimension: one may stand for all."""
    if isinstance(given, int):
        return (given,) * dimensions
    given = tuple(given)
    if len(given) == 1:
        return given * dimensions
    if len(given) != dimensions:
        raise RuntimeError(
            f"expected {name} to be a single integer value or a list of {dimensions} values to match the convolution "
            f"dimensions, but got {name}={listed(given)}"
        )
    return given


def _sized(sizes: Any) -> str:
    return " x ".join(map(str, sizes))


def _refuse_dimensions(input: Tensor, weight: Tensor, space: str = " ") -> None:
    if weight.ndim != input.ndim:
        raise RuntimeError(
            f"Expected {weight.ndim}-dimensional input for {weight.ndim}-dimensional weight{space}"
            f"{listed(weight.shape)}, but got {input.ndim}-dimensional input of size {listed(input.shape)} instead"
        )


def _refuse_shapes(input: Tensor, weight: Tensor, bias: Any, transposed: bool, groups: int) -> None:
    """Raise what PyTorch says of shapes that do not go together."""
    _refuse_dimensions(input, weight)
    shape = listed(weight.shape)
    if weight.shape[0] < groups:
        raise RuntimeError(
            f"Given groups={groups}, expected weight to be at least {groups} at dimension 0, but got weight of size "
            f"{shape} instead"
        )
    if weight.shape[0] % groups:
        raise RuntimeError(
            f"Given groups={groups}, expected weight to be divisible by {groups} at dimension 0, but got weight of "
            f"size [{shape}] instead"
        )
    taken = weight.shape[0] if transposed else weight.shape[1] * groups
    made = weight.shape[1] * groups if transposed else weight.shape[0]
    given = "transposed=1" if transposed else f"groups={groups}"
    if input.shape[1] != taken:
        error = RuntimeError(
            f"Given {given}, weight of size {shape}, expected input{listed(input.shape)} to have {taken} channels, but "
            f"got {input.shape[1]} channels instead"
        )
        error.add_note(
            "An input is (samples, channels, *sizes), a weight (out_channels, in_channels / groups, *kernel)."
        )
        raise error
    if bias is not None and tuple(bias.shape) != (made,):
        given = "transposed=1, " if transposed else ""
        raise RuntimeError(
            f"Given {given}weight of size {shape}, expected bias to be 1-dimensional with {made} elements, but got "
            f"bias of size {listed(bias.shape)} instead"
        )


def _refuse_numbers(stride: Any, padding: Any, dilation: Any, output_padding: Any, groups: int) -> None:
    if min(padding, default=0) < 0:
        raise RuntimeError("negative padding is not supported")
    if min(output_padding, default=0) < 0:
        raise RuntimeError("negative output_padding is not supported")
    if min(stride, default=1) <= 0:
        raise RuntimeError("non-positive stride is not supported")
    if min(dilation, default=1) < 0:
        raise RuntimeError("dilation should be greater than zero")
    if min(dilation, default=1) == 0:
        raise RuntimeError("non-positive dilation is not supported")
    if groups <= 0:
        raise RuntimeError("non-positive groups is not supported")


DENSE = " or input should be a MKLDNN tensor and {} is a dense tensor"


def _brought_to(input: Tensor, bias: Any) -> Any:
    """A transposed convolution takes a bias of another dtype, where it is computed by hand."""
    if bias is None or bias.dtype is input.dtype:
        return bias
    if str(input.dtype) != "torch.float64":
        _refuse_types(input, bias, "bias", DENSE.format("bias"))
    refuse_cast(bias.dtype, input)
    return bias.to(input.dtype)


def _refuse_dtypes(input: Tensor, weight: Tensor) -> None:
    """The dtypes have to agree."""
    if weight.dtype is not input.dtype:
        if input.dtype.is_complex or weight.dtype.is_complex:
            _refuse_types(input, weight, "weight", "")
        if input.dtype.is_floating_point and str(input.dtype) != "torch.float64":
            _refuse_types(input, weight, "weight", DENSE.format("weight"))
        raise RuntimeError(
            f"expected scalar type {input.dtype.scalar_name} but found {weight.dtype.scalar_name}"
        )
    if not input.dtype.category:
        raise NotImplementedError("\"slow_conv2d_cpu\" not implemented for 'Bool'")


def _refuse_types(input: Tensor, other: Tensor, name: str, more: str) -> NoReturn:
    raise RuntimeError(
        f"Input type ({_type_of(input)}) and {name} type ({_type_of(other)}) should be the same{more}"
    )


def _type_of(tensor: Tensor) -> str:
    """The name of a tensor's type, as the older of PyTorch's messages have it."""
    scalar = tensor.dtype.scalar_name
    return (
        f"CPU{scalar}Type"
        if scalar in ("BFloat16", "ComplexFloat", "ComplexDouble")
        else f"torch.{scalar}Tensor"
    )


def _refuse_sizes(input: Tensor, weight: Tensor, stride: Any, padding: Any, dilation: Any) -> None:
    """A kernel that is larger than what it slides over, or nothing."""
    kernel = weight.shape[2:]
    if min(kernel) < 1:
        names = ("depth", "height", "width")[-len(kernel) :]
        said = " ".join(f"kernel_{name}: {each}" for name, each in zip(names, kernel, strict=True))
        raise RuntimeError(f"kernel size should be greater than zero, but got {said}")
    if min(output_size(input.shape[2:], kernel, stride, padding, dilation), default=1) < 1:
        over = [size + 2 * more for size, more in zip(input.shape[2:], padding, strict=True)]
        reach = [apart * (size - 1) + 1 for size, apart in zip(kernel, dilation, strict=True)]
        raise RuntimeError(
            f"Calculated padded input size per channel: ({_sized(over)}). Kernel size: ({_sized(reach)}). Kernel size "
            "can't be greater than actual input size"
        )


def _refuse_output(
    input: Tensor, weight: Tensor, stride: Any, padding: Any, dilation: Any, output_padding: Any
) -> None:
    """An output padding that the convolution could not undo, or an output of nothing."""
    names = ("depth", "height", "width")[-max(len(stride), 2) :]
    by_name = {}
    for called, numbers in (
        ("output_padding", output_padding),
        ("stride", stride),
        ("dilation", dilation),
    ):
        whole = (0 if called == "output_padding" else 1, *numbers)[-len(names) :]
        by_name |= {f"{called}_{name}": each for name, each in zip(names, whole, strict=True)}
    several = zip(output_padding, stride, dilation, strict=True)
    if any(more >= step and more >= apart for more, step, apart in several):
        said = " ".join(f"{name}: {each}" for name, each in by_name.items())
        raise RuntimeError(f"output padding must be smaller than either stride or dilation, but got {said}")
    size = transposed_size(input.shape[2:], weight.shape[2:], stride, padding, dilation, output_padding)
    if min(size, default=1) < 1:
        lead = (1,) * (len(names) - len(size))
        raise RuntimeError(
            f"Given input size per channel: ({_sized((*lead, *input.shape[2:]))}). Calculated output size per channel: "
            f"({_sized((*lead, *size))}). Output size is too small"
        )


@reads(
    "Tensor input, Tensor weight, Tensor? bias, tuple of ints stride, tuple of ints padding, tuple of ints dilation, "
    "bool transposed, tuple of ints output_padding, int groups, *, Tensor out = None"
)
def convolution(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: Any,
    padding: Any,
    dilation: Any,
    transposed: bool,
    output_padding: Any,
    groups: int,
) -> Tensor:
    """Any convolution: in one, two or three dimensions, plain or transposed.

    >>> x, w = torch.ones(1, 1, 4), torch.ones(1, 1, 2)
    >>> torch.convolution(x, w, None, [2], [0], [1], False, [0], 1)
    tensor([[[2., 2.]]])
    """
    return _checked(input, weight, bias, stride, padding, dilation, transposed, output_padding, groups)


def _refuse_bias(input: Tensor, bias: Any) -> None:
    """A bias has the dtype of the input."""
    if bias is not None and bias.dtype is not input.dtype:
        raise RuntimeError(
            f"Input type ({input.dtype.c_name}) and bias type ({bias.dtype.c_name}) should be the same"
        )


def _checked(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: Any,
    padding: Any,
    dilation: Any,
    transposed: bool,
    output_padding: Any,
    groups: int,
) -> Tensor:
    """The convolution, if PyTorch has nothing to say against it."""
    dimensions = weight.ndim - 2
    if dimensions < 1:
        raise RuntimeError("weight should have at least three dimensions")
    stride = for_each("stride", stride, dimensions)
    padding = for_each("padding", padding, dimensions)
    dilation = for_each("dilation", dilation, dimensions)
    output_padding = for_each("output_padding", output_padding, dimensions)
    _refuse_numbers(stride, padding, dilation, output_padding, groups)
    _refuse_shapes(input, weight, bias, transposed, groups)
    _refuse_dtypes(input, weight)
    if transposed:
        _refuse_output(input, weight, stride, padding, dilation, output_padding)
        bias = _brought_to(input, bias)
    else:
        _refuse_sizes(input, weight, stride, padding, dilation)
    bias = no_bias(input) if bias is None else bias
    return convolution_of(
        input, weight, bias, stride, padding, dilation, bool(transposed), output_padding, int(groups)
    )


def batched(name: str, input: Tensor, dimensions: int) -> Tensor:
    """A single sample as a batch of one."""
    if input.ndim == dimensions + 2:
        return input
    if input.ndim != dimensions + 1:
        raise RuntimeError(
            f"Expected {dimensions + 1}D (unbatched) or {dimensions + 2}D (batched) input to {name}, but got input of "
            f"size: {listed(input.shape)}"
        )
    return registry.functions["unsqueeze"](input, 0)


def unbatched(result: Tensor, alone: bool) -> Tensor:
    return registry.functions["squeeze"](result, 0) if alone else result


def _same(input: Tensor, weight: Tensor, stride: Any, dilation: Any) -> tuple[Tensor, Any]:
    """(the input, the padding) with which a convolution keeps the size of the input."""
    dimensions = weight.ndim - 2
    for name, given in (("stride", stride), ("dilation", dilation)):
        if not isinstance(given, int) and len(given) not in (1, dimensions):
            raise RuntimeError(f"{name} cannot broadcast to {dimensions} dimensions")
    stride, dilation = for_each("stride", stride, dimensions), for_each("dilation", dilation, dimensions)
    if any(step != 1 for step in stride):
        raise RuntimeError("padding='same' is not supported for strided convolutions")
    over = [apart * (size - 1) for apart, size in zip(dilation, weight.shape[2:], strict=True)]
    padding = tuple(each // 2 for each in over)
    if any(each % 2 for each in over):
        warn_once(
            "Using padding='same' with even kernel lengths and odd dilation may require a zero-padded copy of the "
            "input be created"
        )
        more = [number for each in reversed(over) for number in (0, each % 2)]
        from minitorch_edu.ops.padding import constant_pad_nd  # seldom needed

        input = constant_pad_nd(input, more, 0)
    return input, padding


def _spread(given: Any, dimensions: int) -> Any:
    return (given,) * dimensions if isinstance(given, int) else given


def _convolve(
    name: str,
    dimensions: int,
    input: Any,
    weight: Any,
    bias: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    groups: Any,
) -> Tensor:
    alone = input.ndim == dimensions + 1
    if not isinstance(padding, str):
        _refuse_bias(input, bias)
    input = batched(name, input, dimensions)
    if isinstance(padding, str):
        if padding not in ("same", "valid"):
            raise RuntimeError(f"Invalid padding string: '{padding}'")
        if groups <= 0:
            raise RuntimeError("non-positive groups is not supported")
        _refuse_dimensions(input, weight, "" if padding == "same" else " ")
        input, padding = _same(input, weight, stride, dilation) if padding == "same" else (input, 0)
    stride, padding, dilation = (_spread(each, dimensions) for each in (stride, padding, dilation))
    zeros = (0,) * (weight.ndim - 2)
    found = _checked(input, weight, bias, stride, padding, dilation, False, zeros, groups)
    return unbatched(found, alone)


def _made(dimensions: int, example: str) -> Any:
    """conv1d, conv2d, conv3d."""
    name = f"conv{dimensions}d"

    def conv(
        input: Tensor,
        weight: Tensor,
        bias: Tensor | None = None,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
    ) -> Tensor:
        return _convolve(name, dimensions, input, weight, bias, stride, padding, dilation, groups)

    conv.__name__ = conv.__qualname__ = name
    conv.__doc__ = example
    text = (
        "Tensor input, Tensor weight, Tensor bias = None, tuple of ints[{0}] stride = 1, {1}, "
        "tuple of ints[{0}] dilation = 1, int groups = 1"
    )
    return reads(
        text.format(dimensions, f"tuple of ints[{dimensions}] padding = 0"),
        text.format(dimensions, 'str padding = "valid"'),
    )(conv)


def _made_transposed(dimensions: int, example: str) -> Any:
    """conv_transpose1d, conv_transpose2d, conv_transpose3d."""
    name = f"conv_transpose{dimensions}d"

    def conv_transpose(
        input: Tensor,
        weight: Tensor,
        bias: Tensor | None = None,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        dilation: Any = 1,
    ) -> Tensor:
        alone = input.ndim == dimensions + 1
        input = batched(name, input, dimensions)
        found = _checked(input, weight, bias, stride, padding, dilation, True, output_padding, groups)
        return unbatched(found, alone)

    conv_transpose.__name__ = conv_transpose.__qualname__ = name
    conv_transpose.__doc__ = example
    several = f"tuple of ints[{dimensions}]"
    return reads(
        f"Tensor input, Tensor weight, Tensor bias = None, {several} stride = 1, {several} padding = 0, "
        f"{several} output_padding = 0, int groups = 1, {several} dilation = 1"
    )(conv_transpose)


conv1d = _made(
    1,
    """A window of weights slides over each signal: input (N, C, L), weight (O, C / groups, K), result (N, O, places).

    >>> torch.conv1d(torch.tensor([[[1., 2., 4., 8.]]]), torch.tensor([[[1., -1.]]]))
    tensor([[[-1., -2., -4.]]])
    """,
)
conv2d = _made(
    2,
    """A window of weights slides over each image: input (N, C, H, W), weight (O, C / groups, KH, KW).

    >>> torch.conv2d(torch.ones(1, 1, 3, 3), torch.ones(1, 1, 2, 2))
    tensor([[[[4., 4.],
              [4., 4.]]]])
    """,
)
conv3d = _made(
    3,
    """A window of weights slides over each volume: input (N, C, D, H, W), weight (O, C / groups, KD, KH, KW).

    >>> torch.conv3d(torch.ones(1, 1, 2, 2, 3), torch.ones(1, 1, 2, 2, 2))
    tensor([[[[[8., 8.]]]]])
    """,
)
conv_transpose1d = _made_transposed(
    1,
    """The transpose of `conv1d`: each number spreads the weights around it. Weight (C, O / groups, K).

    >>> torch.conv_transpose1d(torch.tensor([[[1., 2.]]]), torch.tensor([[[1., 10.]]]))
    tensor([[[ 1., 12., 20.]]])
    """,
)
conv_transpose2d = _made_transposed(
    2,
    """The transpose of `conv2d`: each pixel spreads the weights around it. Weight (C, O / groups, KH, KW).

    >>> torch.conv_transpose2d(torch.ones(1, 1, 1, 2), torch.ones(1, 1, 1, 2), stride=2)
    tensor([[[[1., 1., 1., 1.]]]])
    """,
)
conv_transpose3d = _made_transposed(
    3,
    """The transpose of `conv3d`. Weight (C, O / groups, KD, KH, KW).

    >>> torch.conv_transpose3d(torch.ones(1, 1, 1, 1, 1), torch.ones(1, 1, 1, 1, 2))
    tensor([[[[[1., 1.]]]]])
    """,
)
