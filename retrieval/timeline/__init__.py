"""What several articles tell of one event."""
