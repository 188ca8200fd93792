"""What was saved is thought to have to leave the graph first."""

EXERCISE = "q1"
FAILS = {"the_quotient_twice": "The gradient for `x` depends on `y`"}


class Ratio(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x / y

    @staticmethod
    def backward(ctx, grad):
        x, y = (saved.detach() for saved in ctx.saved_tensors)
        grad_x = grad / y if ctx.needs_input_grad[0] else None
        grad_y = -grad * x / y**2 if ctx.needs_input_grad[1] else None
        return grad_x, grad_y
