"""What a reader wants to be told of without asking: alerts, and the day's stories."""
