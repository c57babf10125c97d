"""Inference, measured: see `__main__`."""
