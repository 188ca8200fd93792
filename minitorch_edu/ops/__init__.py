"""Ops: a family a file. Each op is declared once, on its card."""
