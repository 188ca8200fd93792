"""Any input is thought to show the mistake."""

EXERCISE = "q3"
FAILS = {"finds_a_bad_input": "For a positive number `x` and `|x|` are the same"}

bad_input = 3.0


class Mended(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x / (1 + x.abs())

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad / (1 + x.abs()) ** 2
