"""What readers want to be told of without asking, and what they were told."""
