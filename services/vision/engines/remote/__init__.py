"""An engine in another process, asked by the Open Inference Protocol."""
