"""All SQL of the catalog, and its object store."""
