"""Small lessons, as tutorials, books and courses teach tensors: each prints the same characters here and on PyTorch."""

from __future__ import annotations

import re

import pytest

import minitorch_edu
from minitorch_edu.ops import warned
from tests.oracle import torch as pytorch
from tests.programs import said

FIRST_STEPS = {
    "what a tensor says of itself": """
        marks = torch.tensor([[7, 9, 4], [6, 8, 10]])
        print(f"{marks.shape=} {marks.dtype=} {marks.device=} {marks.ndim=}")
        print(marks.size(), marks.size(0), marks.size(-1), marks.numel(), marks.dim(), len(marks), marks.layout)
        rows, columns = marks.shape
        print(f"{rows} pupils with {columns} marks each:\\n{marks}\\n")""",
    "types by name": """
        x = torch.ones(2, requires_grad=True)
        print(type(x), type(x.shape), type(x.dtype), type(x.device), type(torch.Generator()), type(x.untyped_storage()), type(x.layout))
        print(torch.Tensor, torch.finfo, type(torch.iinfo(torch.int8)), type(torch.preserve_format), isinstance(x, torch.Tensor), type(x) is torch.Tensor)
        class Mine(torch.Tensor): pass
        print(Mine, x.untyped_storage()[3], list(x.untyped_storage())[:4])""",
    "from a number to a cube": """
        for thing in (3, [3, 4], [[3, 4], [5, 6]], [[[3], [4]], [[5], [6]]]):
            t = torch.tensor(thing)
            print("rank", t.ndim, "shape", tuple(t.shape), "\\n", t, sep="")""",
    "whole numbers stay whole": """
        print(torch.tensor([1, 2]), torch.tensor([1, 2.5]), torch.tensor([True, 2]), torch.tensor([True, False]))
        print(torch.tensor([1 + 2j]), torch.tensor((1, 2)), torch.tensor(range(3)), torch.tensor([]), torch.tensor([[], []]))
        print([torch.tensor(x).dtype for x in (1, 1.0, True, 1j)])""",
    "ready-made tensors": """
        print(torch.zeros(2, 3), torch.ones((2,)), torch.full((2, 2), 7), torch.full((2,), 1.5), torch.eye(3), sep="\\n")
        print(torch.arange(5), torch.arange(2, 8, 2), torch.arange(0, 1, 0.25), torch.arange(3.0), torch.linspace(0, 1, 5))
        print(torch.logspace(0, 3, 4), torch.zeros(0), torch.ones(2, 0).shape, torch.empty(3, 0, 2))""",
    "like another one": """
        mould = torch.tensor([[1.5, 2.5]], dtype=torch.float64)
        print(torch.zeros_like(mould), torch.ones_like(mould, dtype=torch.int32), torch.full_like(mould, 9))
        print(mould.new_zeros(2), mould.new_ones((1, 2)), mould.new_tensor([1]), mould.new_full((2,), 3), torch.empty_like(mould).shape)""",
    "numbers by name of dtype": """
        for name in "uint8 int8 int16 int32 int64 float16 bfloat16 float32 float64 bool complex64 complex128".split():
            kind = getattr(torch, name)
            t = torch.tensor([0, 1, 2]).to(kind)
            print(name, t, t.element_size(), t.type(), kind.is_floating_point, kind.is_complex)
        print(torch.float is torch.float32, torch.long, torch.half, torch.double, torch.int, torch.short, torch.cfloat)""",
    "conversions": """
        t = torch.tensor([1.9, -1.9, 0.0])
        print(t.int(), t.long(), t.bool(), t.half(), t.double(), t.to(torch.int8), t.type(torch.int16), t.type("torch.LongTensor"))
        print(t.type_as(torch.tensor(1)), t.to(torch.zeros(1, dtype=torch.float64)), t.float() is t, t.byte().dtype)""",
    "halves round twice": "x = torch.tensor([1 + 2**-11 + 2**-40, -0.1, 1e6], dtype=torch.float64); print(x.half().tolist(), x.to(torch.float16), x.bfloat16().tolist())",
    "old-fashioned constructors": """
        print(torch.FloatTensor([1, 2]), torch.LongTensor([[1], [2]]), torch.DoubleTensor([1.5]), torch.Tensor([3, 4]))
        print(torch.Tensor(2, 3).shape, torch.IntTensor(4).shape, torch.ByteTensor([200]), torch.BoolTensor([True]), torch.HalfTensor([1]))""",
    "limits": """
        print(torch.finfo(torch.float32), torch.finfo(torch.float16).max, torch.iinfo(torch.uint8), torch.iinfo(torch.int64).min)
        print(torch.finfo(torch.float64).eps, torch.finfo(torch.bfloat16).tiny, torch.iinfo(torch.int8).bits)""",
    "numbers out of tensors": """
        t = torch.tensor([[1.5, 2.0], [3.25, 4.0]])
        print(t[0, 1].item(), type(t[0, 1].item()), t.tolist(), float(t[0, 0]), int(t[1, 0]), bool(t[0, 0]), torch.tensor(3).item())
        print(f"{t[0, 0]:.3f} | {t[1, 1].item():>8.2f} | {torch.tensor(42):5d} | {torch.tensor(0.5):%}", "%.1f" % t[1, 0], round(t[1, 0].item(), 1))""",
    "loops over tensors": """
        table = torch.arange(6).reshape(3, 2)
        for number, row in enumerate(table): print(number, row, *[int(cell) for cell in row])
        print([x for x in table[0]], sum(table[1]), max(table[2]), list(zip(table[0], table[1])), sorted(table[:, 0], reverse=True))""",
    "equal, close, same": """
        a, b = torch.tensor([1.0, 2.0]), torch.tensor([1.0, 2.0])
        print(a == b, torch.equal(a, b), a is b, (a == b).all(), torch.allclose(a, b + 1e-7), torch.isclose(a, b + 1), a != b, a.eq(1))
        print(torch.tensor(1) == 1, torch.tensor(1.0) == torch.tensor(1), bool(torch.tensor(0)), 2 in torch.tensor([1, 2]))""",
    "a seed makes a lecture repeatable": """
        torch.manual_seed(7); first = torch.rand(2, 3); second = torch.rand(2, 3)
        torch.manual_seed(7); third = torch.rand(2, 3)
        print(first, torch.equal(first, third), torch.equal(second, third), torch.initial_seed())""",
    "sizes by name": "torch.manual_seed(2); print(torch.rand(size=(2, 2)), torch.randn(size=(2,)), torch.randint(low=10, high=20, size=(1, 3)), torch.normal(mean=10.0, std=1.0, size=(3,)), torch.zeros(size=(1, 2)), torch.ones(size=[2]))",
    "dice and coins": """
        torch.manual_seed(1)
        print(torch.randint(1, 7, (10,)), torch.randperm(6), torch.bernoulli(torch.full((6,), 0.3)), torch.randn(2, 2), torch.rand(3) < 0.5)
        print(torch.multinomial(torch.tensor([1.0, 2.0, 7.0]), 8, replacement=True), torch.normal(10.0, 2.0, (2, 2)))
        faces = torch.bincount(torch.randint(6, (600,)), minlength=6); print(faces, faces.sum(), faces / 600)""",
    "a generator of one's own": """
        g = torch.Generator().manual_seed(2147483647); h = torch.Generator(); h.manual_seed(2147483647)
        print(torch.rand(3, generator=g), torch.randn(3, generator=g), torch.rand(3, generator=h), g.initial_seed(), g.device)
        state = g.get_state(); a = torch.rand(2, generator=g); g.set_state(state); print(torch.equal(a, torch.rand(2, generator=g)), g)""",
    "filled in place by chance": """
        torch.manual_seed(3); x = torch.empty(2, 3)
        print(x.uniform_(-1, 1), x.normal_(5, 0.1), x.bernoulli_(0.5), x.random_(0, 10), torch.empty(4).exponential_() > 0)""",
}

