"""CuPy's JIT: the same kernel on a real GPU. Its words are translated, and cupyx.jit compiles what comes of that.

What changes on the way, besides the words: coordinates become signed (CUDA's are not, and `i - 1 >= 0` would always be
true); shared arrays get one dimension, for CuPy knows no other; `0 <= i < n` becomes two comparisons; `a // b` and
`a % b` become `(a + 0) // b` and `(a + 0) % b`, for CuPy has neither of two sizes of arrays, and a sum is no size;
functions of `math` become CuPy's. What is different over there: nothing is checked or counted; `//` and `%` of negative
numbers are C's or Python's as CuPy has it; Python's numbers are float32 and int32, as in CUDA, unless a float64 array
is among the arguments; atomic max and min know integers only.

So far no GPU has run this. What was tried: CuPy makes CUDA C++ of the kernels in the tests, and NVIDIA's compiler takes
it.
"""

from __future__ import annotations

import ast
import copy
import itertools
import linecache
import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from minitorch_edu.cuda.lab import words
from minitorch_edu.cuda.lab.arrays import as_dtype, plain
from minitorch_edu.cuda.lab.source import MISSING, Source
from minitorch_edu.tensor import Tensor

AXES = "xyz"
UFUNCS = {"fabs": "absolute", "pow": "power"}
"""Functions of math that have another name in CuPy."""

numbers = itertools.count(1)


class Translator(ast.NodeTransformer):
    """A kernel's tree in the words of cupyx.jit. Names that it brings along begin with an underscore."""

    def __init__(self, source: Source, device: Callable[[Any], Any]) -> None:
        self.source, self.device = source, device
        self.names: dict[str, Any] = {}
        self.shapes: dict[str, tuple[int, ...]] = {}  # of the shared arrays

    def text(self) -> str:
        tree = copy.deepcopy(self.source.tree)
        tree.decorator_list, tree.returns = [], None
        for argument in tree.args.args:
            argument.annotation = None
        if ast.get_docstring(tree) is not None:
            tree.body = tree.body[1:] or [ast.Pass()]
        return ast.unparse(ast.fix_missing_locations(self.visit(tree)))

    # --- words ------------------------------------------------------------------------------------------------------

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        meaning = self.source.means(node.value)
        if isinstance(meaning, words.Coordinates):
            return expression(f"_numpy.int32(_jit.{meaning.name}.{node.attr})")
        if isinstance(node.value, ast.Name) and node.value.id in self.shapes and node.attr == "shape":
            return expression(repr(self.shapes[node.value.id]))
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        meaning = self.source.means(node.func)
        if meaning is words.syncthreads:
            return expression("_jit.syncthreads()")
        if meaning is words.grid:
            return self.coordinates(node, "_jit.threadIdx.{0} + _jit.blockIdx.{0} * _jit.blockDim.{0}")
        if meaning is words.gridsize:
            return self.coordinates(node, "_jit.blockDim.{0} * _jit.gridDim.{0}")
        if meaning is words.shared.array:
            self.source.refuse(
                node, "on a GPU a shared array is given a name at once: tile = cuda.shared.array(...)"
            )
        if meaning is not MISSING and getattr(meaning, "__hash__", None) and meaning in words.ATOMICS:
            return self.atomic(node, words.ATOMICS[meaning])
        if hasattr(meaning, "device") and hasattr(meaning, "source"):
            return self.called(node, meaning)
        if isinstance(node.func, ast.Name) and node.func.id == "len" and self.is_shared(node.args[0]):
            return ast.Constant(self.shapes[ast.unparse(node.args[0])][0])
        return self.function(node, meaning)

    def coordinates(self, node: ast.Call, formula: str) -> ast.expr:
        ndim = self.constant(node.args[0])
        each = [f"_numpy.int32({formula.format(axis)})" for axis in AXES[:ndim]]
        return expression(each[0] if ndim == 1 else f"({', '.join(each)})")

    def atomic(self, node: ast.Call, which: str) -> ast.AST:
        array, index, *values = node.args
        arguments = [self.visit(array), self.place(array, index), *[self.visit(each) for each in values]]
        return ast.Call(expression(f"_jit.atomic_{which}"), arguments, [])

    def called(self, node: ast.Call, meaning: Any) -> ast.AST:
        for each in node.args:
            if self.is_shared(each) and len(self.shapes[ast.unparse(each)]) > 1:
                self.source.refuse(
                    each, "on a GPU a device function takes shared arrays of one dimension only"
                )
        name = f"_device_{meaning.__name__}"
        self.names[name] = self.device(meaning)
        self.generic_visit(node)
        node.func = expression(name)
        return node

    def function(self, node: ast.Call, meaning: Any) -> ast.AST:
        """math.exp(x), np.exp(x), abs(x): CuPy's function of that name."""
        self.generic_visit(node)
        known = getattr(meaning, "__name__", "")
        if isinstance(meaning, np.ufunc) or (known and getattr(math, known, None) is meaning):
            node.func = expression(f"_cupy.{UFUNCS.get(known, known)}")
        elif isinstance(node.func, ast.Name) and node.func.id == "abs":
            node.func = expression("_cupy.absolute")
        return node

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        raise NotImplementedError(f"{self.source.name} is still to be written")

    # --- arrays -----------------------------------------------------------------------------------------------------

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        value, target = node.value, node.targets[0]
        if isinstance(value, ast.Call) and self.source.means(value.func) is words.shared.array:
            given = dict(zip(("shape", "dtype"), value.args, strict=False))
            given |= {keyword.arg or "": keyword.value for keyword in value.keywords}
            shape, dtype = self.constant(given["shape"]), as_dtype(self.constant(given["dtype"]))
            if not isinstance(target, ast.Name):
                self.source.refuse(node, "on a GPU a shared array is given a name at once")
            self.shapes[target.id] = shape if isinstance(shape, tuple) else (shape,)
            size = math.prod(self.shapes[target.id])
            node.value = expression(f"_jit.shared_memory(_numpy.{dtype.type.__name__}, {size})")
            return node
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is None:
            return ast.Pass()
        return self.visit_Assign(ast.Assign([node.target], node.value, lineno=node.lineno))

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        index = self.place(node.value, node.slice)
        node.value = self.visit(node.value)
        if isinstance(node.value, ast.Tuple):  # the shape of a shared array, which is known
            return ast.Constant(self.constant(ast.Subscript(node.value, index, ast.Load())))
        node.slice = index
        return node

    def is_shared(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id in self.shapes

    def place(self, array: ast.expr, index: ast.expr) -> ast.expr:
        """An index; into a shared array as one number."""
        index = self.visit(index)
        if not self.is_shared(array) or not isinstance(index, ast.Tuple):
            return index
        found, *others = index.elts
        for size, each in zip(self.shapes[ast.unparse(array)][1:], others, strict=True):
            found = ast.BinOp(ast.BinOp(found, ast.Mult(), ast.Constant(size)), ast.Add(), each)
        return found

    def constant(self, node: ast.expr) -> Any:
        """The value of an expression that is known when the kernel is compiled."""
        code = compile(ast.fix_missing_locations(ast.Expression(node)), self.source.filename, "eval")
        return eval(code, {**self.source.function.__globals__, **self.source.free()})

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Mod | ast.FloorDiv):
            node.left = ast.BinOp(node.left, ast.Add(), ast.Constant(0))
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        if len(node.ops) == 1:
            return node
        sides = [node.left, *node.comparators]
        pairs = zip(sides, node.ops, sides[1:], strict=False)
        return ast.BoolOp(ast.And(), [ast.Compare(left, [op], [right]) for left, op, right in pairs])


def expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def translated(kernel: Any, device: Callable[[Any], Any] = lambda each: each) -> Callable[..., Any]:
    """The function that cupyx.jit compiles. `device` makes of a device function what its callers call."""
    import cupy
    from cupyx import jit

    translator = Translator(kernel.source, device)
    text = translator.text()
    filename = f"<cuda {kernel.__name__} {next(numbers)}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)  # CuPy reads it there
    names = {**kernel.source.function.__globals__, **kernel.source.free(), **translator.names}
    names |= {"_jit": jit, "_numpy": np, "_cupy": cupy}
    exec(compile(text, filename, "exec", dont_inherit=True), names)
    return names[kernel.source.name]


def raw(kernel: Any, mode: str) -> Any:
    """The kernel as CuPy's JIT has it, with its device functions."""
    from cupyx import jit

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # "cupyx.jit.rawkernel is experimental"
        function = translated(kernel, lambda each: raw(each, mode))
        return jit.rawkernel(mode=mode, device=kernel.device)(function)


def mode_for(arguments: tuple[Any, ...]) -> str:
    """How CuPy takes Python's numbers: as NumPy does (float64), or as CUDA does (float32)."""
    dtypes = [value.dtype for value in map(plain, arguments) if hasattr(value, "dtype")]
    return "numpy" if np.dtype(np.float64) in dtypes else "cuda"


def launch(kernel: Any, grid: words.Dim3, block: words.Dim3, arguments: tuple[Any, ...], gpu: Any) -> None:
    """Run the kernel on a real GPU, in its current stream."""
    mode = mode_for(arguments)
    if mode not in kernel.compiled:
        kernel.compiled[mode] = raw(kernel, mode)
    with gpu.cuda:
        kernel.compiled[mode](tuple(grid), tuple(block), tuple(plain(each) for each in arguments))


def cuda_source(kernel: Any, arguments: tuple[Any, ...]) -> str:
    """The CUDA C++ that CuPy writes for arguments like these. CuPy must be there; a GPU need not."""
    from cupyx.jit import _compile, _cuda_typerules, _cuda_types

    mode = mode_for(arguments)
    types = []
    for each in arguments:
        value = plain(each)
        if isinstance(each, Tensor) or isinstance(value, np.ndarray):
            types.append(_cuda_types.CArray(value.dtype, value.ndim, bool(value.flags.c_contiguous), True))
        else:
            types.append(_cuda_typerules.get_ctype_from_scalar(mode, value))
    attributes = ['extern "C"', "__global__"]
    function = raw(kernel, mode)._func
    return _compile.transpile(function, attributes, mode, tuple(types), _cuda_types.void).code
