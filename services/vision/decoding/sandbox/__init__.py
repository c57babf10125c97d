"""The processes in which untrusted bytes are decoded, and what confines them."""
