"""Jobs: claimed, run, tried again."""
