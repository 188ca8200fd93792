"""The derivative is taken for the gradient."""

EXERCISE = "q3"
FAILS = {"slope_on_both_sides": "You returned the derivative alone"}
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
        return 1 / (1 + x.abs()) ** 2
