"""What services say to each other about images and tensors."""
