"""Modes: no_grad, enable_grad, set_grad_enabled, inference_mode, anomaly detection; and what threads have of their own."""

import re

import pytest

import minitorch_edu
from tests.autograd.claims import heard, holds_for_both
from tests.oracle import torch as pytorch

test_modes_are_pytorchs = holds_for_both('''
# no_grad records nothing, and what comes out is a leaf
with torch.no_grad(): y = x * 2; print(torch.is_grad_enabled())
print(y.requires_grad, y.is_leaf, torch.is_grad_enabled())

# a leaf may ask for gradients within no_grad
with torch.no_grad(): y = torch.ones(2, requires_grad=True); z = y * 2
print(y.requires_grad, z.requires_grad); print((y * 2).requires_grad)

# enable_grad within no_grad records
with torch.no_grad():
    with torch.enable_grad(): y = x * 2
    z = x * 2
print(y.requires_grad, z.requires_grad)

# set_grad_enabled works at once
torch.set_grad_enabled(False); print((x * 2).requires_grad); torch.set_grad_enabled(True); print((x * 2).requires_grad)

# set_grad_enabled as a with-block
for mode in (False, True):
    with torch.set_grad_enabled(mode): print((x * 2).requires_grad)
print(torch.is_grad_enabled(), torch.set_grad_enabled(True))

# set_grad_enabled wants a bool
tries(torch.set_grad_enabled, "no"); print(torch.is_grad_enabled())

# as decorators
@torch.no_grad()
def quiet(x): "Doc."; return x * 2
@torch.no_grad
def quieter(x): return x * 2
@torch.enable_grad()
def loud(x): return x * 2
@torch.set_grad_enabled(False)
def set_(x): return x * 2
print(quiet(x).requires_grad, quieter(x).requires_grad, set_(x).requires_grad, quiet.__name__, quiet.__doc__, torch.is_grad_enabled())
with torch.no_grad(): print(loud(x).requires_grad)

# a decorated function that raises leaves the mode as it was
@torch.no_grad()
def raises(): raise ValueError("mine")
tries(raises); print(torch.is_grad_enabled())

# a decorated generator: each step in the mode, and the caller in its own
@torch.no_grad()
def numbers():
    try:
        for i in range(3): got = yield i, torch.is_grad_enabled(); print("got", got)
    finally: print("end", torch.is_grad_enabled())
    return "returned"
g = numbers(); print(next(g), torch.is_grad_enabled()); print(g.send("a"), torch.is_grad_enabled()); g.close()
for each in numbers(): print(each, torch.is_grad_enabled())

# an exception thrown into a decorated generator
@torch.no_grad()
def catches():
    try: yield 1
    except ValueError as error: yield (str(error), torch.is_grad_enabled())
g = catches(); next(g); print(g.throw(ValueError("thrown")))

# a decorated class is deprecated
@torch.no_grad()
class Model:
    def __init__(self): self.mode = torch.is_grad_enabled()
print(Model().mode)

# a with-block object can be used again
mode = torch.no_grad()
for _ in range(2):
    with mode: print(torch.is_grad_enabled())
print(torch.is_grad_enabled())

# the mode belongs to the thread
def look(): print(torch.is_grad_enabled())
with torch.no_grad():
    t = threading.Thread(target=look); t.start(); t.join()

# a view made under no_grad shares the bytes, and cannot be written when recorded
y = x * 1
with torch.no_grad(): v = y[:1]
print(v.requires_grad); tries(v.mul_, w[0])

# a parameter may be updated under no_grad only
tries(x.sub_, 0.1)
with torch.no_grad(): x.sub_(0.1); x -= 0.1
print(x, x._version)

# inference mode makes inference tensors
with torch.inference_mode(): y = x * 2; n = torch.ones(2); print(torch.is_grad_enabled(), torch.is_inference_mode_enabled(), x.is_inference())
print(y.is_inference(), n.is_inference(), y.requires_grad, torch.is_inference(y), torch.is_inference_mode_enabled())

# an inference tensor counts no versions
with torch.inference_mode(): y = x * 2; y.mul_(2); tries(lambda: y._version)
tries(lambda: y._version); print(y)

# an inference tensor cannot be saved for backward
with torch.inference_mode(): y = c * 2
tries(lambda: x * y)

# where nothing is saved, it may take part
with torch.inference_mode(): y = c * 2
z = x + y; print(z.requires_grad, z.is_inference()); z.sum().backward(); print(x.grad)

# an inference tensor cannot be written outside
with torch.inference_mode(): y = c * 2
tries(y.add_, 1)

# nor can it ask for gradients
with torch.inference_mode(): y = c * 2; print((torch.ones(2, requires_grad=True) * 2).requires_grad)
tries(y.requires_grad_)

# a clone of an inference tensor is an ordinary one
with torch.inference_mode(): y = c * 2
z = y.clone(); print(z.is_inference()); z.add_(1); print((z * x).requires_grad)

# a view of an inference tensor is one
with torch.inference_mode(): y = c * 2
v = y[:1]; print(v.is_inference(), v.requires_grad)

# a view of an ordinary tensor in inference mode is an ordinary one
with torch.inference_mode(): v = c[:1]; d = c.detach(); print(v.is_inference(), d.is_inference())

# an ordinary tensor may be written in inference mode
with torch.inference_mode(): c.mul_(2)
print(c, c._version, c.is_inference())

# inference mode as a decorator, with and without brackets
@torch.inference_mode()
def one(x): return x * 2
@torch.inference_mode
def two(x): return x * 2
print(one(x).is_inference(), two(x).is_inference(), torch.inference_mode(False)(lambda: (x * 2).requires_grad)())

# inference mode can be switched off within
with torch.inference_mode():
    with torch.inference_mode(False): y = x * 2; print(y.requires_grad, y.is_inference(), torch.is_grad_enabled())
    print(torch.is_inference_mode_enabled())

# enable_grad does not help in inference mode
with torch.inference_mode():
    with torch.enable_grad(): y = x * 2; print(torch.is_grad_enabled(), y.requires_grad, y.is_inference())

# no_grad around inference mode is there again afterwards
with torch.no_grad():
    with torch.inference_mode(): pass
    print(torch.is_grad_enabled(), torch.is_inference_mode_enabled())

# inference mode belongs to the thread
def look(): y = x * 2; print(torch.is_inference_mode_enabled(), y.requires_grad, y.is_inference())
with torch.inference_mode():
    t = threading.Thread(target=look); t.start(); t.join()

# a backward pass of an inference tensor
with torch.inference_mode(): y = (x * 2).sum()
tries(y.backward)

# anomaly detection warns when it is switched on
with torch.autograd.detect_anomaly(): print(torch.is_anomaly_enabled(), torch.is_anomaly_check_nan_enabled())
print(torch.is_anomaly_enabled())

# set_detect_anomaly does not
torch.autograd.set_detect_anomaly(True); print(torch.is_anomaly_enabled()); torch.autograd.set_detect_anomaly(False); print(torch.is_anomaly_enabled())
with torch.autograd.set_detect_anomaly(True, check_nan=False): print(torch.is_anomaly_enabled(), torch.is_anomaly_check_nan_enabled())
print(torch.is_anomaly_enabled(), torch.is_anomaly_check_nan_enabled())

# a pass over what was made without it has nothing to show
z = torch.zeros(1, requires_grad=True); y = (z.sqrt() * 0).sum()
with torch.autograd.set_detect_anomaly(True): tries(y.backward)

# nan may be allowed
z = torch.zeros(1, requires_grad=True)
with torch.autograd.set_detect_anomaly(True, check_nan=False): (z.sqrt() * 0).sum().backward()
print(z.grad)
''')