ARITHMETIC = {
    "a tensor and a number": "x = torch.tensor([1, 2, 3]); print(x + 1, x - 0.5, 2 * x, x / 2, x // 2, x % 2, x ** 2, 2 ** x, -x, 10 - x, 6 / x, 7 // x, +x, abs(-x))",
    "element by element": """
        x, y = torch.tensor([1.0, 2, 4, 8]), torch.tensor([2, 2, 2, 2])
        print(x + y, x - y, x * y, x / y, x ** y, x // y, x % y, (x + y).dtype, (x * y).dtype)
        print(torch.add(x, y), x.sub(y), torch.mul(x, 3), x.div(4), torch.add(x, y, alpha=10), x.pow(0.5))""",
    "what a mixture becomes": """
        kinds = [torch.bool, torch.uint8, torch.int32, torch.int64, torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.complex64]
        for a in kinds: print(a, *[(torch.ones(1, dtype=a) + torch.ones(1, dtype=b)).dtype for b in kinds])
        print((torch.ones(1, dtype=torch.int8) + 1).dtype, (torch.ones(1, dtype=torch.int8) + 1.0).dtype, (torch.ones(1).half() + torch.tensor(1.0)).dtype)""",
    "written into place": """
        x = torch.ones(2, 2); y = x
        print(x.add_(5), x.mul_(2), x.sub_(1), x.div_(4), x.zero_(), x.fill_(3), x.copy_(torch.eye(2)), x is y, x._version)
        x += 1; x *= 3; x -= 2; x /= 2; x **= 2; print(x, y, x.clamp_(2, 3))""",
    "a place for the result": """
        a, b, room = torch.tensor([[1.0, 2], [3, 4]]), torch.ones(2, 2), torch.zeros(2, 2)
        result = torch.add(a, b, out=room); print(result is room, room); torch.matmul(a, b, out=room); print(room); torch.mul(a, a, out=room); print(room)""",
    "stretched to fit": """
        column, row = torch.arange(3).reshape(3, 1), torch.arange(2).reshape(1, 2)
        print(column + row, column * 10 + row, (column == row), torch.arange(4)[:, None] * torch.arange(1, 5))
        cube = torch.ones(4, 3, 2); print((cube * torch.ones(3, 1)).shape, (cube + torch.ones(2)).shape, torch.broadcast_shapes((4, 1, 2), (3, 1)))
        print(torch.broadcast_tensors(column, row), torch.broadcast_to(row, (3, 2)), row.expand(3, -1).stride())""",
    "multiplication tables": "n = torch.arange(1, 6); print(torch.outer(n, n)); print(n.unsqueeze(1) * n); print(n[:, None] ** torch.arange(3))",
    "rows, columns and all": """
        sales = torch.tensor([[3.0, 1, 2], [6, 5, 4]])
        print(sales.sum(), sales.sum(0), sales.sum(dim=1), sales.sum(axis=1, keepdim=True), sales.mean(), sales.mean(0), sales.sum((0, 1)))
        print(sales.max(), sales.min(1), sales.max(0).values, sales.argmax(), sales.argmax(1), sales.argmin(0), sales / sales.sum(1, keepdim=True))
        print(torch.sum(sales), torch.mean(sales, 0), torch.max(sales, 1), torch.max(sales, torch.tensor(3.0)), sales.median(), sales.any(), sales.all())""",
    "averages need real numbers": "torch.tensor([1, 2]).mean()",
    "sums of counts": "print(torch.tensor([True, True, False]).sum(), torch.tensor([200, 100], dtype=torch.uint8).sum(), torch.tensor([1, 2]).sum(dtype=torch.float64), (torch.arange(10) > 6).sum().item(), (torch.arange(10) > 6).float().mean())",
    "the ups and downs": "x = torch.tensor([-1.7, -0.5, 0.5, 1.5, 2.5]); print(x.round(), x.floor(), x.ceil(), x.trunc(), x.abs(), x.clamp(-1, 1), x.clamp(min=0), x.relu())",
    "clipped": "x = torch.tensor([-2.0, 0.5, 3.0]); print(x.clip(0, 1), torch.clip(x, max=1), x.clip(min=0.0), x.clip_(-1, 1), x)",
    "functions of every element": "x = torch.tensor([0.0, 1.0, 4.0]); print(x.exp(), x.sqrt(), (x + 1).log(), x.sin(), x.cos(), x.tanh(), x.sigmoid(), x.square(), (x + 1).reciprocal(), torch.exp(x[:2]))",
    "not numbers": """
        nan, inf = float("nan"), float("inf")
        x = torch.tensor([1.0, nan, inf, -inf, 0.0]); print(x, torch.isnan(x), torch.isinf(x), torch.isfinite(x), x == x, x / 0, x - x, x.max(), x > 0)
        print(torch.tensor([1.0]) / 0, torch.tensor([0.0]) / 0, torch.tensor(0.0).log(), torch.tensor(-1.0).sqrt())""",
    "integers divide": "a, b = torch.tensor([7, -7]), torch.tensor([2, 2]); print(a / b, a // b, a % b, torch.floor_divide(a, 3), torch.remainder(a, 3), torch.fmod(a, 3), torch.tensor(7) / 2)",
    "integers overflow": "print(torch.tensor([127], dtype=torch.int8) + 1, torch.tensor([255], dtype=torch.uint8) + 1, torch.tensor([2**62]) * 2, torch.tensor([0], dtype=torch.uint8) - 1, torch.tensor([1e10]).to(torch.int64))",
    "bits": "a, b = torch.tensor([1, 5, 11]), torch.tensor([2, 7, 10]); print(a & b, a | b, a ^ b, ~a, a << 1, b >> 1, torch.bitwise_xor(a, b), torch.logical_and(a > 1, b > 7), ~(a > 1), (a > 1) ^ (b > 7))",
    "comparisons": "a, b = torch.tensor([[1, 2], [3, 4]]), torch.tensor([[1, 1], [4, 4]]); print(a > b, a >= b, a < 3, a.le(b), torch.ne(a, b), torch.gt(a, 2), torch.lt(a, b), torch.maximum(a, b), torch.minimum(a, b))",
    "matrices": """
        A, v = torch.arange(6.0).reshape(2, 3), torch.tensor([1.0, 0.0, 2.0])
        print(A @ v, A.mv(v), torch.dot(v, v), v @ v, A @ A.T, A.T @ A, A.mm(A.t()), torch.matmul(A, A.T), torch.mm(A, torch.ones(3, 2)))
        print(torch.bmm(torch.ones(2, 1, 3), torch.ones(2, 3, 1)), torch.ones(5, 2, 3).matmul(torch.ones(3, 4)).shape, A * A)""",
    "shapes that do not fit": "print((torch.ones(3, 2) @ torch.ones(2, 3)).shape); torch.ones(3, 2) @ torch.ones(3, 2)",
    "sizes that do not stretch": "print(torch.ones(2, 3) * torch.ones(3)); torch.ones(2, 3) * torch.ones(3, 2)",
    "triangles and diagonals": "m = torch.arange(1, 10).view(3, 3); print(torch.tril(m), torch.triu(m, 1), torch.diag(m), torch.diag(torch.tensor([1, 2])), m.diagonal(1), torch.tril_indices(2, 2))",
    "complex numbers": "z = torch.tensor([3 + 4j, 1j]); print(z, z.abs(), z.real, z.imag, z * 2, z * 1j, z + 1, z.dtype, torch.view_as_real(z), torch.complex(torch.tensor([1.0]), torch.tensor([2.0])))",
}

