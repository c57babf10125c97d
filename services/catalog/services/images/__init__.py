"""Images: kept, read, changed, shown smaller."""
