"""What lasting answers keep: prepared downloads, and the feed of changes."""
