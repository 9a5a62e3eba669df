"""Articles and their passages in the archive: how they are written, found and listed."""
