"""The derivative is taken for the gradient."""

EXERCISE = "q1"
FAILS = {"gradient_for_the_numerator": "You returned the derivative alone"}
FAILS_HIDDEN = {"broadcast_quotient": "The check could not use what your code gave back"}


class Ratio(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x / y

    @staticmethod
    def backward(ctx, grad):
        x, y = ctx.saved_tensors
        grad_x = 1 / y if ctx.needs_input_grad[0] else None
        grad_y = -grad * x / y**2 if ctx.needs_input_grad[1] else None
        return grad_x, grad_y
