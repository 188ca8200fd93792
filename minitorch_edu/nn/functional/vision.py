"""Vision: functions on images that PyTorch writes in Python: other sizes, and samples where a grid says."""

from __future__ import annotations

import warnings
from typing import Any

from minitorch_edu.callers import outside
from minitorch_edu.ops.adaptive_pooling import adaptive_avg_pool1d, mean_of
from minitorch_edu.ops.refusals import refuse_kernel
from minitorch_edu.ops.resampling import INTERPOLATIONS
from minitorch_edu.ops.sampling_grid import affine_grid_generator, grid_sampler
from minitorch_edu.shape import listed
from minitorch_edu.tensor import Tensor

MODES = {"linear": 1, "bilinear": 2, "bicubic": 2, "lanczos": 2, "trilinear": 3}
"""How many dimensions each mode is for; the others are for any number."""
UNSIZED = "Please provide input tensor in (N, C, d1, d2, ...,dK) format and {} in ({}1, {}2, ...,{}K) format."


def interpolate(
    input: Tensor,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Tensor:
    """An image, signal or volume in another size, or so many times as large.

    mode: "nearest", "nearest-exact", "linear" (N, C, L), "bilinear", "bicubic" (N, C, H, W), "trilinear"
    (N, C, D, H, W), "area" (means), "lanczos" (with `antialias`).

    >>> torch.nn.functional.interpolate(torch.tensor([[[1., 3.]]]), size=4, mode="linear")
    tensor([[[1.0000, 1.5000, 2.5000, 3.0000]]])
    """
    if mode in ("nearest", "area", "nearest-exact"):
        if align_corners is not None:
            raise ValueError(
                "align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | "
                "trilinear"
            )
    dimensions = input.ndim - 2
    output_size, scales = _asked(input, size, scale_factor, dimensions)
    if recompute_scale_factor and size is not None:
        raise ValueError("recompute_scale_factor is not meaningful with an explicit size.")
    if scales is not None and (recompute_scale_factor or mode == "area"):
        output_size = [int(n * each) for n, each in zip(input.shape[2:], scales, strict=True)]
        scales = None
    if antialias and not (mode in ("bilinear", "bicubic", "lanczos") and input.ndim == 4):
        raise ValueError(
            "Anti-alias option is restricted to bilinear, bicubic, and lanczos modes and requires a 4-D tensor as input"
        )
    if mode == "lanczos" and input.ndim == 4:
        if align_corners:
            raise ValueError("Lanczos mode does not support align_corners=True")
        if not antialias:
            raise ValueError("Lanczos mode requires antialias=True")
    _refuse_mode(mode, input)
    if mode == "area":
        assert output_size is not None
        return (
            adaptive_avg_pool1d(input, output_size)
            if dimensions == 1
            else mean_of(input, tuple(output_size), dimensions)
        )
    if output_size is None:
        output_size = [int(n * each) for n, each in zip(input.shape[2:], scales, strict=True)]
    return _resized(input, tuple(output_size), scales, mode, bool(align_corners), antialias)


def _asked(input: Tensor, size: Any, scale_factor: Any, dimensions: int) -> tuple[Any, Any]:
    """(the size of the output, None) or (None, the scales), a number for each dimension."""
    if size is not None and scale_factor is not None:
        raise ValueError("only one of size or scale_factor should be defined")
    if size is None and scale_factor is None:
        raise ValueError("either size or scale_factor should be defined")
    shown = list(input.shape[2:])
    given = scale_factor if size is None else size
    if size is not None:
        _refuse_fractions(size)
    if not isinstance(given, list | tuple):
        return (None, [given] * dimensions) if size is None else ([given] * dimensions, None)
    if size is None:
        if len(given) != dimensions:
            raise ValueError(
                "Input and scale_factor must have the same number of spatial dimensions, but got input with spatial "
                f"dimensions of {shown} and scale_factor of shape {given}. "
                + UNSIZED.format("scale_factor", "s", "s", "s")
            )
        return None, list(given)
    if len(given) != dimensions:
        raise ValueError(
            "Input and output must have the same number of spatial dimensions, but got input with spatial dimensions "
            f"of {shown} and output size of {given}. " + UNSIZED.format("output size", "o", "o", "o")
        )
    return list(given), None


def _refuse_fractions(size: Any) -> None:
    given = size if isinstance(size, list | tuple) else [size]
    if not all(isinstance(each, int) for each in given):
        raise TypeError(
            "expected size to be one of int or Tuple[int] or Tuple[int, int] or Tuple[int, int, int], but got size "
            f"with types {[type(each) for each in given]}"
        )


def _refuse_mode(mode: str, input: Tensor) -> None:
    dimensions = input.ndim - 2
    if dimensions in (1, 2, 3):
        if mode in ("nearest", "nearest-exact", "area") or MODES.get(mode) == dimensions:
            return
        if mode in ("linear", "bilinear", "trilinear"):
            raise NotImplementedError(
                f"Got {input.ndim}D input, but {mode} mode needs {MODES[mode] + 2}D input"
            )
    raise NotImplementedError(
        f"Input Error: Only 3D, 4D and 5D input Tensors supported (got {input.ndim}D) for the modes: nearest | "
        f"linear | bilinear | bicubic | trilinear | lanczos | area | nearest-exact (got {mode})"
    )


def _resized(
    input: Tensor, size: tuple[int, ...], scales: Any, mode: str, align_corners: bool, antialias: bool
) -> Tensor:
    dimensions = len(size)
    sizes = input.shape[2:]
    if min(size) <= 0 or 0 in sizes:
        shown, made = (
            ", ".join(f"{name}: {n}" for name, n in zip("DHW"[3 - dimensions :], each, strict=True))
            for each in (sizes, size)
        )
        joint = "and output" if dimensions == 1 else "output"
        raise RuntimeError(
            f"Input and output sizes should be greater than 0, but got input ({shown}) {joint} ({made})"
        )
    if not input.shape[1]:
        raise RuntimeError(
            f"Non-empty {input.ndim}D data tensor expected but got a tensor with sizes {listed(input.shape)}"
        )
    scales = [None] * dimensions if scales is None else [float(each) for each in scales]
    how = tuple(_how(mode, align_corners, scale, antialias) for scale in scales)
    kind = mode.replace("-", "_")
    name = f"upsample_{kind}{dimensions}d" + "_aa" * antialias
    if str(input.dtype) == "torch.uint8":
        return _of_bytes(name, input, size, how)
    if input.dtype.category != 2:
        refuse_kernel(_kernel(mode, dimensions, antialias), input.dtype)
    result: Tensor = INTERPOLATIONS[name](input, size, how)
    return result


def _of_bytes(name: str, input: Tensor, size: Any, how: Any) -> Tensor:
    """Images of bytes: numbers between are rounded, and stay bytes."""
    if how[0][0] == "nearest":
        result: Tensor = INTERPOLATIONS[name](input, size, how)
        return result
    found = INTERPOLATIONS[name](input.float(), size, how)
    rounded: Tensor = (found + 0.5).floor().clamp(0, 255).to(input.dtype)
    return rounded


def _how(mode: str, align_corners: bool, scale: float | None, antialias: bool) -> tuple[Any, ...]:
    if mode in ("nearest", "nearest-exact"):
        return ("nearest", scale, mode == "nearest-exact")
    if antialias:
        return ("filtered", align_corners, scale, mode)
    return ("cubic" if mode == "bicubic" else "linear", align_corners, scale)


def _kernel(mode: str, dimensions: int, antialias: bool) -> str:
    """What PyTorch calls the kernel that it has not for a dtype."""
    if antialias:
        return "compute_index_ranges_weights"
    if mode == "bicubic":
        return "compute_indices_weights_cubic"
    if dimensions == 2:
        return f"upsample_{'bilinear' if mode == 'bilinear' else 'nearest'}2d_channels_last"
    return f"compute_indices_weights_{'nearest' if mode.startswith('nearest') else 'linear'}"


def upsample(
    input: Tensor,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
) -> Tensor:
    """The former name of `interpolate`."""
    warnings.warn(
        "`nn.functional.upsample` is deprecated. Use `nn.functional.interpolate` instead.",
        stacklevel=outside(),
    )
    return interpolate(input, size, scale_factor, mode, align_corners)


def upsample_nearest(input: Tensor, size: Any = None, scale_factor: Any = None) -> Tensor:
    """The former name of `interpolate` with the nearest neighbours."""
    warnings.warn(
        "`nn.functional.upsample_nearest` is deprecated. Use `nn.functional.interpolate` instead.",
        stacklevel=outside(),
    )
    return interpolate(input, size, scale_factor, mode="nearest")


def upsample_bilinear(input: Tensor, size: Any = None, scale_factor: Any = None) -> Tensor:
    """The former name of bilinear `interpolate` with aligned corners."""
    warnings.warn(
        "`nn.functional.upsample_bilinear` is deprecated. Use `nn.functional.interpolate` instead.",
        stacklevel=outside(),
    )
    return interpolate(input, size, scale_factor, mode="bilinear", align_corners=True)


# --- grids ----------------------------------------------------------------------------------------------------------

CHANGED = (
    "Default grid_sample and affine_grid behavior has changed to align_corners=False since 1.3.0. Please specify "
    "align_corners=True if the old behavior is desired. See the documentation of grid_sample for details."
)


def grid_sample(
    input: Tensor,
    grid: Tensor,
    mode: str = "bilinear",
    padding_mode: str = "zeros",
    align_corners: bool | None = None,
) -> Tensor:
    """Samples of an image where a grid says: input (N, C, H, W), grid (N, OH, OW, 2) of (x, y) between -1 and 1.

    >>> image = torch.tensor([[[[1., 3.]]]])
    >>> torch.nn.functional.grid_sample(image, torch.tensor([[[[0., 0.]]]]), align_corners=True)
    tensor([[[[2.]]]])
    """
    if mode not in ("bilinear", "nearest", "bicubic"):
        raise ValueError(
            f"nn.functional.grid_sample(): expected mode to be 'bilinear', 'nearest' or 'bicubic', but got: '{mode}'"
        )
    if padding_mode not in ("zeros", "border", "reflection"):
        raise ValueError(
            "nn.functional.grid_sample(): expected padding_mode to be 'zeros', 'border', or 'reflection', but got: "
            f"'{padding_mode}'"
        )
    if align_corners is None:
        warnings.warn(CHANGED, stacklevel=outside())
        align_corners = False
    modes, paddings = ("bilinear", "nearest", "bicubic"), ("zeros", "border", "reflection")
    return grid_sampler(input, grid, modes.index(mode), paddings.index(padding_mode), align_corners)


def affine_grid(theta: Tensor, size: Any, align_corners: bool | None = None) -> Tensor:
    """The grid that `grid_sample` needs for affine maps: theta (N, 2, 3), size (N, C, H, W), result (N, H, W, 2).

    >>> torch.nn.functional.affine_grid(torch.tensor([[[1., 0., 0.], [0., 1., 0.]]]), (1, 1, 1, 2), align_corners=False)
    tensor([[[[-0.5000,  0.0000],
              [ 0.5000,  0.0000]]]])
    """
    if align_corners is None:
        warnings.warn(CHANGED, stacklevel=outside())
        align_corners = False
    if not theta.is_floating_point():
        raise ValueError(f"Expected theta to have floating point type, but got {theta.dtype}")
    if len(size) not in (4, 5):
        raise NotImplementedError(
            "affine_grid only supports 4D and 5D sizes, for 2D and 3D affine transforms, respectively. Got size "
            f"{size}."
        )
    rows = len(size) - 2
    if theta.ndim != 3 or tuple(theta.shape[-2:]) != (rows, rows + 1):
        raise ValueError(
            f"Expected a batch of {rows}D affine matrices of shape Nx{rows}x{rows + 1} for size {size}. Got "
            f"{theta.shape}."
        )
    if align_corners and min(size[2:]) == 1:
        warnings.warn(
            "Since version 1.3.0, affine_grid behavior has changed for unit-size grids when align_corners=True. This "
            "is not an intended use case of affine_grid. See the documentation of affine_grid for details.",
            stacklevel=outside(),
        )
    elif min(size) <= 0:
        raise ValueError(f"Expected non-zero, positive output size. Got {size}")
    return affine_grid_generator(theta, size, align_corners)
