"""Routes: they translate, they do not decide."""
