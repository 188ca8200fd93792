"""The factor of b's node is put in before the node."""

EXERCISE = "q1"
FAILS = {"b_gets_what_c_passes_on": "times 4 already"}
FAILS_HIDDEN = {"a_negative_weight": "The gradients differ"}


def by_hand(w):
    grad_c = 0.5
    grad_b = grad_c * 4.0
    grad_a = 0.5 + 2.0
    grad_w = 2 * grad_a * w
    return grad_c, grad_b, grad_a, grad_w
