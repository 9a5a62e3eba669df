"""What the bot remembers of its chats, in SQLite or PostgreSQL."""
