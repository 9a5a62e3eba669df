"""The conversation, in Telegram or a terminal."""
