"""Answers that last, and how many of them there may be."""
