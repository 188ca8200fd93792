"""Views against PyTorch: when a view is possible, which strides it has, that it is one, and what is refused."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import minitorch_edu
from tests.ops.calls import agree

sizes = st.sampled_from([1, 1, 2, 3, 4])
shapes = st.lists(sizes, max_size=4).map(tuple)
steps = st.sampled_from([
    "transpose", "narrow", "step", "expand", "unsqueeze", "select", "permute", "squeeze", "T", "movedim", "swapaxes", "unbind",
    "split", "chunk", "tensor_split", "diagonal", "unfold", "unflatten", "squeeze dim", "squeeze dims", "atleast_3d", "as_strided",
    "view", "reshape", "flatten", "mT", "leading ones", "detach", "unsqueeze_", "transpose_", "squeeze_",
])  # fmt: skip
many = settings(max_examples=max(500, int(os.environ.get("HYPOTHESIS_EXAMPLES", "0"))))
"""The chains of views, searched harder than the rest: HYPOTHESIS_EXAMPLES=20000 is for a night."""


def seen(tensor):
    """Everything about how a tensor looks at its bytes."""
    where = (
        (tensor.stride(), tensor.storage_offset()) if tensor.numel() else ()
    )  # over nothing, strides are NumPy's
    return tuple(tensor.shape), where, tensor.is_contiguous(), tensor._is_view(), tensor


@st.composite
def layouts(draw, max_steps=3):
    """A recipe for a tensor that lies in memory in an unusual way: (shape, [(step, number), ...])."""
    return draw(shapes), draw(st.lists(st.tuples(steps, st.integers(0, 11)), max_size=max_steps))


def laid_out(engine, recipe, dtype="float32"):
    shape, walk = recipe
    count = 1
    for size in shape:
        count *= size
    tensor = engine.arange(count, dtype=getattr(engine, dtype)).reshape(shape)
    for name, number in walk:
        tensor = moved(tensor, name, number)
    return tensor


def further(tensor, name, number):
    """One more view, of those that some tensors refuse: then the tensor as it is."""
    ndim, count = tensor.ndim, tensor.numel()
    dim, other = number % ndim, (number // 2 + 1) % ndim
    size = tensor.shape[dim]
    if name == "movedim":
        return tensor.movedim(dim, other)
    if name == "swapaxes":
        return tensor.swapaxes(dim, -1 - other)
    if name == "unbind":
        return tensor.unbind(dim)[number % size]
    if name == "split":
        return tensor.split(1 + number % 3, dim)[-1]
    if name == "chunk":
        return tensor.chunk(1 + number % 3, dim)[0]
    if name == "tensor_split":
        return tensor.tensor_split(max(1, min(size, number % 3)), dim)[-1]
    if name == "diagonal":
        return tensor.diagonal(0, dim, other) if dim != other else tensor
    if name == "unfold":
        return tensor.unfold(dim, 1 + number % size, 1 + number % 2)
    if name == "unflatten":
        return tensor.unflatten(dim, (-1, 2) if size % 2 == 0 else (1, -1))
    if name == "squeeze dim":
        return tensor.squeeze(dim)
    if name == "squeeze dims":
        return tensor.squeeze((dim, other)) if dim != other else tensor.squeeze((dim,))
    if name == "atleast_3d":
        return tensor.mT if ndim > 2 else tensor.unsqueeze(-1)
    if name == "as_strided":
        return tensor.as_strided(tensor.shape, tensor.stride(), tensor.storage_offset())
    if name == "view":
        return tensor.view(tensor.shape)
    if name == "reshape":
        return tensor.reshape(2, -1) if count % 2 == 0 else tensor.reshape(-1)
    if name == "flatten":
        return tensor.flatten(min(dim, other), max(dim, other))
    if name == "mT":
        return tensor.mT if ndim > 1 else tensor
    if name == "leading ones":
        return tensor.expand(1, 1 + number % 2, *tensor.shape)
    if name == "detach":
        return tensor.detach()
    if name == "unsqueeze_":
        return tensor.view(tensor.shape).unsqueeze_(dim)
    if name == "transpose_":
        return tensor.view(tensor.shape).transpose_(dim, other)
    return tensor.view(tensor.shape).squeeze_()


def moved(tensor, name, number):
    ndim = tensor.ndim
    if name == "unsqueeze":
        return tensor.unsqueeze(number % (ndim + 1))
    if name == "squeeze":
        return tensor.squeeze()
    if name == "T":
        return tensor.permute(tuple(reversed(range(ndim))))
    if not ndim:
        return tensor
    dim, other = number % ndim, (number // 2 + 1) % ndim
    if name == "transpose":
        return tensor.transpose(dim, other)
    if name == "permute":
        return tensor.permute([(place + number) % ndim for place in range(ndim)])
    if name == "expand":
        return tensor.expand([2 + number % 2 if size == 1 else -1 for size in tensor.shape])
    if name == "select":
        return tensor.select(dim, number % tensor.shape[dim])
    if name == "narrow":
        start = number % tensor.shape[dim]
        return tensor.narrow(dim, start, tensor.shape[dim] - start)
    if name != "step":
        return further(tensor, name, number) if tensor.numel() else tensor
    return tensor[(slice(None),) * dim + (slice(number % 2 if tensor.shape[dim] > 1 else 0, None, 2),)]


@many
@given(layouts(5))
def test_views_of_views_have_pytorchs_strides(recipe):
    agree(lambda e: seen(laid_out(e, recipe)))


@many
@given(layouts(), st.data())
def test_view_shows_another_shape_exactly_when_pytorch_does(recipe, data):
    count = laid_out(minitorch_edu, recipe).numel()
    target = data.draw(factorised(count))
    agree(lambda e: seen(laid_out(e, recipe).view(target)))
    agree(lambda e: seen(laid_out(e, recipe).reshape(target)))
    agree(lambda e: seen(laid_out(e, recipe).flatten()))


@st.composite
def factorised(draw, count):
    """A shape that holds `count` elements, with a -1 now and then; seldom one that does not."""
    left, shape = count, []
    while left > 1 and draw(st.booleans()):
        divisors = [size for size in range(1, left + 1) if left % size == 0]
        shape.append(draw(st.sampled_from(divisors)))
        left //= shape[-1]
    shape.append(left)
    shape += [1] * draw(st.integers(0, 2))
    shape = draw(st.permutations(shape))
    if draw(st.integers(0, 3)) == 0:
        shape[draw(st.integers(0, len(shape) - 1))] = draw(st.sampled_from([-1, 5, -2]))
    return tuple(shape)


@many
@given(layouts(), st.integers(0, 8))
def test_the_gradient_finds_its_way_back_through_views(recipe, number):
    def gradient(engine):
        shape, walk = recipe
        count = 1
        for size in shape:
            count *= size
        base = engine.arange(count, dtype=engine.float64).requires_grad_()
        tensor = base.reshape(shape) * 1
        for name, each in walk:
            tensor = moved(tensor, name, each)
        weights = engine.arange(tensor.numel(), dtype=engine.float64).reshape(tensor.shape)
        (tensor * tensor * weights).reshape(-1).sum().backward()
        return base.grad

    agree(gradient)


@given(layouts(), st.lists(st.sampled_from([-1, 0, 1, 2, 3]), max_size=4).map(tuple))
def test_expand_reads_again_what_has_size_one(recipe, target):
    if laid_out(minitorch_edu, recipe).ndim or -1 not in target:  # there, PyTorch speaks of an overflow
        agree(lambda e: seen(laid_out(e, recipe).expand(target)))


@given(layouts(), st.integers(-5, 5), st.integers(-5, 5))
def test_dimensions_are_counted_from_both_ends(recipe, dim, other):
    agree(lambda e: seen(laid_out(e, recipe).transpose(dim, other)))
    agree(lambda e: seen(laid_out(e, recipe).unsqueeze(dim)))
    agree(lambda e: seen(laid_out(e, recipe).squeeze(dim)))
    agree(lambda e: seen(laid_out(e, recipe).squeeze((dim, other))))
    agree(lambda e: laid_out(e, recipe).flatten(dim, other))
    agree(lambda e: seen(laid_out(e, recipe).select(dim, other)))
    agree(lambda e: seen(laid_out(e, recipe).narrow(dim, other, 1)))


@given(layouts(), st.lists(st.integers(-3, 3), max_size=4))
def test_permute_takes_every_dimension_once(recipe, order):
    agree(lambda e: seen(laid_out(e, recipe).permute(order)))


@given(layouts(1), st.lists(sizes, max_size=3), st.lists(st.integers(0, 4), max_size=3), st.integers(0, 4))
def test_as_strided_stays_within_the_storage(recipe, size, stride, offset):
    agree(lambda e: seen(laid_out(e, recipe).as_strided(size, stride, offset)))


def longer_steps(tensor):
    """The strides of sizes beyond 1: those of a copy's single elements lead nowhere."""
    return [
        step for step, size in zip(tensor.stride(), tensor.shape, strict=True) if size > 1 and tensor.numel()
    ]