POINTS = {
    "nan": "def forward(z):\n    y = z.sqrt()\n    return (y * 0).sum()\nz = torch.zeros(1, requires_grad=True)\n"
    "with torch.autograd.set_detect_anomaly(True): tries(forward(z).backward)",
    "a write": "def forward(z):\n    y = z.exp()\n    s = y * 2\n    y.mul_(3)\n    return s.sum() + y.sum()\n"
    "with torch.autograd.set_detect_anomaly(True): tries(forward(x).backward)",
    "a Function": "class Bad(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x): return x * 2\n"
    "    @staticmethod\n    def backward(ctx, grad): raise ValueError('mine')\n"
    "with torch.autograd.set_detect_anomaly(True): tries(Bad.apply(x).sum().backward)",
    "a second derivative": "z = torch.zeros(1, requires_grad=True)\nwith torch.autograd.set_detect_anomaly(True):\n"
    "    g, = torch.autograd.grad((z ** 1.5).sum(), z, create_graph=True)\n"
    "    h, = torch.autograd.grad(g.sum(), z, create_graph=True)\n    tries((h * 0).sum().backward)",
}  # fmt: skip


@pytest.mark.parametrize("program", POINTS.values(), ids=POINTS)
def test_anomaly_detection_points_at_the_line_of_the_forward_pass(program):
    def told(engine):
        text = heard(engine, program)
        return [
            line
            for line in text.split("\n")
            if not re.search(r'File "(?!<string>)|^    |^$|pytest', line)  # the student's lines alone
        ]

    ours, theirs = told(minitorch_edu), told(pytorch)
    assert any('File "<string>"' in line for line in ours)
    assert ours == theirs