SHAPES = {
    "the same numbers in another shape": """
        x = torch.arange(12)
        print(x.reshape(3, 4), x.view(2, -1), x.view(-1, 6).shape, x.reshape((2, 2, 3)), x.unflatten(0, (3, 4)).shape, x.reshape(3, 4).flatten().shape)""",
    "a shape that cannot be": "x = torch.arange(12); x.reshape(5, -1)",
    "a view that cannot be": "x = torch.arange(6).view(2, 3).t(); print(x.is_contiguous(), x.stride(), x.reshape(6), x.contiguous().view(6)); x.view(6)",
    "one storage, two tensors": """
        points = torch.tensor([[4.0, 1.0], [5.0, 3.0], [2.0, 1.0]]); turned = points.t(); second = points[1]
        print(points.stride(), turned.stride(), second.storage_offset(), second.size(), points.untyped_storage().nbytes(), turned.is_contiguous())
        second[0] = 10.0; print(points, turned); copy = points[2].clone(); copy[0] = -1; print(points[2], points.data_ptr() == turned.data_ptr())
        print(points.untyped_storage().data_ptr() == turned.untyped_storage().data_ptr(), second.data_ptr() - points.data_ptr(), points.nbytes)""",
    "the storage itself": "points = torch.tensor([[4.0, 1.0], [5.0, 3.0]]); s = points.storage(); print(s[0], s[3], len(s), s.size()); s[0] = 2.0; print(points, points.t().storage())",
    "higher turns": "x = torch.arange(24).reshape(2, 3, 4); print(x.transpose(0, 2).shape, x.permute(2, 0, 1).shape, x.transpose(0, 2).stride(), x.movedim(0, -1).shape, x.swapaxes(0, 1)[0], x.mT.shape)",
    "dimensions of one": """
        x = torch.zeros(1, 3, 1, 2)
        print(x.squeeze().shape, x.squeeze(0).shape, x.squeeze(1).shape, x.unsqueeze(0).shape, x.unsqueeze(-1).shape, x[None].shape, x[..., None].shape)
        b = torch.rand(3, 8, 8); b.unsqueeze_(0); print(b.shape, b.squeeze_().shape)""",
    "side by side and on top": """
        a, b = torch.tensor([[1, 2], [3, 4]]), torch.tensor([[5, 6], [7, 8]])
        print(torch.cat([a, b]), torch.cat((a, b), dim=1), torch.stack([a, b]), torch.stack((a, b), -1).shape, torch.hstack((a, b)), torch.vstack((a, b)))
        print(torch.cat([a, b.float()]), torch.concat([a, a], 1).shape, torch.column_stack([a[0], b[0]]))""",
    "pieces": "x = torch.arange(10); print(x.split(4), torch.chunk(x, 3), x.split([1, 9])[1], x.view(5, 2).unbind(1), torch.tensor_split(x, 3), x.narrow(0, 2, 3), x.unfold(0, 4, 3))",
    "again and again": "x = torch.tensor([1, 2]); print(x.repeat(2), x.repeat(2, 2), x.repeat_interleave(2), torch.tile(x, (3,)), x.expand(2, 2), x.flip(0), x.roll(1), torch.roll(torch.arange(6).view(2, 3), 1, 1))",
    "grids": "x, y = torch.meshgrid(torch.arange(2), torch.arange(3), indexing='ij'); print(x, y, torch.stack([x, y], -1).view(-1, 2), torch.cartesian_prod(torch.arange(2), torch.arange(2)))",
    "a picture's axes": "image = torch.arange(24.0).reshape(2, 4, 3); chw = image.permute(2, 0, 1); print(chw.shape, chw.stride(), chw.contiguous().stride(), chw[0], chw.float().div(255)[1, 0], chw.mean((1, 2)), chw.unsqueeze(0).shape)",
    "a day has hours": "rows = torch.arange(48).view(24, 2); days = rows.view(-1, 12, 2); print(days.shape, days.stride(), days.transpose(1, 2).shape, days.transpose(1, 2).stride(), days[:, 0], days.transpose(1, 2)[0, 1, :4])",
    "the dims that there are not": "x = torch.ones(2, 3); print(x.sum(-1)); x.sum(2)",
    "tensors of unlike shapes": "print(torch.cat([torch.ones(1, 2), torch.zeros(2, 2)])); torch.stack([torch.ones(2), torch.ones(3)])",
}

