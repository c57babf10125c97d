"""What the gateway decides: who may do what, and where a request goes."""
