"""Acting as if nothing had been done is taken for a gradient of 1."""

EXERCISE = "q2"
FAILS = {"passes_straight_through": "You returned ones"}
FAILS_HIDDEN = {"other_steps": "The values or the gradients differ"}


class Quantize(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, step):
        return torch.round(x / step) * step

    @staticmethod
    def backward(ctx, grad):
        return torch.ones_like(grad), None
