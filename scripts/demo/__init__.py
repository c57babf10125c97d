"""`make demo`: a library to look at."""