INDEXING = {
    "rows, columns, corners": """
        t = torch.arange(20).view(4, 5)
        print(t[0], t[-1], t[:, 0], t[..., -1], t[1, 2], t[1:3], t[:2, -1], t[::2, 1::2], t[1][2], t[1:3, 2:4], t[:, None].shape, t[2:2].shape)""",
    "written by index": "t = torch.ones(3, 4); t[:, 1] = 0; t[0] = torch.tensor([1.0, 2, 3, 4]); t[2, 2:] += 5; t[1][0] = 9; t[t == 1] = -1; t[..., -1] *= 2; print(t)",
    "lists as indices": "x = torch.arange(10) * 10; t = torch.arange(12).view(3, 4); print(x[[2, 5, 8]], t[[0, 2]], t[[0, 1], [2, 3]], t[:, [3, 0]], t[torch.tensor([[0, 1], [2, 0]])].shape, t[[0, 2]][:, [1, 3]])",
    "masks": """
        x = torch.tensor([3.0, -1.0, 0.0, -4.0]); print(x[x < 0], x[(x > -2) & (x < 2)], (x < 0).nonzero(), torch.where(x < 0, 0.0, x), torch.where(x > 0), x.masked_fill(x < 0, 9), torch.masked_select(x, x >= 0))
        x[x < 0] = 0; print(x, torch.count_nonzero(x), (x == 0).any(), torch.nonzero(x))""",
    "gathered": """
        scores = torch.tensor([[0.1, 0.7, 0.2], [0.5, 0.3, 0.2]]); answers = torch.tensor([1, 2])
        print(scores.gather(1, answers[:, None]), scores[torch.arange(2), answers], scores[range(2), answers], torch.index_select(scores, 1, torch.tensor([2, 0])), torch.take(scores, torch.tensor([0, 5])))""",
    "one-hot": """
        labels = torch.tensor([0, 2, 1, 2]); print(torch.zeros(4, 3).scatter_(1, labels.unsqueeze(1), 1.0), torch.eye(3)[labels], (labels[:, None] == torch.arange(3)).int())
        print(torch.zeros(3).scatter_add_(0, labels, torch.ones(4)), torch.zeros(3).index_add_(0, labels, torch.ones(4)), torch.bincount(labels), torch.zeros(3, 5).scatter(0, torch.tensor([[0, 1, 2, 0, 0]]), 7.0))""",
    "in order": """
        x = torch.tensor([[3, 1, 2], [9, 7, 8]]); print(x.sort(), x.sort(descending=True).values, x.argsort(1), torch.topk(x, 2), x.topk(1, largest=False), x.kthvalue(2), torch.sort(x, 0))
        values, indices = torch.sort(torch.tensor([2.5, -1.0, 9.0])); print(values, indices, torch.unique(torch.tensor([3, 1, 3, 2, 1])), torch.unique(torch.tensor([1, 1, 2]), return_counts=True))""",
    "where the steps lie": "print(torch.searchsorted(torch.tensor([1, 3, 5]), torch.tensor([0, 3, 6])), torch.bucketize(torch.tensor([0.5, 2.5]), torch.tensor([1.0, 2.0, 3.0])), torch.histc(torch.tensor([1.0, 2.0, 1.0]), bins=4, min=0, max=3))",
    "too far": "t = torch.arange(6).view(2, 3); print(t[1, 2]); t[2]",
    "too deep": "t = torch.arange(6).view(2, 3); print(t[1, 2]); t[0, 0, 0]",
    "backwards": "t = torch.arange(3); print(t.flip(0)); t[::-1]",
    "an index that is no whole number": "t = torch.arange(3); t[1.0]",
    "a mask of another size": "torch.arange(3)[torch.tensor([True, False])]",
    "an embedding by hand": "torch.manual_seed(0); table = torch.randn(5, 2); words = torch.tensor([[0, 4], [3, 3]]); print(table[words], table[words].shape, table[words].view(2, -1), table[words].mean(1))",
}

