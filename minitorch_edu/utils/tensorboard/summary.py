"""Summaries: numbers, histograms, images, sounds and texts in the form in which TensorBoard keeps them."""

from __future__ import annotations

import io
import wave
from typing import Any

import numpy as np
from tensorboard.compat.proto.summary_pb2 import HistogramProto, Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto

from minitorch_edu import dtypes
from minitorch_edu.tensor import Tensor


def make_np(x: Any) -> np.ndarray:
    """An array of a tensor, an array or a number."""
    if isinstance(x, np.ndarray):
        return x
    if np.isscalar(x):
        return np.array([x])
    if not isinstance(x, Tensor):
        raise NotImplementedError(f"Got {type(x)}, but numpy array or torch tensor are expected.")
    x = x.detach().cpu()
    return (x.to(dtypes.float16) if x.dtype is dtypes.bfloat16 else x).numpy()


def _summary(tag: str, plugin: str = "", content: bytes = b"", **value: Any) -> Any:
    if plugin:
        data = SummaryMetadata.PluginData(plugin_name=plugin, content=content)
        value["metadata"] = SummaryMetadata(plugin_data=data)
    return Summary(value=[Summary.Value(tag=tag, **value)])


def _shape(*sizes: int) -> Any:
    return TensorShapeProto(dim=[TensorShapeProto.Dim(size=size) for size in sizes])


def scalar(tag: str, value: Any, new_style: bool = False, double_precision: bool = False) -> Any:
    array = make_np(value).squeeze()
    if array.ndim != 0:
        raise AssertionError(
            f"Tensor should contain one element (0 dimensions).             Was given size: {array.size} and "
            f"{array.ndim} dimensions."
        )
    number = float(array)
    if not new_style:
        return _summary(tag, simple_value=number)
    if double_precision:
        tensor = TensorProto(double_val=[number], dtype="DT_DOUBLE")
    else:
        tensor = TensorProto(float_val=[number], dtype="DT_FLOAT")
    return _summary(tag, "scalars", tensor=tensor)


# --- histograms -----------------------------------------------------------------------------------------------------


def default_bins() -> list[float]:
    """Bins for numbers of every size, each a tenth wider than the one before."""
    ends = []
    end = 1e-12
    while end < 1e20:
        ends.append(end)
        end *= 1.1
    return [-end for end in reversed(ends)] + [0] + ends


