"""torch.backends.mha: whether `nn.TransformerEncoder` may pass over the padding of samples in evaluation."""

_is_fastpath_enabled = True


def get_fastpath_enabled() -> bool:
    """What `set_fastpath_enabled` was told."""
    return _is_fastpath_enabled


def set_fastpath_enabled(value: bool) -> None:
    """Ask for the same results in evaluation as in training, where samples are padded."""
    global _is_fastpath_enabled
    _is_fastpath_enabled = value
