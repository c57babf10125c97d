"""What the networks and the searches get right, measured on photographs; see __main__."""
