"""Spaces: made, filled, promoted, dropped, kept in order."""
