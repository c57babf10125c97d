"""HTTP to the other services."""
