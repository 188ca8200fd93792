"""The rule of the product is used for the numerator."""

EXERCISE = "q1"
FAILS = {"gradient_for_the_numerator": "You multiplied by `y`"}
FAILS_HIDDEN = {"broadcast_quotient": "The gradients differ"}


class Ratio(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x / y

    @staticmethod
    def backward(ctx, grad):
        x, y = ctx.saved_tensors
        grad_x = grad * y if ctx.needs_input_grad[0] else None
        grad_y = -grad * x / y**2 if ctx.needs_input_grad[1] else None
        return grad_x, grad_y
