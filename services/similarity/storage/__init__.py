"""The register of spaces in Postgres."""
