"""What the catalog decides."""
