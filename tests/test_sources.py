"""Four articles on tensors and NumPy arrays: their programs print here what the articles say they print.

Where an article's output comes from an older PyTorch or from Windows, what PyTorch 2.13 prints on Linux is pinned, and
a comment says so. Programs that need a GPU run on a simulated one, and on a real one where there is one.
"""

from __future__ import annotations

import contextlib
import textwrap
from typing import Any

import pytest

import minitorch_edu
from tests.oracle import torch as pytorch
from tests.programs import said

pytestmark = pytest.mark.host

ENGINES = pytest.mark.parametrize("engine", [minitorch_edu, pytorch], ids=["minitorch_edu", "torch"])

DETACHED = (
    "RuntimeError: Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead."
)

ARTICLES = {
    # --- detach() and numpy() -----------------------------------------------------------------------------------------
    "a leaf that requires grad": (
        "a = torch.tensor([0.1265, 0.9635], requires_grad=True); print(a)",
        "tensor([0.1265, 0.9635], requires_grad=True)\n",
    ),
    "numpy() of what requires grad": ("a = torch.rand(2, requires_grad=True); a.numpy()", DETACHED),
    "detach() and numpy()": (
        "a = torch.tensor([0.1265, 0.9635], requires_grad=True); b = a.detach().numpy(); print(b)",
        "[0.1265 0.9635]\n",
    ),
    "a write through the array is seen in the tensor": (
        """
        a = torch.tensor([0.1265, 0.9635], requires_grad=True)
        b = a.detach().numpy()
        b[0] = 10
        print(a)""",
        "tensor([10.0000,  0.9635], requires_grad=True)\n",
    ),
    "a write through data": (
        """
        a = torch.tensor([0.1265, 0.9635], requires_grad=True)
        b = a.detach().numpy(); b[0] = 10
        c = a.data.numpy()
        c[1] = 100
        print(a)""",
        "tensor([ 10., 100.], requires_grad=True)\n",
    ),
    "without gradients": (  # no error since 1.13, and the array shares the memory
        """
        a = torch.tensor([10.0, 100.0], requires_grad=True)
        with torch.no_grad():
            y = a.numpy()
        print(y, type(y).__name__)""",
        "[ 10. 100.] ndarray\n",
    ),
    # --- from_numpy(), Tensor() and tensor() --------------------------------------------------------------------------
    "three ways from an array": (  # NumPy's default integer is int64 on Linux; the article has int32
        """
        np_array = np.array([5, 7, 1, 2, 4, 4])
        tensor_a = torch.from_numpy(np_array)
        tensor_b = torch.Tensor(np_array)
        tensor_c = torch.tensor(np_array)
        print(np_array.dtype)
        print(f'tensor_a: {tensor_a}\\ntensor_b: {tensor_b}\\ntensor_c: {tensor_c}')
        print(tensor_a.dtype)
        print(tensor_b.dtype)
        print(tensor_c.dtype)""",
        """\
        int64
        tensor_a: tensor([5, 7, 1, 2, 4, 4])
        tensor_b: tensor([5., 7., 1., 2., 4., 4.])
        tensor_c: tensor([5, 7, 1, 2, 4, 4])
        torch.int64
        torch.float32
        torch.int64
        """,
    ),
    "three ways from an array of int32": (  # the article's own output
        """
        np_array = np.array([5, 7, 1, 2, 4, 4], dtype=np.int32)
        tensor_a, tensor_b, tensor_c = torch.from_numpy(np_array), torch.Tensor(np_array), torch.tensor(np_array)
        print(repr(np_array.dtype))
        print(f'tensor_a: {tensor_a}\\ntensor_b: {tensor_b}\\ntensor_c: {tensor_c}')""",
        """\
        dtype('int32')
        tensor_a: tensor([5, 7, 1, 2, 4, 4], dtype=torch.int32)
        tensor_b: tensor([5., 7., 1., 2., 4., 4.])
        tensor_c: tensor([5, 7, 1, 2, 4, 4], dtype=torch.int32)
        """,
    ),
    "a dtype of one's own": (
        """
        np_array = np.array([5, 7, 1, 2, 4, 4], dtype=np.int32)
        tensor_a = torch.from_numpy(np_array)
        tensor_b = torch.Tensor(np_array)
        tensor_c = torch.tensor(np_array, dtype=torch.int32)
        print(tensor_a.dtype, tensor_b.dtype, tensor_c.dtype)
        print(tensor_a.float().dtype, tensor_b.float().dtype, tensor_c.float().dtype)""",
        "torch.int32 torch.float32 torch.int32\ntorch.float32 torch.float32 torch.float32\n",
    ),
    "three ways to an array": (
        """
        tensor = torch.tensor([1, 2, 3, 4, 5])
        np_a = tensor.numpy()
        np_b = tensor.detach().numpy()
        np_c = tensor.detach().cpu().numpy()
        print(repr(np_a), np_a.dtype, np_b, np_c)""",
        "array([1, 2, 3, 4, 5]) int64 [1 2 3 4 5] [1 2 3 4 5]\n",  # int64 goes without saying on Linux
    ),
    "an array of what requires grad": (
        "tensor = torch.tensor([1, 2, 3, 4, 5], dtype=torch.float32, requires_grad=True); np_a = tensor.numpy()",
        DETACHED,
    ),
    "an array of what required grad": (
        """
        tensor = torch.tensor([1, 2, 3, 4, 5], dtype=torch.float32, requires_grad=True)
        print(repr(tensor.detach().numpy()))
        print(repr(tensor.detach().cpu().numpy()))""",
        "array([1., 2., 3., 4., 5.], dtype=float32)\narray([1., 2., 3., 4., 5.], dtype=float32)\n",
    ),
    # --- shared memory ------------------------------------------------------------------------------------------------
    "the array shares the tensor's storage": (
        """
        a = torch.ones((1,2))
        print(a)
        na = a.numpy()
        na[0][0]=10
        print(na)
        print(a)""",
        "tensor([[1., 1.]])\n[[10.  1.]]\ntensor([[10.,  1.]])\n",
    ),
    "a copy of the array does not": (
        """
        a = torch.ones((1,2))
        print(a)
        na = a.numpy()
        nac = na.copy()
        nac[0][0]=10
        print(nac)
        print(na)
        print(a)""",
        "tensor([[1., 1.]])\n[[10.  1.]]\n[[1. 1.]]\ntensor([[1., 1.]])\n",
    ),
    "the array of a detached leaf shares its storage": (
        """
        a = torch.ones((1,2), requires_grad=True)
        print(a)
        na = a.detach().numpy()
        na[0][0]=10
        print(na)
        print(a)""",
        "tensor([[1., 1.]], requires_grad=True)\n[[10.  1.]]\ntensor([[10.,  1.]], requires_grad=True)\n",
    ),
    "the leaf itself gives no array": ("a = torch.ones((1,2), requires_grad=True); na = a.numpy()", DETACHED),
    # --- a first conversion -------------------------------------------------------------------------------------------
    "a first conversion": (
        """
        tensor = torch.tensor([1, 2, 3])
        numpy_array = tensor.numpy()
        print("the numpy array from the pytorch tensor is:", numpy_array)""",
        "the numpy array from the pytorch tensor is: [1 2 3]\n",
    ),
}


