"""The services that the catalog asks."""
