"""In-place views, writes that views refuse, memory formats and bad input, against PyTorch."""

from __future__ import annotations

import pytest

import minitorch_edu
from tests.ops.calls import agree
from tests.ops.tensors import leaf, made, told

# --- in-place forms -------------------------------------------------------------------------------------------------

IN_PLACE = {
    "t_": lambda x: x.t_(),
    "transpose_": lambda x: x.transpose_(0, -1),
    "swapaxes_": lambda x: x.swapaxes_(0, 1),
    "swapdims_": lambda x: x.swapdims_(-1, 0),
    "unsqueeze_": lambda x: x.unsqueeze_(1),
    "squeeze_": lambda x: x.squeeze_(),
    "squeeze_ one": lambda x: x.squeeze_(0),
    "squeeze_ two": lambda x: x.squeeze_((0, 1)),
    "as_strided_": lambda x: x.as_strided_((2,), (1,)),
    "t_ beyond two": lambda x: x.unsqueeze_(0).t_(),
    "transpose_ beyond": lambda x: x.transpose_(0, 2),
    "unsqueeze_ beyond": lambda x: x.unsqueeze_(5),
    "squeeze_ beyond": lambda x: x.squeeze_(5),
    "swapaxes_ beyond": lambda x: x.swapaxes_(0, 3),
}
HELD = {
    "plain": lambda e: e.zeros(1, 3),
    "a leaf": lambda e: leaf(e, 1, 3),
    "made": lambda e: made(e, 1, 3),
    "a view": lambda e: e.zeros(2, 3)[1:],
    "a view of what was made": lambda e: made(e, 2, 3)[1:],
    "a view of a leaf": lambda e: leaf(e, 2, 3)[1:],
    "one of several views": lambda e: made(e, 2, 3).split(1)[1],
}


@pytest.mark.parametrize("act", IN_PLACE.values(), ids=IN_PLACE)
@pytest.mark.parametrize("hold", HELD.values(), ids=HELD)
def test_a_tensor_seen_anew_in_place(hold, act):
    def seen(engine):
        x = hold(engine)
        result = act(x)
        return result is x, told(x)

    agree(seen)


@pytest.mark.parametrize("name", [name for name in IN_PLACE if "beyond" not in name])
def test_gradients_flow_through_what_was_seen_anew(name):
    def gradient(engine):
        x = leaf(engine, 1, 3)
        y = x * 2
        IN_PLACE[name](y)
        (y * y).sum().backward()
        return x.grad

    agree(gradient)


def test_other_views_follow_a_base_that_is_seen_anew():
    def follow(engine):
        x = leaf(engine, 2, 3)
        base = x * 1
        view = base[0]
        base.t_()
        (view * view).sum().backward()
        return told(view)[:-1], base.grad_fn.name(), x.grad

    agree(follow)


# --- writes that a view refuses -------------------------------------------------------------------------------------

VIEWS = {
    "split": lambda x: x.split(2)[0],
    "split into sizes": lambda x: x.split([1, 3])[1],
    "chunk": lambda x: x.chunk(2)[1],
    "unbind": lambda x: x.unbind()[0],
    "a row": lambda x: list(x)[1],
    "a view of a part": lambda x: x.split(2)[0].view(2, 1),
    "tensor split": lambda x: x.tensor_split(2)[0],
    "hsplit": lambda x: x.hsplit(2)[1],
    "view": lambda x: x.view(2, 2),
    "select": lambda x: x.select(0, 1),
    "expand": lambda x: x.expand(4),
    "t": lambda x: x.t(),
    "diagonal": lambda x: x.view(2, 2).diagonal(),
}
WHEN = {
    "recorded": lambda e: e.enable_grad(),
    "unrecorded": lambda e: e.no_grad(),
}
OF = {
    "what was made": lambda e: made(e, 4),
    "a leaf": lambda e: leaf(e, 4),
    "plain numbers": lambda e: e.zeros(4),
}
WRITES = {
    "into the view": lambda e, x, v: v.mul_(2),
    "of what requires grad into the view": lambda e, x, v: v.mul_(leaf(e, 1).sum()),
    "into the base": lambda e, x, v: x.mul_(2),
    "unrecorded into the base": lambda e, x, v: unrecorded(e, x),
    "unrecorded into the view": lambda e, x, v: unrecorded(e, v),
    "a transpose in place": lambda e, x, v: v.t_(),
}


def unrecorded(engine, x):
    with engine.no_grad():
        x.mul_(2)


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("of", OF.values(), ids=OF)
@pytest.mark.parametrize("when", WHEN.values(), ids=WHEN)
@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_a_view_refuses_the_writes_that_pytorch_refuses(view, when, of, write):
    def act(engine):
        x = of(engine)
        with when(engine):
            v = view(x)
        before = (v.requires_grad, v.is_leaf)
        write(engine, x, v)
        return before, told(v), told(x)

    agree(act)


