"""Both gradients are always computed."""

EXERCISE = "q1"
FAILS = {"none_where_nobody_asks": "`ctx.needs_input_grad[0]` was `False`"}


class Ratio(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x / y

    @staticmethod
    def backward(ctx, grad):
        x, y = ctx.saved_tensors
        grad_x = grad / y
        grad_y = -grad * x / y**2
        return grad_x, grad_y
