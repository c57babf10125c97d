"""The SQL of search: segments, matches, counts of terms."""
