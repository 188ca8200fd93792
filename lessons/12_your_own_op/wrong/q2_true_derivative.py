"""backward has to be the derivative of forward, and that of rounding is 0."""

EXERCISE = "q2"
FAILS = {"passes_straight_through": "This is the derivative of rounding"}
FAILS_HIDDEN = {"other_steps": "The values or the gradients differ"}


class Quantize(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, step):
        return torch.round(x / step) * step

    @staticmethod
    def backward(ctx, grad):
        return torch.zeros_like(grad), None