NUMPY = {
    "two names for the same bytes": "t = torch.ones(3); n = t.numpy(); t.add_(1); print(n, n.dtype); n[0] = 7; print(t); m = np.ones(3); s = torch.from_numpy(m); np.add(m, 1, out=m); print(s, m); m = m + 1; print(s, m)",
    "a copy has bytes of its own": "n = np.arange(3); c, s, v = torch.tensor(n), torch.as_tensor(n), torch.from_numpy(n); n[0] = 9; print(c, s, v, torch.Tensor(n))",
    "dtypes cross over": "for kind in ('uint8', 'int16', 'int32', 'int64', 'float16', 'float32', 'float64', 'bool', 'complex64'): print(torch.from_numpy(np.ones(2, kind)), torch.ones(2).to(getattr(torch, kind)).numpy().dtype)",
    "functions of NumPy's": "t = torch.tensor([1.0, 4.0]); print(np.sqrt(t), np.array(t), np.asarray(t) * 2, np.concatenate([t, t]), t.numpy().sum(), np.ones(2) + t.numpy(), torch.tensor(np.float64(2.5)), np.stack([t, t]).shape)",
    "numpy() of what is learned": "w = torch.ones(2, requires_grad=True); print(w.detach().numpy(), w.data.numpy(), w.numpy(force=True)); w.numpy()",
    "ragged rows": "torch.tensor([[1, 2], [3]])",
    "words are no numbers": "torch.tensor(['a', 'b'])",
    "there is no GPU here": "print(torch.cuda.is_available(), 'cuda' if torch.cuda.is_available() else 'cpu', torch.device('cpu'), torch.ones(1, device='cpu').device, torch.ones(1).to('cpu').is_cuda, torch.device('cuda', 1).index)",
}

