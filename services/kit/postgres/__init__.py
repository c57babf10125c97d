"""Postgres as every service uses it."""
