"""backward returns one gradient, because one input is a tensor."""

EXERCISE = "q2"
FAILS = {"passes_straight_through": "returns a gradient for the first"}
FAILS_HIDDEN = {"other_steps": "returned an incorrect number of gradients"}


class Quantize(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, step):
        return torch.round(x / step) * step

    @staticmethod
    def backward(ctx, grad):
        return grad
