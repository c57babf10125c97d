"""The registry of spaces in Postgres."""
