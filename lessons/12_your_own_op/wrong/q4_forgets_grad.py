"""The formula is thought to be the derivative alone."""

from minitorch_edu.ops.op import pointwise

EXERCISE = "q4"
FAILS = {"gradient_of_the_bell": "You returned the derivative alone"}
FAILS_HIDDEN = {"bell_passes_both_checks": "gradcheck does not pass"}


@pointwise
class bell:
    def forward(xp, input):
        return xp.exp(-input * input)

    def grad_input(grad, input, result):
        r"$\partial z / \partial x = -2 x z$"
        return -2 * input * result
