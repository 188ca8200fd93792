"""detach() is thought to spare the second walk its trouble."""

EXERCISE = "q4"
FAILS = {"both_losses_reach_it": "of the first loss alone"}

guilty = "ExpBackward0"


def both(trunk):
    trunk.grad = None
    hidden = trunk.exp()
    again = hidden.detach().requires_grad_()
    hidden.sum().backward()
    (again * again).sum().backward()
    return trunk.grad
