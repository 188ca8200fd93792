"""Small lessons, as courses teach what one does with modules: each prints the same characters here and on PyTorch."""

from __future__ import annotations

import textwrap

import pytest

from tests.programs import assert_says_the_same

START = """
import copy, io, math
from collections import OrderedDict, defaultdict
nn, F = torch.nn, torch.nn.functional
torch.manual_seed(0)
class LeNet(nn.Module):
    def __init__(self, classes=3):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 6, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(2))
        self.classifier = nn.Sequential(OrderedDict([("fc1", nn.Linear(24, 8)), ("act", nn.Tanh()), ("drop", nn.Dropout(0.5)), ("fc2", nn.Linear(8, classes))]))
    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))
net = LeNet()
images = torch.randn(4, 1, 12, 12)
labels = torch.tensor([0, 2, 1, 0])
"""

LESSONS = {
    "a summary": """
        for name, layer in net.named_modules():
            own = sum(p.numel() for p in layer.parameters(recurse=False))
            print(f"{name or 'net':20} {type(layer).__name__:20} {own:6d}")
        print(sum(p.numel() for p in net.parameters() if p.requires_grad), net)""",
    "activations by hooks": """
        seen = {}
        def keep(name):
            def hook(module, inputs, output): seen[name] = output.detach()
            return hook
        handles = [layer.register_forward_hook(keep(name)) for name, layer in net.named_modules() if isinstance(layer, (nn.Conv2d, nn.Linear))]
        net.eval()(images)
        for name, value in seen.items(): print(name, tuple(value.shape), f"{value.mean():.4f} {value.std():.4f}")
        for handle in handles: handle.remove()
        seen.clear(); net(images); print(seen)""",
    "gradients by hooks": """
        grads = {}
        for name, layer in net.named_children():
            layer.register_full_backward_hook(lambda m, gi, go, name=name: grads.update({name: (gi[0] is None or tuple(gi[0].shape), tuple(go[0].shape))}))
        net.eval(); F.cross_entropy(net(images), labels).backward(); print(grads)""",
    "grad-cam": """
        found = {}
        def forward(m, i, o): found['a'] = o
        def backward(m, gi, go): found['g'] = go[0]
        layer = net.features[3]; layer.register_forward_hook(forward); layer.register_full_backward_hook(backward)
        net.eval(); scores = net(images); scores[range(4), labels].sum().backward()
        weights = found['g'].mean(dim=(2, 3), keepdim=True); cam = F.relu((weights * found['a']).sum(1)); print([f"{v:.4f}" for v in cam.sum(dim=(1, 2)).tolist()])""",
    "transfer": """
        for p in net.features.parameters(): p.requires_grad = False
        net.classifier.fc2 = nn.Linear(net.classifier.fc2.in_features, 5)
        print([n for n, p in net.named_parameters() if p.requires_grad], net(images).shape)
        opt = torch.optim.SGD(filter(lambda p: p.requires_grad, net.parameters()), lr=0.1); before = net.features[0].weight.clone()
        F.cross_entropy(net(images), labels).backward(); opt.step(); print(torch.equal(before, net.features[0].weight), net.features[0].weight.grad)""",
    "groups of parameters": """
        decay, rest = [], []
        for name, p in net.named_parameters(): (rest if name.endswith('bias') else decay).append(p)
        opt = torch.optim.SGD([{'params': decay, 'weight_decay': 0.1}, {'params': rest}], lr=0.5); print([len(g['params']) for g in opt.param_groups], opt)""",
    "initialised layer by layer": """
        def init(m):
            if isinstance(m, nn.Conv2d): nn.init.kaiming_normal_(m.weight, mode='fan_out', nonlinearity='relu')
            elif isinstance(m, nn.Linear): nn.init.xavier_uniform_(m.weight); nn.init.zeros_(m.bias)
        net.apply(init); print(*[f"{n} {p.mean():.5f} {p.std():.5f}" for n, p in net.named_parameters() if p.numel() > 1], sep="\\n")""",
    "tied weights": """
        class Tied(nn.Module):
            def __init__(self):
                super().__init__(); self.emb = nn.Embedding(5, 3); self.out = nn.Linear(3, 5, bias=False); self.out.weight = self.emb.weight
            def forward(self, i): return self.out(self.emb(i))
        t = Tied(); print(len(list(t.parameters())), list(t.state_dict()), t.out.weight is t.emb.weight); t(torch.tensor([1, 2])).sum().backward(); print(t.emb.weight.grad)
        c = copy.deepcopy(t); print(c.out.weight is c.emb.weight, c.out.weight is t.out.weight)""",
    "the best so far": """
        best = copy.deepcopy(net.state_dict()); w = net.classifier.fc1.weight.clone()
        with torch.no_grad():
            for p in net.parameters(): p.add_(1.0)
        print(torch.equal(net.classifier.fc1.weight, w)); net.load_state_dict(best); print(torch.equal(net.classifier.fc1.weight, w))""",
    "a checkpoint": """
        opt = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9); F.cross_entropy(net(images), labels).backward(); opt.step()
        f = io.BytesIO(); torch.save({'epoch': 3, 'model': net.state_dict(), 'opt': opt.state_dict(), 'loss': 0.5}, f); f.seek(0); c = torch.load(f)
        other = LeNet(); other.load_state_dict(c['model']); o = torch.optim.SGD(other.parameters(), lr=1.0); o.load_state_dict(c['opt'])
        net.eval(), other.eval(); print(c['epoch'], c['loss'], torch.equal(net(images), other(images)), o.param_groups[0]['lr'])""",
    "names with a prefix": """
        state = nn.DataParallel(net).state_dict(); print(list(state)[:2])
        print(net.load_state_dict({k.removeprefix('module.'): v for k, v in state.items()}))
        print(net.load_state_dict(state, strict=False).missing_keys[:2])""",
    "some weights from another": """
        other = LeNet(classes=7); own = other.state_dict(); fit = {k: v for k, v in net.state_dict().items() if k in own and v.shape == own[k].shape}; own.update(fit); print(len(fit), other.load_state_dict(own))
        try: other.load_state_dict(net.state_dict())
        except RuntimeError as e: print(e)""",
    "a moving average": """
        slow = copy.deepcopy(net).requires_grad_(False)
        with torch.no_grad():
            for s, p in zip(slow.parameters(), net.parameters()): s.mul_(0.9).add_(p + 1, alpha=0.1)
        print(f"{(slow.classifier.fc2.bias - net.classifier.fc2.bias).mean():.4f}", any(p.requires_grad for p in slow.parameters()))""",
    "norms of gradients": """
        F.cross_entropy(net.eval()(images), labels).backward(); total = sum(p.grad.norm() ** 2 for p in net.parameters()) ** 0.5
        print(f"{total:.4f} {nn.utils.clip_grad_norm_(net.parameters(), 0.1):.4f} {nn.utils.get_total_norm([p.grad for p in net.parameters()]):.4f}")""",
    "a block with a shortcut": """
        class Block(nn.Module):
            def __init__(self, cin, cout):
                super().__init__(); self.conv = nn.Conv2d(cin, cout, 3, padding=1, bias=False); self.bn = nn.BatchNorm2d(cout); self.short = nn.Identity() if cin == cout else nn.Conv2d(cin, cout, 1)
            def forward(self, x): return F.relu(self.bn(self.conv(x)) + self.short(x))
        def stage(sizes): return [Block(a, b) for a, b in zip(sizes, sizes[1:])]
        r = nn.Sequential(*stage([1, 2, 2, 4]), nn.Flatten(), nn.LazyLinear(3)); print(r(images).shape, r); print([k for k, _ in r.named_buffers()])""",
    "layers in a list": """
        class MLP(nn.Module):
            def __init__(self, sizes):
                super().__init__(); self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])); self.plain = [nn.Linear(1, 1)]
            def forward(self, x):
                for k, layer in enumerate(self.layers): x = layer(x) if k == len(self.layers) - 1 else layer(x).relu()
                return x
        m = MLP([3, 4, 4, 4, 2]); print(m, len(list(m.parameters())), m(torch.ones(1, 3)).shape)""",
    "many heads": "heads = nn.ModuleDict({k: nn.Linear(3, n) for k, n in (('kind', 4), ('size', 2))}); x = torch.ones(2, 3); print({k: tuple(h(x).shape) for k, h in heads.items()}, heads)",
    "parameters of one's own": """
        class Line(nn.Module):
            def __init__(self):
                super().__init__(); self.a = nn.Parameter(torch.tensor(0.)); self.b = nn.Parameter(torch.tensor(0.)); self.register_buffer('scale', torch.tensor(2.))
            def forward(self, x): return (self.a * x + self.b) * self.scale
            def extra_repr(self): return f'y = {self.a.item():.2f} x + {self.b.item():.2f}'
        l = Line(); x = torch.linspace(0, 1, 20); y = 3 * x - 1; opt = torch.optim.SGD(l.parameters(), lr=0.1)
        for _ in range(200): opt.zero_grad(); F.mse_loss(l(x), y).backward(); opt.step()
        print(l, l.state_dict().keys())""",
    "train and evaluate": """
        d = nn.Dropout(0.5); x = torch.ones(8); d.train(); print(d(x)); d.eval(); print(d(x), d.training, nn.Sequential(d).train()[0].training)""",
    "without a history": """
        with torch.no_grad(): print(net(images).requires_grad)
        with torch.inference_mode(): print(net(images).requires_grad)
        print(net(images).requires_grad, net(images).grad_fn.name())""",
    "a deque of modules": "s = nn.Sequential(); s.add_module('first', nn.Linear(2, 2)); s.append(nn.ReLU()); s.insert(1, nn.Identity()); print(s); del s[1]; print(s, s[-1], len(s))",
    "layers swapped": """
        def swap(m):
            for name, child in m.named_children():
                if isinstance(child, nn.ReLU): setattr(m, name, nn.LeakyReLU(0.2))
                else: swap(child)
        swap(net); print(net); net.set_submodule('classifier.act', nn.ReLU()); print(net.get_submodule('classifier.act'))""",
    "weights by hand": """
        l = nn.Linear(2, 1)
        with torch.no_grad(): l.weight.copy_(torch.tensor([[1., 2.]])); l.bias.fill_(3)
        l.weight.data = l.weight.data * 2; print(l(torch.ones(1, 2)), l.weight); l.weight = nn.Parameter(torch.zeros(1, 2)); print(l(torch.ones(1, 2)))
        try: l.weight = torch.ones(1, 2)
        except TypeError as e: print(e)""",
    "noise by a hook": "torch.manual_seed(1); h = net.classifier.fc1.register_forward_pre_hook(lambda m, x: (x[0] + torch.randn_like(x[0]),)); net.eval(); print(torch.equal(net(images), net(images))); h.remove(); print(torch.equal(net(images), net(images)))",
    "a wrong shape is found": """
        def check(m, args, out):
            if out.isnan().any(): raise RuntimeError(f'nan after {type(m).__name__}')
        for m in net.modules(): m.register_forward_hook(check)
        net(images * float('nan'))""",
    "gradients are looked at": """
        F.cross_entropy(net.eval()(images), labels).backward()
        for name, p in net.named_parameters(): print(f"{name:25} {p.grad.abs().mean():.5f}")""",
    "a network that is a function": "params = {k: v.detach() for k, v in net.named_parameters()}; loss = lambda p: F.cross_entropy(torch.func.functional_call(net.eval(), p, (images,)), labels); g = torch.func.grad(loss)(params); print({k: f'{v.norm():.4f}' for k, v in g.items()})",
    "a random layer each time": "class R(nn.Module):\n    def __init__(self):\n        super().__init__(); self.l = nn.ModuleList([nn.Linear(2, 2) for _ in range(3)])\n    def forward(self, x):\n        for k in torch.randperm(3).tolist(): x = self.l[k](x)\n        return x\nprint(R()(torch.ones(1, 2)))",
    "half precision": "h = copy.deepcopy(net).half(); print(h.features[0].weight.dtype, {p.dtype for p in h.parameters()}); print(h.float()(images).dtype, net.double()(images.double()).dtype)",
}  # fmt: skip


@pytest.mark.parametrize("about", LESSONS)
def test_a_lesson_with_modules(about: str) -> None:
    assert_says_the_same(START + textwrap.dedent(LESSONS[about]))
