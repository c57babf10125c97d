"""JSON bodies of the gateway's own operations."""
