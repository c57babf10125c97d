"""`pictor import`."""
