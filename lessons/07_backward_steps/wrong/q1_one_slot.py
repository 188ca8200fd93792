"""A product with itself is thought to have one slot."""

EXERCISE = "q1"
FAILS = {"w_gets_one_for_each_slot": "the gradient of one slot"}
FAILS_HIDDEN = {"a_negative_weight": "The gradients differ"}


def by_hand(w):
    grad_c = 0.5
    grad_b = grad_c
    grad_a = grad_c + grad_b * 4.0
    grad_w = grad_a * w
    return grad_c, grad_b, grad_a, grad_w
