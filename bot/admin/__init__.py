"""What those who run the bot may do and see."""
