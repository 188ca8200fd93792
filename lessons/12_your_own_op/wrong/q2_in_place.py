"""Writing into the input is thought to save memory at no price."""

EXERCISE = "q2"
FAILS = {"leaves_its_input_alone": "After the call"}


class Quantize(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, step):
        x.copy_(torch.round(x / step) * step)
        return x * 1

    @staticmethod
    def backward(ctx, grad):
        return grad, None