# --- memory formats -------------------------------------------------------------------------------------------------

FORMATS = ["contiguous_format", "preserve_format", "channels_last", "channels_last_3d"]
IMAGES = {
    "images": lambda e: e.arange(120).reshape(2, 3, 4, 5),
    "images, channels last": lambda e: e.arange(120).reshape(2, 4, 5, 3).permute(0, 3, 1, 2),
    "one channel": lambda e: e.arange(24).reshape(2, 1, 3, 4),
    "single pixels": lambda e: e.arange(6).reshape(2, 3, 1, 1),
    "one pixel": lambda e: e.arange(1).reshape(1, 1, 1, 1),
    "volumes": lambda e: e.arange(240).reshape(2, 3, 2, 4, 5),
    "a matrix": lambda e: e.arange(6).reshape(2, 3),
    "a transposed matrix": lambda e: e.arange(6).reshape(2, 3).t(),
}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("image", IMAGES.values(), ids=IMAGES)
def test_memory_formats(image, form):
    agree(lambda e: image(e).is_contiguous(memory_format=getattr(e, form)))
    agree(lambda e: image(e).contiguous(memory_format=getattr(e, form)), stride=True)
    agree(lambda e: image(e).clone(memory_format=getattr(e, form)), stride=True)
    agree(lambda e: (lambda x: x.contiguous(memory_format=getattr(e, form)) is x)(image(e)))


def test_memory_formats_are_named():
    agree(lambda e: [repr(getattr(e, form)) for form in FORMATS])
    for act in (
        lambda e: e.zeros(2).contiguous(memory_format=1),
        lambda e: e.zeros(2).clone(memory_format=1),
        lambda e: e.zeros(2).is_contiguous(memory_format=1),
    ):
        agree(act)


def test_gradients_flow_through_a_change_of_format():
    def gradient(engine):
        x = leaf(engine, 1, 2, 2, 2)
        y = x.contiguous(memory_format=engine.channels_last)
        (y * y).sum().backward()
        return x.grad, y.grad_fn.name()

    agree(gradient)


# --- bad input ------------------------------------------------------------------------------------------------------

BAD_VIEWS = {
    "a name": lambda e: e.zeros(2, 3).view("a"),
    "nothing": lambda e: e.zeros(2, 3).view(),
    "a float": lambda e: e.zeros(2, 3).view(1.5),
    "a size and a name": lambda e: e.zeros(2, 3).view(2, "a"),
    "None": lambda e: e.zeros(2, 3).view(None),
    "a list with a float": lambda e: e.zeros(2, 3).view([2, 1.5]),
    "a tuple and a size": lambda e: e.zeros(2, 3).view((2, 3), 1),
    "too many": lambda e: e.zeros(2, 3).view(7),
    "too many for reshape": lambda e: e.zeros(2, 3).reshape(7),
    "permute nothing": lambda e: e.zeros(2, 3).permute(),
    "permute a name": lambda e: e.zeros(2, 3).permute("a"),
    "expand to nothing": lambda e: e.zeros(2, 3).expand(),
    "expand to a name": lambda e: e.zeros(2, 3).expand(2, "a"),
    "expand a number by -1": lambda e: e.tensor(1.0).expand(-1),
    "transpose by a float": lambda e: e.zeros(2, 3).transpose(0, 1.0),
    "unsqueeze by a float": lambda e: e.zeros(2, 3).unsqueeze(1.0),
    "unsqueeze by a name": lambda e: e.zeros(2, 3).unsqueeze("a"),
    "squeeze by a float": lambda e: e.zeros(2, 3).squeeze(1.0),
    "squeeze one twice": lambda e: e.zeros(2, 3).squeeze((0, -2)),
    "view as a number": lambda e: e.zeros(2, 3).view_as(3),
    "expand as a number": lambda e: e.zeros(2, 3).expand_as(3),
    "a negative stride": lambda e: e.zeros(2, 3).as_strided((2,), (-1,)),
    "a negative size": lambda e: e.zeros(2, 3).as_strided((-2,), (1,)),
    "a negative offset": lambda e: e.zeros(2, 3).as_strided((2,), (1,), -1),
    "beyond the storage": lambda e: e.zeros(2, 3).as_strided((9,), (1,)),
    "an offset beyond the storage": lambda e: e.zeros(2, 3).as_strided((2,), (1,), 6),
}


@pytest.mark.parametrize("act", BAD_VIEWS.values(), ids=BAD_VIEWS)
def test_bad_input_gets_pytorchs_words(act):
    with pytest.raises(Exception, match="."):
        act(minitorch_edu)
    agree(act)
