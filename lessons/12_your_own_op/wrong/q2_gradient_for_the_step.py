"""A number gets a gradient as well."""

EXERCISE = "q2"
FAILS = {"passes_straight_through": "returned a gradient different than None at position 2"}
FAILS_HIDDEN = {"other_steps": "returned a gradient different than None at position 2"}


class Quantize(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, step):
        return torch.round(x / step) * step

    @staticmethod
    def backward(ctx, grad):
        return grad, grad.sum()
