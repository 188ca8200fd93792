"""Hooks: what flows through a network, forward and backward, watched and changed."""

from collections import OrderedDict
from functools import partial

import torch
import torch.nn as nn

torch.manual_seed(0)
model = nn.Sequential(
    OrderedDict([("conv", nn.Conv2d(1, 2, 3)), ("act", nn.ReLU()), ("flat", nn.Flatten()), ("fc", nn.Linear(2 * 4 * 4, 3))])
)
activation, sizes = {}, []


def get_activation(name):
    def hook(module, args, output):
        activation[name] = output.detach()

    return hook


handles = [layer.register_forward_hook(get_activation(name)) for name, layer in model.named_children()]
handles.append(model.fc.register_forward_pre_hook(lambda module, args: sizes.append(args[0].shape)))


def backward_hook(name, module, grad_input, grad_output):
    shapes = [None if g is None else tuple(g.shape) for g in grad_input]
    print(f"backward through {name}: {type(module).__name__} {shapes} <- {[tuple(g.shape) for g in grad_output]}")


for name, layer in model.named_children():
    layer.register_full_backward_hook(partial(backward_hook, name))
x = torch.randn(2, 1, 6, 6, requires_grad=True)
out = model(x)
print({name: tuple(value.shape) for name, value in activation.items()}, sizes)
print("zeros after ReLU:", (activation["act"] == 0).float().mean().item())
out.sum().backward()
for handle in handles:
    handle.remove()
activation.clear()
model(x)
print("after remove:", activation, len(sizes))

doubled = model.fc.register_forward_hook(lambda module, args, output: output * 2)
print(torch.allclose(model(x), 2 * out))
doubled.remove()

weight_grads = []
model.fc.weight.register_hook(lambda grad: weight_grads.append(grad.norm().item()))
model.fc.bias.register_hook(lambda grad: grad.clamp(-0.1, 0.1))
model.zero_grad()
model(x).pow(2).sum().backward()
print(len(weight_grads), model.fc.bias.grad.abs().max() <= 0.1, f"{weight_grads[0]:.3f}")

stepped = []
parameter = model.fc.bias
handle = parameter.register_post_accumulate_grad_hook(lambda p: stepped.append(tuple(p.grad.shape)))
model(x).sum().backward()
handle.remove()
print(stepped)
names = []
count = nn.modules.module.register_module_forward_hook(lambda m, i, o: names.append(m.__class__.__name__))
model(x)
count.remove()
print(names)
print(model)
for name, module in model.named_modules():
    print(repr(name), type(module).__name__, [key for key, _ in module.named_parameters(recurse=False)])
