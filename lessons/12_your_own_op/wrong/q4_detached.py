"""A saved result is thought to have to leave the graph first."""

from minitorch_edu.ops.op import pointwise

EXERCISE = "q4"
FAILS = {"the_bell_twice": "The second derivative is not the slope of your first"}
FAILS_HIDDEN = {"bell_passes_both_checks": "gradgradcheck does not pass"}


@pointwise
class bell:
    def forward(xp, input):
        return xp.exp(-input * input)

    def grad_input(grad, input, result):
        r"$\partial z / \partial x = -2 x z$"
        return grad * -2 * input * result.detach()
