"""The absolute value has a kink at 0, so that must be the bad place."""

EXERCISE = "q3"
FAILS = {"finds_a_bad_input": "At 0 the two formulas agree"}

bad_input = 0


class Mended(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x / (1 + x.abs())

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad / (1 + x.abs()) ** 2
