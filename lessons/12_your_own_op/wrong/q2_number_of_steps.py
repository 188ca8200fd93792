"""The number of steps is taken for the rounded value."""

EXERCISE = "q2"
FAILS = {"rounds_to_the_step": "These are whole numbers of steps"}
FAILS_HIDDEN = {"other_steps": "The values or the gradients differ"}


class Quantize(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, step):
        return torch.round(x / step)

    @staticmethod
    def backward(ctx, grad):
        return grad, None
