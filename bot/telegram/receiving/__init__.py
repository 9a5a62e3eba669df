"""From Telegram: updates, kept until they are answered."""
