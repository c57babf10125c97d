"""The terms in use: labels and tags, counted and completed."""
