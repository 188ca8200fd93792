"""Bytes that are shared, copied, written in place and kept alive: by whom, on which line, and what helps."""
