"""The right slope is enough, wherever it is computed."""

EXERCISE = "q3"
FAILS = {"softsign_twice": "Autograd finds no way from the first derivative back to `x`"}
FAILS_HIDDEN = {"softsign_of_a_table": "The derivatives differ"}

bad_input = -0.5


class Mended(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(1 / (1 + x.abs()) ** 2)
        return x / (1 + x.abs())

    @staticmethod
    def backward(ctx, grad):
        (slope,) = ctx.saved_tensors
        return grad * slope
