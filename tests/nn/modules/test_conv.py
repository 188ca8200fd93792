"""Convolutions as layers, beside PyTorch's."""

from __future__ import annotations

import pytest

from tests.nn.modules.twins import assert_refused_alike, assert_twins

IMAGE = "torch.randn(2, 4, 7, 6)"
CASES = [
    ("nn.Conv1d(4, 6, 3)", "torch.randn(2, 4, 9)"),
    ("nn.Conv1d(4, 6, (3,), 2, (1,), padding_mode='circular')", "torch.randn(2, 4, 9)"),
    ("nn.Conv1d(4, 6, 4, padding='same', dilation=2)", "torch.randn(4, 9)"),
    ("nn.Conv1d(4, 6, 4, padding='same', padding_mode='reflect')", "torch.randn(2, 4, 9)"),
    ("nn.Conv1d(4, 6, 2, padding='valid', padding_mode='replicate')", "torch.randn(2, 4, 9)"),
    ("nn.Conv2d(4, 6, 3)", IMAGE),
    ("nn.Conv2d(4, 6, (3, 2), stride=(2, 1), padding=(1, 2), dilation=(1, 2))", IMAGE),
    ("nn.Conv2d(4, 6, 3, padding=1, groups=2, bias=False)", IMAGE),
    ("nn.Conv2d(4, 8, 3, padding='same', groups=4)", IMAGE),
    ("nn.Conv2d(4, 6, (4, 3), padding='same')", IMAGE),
    ("nn.Conv2d(4, 6, 3, padding='valid')", "torch.randn(4, 7, 6)"),
    ("nn.Conv2d(4, 6, 1, 1, 0, 1, 1, True, 'zeros', None, torch.float64)", "torch.randn(2, 4, 2, 2).double()"),
    *((f"nn.Conv2d(4, 6, 3, padding=(1, 2), padding_mode='{mode}')", IMAGE) for mode in ("reflect", "replicate", "circular")),
    ("nn.Conv2d(4, 6, (4, 2), padding='same', padding_mode='circular')", IMAGE),
    ("nn.Conv2d(4, 6, 3)", "torch.randn(0, 4, 7, 6)"),
    ("nn.Conv3d(2, 4, 2)", "torch.randn(2, 2, 4, 3, 3)"),
    ("nn.Conv3d(2, 4, (1, 2, 3), stride=2, padding=1, groups=2, padding_mode='replicate')", "torch.randn(2, 2, 4, 3, 3)"),
    ("nn.Conv3d(2, 4, 3, padding='same')", "torch.randn(2, 4, 3, 3)"),
    ("nn.ConvTranspose1d(4, 6, 3, stride=2, output_padding=1)", "torch.randn(2, 4, 5)"),
    ("nn.ConvTranspose1d(4, 6, 3, 2, 1, bias=False)", "torch.randn(4, 5)"),
    ("nn.ConvTranspose1d(4, 6, 3, 2, 1)", "torch.randn(2, 4, 5), [10]"),
    ("nn.ConvTranspose2d(4, 6, 3)", IMAGE),
    ("nn.ConvTranspose2d(4, 6, (3, 2), (2, 3), (1, 0), (1, 2), 2, True, (1, 2))", IMAGE),
    ("nn.ConvTranspose2d(4, 6, 3, stride=2, padding=1)", f"{IMAGE}, output_size=(2, 6, 14, 11)"),
    ("nn.ConvTranspose2d(4, 6, 3, stride=2, padding=1)", "torch.randn(4, 7, 6), torch.Size([14, 12])"),
    ("nn.ConvTranspose2d(4, 6, 3, stride=2, padding=1, dilation=2)", "torch.randn(4, 7, 6), (6, 16, 13)"),
    ("nn.ConvTranspose3d(2, 4, 2, stride=2, groups=2)", "torch.randn(2, 2, 2, 3, 2)"),
    ("nn.ConvTranspose3d(2, 4, (1, 2, 3), dilation=(1, 2, 1))", "torch.randn(2, 2, 3, 2)"),
]  # fmt: skip

MISTAKES = [
    ("nn.Conv2d(3, 4, 3, groups=2)", ""),
    ("nn.Conv2d(4, 3, 3, groups=2)", ""),
    ("nn.Conv2d(4, 4, 3, groups=0)", ""),
    ("nn.Conv2d(4, 4, 3, groups=-1)", ""),
    ("nn.Conv2d(4, 4, 3, padding='same', stride=2)", ""),
    ("nn.Conv2d(4, 4)", ""),
    ("nn.Conv2d(4, 4, -1)", ""),
    ("nn.Conv2d(4.0, 4, 1)", ""),
    ("nn.Conv2d(4, 4, 3)", "torch.randn(4)"),
    ("nn.Conv2d(4, 4, 3)", "torch.randn(2, 2, 3, 7, 6)"),
    ("nn.Conv2d(4, 4, 3)", "torch.randn(2, 3, 7, 6)"),
    ("nn.Conv2d(4, 4, 3)", "torch.randn(2, 4, 2, 6)"),
    ("nn.Conv2d(4, 4, 3)", "torch.randn(2, 4, 7, 6).double()"),
    ("nn.Conv2d(4, 4, 3)", "torch.ones(2, 4, 7, 6, dtype=torch.int64)"),
    ("nn.Conv2d(4, 4, 3, padding=4, padding_mode='reflect')", "torch.randn(2, 4, 3, 3)"),
    ("nn.Conv2d(4, 4, (3,))", IMAGE),
    ("nn.Conv2d(4, 4, (3, 3, 3))", IMAGE),
    ("nn.Conv2d(4, 4, 3, stride=0)", IMAGE),
    ("nn.Conv1d(4, 4, 3)", IMAGE),
    ("nn.ConvTranspose2d(4, 4, 3, padding_mode='reflect')", ""),
    ("nn.ConvTranspose2d(4, 6, 3, output_padding=1)", IMAGE),
    ("nn.ConvTranspose2d(4, 6, 3, stride=2)", f"{IMAGE}, (2, 3)"),
    ("nn.ConvTranspose2d(4, 6, 3, stride=2)", f"{IMAGE}, (2, 3, 4)"),
    ("nn.ConvTranspose2d(3, 6, 3)", IMAGE),
]  # fmt: skip


@pytest.mark.parametrize("made, given", CASES)
def test_a_convolution_is_pytorchs(made: str, given: str) -> None:
    assert_twins(made, given)


@pytest.mark.parametrize("made, given", MISTAKES)
def test_a_mistake_with_convolutions_gets_pytorchs_error(made: str, given: str) -> None:
    assert_refused_alike(made, given)


@pytest.mark.parametrize("wrong", ["padding='full'", "padding_mode='mirror'"])
def test_a_name_that_is_not_known_is_answered_with_those_that_are(wrong: str) -> None:
    """PyTorch prints a set, whose order differs from run to run."""
    import minitorch_edu
    from tests.oracle import torch as pytorch

    texts = []
    for engine in (minitorch_edu, pytorch):
        with pytest.raises(ValueError) as caught:
            eval(f"nn.Conv2d(1, 1, 1, {wrong})", {"nn": engine.nn})
        texts.append(sorted(str(caught.value).replace("{", ", ").replace("}", ", ").split(", ")))
    assert texts[0] == texts[1]