GRADIENTS = {
    "the slope of a parabola": "x = torch.tensor(3.0, requires_grad=True); y = x ** 2; print(x, y, y.grad_fn); y.backward(); print(x.grad, x.is_leaf, y.is_leaf)",
    "three leaves": "x, w, b = (torch.tensor(v, requires_grad=True) for v in (1.0, 2.0, 3.0)); y = w * x + b; y.backward(); print(x.grad, w.grad, b.grad, y)",
    "a mean of squares": "x = torch.ones(2, 2, requires_grad=True); y = x + 2; z = y * y * 3; out = z.mean(); print(y, z, out); out.backward(); print(x.grad, y.requires_grad)",
    "gradients add up": """
        x = torch.eye(3, 4, requires_grad=True); out = (x + 1).pow(2).t()
        for _ in range(2): out.backward(torch.ones_like(out), retain_graph=True); print(x.grad)
        x.grad.zero_(); out.backward(torch.ones_like(out)); print(x.grad)""",
    "vector times Jacobian": "x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True); y = x * x; y.backward(torch.tensor([1.0, 0.1, 0.01])); print(x.grad); (x * 2).backward()",
    "without a graph": """
        x = torch.ones(2, requires_grad=True); print((x * 2).requires_grad, (x * 2).detach().requires_grad, x.detach().clone())
        with torch.no_grad(): print((x * 2).requires_grad, (x * 2).grad_fn, torch.is_grad_enabled())
        with torch.set_grad_enabled(False): print(x * 3)
        @torch.no_grad()
        def twice(v): return v * 2
        print(twice(x), torch.is_grad_enabled())""",
    "asked for later": "w = torch.randn(2); print(w.requires_grad); w.requires_grad_(); print(w.requires_grad, (w.sum() * 2).grad_fn); w.requires_grad = False; print(w.requires_grad)",
    "walking the graph": """
        a = torch.ones(2, requires_grad=True); d = (2 * a.sin() + 1); out = d.sum(); node = out.grad_fn
        while node is not None: print(node.name(), [None if n is None else n.name() for n, _ in node.next_functions]); node = node.next_functions[0][0] if node.next_functions else None""",
    "a second derivative": "x = torch.tensor([2.0, 3.0], requires_grad=True); g, = torch.autograd.grad((x ** 3).sum(), x, create_graph=True); print(g); h, = torch.autograd.grad(g.sum(), x); print(h)",
    "a Jacobian, row by row": "x = torch.tensor([1.0, 2.0], requires_grad=True); y = torch.stack([x[0] * x[1], x[0] ** 2, x[1]]); print(torch.stack([torch.autograd.grad(v, x, retain_graph=True)[0] for v in y]))",
    "an old program": """
        Variable = torch.autograd.Variable
        data = torch.ones(2); v = Variable(data, requires_grad=True); w = Variable(data)
        (v * 3).sum().backward(); data[0] = 5; print(v, w, v.grad, type(v), isinstance(data, Variable), w.requires_grad)""",
    "what was not used": "x, z = torch.ones(1, requires_grad=True), torch.ones(2, requires_grad=True); print(torch.autograd.grad(x * 2, [x, z], only_inputs=True, allow_unused=True), torch.autograd.grad(x * 2, (x, z), materialize_grads=True)); torch.autograd.grad(x * 2, z)",
    "zeros or nothing": "x = torch.ones(1, requires_grad=True); torch.autograd.grad(x * 2, x, materialize_grads=True, allow_unused=False)",
    "control flow": """
        def f(a):
            b = a * 2
            while b.abs() < 1000: b = b * 2
            return b if b > 0 else 100 * b
        a = torch.tensor(0.75, requires_grad=True); d = f(a); d.backward(); print(d, a.grad, a.grad == d / a)""",
    "detached on the way": "x = torch.arange(4.0, requires_grad=True); y = x * x; u = y.detach(); z = u * x; z.sum().backward(); print(x.grad == u); x.grad = None; y.sum().backward(); print(x.grad == 2 * x)",
    "a line through points": """
        t = torch.tensor([0.0, 1.0, 2.0, 3.0]); seen = 2 * t + 1; params = torch.tensor([0.0, 0.0], requires_grad=True)
        for epoch in range(1, 201):
            if params.grad is not None: params.grad.zero_()
            w, b = params; loss = ((w * t + b - seen) ** 2).mean(); loss.backward()
            with torch.no_grad(): params -= 0.1 * params.grad
            if epoch % 50 == 0: print(f"Epoch {epoch}, Loss {loss.item():.4f}, w {params[0].item():.3f}, b {params[1].item():.3f}")""",
    "weights in a loop": """
        x, y = torch.tensor([[2.0], [5.0], [8.0]]), torch.tensor([[3.0], [7.0], [1.0]]); w = torch.zeros(1, 1, requires_grad=True); b = torch.zeros(1, requires_grad=True)
        for _ in range(3):
            r = x @ w + b - y; loss = (r.t() @ r / 3).squeeze(); loss.backward(); print(f"{loss.item():.3f}", w.grad, b.grad)
            w.data -= 0.01 * w.grad.data; b.data.sub_(0.01 * b.grad); w.grad = None; b.grad.zero_()""",
    "two layers by hand": """
        torch.manual_seed(0); x, w1, w2 = torch.randn(4, 3), torch.randn(3, 5, requires_grad=True), torch.randn(5, 1, requires_grad=True)
        hidden = (x @ w1).clamp(min=0); out = hidden @ w2; print(hidden, out.shape, out.grad_fn); out.sum().backward(); print(w2.grad, w1.grad.shape)""",
    "words, one letter at a time": """
        names = ["ada", "eve", "dada"]; letters = sorted(set("".join(names))); index = {c: i + 1 for i, c in enumerate(letters)}; index["."] = 0
        N = torch.zeros((5, 5), dtype=torch.int32)
        for name in names:
            for a, b in zip("." + name, name + "."): N[index[a], index[b]] += 1
        P = (N + 1).float(); P /= P.sum(1, keepdim=True); print(N, P, P[0].sum())
        g = torch.Generator().manual_seed(5); print(torch.multinomial(P[0], 10, replacement=True, generator=g).tolist())""",
    "attention's mask": "s = torch.zeros(3, 3).masked_fill(torch.tril(torch.ones(3, 3)) == 0, float('-inf')); print(s, s.softmax(-1), torch.softmax(s, dim=-1) @ torch.arange(6.0).view(3, 2))",
    "hooks": "x = torch.ones(2, requires_grad=True); h = x.register_hook(lambda g: g * 10); (x * 3).sum().backward(); print(x.grad); h.remove(); (x * 3).sum().backward(); print(x.grad)",
    "a gradient kept on the way": "x = torch.tensor([2.0], requires_grad=True); y = x * 3; y.retain_grad(); (y ** 2).backward(); print(x.grad, y.grad, y.retains_grad, x.retains_grad)",
    "a leaf is not written in place": "w = torch.ones(2, requires_grad=True); w += 1",
    "backward, twice": "x = torch.ones(2, requires_grad=True); y = (x * x).sum(); y.backward(); print(x.grad); y.backward()",
    "written after it was saved": "x = torch.ones(2, requires_grad=True); y = x.exp(); y += 1; y.sum().backward()",
    "nothing to go back to": "torch.ones(2).sum().backward()",
    "whole numbers have no slope": "torch.tensor([1, 2], requires_grad=True)",
}

