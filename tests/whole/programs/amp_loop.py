"""Mixed precision on the processor: autocast, a scaler that is switched off, accumulated gradients, and timing."""

import time
import warnings

import torch
from torch import nn

warnings.filterwarnings("ignore")
torch.manual_seed(2)
use_amp = True
device = "cuda" if torch.cuda.is_available() else "cpu"
data = [torch.randn(8, 16) for _ in range(8)]
targets = [torch.randn(8, 4) for _ in range(8)]


def make_model(in_size, out_size, num_layers):
    layers = []
    for _ in range(num_layers - 1):
        layers.append(nn.Linear(in_size, in_size))
        layers.append(nn.ReLU())
    layers.append(nn.Linear(in_size, out_size))
    return nn.Sequential(*tuple(layers)).to(device)


net = make_model(16, 4, 3)
opt = torch.optim.SGD(net.parameters(), lr=0.05)
scaler = torch.amp.GradScaler(device, enabled=use_amp and device == "cuda")
loss_fn = nn.MSELoss()
begin = time.perf_counter()
for epoch in range(2):
    for step, (input, target) in enumerate(zip(data, targets)):
        with torch.autocast(device_type=device, dtype=torch.bfloat16, enabled=use_amp):
            output = net(input)
            assert output.dtype is torch.bfloat16
            loss = loss_fn(output.float(), target) / 2
        scaler.scale(loss).backward()
        if step % 2 == 1:
            scaler.unscale_(opt)
            nn.utils.clip_grad_norm_(net.parameters(), max_norm=0.5)
            scaler.step(opt)
            scaler.update()
            opt.zero_grad()
    print(f"epoch {epoch} loss {loss.item():.2f} {loss.dtype} scale {scaler.get_scale()}")
print(time.perf_counter() > begin, scaler.is_enabled(), scaler.state_dict())
with torch.autocast("cpu", dtype=torch.bfloat16):
    a, b = torch.ones(2, 2), torch.ones(2, 2)
    print((a @ b).dtype, (a + b).dtype, torch.is_autocast_enabled("cpu"), torch.get_autocast_dtype("cpu"))
    with torch.autocast("cpu", enabled=False):
        print((a @ b).dtype)
print(torch.is_autocast_enabled("cpu"), next(net.parameters()).dtype)
