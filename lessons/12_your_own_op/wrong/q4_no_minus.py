"""The curve is thought to fall by itself."""

from minitorch_edu.ops.op import pointwise

EXERCISE = "q4"
FAILS = {"value_of_the_bell": "This grows to both sides"}
FAILS_HIDDEN = {"bell_passes_both_checks": "gradcheck does not pass"}


@pointwise
class bell:
    def forward(xp, input):
        return xp.exp(input * input)

    def grad_input(grad, input, result):
        r"$\partial z / \partial x = -2 x z$"
        return grad * -2 * input * result
