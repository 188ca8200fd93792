"""Embeddings: points in many dimensions, as files that TensorBoard's projector shows."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from minitorch_edu.utils.tensorboard.summary import grid, make_np, png


def write(folder: Path, mat: np.ndarray, metadata: Any, label_img: Any, metadata_header: Any) -> None:
    """The files of one embedding: the points, what each is, and how it looks."""
    if folder.is_dir():
        print("warning: Embedding dir exists, did you set global_step for add_embedding()?")
    elif folder.exists():
        raise NotADirectoryError(f"Path: `{folder}` exists, but is a file. Cannot proceed.")
    folder.mkdir(parents=True, exist_ok=True)
    if metadata is not None:
        if len(mat) != len(metadata):
            raise AssertionError("#labels should equal with #data points")
        _write_lines(folder / "metadata.tsv", _labels(metadata, metadata_header))
    if label_img is not None:
        if len(mat) != label_img.shape[0]:
            raise AssertionError("#images should equal with #data points")
        (folder / "sprite.png").write_bytes(_sprite(make_np(label_img)))
    if mat.ndim != 2:
        raise AssertionError("mat should be 2D, where mat.size(0) is the number of data points")
    _write_lines(folder / "tensors.tsv", ["\t".join(str(x.item()) for x in row) for row in mat])


def _write_lines(path: Path, lines: list[str]) -> None:
    path.write_bytes("".join(line + "\n" for line in lines).encode())


def _labels(metadata: Any, header: Any) -> list[str]:
    if not header:
        return [str(each) for each in metadata]
    if len(header) != len(metadata[0]):
        raise AssertionError("len of header must be equal to the number of columns in metadata")
    return ["\t".join(map(str, row)) for row in [header, *metadata]]


def _sprite(images: np.ndarray) -> bytes:
    """All the images in one, which must be a square."""
    picture = grid(images, math.ceil(len(images) ** 0.5)).transpose(1, 2, 0)
    square = np.zeros((picture.shape[1], picture.shape[1], 3))
    square[: len(picture)] = picture
    return png((square * 255).clip(0, 255).astype(np.uint8))


def info(tag: str, subdir: str, global_step: int, metadata: Any, label_img: Any) -> Any:
    """Where the projector finds them."""
    from tensorboard.plugins.projector.projector_config_pb2 import EmbeddingInfo

    found = EmbeddingInfo(
        tensor_name=f"{tag}:{str(global_step).zfill(5)}", tensor_path=f"{subdir}/tensors.tsv"
    )
    if metadata is not None:
        found.metadata_path = f"{subdir}/metadata.tsv"
    if label_img is not None:
        found.sprite.image_path = f"{subdir}/sprite.png"
        found.sprite.single_image_dim.extend([label_img.shape[3], label_img.shape[2]])
    return found
