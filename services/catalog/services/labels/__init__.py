"""Labels: what a model says, what people decide, and the words that both become."""
