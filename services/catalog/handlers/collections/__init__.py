"""Collections over HTTP: the sets, and what is in them."""
