"""Backends: one module a kind of device. An array namespace, and the way in and out of its memory."""