@ENGINES
@pytest.mark.parametrize("program", ARTICLES)
def test_a_program_prints_what_its_article_says(engine: object, program: str) -> None:
    text, expected = ARTICLES[program]
    assert said(engine, text) == textwrap.dedent(expected)


NOT_ON_THE_HOST = (
    "TypeError: can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host memory "
    "first."
)

ON_A_GPU = {
    "on a GPU, to('cpu')": (
        """
        a = torch.ones((1,2), device='cuda')
        print(a)
        na = a.to('cpu').numpy()
        na[0][0]=10
        print(na)
        print(a)""",
        """\
        tensor([[1., 1.]], device='cuda:0')
        [[10.  1.]]
        tensor([[1., 1.]], device='cuda:0')
        """,
    ),
    "on a GPU, detach() and to('cpu')": (
        """
        a = torch.ones((1,2), device='cuda', requires_grad=True)
        print(a)
        na = a.detach().to('cpu').numpy()
        na[0][0]=10
        print(na)
        print(a)""",
        """\
        tensor([[1., 1.]], device='cuda:0', requires_grad=True)
        [[10.  1.]]
        tensor([[1., 1.]], device='cuda:0', requires_grad=True)
        """,
    ),
    "on a GPU, without detach()": (
        "torch.ones((1,2), device='cuda', requires_grad=True).to('cpu').numpy()",
        DETACHED,
    ),
    "on a GPU, without either": (  # PyTorch asks for the device first
        "torch.ones((1,2), device='cuda', requires_grad=True).numpy()",
        NOT_ON_THE_HOST,
    ),
    "on a GPU, without to('cpu')": ("torch.ones((1,2), device='cuda').numpy()", NOT_ON_THE_HOST),
    "cuda(), detach() and numpy()": (
        """
        tensor = torch.tensor([1, 2, 3, 4, 5], dtype=torch.float32, requires_grad=True).cuda()
        np_b = tensor.detach().numpy()""",
        NOT_ON_THE_HOST,
    ),
    "cuda(), detach(), cpu() and numpy()": (
        """
        tensor = torch.tensor([1, 2, 3, 4, 5], dtype=torch.float32, requires_grad=True).cuda()
        np_c = tensor.detach().cpu().numpy()
        print(repr(np_c))""",
        "array([1., 2., 3., 4., 5.], dtype=float32)\n",
    ),
}


