"""The further out, the larger the mistake."""

EXERCISE = "q3"
FAILS = {"finds_a_bad_input": "The sign is right"}

bad_input = -10000.0


class Mended(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x / (1 + x.abs())

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad / (1 + x.abs()) ** 2
