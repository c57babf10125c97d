"""The services that similarity asks, but for the classifier: that one stands behind the embedder."""