SAVING = {
    "to a file and back": """
        import io; file = io.BytesIO(); torch.save({"w": torch.arange(3.0), "epoch": 5, "name": "net", "best": None}, file); file.seek(0); print(torch.load(file))""",
    "a copy of everything": "import copy, pickle; t = torch.arange(4).view(2, 2); d = copy.deepcopy(t); d[0, 0] = 9; print(t, d, pickle.loads(pickle.dumps(t)), copy.copy(t).data_ptr() == t.data_ptr())",
    "digits as wished": """
        x = torch.tensor([3.14159265, 1000.5, 0.00012]); print(x, x[:1], x[:2], x * 1e6, torch.tensor([1e-8, 1.0]), torch.tensor([1.0, 2.0]), torch.tensor([100000000.0, 1.0]))
        torch.set_printoptions(precision=2, sci_mode=False); print(x); torch.set_printoptions(profile="default")
        print(torch.arange(1001), torch.zeros(30, 40), torch.rand(0, 3), torch.ones(3, 3, 3, dtype=torch.int8))""",
}

LESSONS = FIRST_STEPS | ARITHMETIC | SHAPES | INDEXING | NUMPY | GRADIENTS | SAVING


ECHOES = """x x.shape type(x) type(x.shape) x.dtype type(x.dtype) x.device y y.grad_fn y.grad_fn.next_functions (x,y)
    x.data y.tolist() x.untyped_storage() torch.manual_seed(0) torch.Generator() x.register_hook(print) torch.no_grad()
    torch.enable_grad() torch.set_grad_enabled(True) x.max(0) torch.finfo(torch.float32) torch.strided {"a":[x,y]}
    torch.preserve_format torch.Tensor torch.FloatTensor x.storage() x.grad x.numpy(force=True)""".split()
