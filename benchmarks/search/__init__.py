"""Search, measured: by words and by likeness."""
