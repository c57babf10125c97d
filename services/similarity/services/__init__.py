"""What the similarity service decides."""