@given(layouts())
def test_clone_and_contiguous_lie_as_in_pytorch(recipe):
    agree(lambda e: laid_out(e, recipe).contiguous(), stride=True)
    if all(
        name != "unfold" for name, _ in recipe[1]
    ):  # of overlapping windows, PyTorch orders ties in its own way
        agree(lambda e: longer_steps(laid_out(e, recipe).clone()))
    agree(lambda e: laid_out(e, recipe).is_contiguous())
    agree(lambda e: (laid_out(e, recipe) + 1).reshape(-1).is_contiguous())


CASES = {
    "view as": lambda e: e.arange(4).view_as(e.zeros(2, 2)),
    "expand as": lambda e: seen(e.arange(2).expand_as(e.zeros(3, 2))),
    "sizes in a list": lambda e: e.arange(4).view([2, 2]),
    "a size": lambda e: e.arange(4).view(e.zeros(2, 2).shape),
    "two unknown sizes": lambda e: e.arange(4).view(-1, -1),
    "an unknown size of nothing": lambda e: e.zeros(0, 2).view(-1, 0),
    "a negative size": lambda e: e.arange(4).view(-2, 2),
    "view of a transpose": lambda e: e.zeros(2, 3).t().view(6),
    "t of three dimensions": lambda e: e.zeros(1, 2, 3).t(),
    "mT of a vector": lambda e: e.zeros(3).mT,
    "T of a vector": lambda e: seen(e.zeros(3).T),
    "permute with too few": lambda e: e.zeros(2, 3).permute(0),
    "permute with one twice": lambda e: e.zeros(2, 3).permute(0, 0),
    "expand to fewer dimensions": lambda e: e.zeros(2, 3).expand(3),
    "expand what is not one": lambda e: e.zeros(2, 3).expand(2, 4),
    "expand with a new unknown": lambda e: e.zeros(3).expand(-1, 3),
    "flatten from behind to the front": lambda e: e.zeros(2, 3).flatten(1, 0),
    "flatten of a number": lambda e: e.tensor(1.0).flatten(),
    "flatten of nothing to flatten is itself": lambda e: (lambda x: x.flatten() is x)(e.zeros(3)),
    "select of a number": lambda e: e.tensor(1.0).select(0, 0),
    "narrow beyond": lambda e: e.zeros(3).narrow(0, 2, 2),
    "broadcast tensors": lambda e: e.broadcast_tensors(e.zeros(2, 1), e.zeros(3)),
    "a strided window needs as many strides": lambda e: e.zeros(3).as_strided((2,), (1, 1)),
    "unsqueeze beyond": lambda e: e.zeros(3).unsqueeze(3),
    "the names of views": lambda e: [
        x.grad_fn.name() for x in (lambda x: (
            x.view(6), x.reshape(6), x.t().reshape(6), x.t(), x.T, x.mT, x.transpose(0, 1), x.permute(1, 0), x.unsqueeze(0),
            x.squeeze(), x.squeeze(0), x.expand(2, 2, 3), x[0], x[0:1], x[:, 1], x[None], x.flatten(), x.select(0, 1),
            x.narrow(1, 0, 2), x.as_strided((2,), (1,)), x[...], x.contiguous(), x.t().contiguous(), x.clone(), x[[0]],
        ))(e.ones(2, 3, requires_grad=True) * 1)[:-4]
    ],
}  # fmt: skip


@pytest.mark.parametrize("act", CASES.values(), ids=CASES)
def test_the_result_or_the_error_is_pytorchs(act):
    agree(act)


def test_a_view_shares_its_bases_storage_and_version():
    def told(engine):
        base = engine.arange(6.0)
        view = base.view(2, 3)[1]
        view.add_(1)
        return base, base._version, view._version, view._base is base, view.data_ptr() - base.data_ptr()

    agree(told)
