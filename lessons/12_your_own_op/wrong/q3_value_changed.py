"""forward is made to fit the slope."""

EXERCISE = "q3"
FAILS = {"computes_softsign": "This is `x / (1 + x)`"}
FAILS_HIDDEN = {"softsign_of_a_table": "The derivatives differ"}

bad_input = -0.5


class Mended(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x / (1 + x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad / (1 + x) ** 2
