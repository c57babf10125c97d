"""The segment store: the library in memory, in segments that are written once, for word search."""
