"""Duplicates: groups of near copies."""
