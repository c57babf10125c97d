"""`pictor model`: make, check, quantize and change models."""
