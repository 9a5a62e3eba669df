"""The conversation: what a message means here and now, and what is said to it."""
