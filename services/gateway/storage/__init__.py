"""All SQL of the gateway. Rows do not leave it: frozen dataclasses do."""