GPUS = [minitorch_edu.cuda.simulate, *([contextlib.nullcontext] if minitorch_edu.cuda.is_available() else [])]


@pytest.mark.parametrize("gpu", GPUS, ids=["simulated", "real"][: len(GPUS)])
@pytest.mark.parametrize("program", ON_A_GPU)
def test_a_program_prints_on_a_gpu_what_its_article_says(program: str, gpu: Any) -> None:
    text, expected = ON_A_GPU[program]
    with gpu():
        assert said(minitorch_edu, text) == textwrap.dedent(expected)


REGRESSION = """
torch.manual_seed(0); np.random.seed(0)
X = np.random.rand(100, 1)
y = 2 * X + 1 + 0.1 * np.random.randn(100, 1)
X_tensor = torch.from_numpy(X).float()
y_tensor = torch.from_numpy(y).float()
class LinearRegression(torch.nn.Module):
    def __init__(self):
        super(LinearRegression, self).__init__()
        self.linear = torch.nn.Linear(1, 1)
    def forward(self, x):
        return self.linear(x)
model = LinearRegression()
criterion = torch.nn.MSELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for epoch in range(100):
    outputs = model(X_tensor)
    loss = criterion(outputs, y_tensor)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
predicted = model(X_tensor).detach().numpy()
print(predicted.shape, predicted.dtype, f"{loss.item():.4f}")
"""


@ENGINES
def test_a_line_is_fitted_with_a_module(engine: object) -> None:
    if not hasattr(engine, "nn"):
        pytest.skip("needs torch.nn")
    assert said(engine, REGRESSION) == said(pytorch, REGRESSION)


BY_HAND = """
np.random.seed(0)
X = np.random.rand(100, 1)
y = 2 * X + 1 + 0.1 * np.random.randn(100, 1)
X_tensor = torch.from_numpy(X).float()
y_tensor = torch.from_numpy(y).float()
w = torch.zeros(1, 1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
for epoch in range(100):
    loss = ((X_tensor @ w + b - y_tensor) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        for each in (w, b):
            each -= 0.1 * each.grad
            each.grad = None
predicted = (X_tensor @ w + b).detach().numpy()
print(predicted.shape, predicted.dtype, f"{loss.item():.4f} {w.item():.3f} {b.item():.3f}")
"""


def test_the_line_is_fitted_by_hand() -> None:
    assert said(minitorch_edu, BY_HAND) == said(pytorch, BY_HAND)
    assert "(100, 1) float32" in said(minitorch_edu, BY_HAND)
