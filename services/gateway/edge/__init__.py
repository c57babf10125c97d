"""What stands before the gate: it knows HTTP, browsers and reverse proxies, and no user."""
