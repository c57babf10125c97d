"""HTTP in and out: the gate in front of everything, and the gateway's own routes."""
