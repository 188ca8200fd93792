"""Saving x is thought to mend both mistakes."""

EXERCISE = "q3"
FAILS = {"slope_on_both_sides": "For positive inputs the gradient is right"}
FAILS_HIDDEN = {"softsign_of_a_table": "The derivatives differ"}

bad_input = -0.5


class Mended(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x / (1 + x.abs())

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad / (1 + x) ** 2
