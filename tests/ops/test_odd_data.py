"""Odd data on every road to a tensor: what each object becomes, in which dtype and strides, or how it is refused."""

from __future__ import annotations

import pytest

import minitorch_edu
from tests.oracle import torch as pytorch
from tests.programs import said

pytestmark = pytest.mark.host

GIVEN = """
import array, collections, decimal, fractions

class MyInt(int): pass
class MyFloat(float): pass
class MyList(list): pass
class Idx:
    def __index__(self): return 3
class Flt:
    def __float__(self): return 2.5
class Seq:
    def __len__(self): return 2
    def __getitem__(self, place):
        if place > 1: raise IndexError
        return place + 1
class Arr:
    def __array__(self, dtype=None, copy=None): return np.array([1., 2.])

x = torch.ones(2); a = np.array([1., 2., 4.]); ro = np.array([1., 2.]); ro.flags.writeable = False
z0 = np.array(3); t0 = torch.tensor(2.5); i0 = torch.tensor(3); m = torch.arange(6.).view(2, 3); il = torch.tensor([7, -8, 9])
bl = torch.tensor([True, False]); c = torch.tensor([1 + 2j, 3j]); u16 = np.array([1, 65535], np.uint16)
rec = np.zeros(2, dtype=[("x", "f4"), ("y", "i2")]); obj = np.array([1, 2], dtype=object); big = np.array([1, 2], dtype=">f4")
ld = np.array([1, 2], dtype=np.longdouble); neg = a[::-1]; s3 = np.zeros((2, 3)).T; bc = np.broadcast_to(np.ones(1), (3,))
dt = np.array(["2020-01-01"], dtype="M8[D]"); st = np.array(["a", "b"]); f16 = np.array([1, 2], np.float16); c64 = np.array([1 + 2j], np.complex64)
bo = np.array([True, False]); un = np.zeros(3, dtype=[("x", "i1"), ("y", "f4")])["y"]; nt = collections.namedtuple("P", "x y")(1, 2.)
dq = collections.deque([1, 2]); mv = memoryview(bytearray(b"abcd")); dec = decimal.Decimal("1.5"); fr = fractions.Fraction(1, 2)
ma = np.ma.array([1., 2.], mask=[0, 1])
"""

OBJECTS = [
    "1", "1.5", "True", "1j", "None", "'a'", "b'ab'", "MyInt(3)", "MyFloat(1.5)", "MyList([1,2])", "Idx()", "Flt()", "Seq()", "Arr()", "[Idx()]",
    "[Flt()]", "[Seq()]", "[Arr()]", "dec", "fr", "[dec]", "[fr]", "nt", "dq", "mv", "range(3)", "range(0)", "a", "ro", "z0", "t0", "i0", "m", "il", "bl",
    "c", "u16", "rec", "obj", "big", "ld", "neg", "s3", "bc", "dt", "st", "f16", "c64", "bo", "un", "ma", "[a]", "[a,a]", "(a,a)", "[z0]", "[z0,1]",
    "[t0]", "[t0,1]", "[t0,i0]", "[il,il]", "[[t0,1],[2,3]]", "[m[0],m[1]]", "[MyInt(1)]", "[MyFloat(1)]", "[True,1.5]", "[1,2.5,3j]", "[[1,2],[3,4]]",
    "[[1,2],(3,4.)]", "[[1],[2,3]]", "[[],[]]", "[]", "[[]]", "{1:2}", "{1,2}", "(i for i in (1,2))", "np.float16(1)", "np.float32(1.5)",
    "np.float64(1.5)", "np.longdouble(1)", "np.int8(1)", "np.uint16(3)", "np.uint32(3)", "np.uint64(3)", "np.bool_(True)", "np.complex64(1j)",
    "np.str_('a')", "np.datetime64('2020')", "[np.float32(1)]", "[np.uint16(3)]", "[np.uint64(3)]", "[np.longdouble(1)]", "[np.complex64(1)]",
    "[np.bool_(1),2]", "[np.float16(1),1]", "np.array(2.5)", "np.array([[1,2],[3,4]])[:,0]", "np.array(None)", "a[1]", "[ro]", "[neg]", "[[a,a]]",
    "[np.array([1,2]),[3,4]]", "[[1,2],np.array([3,4])]", "object", "type", "torch", "torch.float32", "slice(3)", "lambda:1", "bytearray(b'ab')",
    "memoryview(b'ab')", "'abc'", "['a','b']", "[b'a']", "[1,None]", "[None,1]", "2**63", "-2**63-1", "2**64", "[2**62]", "[2**63]", "1e400",
    "float('nan')", "m[0,0]", "m[:,::2]", "torch.Size([2,3])", "a.tolist()", "np.arange(4).reshape(2,2)", "Ellipsis",
]  # fmt: skip

ROADS = [
    "torch.tensor({})", "torch.as_tensor({})", "torch.asarray({})", "torch.tensor({}, dtype=torch.float32)", "torch.tensor({}, dtype=torch.int64)",
    "torch.tensor({}, dtype=torch.bool)", "torch.as_tensor({}, dtype=torch.float64)", "torch.asarray({}, dtype=torch.int32)", "torch.Tensor({})",
    "torch.LongTensor({})", "x.new_tensor({})", "torch.from_numpy({})", "torch.from_dlpack({})", "torch.tensor([{}], dtype=torch.complex64)",
]  # fmt: skip

LEGACY = ("torch.Tensor(", "torch.LongTensor(")
SIZES = ("1", "MyInt(3)", "z0", "i0", "torch.Size([2,3])", "Idx()", "np.int8(1)", "np.uint16(3)", "np.uint32(3)", "np.uint64(3)", "2**63", "-2**63-1", "2**64")
"""What the old constructors take for sizes: the numbers in such tensors are what was in memory before."""

ABORTS = ("neg",)
"""PyTorch's from_dlpack ends the process."""


def outcome(engine: object, call: str) -> str:
    return said(engine, f"{GIVEN}\nr = {call}\nprint(type(r).__name__, r.dtype, tuple(r.shape), r.stride(), r)")


@pytest.mark.parametrize("data", OBJECTS)
def test_an_object_becomes_on_each_road_what_it_does_in_pytorch(data: str) -> None:
    differ = []
    for road in ROADS:
        if road.startswith(LEGACY) and data in SIZES or "dlpack" in road and data in ABORTS:
            continue
        ours, theirs = (outcome(engine, road.format(data)) for engine in (minitorch_edu, pytorch))
        ours = ours.replace("minitorch_edu.dtypes.", "torch.")
        if ours != theirs:
            differ.append(f"{road.format(data)}\nours:   {ours}\ntheirs: {theirs}")
    assert not differ, "\n".join(differ)


@pytest.mark.parametrize("data", [each for each in SIZES if "2**6" not in each])
@pytest.mark.parametrize("road", LEGACY)
def test_the_old_constructors_take_pytorchs_sizes(road: str, data: str) -> None:
    ours, theirs = (said(engine, f"{GIVEN}\nprint({road}{data}).shape)") for engine in (minitorch_edu, pytorch))
    assert ours == theirs
