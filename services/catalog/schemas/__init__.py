"""What the outside sees: Pydantic models, and nothing else of the web."""
