"""What there is in groups only: answers that one member sees, and new numbers of groups."""
