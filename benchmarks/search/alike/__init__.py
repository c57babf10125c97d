"""Similar images, measured: see `__main__`."""
