"""How weights begin: every layer by its kind, and what that does to a deep network."""

import torch
from torch import nn
from torch.nn import init

torch.manual_seed(12)


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.linear = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)
        self.gate = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return x + self.gate * torch.tanh(self.linear(self.norm(x)))


class Deep(nn.Module):
    def __init__(self, width=16, depth=4):
        super().__init__()
        self.embedding = nn.Embedding(10, width)
        self.blocks = nn.ModuleList([Block(width) for _ in range(depth)])
        self.heads = nn.ModuleDict({"a": nn.Linear(width, 2), "b": nn.Linear(width, 3, bias=False)})

    def forward(self, x):
        x = self.embedding(x)
        for block in self.blocks:
            x = block(x)
        return {name: head(x) for name, head in self.heads.items()}


def init_weights(m):
    if isinstance(m, nn.Linear):
        nn.init.xavier_uniform_(m.weight, gain=nn.init.calculate_gain("tanh"))
        if m.bias is not None:
            m.bias.data.fill_(0.01)
    elif isinstance(m, (nn.LayerNorm, nn.BatchNorm1d)):
        nn.init.ones_(m.weight)
        nn.init.zeros_(m.bias)
    elif isinstance(m, nn.Embedding):
        nn.init.normal_(m.weight, std=0.02)


model = Deep()
returned = model.apply(init_weights)
print(returned is model)
for name, parameter in model.named_parameters():
    print(f"{name:24s} {tuple(parameter.shape)!s:10s} mean {parameter.mean().item():+.4f} norm {parameter.norm().item():.4f}")
out = model(torch.tensor([[1, 2], [3, 4]]))
print({key: tuple(value.shape) for key, value in out.items()})
sum(value.square().mean() for value in out.values()).backward()
print([f"{block.linear.weight.grad.abs().mean().item():.5f}" for block in model.blocks])

w = torch.empty(3, 5)
for fill in (
    lambda: init.uniform_(w, 0.0, 2.0),
    lambda: init.constant_(w, 0.3),
    lambda: init.eye_(w),
    lambda: init.xavier_normal_(w),
    lambda: init.kaiming_uniform_(w, mode="fan_in", nonlinearity="relu"),
    lambda: init.kaiming_normal_(w, mode="fan_out", nonlinearity="leaky_relu", a=0.2),
    lambda: init.trunc_normal_(w, std=0.5, a=-0.5, b=0.5),
    lambda: init.sparse_(w, sparsity=0.4),
):
    fill()
    print(w)
init.orthogonal_(w)
print(torch.allclose(w @ w.T, torch.eye(3), atol=1e-5))
print(init.dirac_(torch.empty(2, 2, 3))[0], init.calculate_gain("leaky_relu", 0.2))
try:
    init.xavier_uniform_(torch.empty(3))
except ValueError as error:
    print("ValueError:", error)
