"""A training as it runs: losses, gradients, updates and activations, as a dashboard and as figures."""
