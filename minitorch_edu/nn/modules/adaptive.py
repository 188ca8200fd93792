"""Adaptive log softmax: for very many classes, of which a few are frequent and the rest come in clusters."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from minitorch_edu.nn.functional import log_softmax
from minitorch_edu.nn.modules.container import ModuleList, Sequential
from minitorch_edu.nn.modules.linear import Linear
from minitorch_edu.nn.modules.module import Module
from minitorch_edu.tensor import Tensor


class _ASMoutput(NamedTuple):
    output: Tensor
    loss: Tensor


class AdaptiveLogSoftmaxWithLoss(Module):
    """The log probability of each target's class, and the loss: minus their mean.

    Classes are numbered from the most frequent on. `head` chooses among the classes below the first of the `cutoffs`
    and, one more output for each, the clusters between the cutoffs; a module of `tail` chooses within a cluster. It has
    `div_value` times fewer numbers to choose by than the one before.

    >>> generator = torch.manual_seed(0)
    >>> loss = torch.nn.AdaptiveLogSoftmaxWithLoss(16, 10, cutoffs=[2, 5])
    >>> loss(torch.zeros(3, 16), torch.tensor([0, 4, 9])).output
    tensor([-1.3863, -2.4849, -2.9957], grad_fn=<AddBackward0>)
    """

    def __init__(
        self,
        in_features: int,
        n_classes: int,
        cutoffs: Sequence[int],
        div_value: float = 4.0,
        head_bias: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        cutoffs = list(cutoffs)
        _check(cutoffs, n_classes)
        self.in_features = in_features
        self.n_classes = n_classes
        self.cutoffs = [*cutoffs, n_classes]
        self.div_value = div_value
        self.head_bias = head_bias
        self.shortlist_size = cutoffs[0]
        self.n_clusters = len(cutoffs)
        self.head_size = self.shortlist_size + self.n_clusters
        self.head = Linear(in_features, self.head_size, head_bias, device, dtype)
        self.tail = ModuleList()
        for number, (low, high) in enumerate(pairwise(self.cutoffs), 1):
            narrow = int(in_features // div_value**number)
            self.tail.append(
                Sequential(
                    Linear(in_features, narrow, False, device, dtype),
                    Linear(narrow, high - low, False, device, dtype),
                )
            )

    def reset_parameters(self) -> None:
        self.head.reset_parameters()
        cluster: Any
        for cluster in self.tail:
            narrowing, choosing = cluster
            narrowing.reset_parameters()
            choosing.reset_parameters()

    def forward(self, input_: Tensor, target_: Tensor) -> _ASMoutput:
        _check_sizes(input_, target_)
        batched = target_.dim() > 0
        input = input_ if batched else input_.unsqueeze(0)
        target = target_ if batched else target_.unsqueeze(0)
        output = input.new_zeros(len(target))
        chosen = target.new_empty(len(target))  # what the head has to choose: the class, or its cluster
        seen = 0
        for cluster, (low, high) in enumerate(pairwise([0, *self.cutoffs])):
            within = (target >= low) & (target < high)
            rows = within.nonzero().squeeze()
            if not rows.numel():
                continue
            seen += rows.numel()
            if not cluster:
                chosen.index_copy_(0, rows, target[within])
                continue
            chosen.index_fill_(0, rows, self.shortlist_size + cluster - 1)
            found = log_softmax(self.tail[cluster - 1](input.index_select(0, rows)), dim=1)
            found = found.gather(1, (target[within] - low).unsqueeze(1))
            output.index_copy_(0, rows, found.squeeze(1))
        if seen != len(target):
            raise RuntimeError(
                f"Target values should be in [0, {self.n_classes - 1}], but values in range [{target.min().item()}, "
                f"{target.max().item()}] were found. "
            )
        output += log_softmax(self.head(input), dim=1).gather(1, chosen.unsqueeze(1)).squeeze()
        loss = (-output).mean()
        return _ASMoutput(output if batched else output.squeeze(0), loss)

    def log_prob(self, input: Tensor) -> Tensor:
        """The log probabilities of all classes: (N, in_features) becomes (N, n_classes)."""
        return self._get_full_log_prob(input, self.head(input))

    def predict(self, input: Tensor) -> Tensor:
        """The most probable class of each row; the tail is asked only where the head chooses a cluster."""
        head = self.head(input)
        output = head.argmax(dim=1)
        rare = output >= self.shortlist_size
        if not rare.any():
            return output
        if rare.all():
            return self._get_full_log_prob(input, head).argmax(dim=1)
        output[rare] = self._get_full_log_prob(input[rare], head[rare]).argmax(dim=1)
        return output

    def _get_full_log_prob(self, input: Tensor, head_output: Tensor) -> Tensor:
        result = input.new_empty((head_output.size(0), self.n_classes))
        head = log_softmax(head_output, dim=1)
        frequent = self.shortlist_size
        result[:, :frequent] = head[:, :frequent]
        for cluster, (low, high) in enumerate(pairwise(self.cutoffs)):
            within = log_softmax(self.tail[cluster](input), dim=1)
            result[:, low:high] = within + head[:, frequent + cluster].unsqueeze(1)
        return result


def _check(cutoffs: list[int], n_classes: int) -> None:
    if not cutoffs:
        raise ValueError("cutoffs should be a sequence of length larger than 0")
    ordered = cutoffs == sorted(set(cutoffs)) and all(int(each) == each for each in cutoffs)
    if not ordered or cutoffs[0] <= 0 or cutoffs[-1] > n_classes - 1:
        raise ValueError(
            "cutoffs should be a sequence of unique, positive integers sorted in an increasing order, where each "
            "value is between 1 and n_classes-1"
        )


def _check_sizes(input: Tensor, target: Tensor) -> None:
    dimensions = target.dim()
    if dimensions > 1:
        raise RuntimeError("0D or 1D target tensor expected, multi-target not supported")
    if dimensions and input.size(0) != target.size(0):
        raise RuntimeError("Input and target should have the same size in the batch dimension.")
    if input.dim() != dimensions + 1:
        raise RuntimeError(
            f"{dimensions}D target tensor expects {dimensions + 1}D input tensors, but found inputs with size "
            f"{input.size()}"
        )
