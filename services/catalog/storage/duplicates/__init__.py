"""The SQL of duplicates: hashes, pairs of near copies, groups."""
