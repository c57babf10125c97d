"""Passing requests on: paths, headers, bodies, and the contract that says what exists."""
