"""The order of passages, and whether the first one answers."""
