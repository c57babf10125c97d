"""What is done inside the sandbox: from bytes to pixels, hashes and smaller copies."""
