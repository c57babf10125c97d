"""Files that people bring: what becomes of each, and what the largest cost."""
