"""Answers that last: archives of originals, and the feed of changes."""
