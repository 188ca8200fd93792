"""The factor of forward is a factor of backward, too."""

EXERCISE = "q2"
FAILS = {"passes_straight_through": "The step got into the gradient"}
FAILS_HIDDEN = {"other_steps": "The values or the gradients differ"}


class Quantize(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, step):
        ctx.step = step
        return torch.round(x / step) * step

    @staticmethod
    def backward(ctx, grad):
        return grad * ctx.step, None
