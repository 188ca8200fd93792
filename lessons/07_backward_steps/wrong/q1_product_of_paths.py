"""The gradients of two paths are multiplied."""

EXERCISE = "q1"
FAILS = {"a_gets_both": "You multiplied the two gradients"}
FAILS_HIDDEN = {"a_negative_weight": "The gradients differ"}


def by_hand(w):
    grad_c = 0.5
    grad_b = grad_c
    grad_a = grad_c * grad_b * 4.0
    grad_w = 2 * grad_a * w
    return grad_c, grad_b, grad_a, grad_w
