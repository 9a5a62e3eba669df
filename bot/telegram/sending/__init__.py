"""To Telegram: replies, drawn within its limits and sent at its pace."""