"""What a notebook echoes when it stands on the last line of a cell."""


@pytest.mark.parametrize("echo", ECHOES)
def test_a_notebook_echoes_the_same(echo: str) -> None:
    pretty = pytest.importorskip("IPython.lib.pretty").pretty
    texts = []
    for engine in (minitorch_edu, pytorch):
        x = engine.ones(2, requires_grad=True)
        found = pretty(eval(echo, {"torch": engine, "x": x, "y": x * 2}))
        texts.append(re.sub(r"0x[0-9a-f]+", "0x", found))
    assert texts[0] == texts[1]


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_prints_the_same(lesson: str) -> None:
    ours, theirs = said(minitorch_edu, LESSONS[lesson]), said(pytorch, LESSONS[lesson])
    assert ours == theirs


REMARKS = {
    "a gradient asked of what keeps none": "x = torch.ones(1, requires_grad=True); y = x * 2; print(y.grad); y.retain_grad(); print(y.grad, x.grad)",
    "a tensor made of a tensor": "print(torch.tensor(torch.ones(2)))",
    "a range with its end": "print(torch.range(0, 4))",
    "a grid without a choice of indexing": "print(torch.meshgrid(torch.arange(2), torch.arange(2)))",
    "only the inputs": "x = torch.ones(1, requires_grad=True); print(torch.autograd.grad(x * 2, x, only_inputs=False))",
    "the reverse of a cube": "print(torch.ones(1, 2, 3).T.shape)",
    "the reverse of a number": "print(torch.tensor(2.0).T)",
    "a number with a history": "w = torch.tensor(2.0, requires_grad=True); print(float(w), w.item(), f'{w:.2f}')",
    "a gradient with a graph": "x = torch.tensor(2.0, requires_grad=True); (x ** 3).backward(create_graph=True); print(x.grad.item(), x.grad.requires_grad)",
    "nothing to say": "x = torch.ones(2, requires_grad=True); (x.log() / 2).sum().backward(); print(x.grad, x.grad.grad, (x * 2).detach().grad)",
}
"""Programs of which PyTorch warns, or where it might: the warning is part of what a reader sees."""


@pytest.mark.parametrize("remark", REMARKS)
def test_a_lesson_is_warned_of_the_same(remark: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warned, "_said", set())  # as in a new process
    pytorch.set_warn_always(True)
    try:
        _compare_warnings(remark)
    finally:
        pytorch.set_warn_always(False)


def _compare_warnings(remark: str) -> None:
    ours, theirs = (said(engine, REMARKS[remark], heed=True) for engine in (minitorch_edu, pytorch))
    assert ours == theirs
