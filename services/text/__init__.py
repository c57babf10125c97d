"""Text as people write it: cleaned, folded, cut into words, asked for. The one place that does so, for every use."""
