"""Backups of a library, and their restoring: databases, originals, secrets."""
