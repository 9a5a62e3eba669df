"""What readers say of what they want to be told of without asking: alerts and digests."""