def histogram(tag: str, values: Any, bins: Any, max_bins: int | None = None) -> Any:
    numbers = make_np(values).astype(float).reshape(-1)
    if numbers.size == 0:
        raise ValueError("The input has no element.")
    counts, limits = np.histogram(numbers, bins=bins)
    if max_bins is not None and len(counts) > max_bins:
        counts, limits = _fewer(counts, limits, len(counts) // max_bins)
    filled = np.flatnonzero(counts)
    if not filled.size:
        raise ValueError("The histogram is empty, please file a bug report.")
    first, last = int(filled[0]), int(filled[-1]) + 1
    # TensorBoard is told where each bin ends: an empty bin before the first one says where that begins
    counts = np.concatenate([[0], counts[first:last]])
    return histogram_raw(
        tag,
        min=numbers.min(),
        max=numbers.max(),
        num=len(numbers),
        sum=numbers.sum(),
        sum_squares=numbers.dot(numbers),
        bucket_limits=limits[first : last + 1].tolist(),
        bucket_counts=counts.tolist(),
    )


def _fewer(counts: Any, limits: Any, together: int) -> tuple[Any, Any]:
    """So many bins make one."""
    rest = -len(counts) % together
    counts = np.pad(counts, (0, rest)).reshape(-1, together).sum(-1)
    return counts, np.append(limits[:-1:together], limits[-1])


def histogram_raw(
    tag: str, min: Any, max: Any, num: Any, sum: Any, sum_squares: Any, bucket_limits: Any, bucket_counts: Any
) -> Any:
    kept = HistogramProto(
        min=min,
        max=max,
        num=num,
        sum=sum,
        sum_squares=sum_squares,
        bucket_limit=bucket_limits,
        bucket=bucket_counts,
    )
    return _summary(tag, histo=kept)


# --- pictures and sounds --------------------------------------------------------------------------------------------


def image(tag: str, tensor: Any, dataformats: str = "NCHW") -> Any:
    picture = as_picture(make_np(tensor), dataformats)
    scale = 1 if picture.dtype == np.uint8 else 255
    picture = (picture.astype(np.float32) * scale).clip(0, 255).astype(np.uint8)
    height, width, channels = picture.shape
    kept = Summary.Image(height=height, width=width, colorspace=channels, encoded_image_string=png(picture))
    return _summary(tag, image=kept)


def png(picture: np.ndarray) -> bytes:
    """The bytes of a file with a picture."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(picture).save(file, format="PNG")
    return file.getvalue()


def as_picture(array: np.ndarray, dataformats: str) -> np.ndarray:
    """A picture of height, width and colours. dataformats: what the dimensions are; of a batch, N, makes a grid."""
    if len(set(dataformats)) != len(dataformats):
        raise AssertionError(
            "You can not use the same dimension shorthand twice.             input_format: " + dataformats
        )
    if array.ndim != len(dataformats):
        raise AssertionError(
            "size of input tensor and input format are different.         "
            f"tensor shape: {array.shape}, input_format: {dataformats}"
        )
    order = dataformats.upper()
    if len(order) == 2:
        array = array.transpose([order.find(dim) for dim in "HW"])
        return np.stack([array] * 3, 2)
    if len(order) == 4:
        return grid(array.transpose([order.find(dim) for dim in "NCHW"])).transpose(1, 2, 0)
    array = array.transpose([order.find(dim) for dim in "HWC"])
    return np.concatenate([array] * 3, 2) if array.shape[2] == 1 else array


def grid(images: np.ndarray, columns: int = 8) -> np.ndarray:
    """Images side by side, in rows of eight."""
    if images.shape[1] == 1:
        images = np.concatenate([images] * 3, 1)
    if images.ndim != 4 or images.shape[1] != 3:
        raise AssertionError("Input should be a 4D numpy array with 3 channels")
    count, channels, height, width = images.shape
    columns = min(count, columns)
    rows = -(-count // columns)
    cells = np.zeros((rows * columns, channels, height, width), images.dtype)
    cells[:count] = images
    cells = cells.reshape(rows, columns, channels, height, width).transpose(2, 0, 3, 1, 4)
    return cells.reshape(channels, rows * height, columns * width)


def figure_to_image(figures: Any, close: bool = True) -> np.ndarray:
    """What matplotlib draws of a figure, or of a list of figures: colours, height, width."""
    if isinstance(figures, list):
        return np.stack([figure_to_image(figure, close) for figure in figures])
    from matplotlib import pyplot
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(figures)
    canvas.draw()
    width, height = figures.canvas.get_width_height()
    picture = np.frombuffer(canvas.buffer_rgba(), np.uint8).reshape(height, width, 4)[:, :, :3]
    if close:
        pyplot.close(figures)
    return np.moveaxis(picture, 2, 0)


def audio(tag: str, tensor: Any, sample_rate: int = 44100) -> Any:
    sound = make_np(tensor).squeeze()
    if abs(sound).max() > 1:
        print("warning: audio amplitude out of range, auto clipped.")
        sound = sound.clip(-1, 1)
    if sound.ndim != 1:
        raise AssertionError("input tensor should be 1 dimensional.")
    samples = (sound * np.iinfo(np.int16).max).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(sample_rate)
        writer.writeframes(samples.data)
    kept = Summary.Audio(
        sample_rate=sample_rate,
        num_channels=1,
        length_frames=len(samples),
        encoded_audio_string=file.getvalue(),
        content_type="audio/wav",
    )
    return _summary(tag, audio=kept)


# --- texts, curves, layouts -----------------------------------------------------------------------------------------


def text(tag: str, said: str) -> Any:
    from tensorboard.plugins.text.plugin_data_pb2 import TextPluginData

    tensor = TensorProto(dtype="DT_STRING", string_val=[said.encode()], tensor_shape=_shape(1))
    return _summary(
        f"{tag}/text_summary", "text", TextPluginData(version=0).SerializeToString(), tensor=tensor
    )


def pr_curve(tag: str, labels: Any, predictions: Any, thresholds: int = 127, weights: Any = None) -> Any:
    """Precision and recall for each of some thresholds, all of them at once."""
    thresholds = min(thresholds, 127)
    labels, predictions = make_np(labels).astype(np.float64), make_np(predictions)
    weights = 1.0 if weights is None else weights
    bins = np.floor(predictions * (thresholds - 1)).astype(np.int32)

    def above(share: Any) -> Any:
        counts, _ = np.histogram(bins, thresholds, (0, thresholds - 1), weights=share * weights)
        return np.cumsum(counts[::-1])[::-1]

    tp, fp = above(labels), above(1.0 - labels)
    tn, fn = fp[0] - fp, tp[0] - tp
    least = 1e-7
    precision, recall = tp / np.maximum(least, tp + fp), tp / np.maximum(least, tp + fn)
    return pr_curve_raw(tag, tp, fp, tn, fn, precision, recall, thresholds)


def pr_curve_raw(
    tag: str, tp: Any, fp: Any, tn: Any, fn: Any, precision: Any, recall: Any, thresholds: int = 127
) -> Any:
    from tensorboard.plugins.pr_curve.plugin_data_pb2 import PrCurvePluginData

    rows = np.stack((tp, fp, tn, fn, precision, recall))
    tensor = TensorProto(
        dtype="DT_FLOAT", float_val=rows.reshape(-1).tolist(), tensor_shape=_shape(*rows.shape)
    )
    content = PrCurvePluginData(version=0, num_thresholds=min(thresholds, 127)).SerializeToString()
    return _summary(tag, "pr_curves", content, tensor=tensor)


def custom_scalars(layout: dict[str, Any]) -> Any:
    """Charts of several curves: {category: {chart: ["Multiline" or "Margin", tags]}}."""
    from tensorboard.plugins.custom_scalar import layout_pb2 as parts

    def chart(title: str, kind: str, tags: Any) -> Any:
        if kind != "Margin":
            return parts.Chart(title=title, multiline=parts.MultilineChartContent(tag=tags))
        if len(tags) != 3:
            raise AssertionError("len(tags) != 3")
        series = parts.MarginChartContent.Series(value=tags[0], lower=tags[1], upper=tags[2])
        return parts.Chart(title=title, margin=parts.MarginChartContent(series=[series]))

    categories = [
        parts.Category(title=name, chart=[chart(title, kind, tags) for title, (kind, tags) in charts.items()])
        for name, charts in layout.items()
    ]
    content = parts.Layout(category=categories).SerializeToString()
    tensor = TensorProto(dtype="DT_STRING", string_val=[content], tensor_shape=TensorShapeProto())
    return _summary("custom_scalars__config__", "custom_scalars", tensor=tensor)
